"""The staff console: its pages, what each needs, and the listener they share with health."""

from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import HttpUrl

from bot.alerts import Alerts
from bot.config import ConfigError, Oidc, StaffConsole
from bot.live import Live
from bot.live_chats import LiveChats
from bot.password_rule import PasswordRule
from bot.service import Counter
from bot.shelf import Shelf
from bot.web.api_mount import OPENED, apart, mount
from bot.web.console_accounts import AccountPages
from bot.web.console_alarms import AlarmPages
from bot.web.console_audit import AuditPage
from bot.web.console_bulk import BulkActions
from bot.web.console_copy import CopyPage
from bot.web.console_decide import DecisionPages
from bot.web.console_door import Cookies, Duties, door
from bot.web.console_due import DuePage
from bot.web.console_entrance import Entrance
from bot.web.console_errors import calm_errors
from bot.web.console_exceptions import ExceptionPages
from bot.web.console_factor import FactorPages
from bot.web.console_figures import FiguresPage
from bot.web.console_figures_districts import DistrictsPage
from bot.web.console_figures_times import TimesPage
from bot.web.console_filing import FilingForms
from bot.web.console_findings import FindingForms
from bot.web.console_frame import (
    ACCOUNTS,
    ALARMS,
    LIVE,
    ME,
    MY_FACTOR,
    MY_PASSWORD,
    NOTICES,
    SHARES,
    Frame,
)
from bot.web.console_intake import IntakePage
from bot.web.console_leave import LeavePages
from bot.web.console_live import ConsoleStreams
from bot.web.console_live_chat import ChatPages
from bot.web.console_live_list import LivePages
from bot.web.console_live_report import LiveReportPages
from bot.web.console_me import OwnPages
from bot.web.console_noticed import Beside
from bot.web.console_notices import NoticePages
from bot.web.console_oversight import KnowledgePage
from bot.web.console_passkeys import PasskeyPages
from bot.web.console_photo import Photos
from bot.web.console_quality import QualityPages
from bot.web.console_questions import QuestionsPage
from bot.web.console_queue import QueuePages
from bot.web.console_redaction import RedactionForms
from bot.web.console_report import ReportForms
from bot.web.console_report_page import ReportPage
from bot.web.console_search import SearchPage
from bot.web.console_shares import SharePages
from bot.web.console_shift import ShiftPage
from bot.web.console_sign_in import SignIn
from bot.web.console_teams import TeamPages
from bot.web.console_views import SavedViews
from bot.web.console_waiting import counted
from bot.web.console_workload import WorkloadPage
from bot.web.guard import Whereabouts
from bot.web.headers import secure
from bot.web.health import Health
from bot.web.metrics import Metrics, measured, metrics_page
from bot.web.pages import Pages
from bot.web.passkeys import can_verify
from bot.web.permissions import OPEN_TO_ALL, Declared, Page, Permission, add_pages, check_routes
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
    live_chats: bool = True,
    api: web.Application | None = None,
    alerts: Alerts | None = None,
) -> web.Application:
    """The console with health and metrics, for a listener of its own.

    `limits` says when a report is due for review; `compiled` is where compiled templates are kept
    for the next start; without `live_chats` their pages are not there; `api` is the API where it
    shares the listener; `alerts` is who is told when glass is broken, None for the log alone.
    Raises permissions.Unguarded where a route was added that declares no permission.
    """
    pages = Pages(lambda: shelf.library, compiled)
    frame = Frame(pages, shelf, () if live_chats else (LIVE,))
    public = settings.public_url
    https = public is not None and public.scheme == "https"
    cookies = Cookies(https=https)
    entrance = Entrance(
        store, clock, cookies, Whereabouts(trusted_proxies), str(public) if public else ""
    )
    sign_in = SignIn(
        store,
        clock,
        frame,
        entrance,
        elsewhere=settings.oidc.only,
        provider=settings.oidc.button if settings.oidc.issuer else "",
    )
    rule = PasswordRule(settings.breached_passwords)
    passkeys = PasskeyPages(store, shelf, clock, entrance, sign_in) if can_verify() else None
    if passkeys is not None:
        sign_in.passkey = passkeys.asked_to_show
    queue = QueuePages(store, shelf, clock, frame)
    report = ReportPage(store, counter, shelf, clock, frame, Beside(store, shelf, clock))
    copy = CopyPage(store, shelf, clock, frame)
    questions = QuestionsPage(store, shelf, clock, frame)
    knowledge = KnowledgePage(shelf, clock, frame)
    audit = AuditPage(store, clock, frame)
    due = DuePage(store, shelf, clock, frame, limits)
    streams = ConsoleStreams(store, live, clock)
    chats = LiveChats(lambda: shelf.library, clock)
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
            Page("GET", "/login/code", sign_in.ask_code),
            Page("POST", "/login/code", sign_in.show_code),
            Page("POST", "/logout", sign_in.sign_out, Permission.SIGN_OUT),
            *_own_pages(
                OwnPages(
                    store,
                    shelf,
                    clock,
                    frame,
                    entrance,
                    rule,
                    passkeys.asked_to_make if passkeys else None,
                ),
                FactorPages(store, shelf, clock, frame),
            ),
            *_passkey_pages(passkeys),
            *_provider_pages(settings.oidc, store, clock, frame, entrance, sign_in),
            *_account_pages(AccountPages(store, shelf, clock, frame)),
            *_exception_pages(ExceptionPages(store, counter, clock, frame, alerts or Alerts(()))),
            Page("GET", "/", queue.show, Permission.SEE_QUEUE),
            *_queue_pages(store, counter, shelf, clock, frame),
            Page("GET", "/questions", questions.show, Permission.SEE_QUESTIONS),
            Page("POST", "/questions/{id}/pass", questions.pass_on, Permission.HAND_ON_QUESTION),
            Page("GET", "/events", streams.queue, Permission.SEE_QUEUE),
            Page("GET", "/knowledge", knowledge.show, Permission.SEE_KNOWLEDGE),
            Page("GET", "/audit", audit.show, Permission.SEE_AUDIT),
            *_report_pages(report, counter, Photos(store, clock)),
            Page("GET", "/reports/{reference}/copy", copy.show, Permission.OPEN_REPORT),
            *_notice_pages(NoticePages(store, shelf, clock, frame)),
            *_share_pages(SharePages(store, shelf, clock, frame)),
            Page("GET", "/audit.csv", audit.save, Permission.SEE_AUDIT),
            Page("GET", "/audit/check", audit.check, Permission.SEE_AUDIT),
            *_alarm_pages(AlarmPages(store, live, shelf, clock, frame)),
            *(
                _live_pages(
                    LivePages(store, counter, chats, clock, frame),
                    ChatPages(store, counter, chats, live, clock, frame),
                    LiveReportPages(store, counter, chats, shelf, clock, frame),
                    streams,
                )
                if live_chats
                else ()
            ),
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
    scopes = {} if api is None else mount(api, app)
    check_routes(app, {**declared, **scopes}, OPEN_TO_ALL | OPENED)
    app[DECLARED] = declared
    own = (
        calm_errors(frame),
        door(store, clock, cookies, declared, _host(public), Duties(settings.second_factor)),
        counted(store, clock, limits),
    )
    app.middlewares.append(measured(metrics, "console"))
    app.middlewares.extend(own if api is None else (apart(api, each) for each in own))
    secure(app, https=https, passkeys=passkeys is not None)
    return app


