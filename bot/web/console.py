"""The staff console: its pages, what each needs, and the listener they share with health."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import HttpUrl

from bot.config import StaffConsole
from bot.live import Live
from bot.service import Counter
from bot.shelf import Shelf
from bot.web.console_alarms import AlarmPages
from bot.web.console_audit import AuditPage
from bot.web.console_decide import DecisionPages
from bot.web.console_door import Cookies, door
from bot.web.console_due import DuePage
from bot.web.console_errors import calm_errors
from bot.web.console_figures import FiguresPage
from bot.web.console_figures_districts import DistrictsPage
from bot.web.console_figures_times import TimesPage
from bot.web.console_frame import ALARMS, Frame
from bot.web.console_leave import LeavePages
from bot.web.console_live import QueueStream
from bot.web.console_oversight import KnowledgePage
from bot.web.console_photo import Photos
from bot.web.console_quality import QualityPages
from bot.web.console_queue import QueuePages
from bot.web.console_report import ReportPages
from bot.web.console_sign_in import SignIn
from bot.web.console_teams import TeamPages
from bot.web.console_waiting import counted
from bot.web.console_workload import WorkloadPage
from bot.web.guard import Whereabouts
from bot.web.headers import secure
from bot.web.health import Health
from bot.web.metrics import Metrics, measured, metrics_page
from bot.web.pages import Pages
from bot.web.permissions import Declared, Page, Permission, add_pages, check_routes
from storage.retention import Retention
from storage.work import Store

DECLARED = web.AppKey("declared", Declared)
"""Each guarded route of the console and what it needs; the access test reads it."""


def console_app(  # noqa: PLR0913 - a whole listener is put together here
    counter: Counter,
    store: Store,
    shelf: Shelf,
    live: Live,
    metrics: Metrics,
    settings: StaffConsole,
    clock: Callable[[], datetime],
    *,
    limits: Retention = Retention(),
    trusted_proxies: Sequence[str] = (),
    compiled: Path | None = None,
) -> web.Application:
    """The console with health and metrics, for a listener of its own.

    `limits` says when a report is due for review; `compiled` is where compiled templates are kept
    for the next start.
    Raises permissions.Unguarded where a route was added that declares no permission.
    """
    pages = Pages(lambda: shelf.library, compiled)
    frame = Frame(pages, shelf)
    public = settings.public_url
    https = public is not None and public.scheme == "https"
    cookies = Cookies(https=https)
    sign_in = SignIn(store, clock, frame, cookies, Whereabouts(trusted_proxies))
    queue = QueuePages(store, shelf, clock, frame)
    report = ReportPages(store, counter, shelf, clock, frame)
    knowledge = KnowledgePage(shelf, clock, frame)
    audit = AuditPage(store, clock, frame)
    due = DuePage(store, shelf, clock, frame, limits)
    workload = WorkloadPage(store, clock, frame)
    health = Health(store, shelf, live, clock)
    app = web.Application()
    pages.add_routes(app)
    declared = add_pages(
        app,
        (
            Page("GET", "/health/live", health.alive),
            Page("GET", "/health/ready", health.ready),
            Page("GET", "/metrics", metrics_page(metrics, store, shelf, clock)),
            Page("GET", "/login", sign_in.show),
            Page("POST", "/login", sign_in.sign_in),
            Page("POST", "/logout", sign_in.sign_out, Permission.SIGN_OUT),
            Page("GET", "/", queue.show, Permission.SEE_QUEUE),
            Page("GET", "/events", QueueStream(store, live, clock).get, Permission.SEE_QUEUE),
            Page("GET", "/reports", queue.find, Permission.OPEN_REPORT),
            Page("GET", "/knowledge", knowledge.show, Permission.SEE_KNOWLEDGE),
            Page("GET", "/audit", audit.show, Permission.SEE_AUDIT),
            Page("GET", "/audit.csv", audit.save, Permission.SEE_AUDIT),
            Page("GET", "/audit/check", audit.check, Permission.SEE_AUDIT),
            *_report_pages(report, Photos(store, clock)),
            *_alarm_pages(AlarmPages(store, live, shelf, clock, frame)),
            Page("GET", "/due", due.show, Permission.DECIDE_ERASURE),
            *_decision_pages(DecisionPages(store, counter, shelf, clock, frame, limits)),
            *_figures_pages(
                FiguresPage(store, shelf, clock, frame),
                TimesPage(store, shelf, clock, frame),
                DistrictsPage(store, shelf, clock, frame),
            ),
            *_quality_pages(QualityPages(store, shelf, clock, frame)),
            Page("GET", "/workload", workload.show, Permission.SEE_WORKLOAD),
            *_people_pages(TeamPages(store, shelf, clock, frame), LeavePages(store, clock, frame)),
        ),
    )
    check_routes(app, declared)
    app[DECLARED] = declared
    app.middlewares.extend(
        (
            measured(metrics, "console"),
            calm_errors(frame),
            door(store, clock, cookies, declared, _host(public)),
            counted(store, clock, limits),
        )
    )
    secure(app, https=https)
    return app


def _report_pages(report: ReportPages, photos: Photos) -> tuple[Page, ...]:
    one = "/reports/{reference}"
    return (
        Page("GET", one, report.show, Permission.OPEN_REPORT),
        Page("GET", f"{one}/photos/{{id}}", photos.show, Permission.OPEN_REPORT),
        Page("POST", f"{one}/status", report.change_status, Permission.CHANGE_STATUS),
        Page("POST", f"{one}/notes", report.write_note, Permission.WRITE_NOTE),
        Page("POST", f"{one}/messages", report.write_message, Permission.WRITE_TO_RESIDENT),
    )


def _alarm_pages(alarms: AlarmPages) -> tuple[Page, ...]:
    one, needed = f"{ALARMS}/{{id}}", Permission.ANSWER_ALARMS
    return (
        Page("GET", ALARMS, alarms.show, needed),
        Page("GET", one, alarms.open, needed),
        Page("POST", f"{one}/take", alarms.take, needed),
        Page("POST", f"{one}/close", alarms.close, needed),
    )


def _decision_pages(decide: DecisionPages) -> tuple[Page, ...]:
    one, needed = "/due/{reference}", Permission.DECIDE_ERASURE
    return (
        Page("GET", one, decide.show, needed),
        Page("POST", f"{one}/keep", decide.keep, needed),
        Page("POST", f"{one}/hold", decide.hold, needed),
        Page("POST", f"{one}/release", decide.release, needed),
        Page("GET", f"{one}/erase", decide.confirm, needed),
        Page("POST", f"{one}/erase", decide.erase, needed),
    )


def _figures_pages(
    figures: FiguresPage, times: TimesPage, districts: DistrictsPage
) -> tuple[Page, ...]:
    needed = Permission.SEE_FIGURES
    return (
        Page("GET", "/figures", figures.show, needed),
        Page("GET", "/figures.csv", figures.save, needed),
        Page("GET", "/figures/times", times.show, needed),
        Page("GET", "/figures/times.csv", times.save, needed),
        Page("GET", "/figures/districts", districts.show, needed),
        Page("GET", "/figures/districts.csv", districts.save, needed),
    )


def _quality_pages(quality: QualityPages) -> tuple[Page, ...]:
    needed = Permission.REVIEW_QUALITY
    return (
        Page("GET", "/quality", quality.show, needed),
        Page("GET", "/quality/{reference}", quality.open, needed),
        Page("POST", "/quality/{reference}", quality.save, needed),
    )


def _people_pages(teams: TeamPages, leave: LeavePages) -> tuple[Page, ...]:
    needed = Permission.MANAGE_TEAMS
    return (
        Page("GET", "/teams", teams.show, needed),
        Page("POST", "/teams", teams.add, needed),
        Page("GET", "/teams/{id}", teams.open, needed),
        Page("POST", "/teams/{id}", teams.save, needed),
        Page("POST", "/teams/{id}/remove", teams.remove, needed),
        Page("GET", "/leave", leave.show, needed),
        Page("POST", "/leave", leave.add, needed),
        Page("POST", "/leave/{id}/remove", leave.remove, needed),
    )


def _host(address: HttpUrl | None) -> str:
    """Host and, where it is not the usual one, port of the address staff open; empty for none."""
    return "" if address is None else urlsplit(str(address)).netloc
