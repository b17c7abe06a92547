"""The staff console: its pages, what each needs, and the listener they share with health."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import HttpUrl

from bot.alerts import Alerts
from bot.live import Live
from bot.service import Counter
from bot.settings import StaffConsole
from bot.shelf import Shelf
from bot.web.api_mount import OPENED, apart, mount
from bot.web.console_door import Cookies, Duties, door
from bot.web.console_entrance import Entrance
from bot.web.console_errors import calm_errors
from bot.web.console_frame import (
    LIVE,
    Frame,
)
from bot.web.console_live import ConsoleStreams
from bot.web.console_room import Room
from bot.web.console_routes_accounts import account_pages, sign_in_pages
from bot.web.console_routes_oversight import (
    decision_pages,
    figures_pages,
    people_pages,
    trail_pages,
)
from bot.web.console_routes_work import (
    alarm_pages,
    live_pages,
    notice_pages,
    queue_pages,
    report_pages,
)
from bot.web.console_waiting import counted
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
    room = Room(store, counter, shelf, live, clock, frame, alerts or Alerts(()))
    streams, health = ConsoleStreams(store, live, clock), Health(store, shelf, live, clock)
    app = web.Application()
    pages.add_routes(app)
    declared = add_pages(
        app,
        (
            Page("GET", "/health/live", health.alive),
            Page("GET", "/health/ready", health.ready),
            Page("GET", "/metrics", metrics_page(metrics, store, shelf, clock)),
            Page("GET", "/events", streams.queue, Permission.SEE_QUEUE),
            *sign_in_pages(room, settings, entrance),
            *account_pages(room),
            *queue_pages(room),
            *report_pages(room),
            *notice_pages(room),
            *alarm_pages(room),
            *(live_pages(room, streams) if live_chats else ()),
            *decision_pages(room, limits),
            *figures_pages(room),
            *people_pages(room),
            *trail_pages(room),
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
    secure(app, https=https, passkeys=can_verify())
    return app


def _host(address: HttpUrl | None) -> str:
    """Host and, where it is not the usual one, port of the address staff open; empty for none."""
    return "" if address is None else urlsplit(str(address)).netloc