def _queue_pages(
    store: Store, counter: Counter, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
) -> tuple[Page, ...]:
    search, bulk = SearchPage(store, shelf, clock, frame), BulkActions(store, counter, shelf, clock)
    views, shift = SavedViews(store, shelf, clock), ShiftPage(store, shelf, clock, frame)
    intake = IntakePage(store, counter, shelf, clock, frame)
    return (
        Page("GET", "/shift", shift.show, Permission.OPEN_REPORT),
        Page("POST", "/shift", shift.hand_over, Permission.OPEN_REPORT),
        Page("GET", "/take", intake.show, Permission.TAKE_REPORT),
        Page("POST", "/take", intake.take, Permission.TAKE_REPORT),
        Page("GET", "/search", search.show, Permission.OPEN_REPORT),
        Page("POST", "/search", search.find, Permission.OPEN_REPORT),
        Page("POST", "/bulk", bulk.act, Permission.WORK_ON_REPORT),
        Page("POST", "/bulk/{id}/undo", bulk.undo, Permission.WORK_ON_REPORT),
        Page("POST", "/views", views.keep, Permission.SEE_QUEUE),
        Page("POST", "/views/{id}/delete", views.delete, Permission.SEE_QUEUE),
    )


def _report_pages(page: ReportPage, counter: Counter, photos: Photos) -> tuple[Page, ...]:
    one = "/reports/{reference}"
    forms, filing = ReportForms(page, counter), FilingForms(page)
    findings, redaction = FindingForms(page), RedactionForms(page)
    work = Permission.WORK_ON_REPORT
    return (
        Page("GET", one, forms.show, Permission.OPEN_REPORT),
        Page("GET", f"{one}/photos/{{id}}", photos.show, Permission.OPEN_REPORT),
        Page("POST", f"{one}/status", forms.change_status, Permission.CHANGE_STATUS),
        Page("POST", f"{one}/notes", forms.write_note, Permission.WRITE_NOTE),
        Page("POST", f"{one}/messages", forms.write_message, Permission.WRITE_TO_RESIDENT),
        Page("POST", f"{one}/assignee", filing.assign, work),
        Page("POST", f"{one}/filing", filing.file, work),
        Page("POST", f"{one}/numbers", findings.number, work),
        Page("POST", f"{one}/links", findings.link, work),
        Page("POST", f"{one}/links/{{other}}/delete", findings.unlink, work),
        Page("POST", f"{one}/grade", findings.grade, work),
        Page("POST", f"{one}/redactions", redaction.redact, work),
        Page("POST", f"{one}/redactions/{{id}}/lift", redaction.lift, Permission.SHOW_REDACTED),
        Page("POST", f"{one}/photos/{{id}}/quarantine", redaction.quarantine, work),
    )


def _notice_pages(notices: NoticePages) -> tuple[Page, ...]:
    needed = Permission.SEE_NOTICES
    return (
        Page("GET", NOTICES, notices.show, needed),
        Page("POST", "/reports/{reference}/unlike", notices.not_same, needed),
    )


def _share_pages(shares: SharePages) -> tuple[Page, ...]:
    of_one, needed = "/reports/{reference}/shares", Permission.SHARE_REPORT
    return (
        Page("GET", SHARES, shares.list, needed),
        Page("GET", of_one, shares.show, needed),
        Page("POST", of_one, shares.add, needed),
        Page("POST", f"{of_one}/{{id}}/done", shares.done, needed),
    )


def _own_pages(me: OwnPages, factor: FactorPages) -> tuple[Page, ...]:
    needed = Permission.OWN_ACCOUNT
    return (
        Page("GET", ME, me.show, needed),
        Page("POST", f"{ME}/sign-ins/end", me.end, needed),
        Page("POST", f"{ME}/sign-ins/end-others", me.end_others, needed),
        Page("GET", MY_PASSWORD, me.password, needed),
        Page("POST", MY_PASSWORD, me.change_password, needed),
        Page("GET", MY_FACTOR, factor.show, needed),
        Page("POST", MY_FACTOR, factor.confirm, needed),
        Page("POST", f"{MY_FACTOR}/codes", factor.new_codes, needed),
    )


def _passkey_pages(passkeys: PasskeyPages | None) -> tuple[Page, ...]:
    if passkeys is None:
        return ()
    needed = Permission.OWN_ACCOUNT
    return (
        Page("POST", "/login/passkey", passkeys.sign_in),
        Page("POST", f"{ME}/passkeys", passkeys.add, needed),
        Page("POST", f"{ME}/passkeys/remove", passkeys.remove, needed),
    )


def _provider_pages(
    settings: Oidc,
    store: Store,
    clock: Callable[[], datetime],
    frame: Frame,
    entrance: Entrance,
    sign_in: SignIn,
) -> tuple[Page, ...]:
    """The way to the identity provider; raises ConfigError where its package is not there."""
    if settings.issuer is None:
        return ()
    if find_spec("joserfc") is None:
        raise ConfigError("staff.oidc needs a package: pip install 'front-counter[sso]'")
    # Only where it is used: it takes a while to import, and is not there without the extra.
    from bot.web.console_provider import BACK, ProviderPages  # noqa: PLC0415 - see above
    from bot.web.oidc import Provider  # noqa: PLC0415 - see above

    provider = Provider(settings, clock)
    pages = ProviderPages(store, clock, frame, entrance, sign_in, provider, settings.roles)
    return (Page("GET", "/login/provider", pages.go), Page("GET", BACK, pages.back))


def _account_pages(accounts: AccountPages) -> tuple[Page, ...]:
    one, needed = f"{ACCOUNTS}/{{username}}", Permission.KEEP_ACCOUNTS
    return (
        Page("GET", ACCOUNTS, accounts.list, needed),
        Page("POST", ACCOUNTS, accounts.add, needed),
        Page("GET", one, accounts.show, needed),
        Page("POST", one, accounts.change, needed),
        Page("POST", f"{one}/disable", accounts.disable, needed),
        Page("POST", f"{one}/enable", accounts.enable, needed),
        Page("POST", f"{one}/password", accounts.new_password, needed),
        Page("POST", f"{one}/second-factor", accounts.reset_factor, needed),
        Page("POST", f"{one}/sign-out", accounts.sign_out, needed),
    )


def _exception_pages(exceptions: ExceptionPages) -> tuple[Page, ...]:
    one = "/reports/{reference}"
    return (
        Page("GET", f"{one}/glass", exceptions.glass, Permission.BREAK_GLASS),
        Page("POST", f"{one}/glass", exceptions.break_glass, Permission.BREAK_GLASS),
        Page("POST", f"{one}/conflict", exceptions.declare, Permission.DECLARE_CONFLICT),
        Page("POST", f"{one}/conflict/lift", exceptions.lift, Permission.SEE_CONFLICTS),
        Page("POST", f"{one}/sensitive", exceptions.mark, Permission.MARK_SENSITIVE),
    )


def _alarm_pages(alarms: AlarmPages) -> tuple[Page, ...]:
    one, needed = f"{ALARMS}/{{id}}", Permission.ANSWER_ALARMS
    return (
        Page("GET", ALARMS, alarms.show, needed),
        Page("GET", one, alarms.open, needed),
        Page("POST", f"{one}/take", alarms.take, needed),
        Page("POST", f"{one}/close", alarms.close, needed),
    )


def _live_pages(
    lists: LivePages, chat: ChatPages, report: LiveReportPages, streams: ConsoleStreams
) -> tuple[Page, ...]:
    one, needed = f"{LIVE}/{{id}}", Permission.TAKE_LIVE_CHATS
    return (
        Page("GET", LIVE, lists.show, needed),
        Page("POST", f"{LIVE}/ready", lists.switch, needed),
        Page("POST", f"{LIVE}/next", lists.take_next, needed),
        Page("POST", f"{one}/take", lists.take, needed),
        Page("GET", one, chat.show, needed),
        Page("GET", f"{one}/events", streams.chat, needed),
        Page("POST", f"{one}/say", chat.write, needed),
        Page("POST", f"{one}/typing", chat.typing, needed),
        Page("POST", f"{one}/hand-on", chat.hand_on, needed),
        Page("POST", f"{one}/end", chat.end, needed),
        Page("GET", f"{one}/report", report.show, needed),
        Page("POST", f"{one}/report", report.make, needed),
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
