"""The composition root: the one place that names the real parts and puts them together."""

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.addresses import Addresses
from bot.alerts import Alerts, ways_of
from bot.clock import utc_now
from bot.config import Config, cache_of, compiled_templates
from bot.control import open_control, socket_of
from bot.courier import Courier
from bot.housekeeping import Housekeeping, Sweeper, limits_of
from bot.live import MAINTENANCE, Live
from bot.live_chats import LiveChats
from bot.live_watch import LiveWatch
from bot.maintenance import Maintenance
from bot.noticing import Noticing
from bot.orders import Operator
from bot.pace import Pace
from bot.password_rule import PasswordRule
from bot.reminders import Reminders
from bot.sent_log import SentLog
from bot.service import Counter, open_counter
from bot.shelf import Shelf
from bot.tombstones import TombstoneFile
from bot.understanding import encoder_here
from bot.web.api_mount import api_listener
from bot.web.chat import chat_app
from bot.web.console import console_app
from bot.web.guard import Whereabouts
from bot.web.metrics import Metrics, measured
from bot.web.pages import Pages
from bot.web.telegram_hook import telegram_hook
from bot.web.webhook_post import open_poster
from knowledge.library import Library
from knowledge.match import Thresholds
from storage.hand_overs import Terms
from storage.journal import Journal
from storage.sessions import SessionLife
from storage.work import Store, open_store

if TYPE_CHECKING:
    from bot.telegram import Telegram

log = logging.getLogger(__name__)

GRACE = 10.0
"""Seconds that open requests have to finish at shutdown."""


class StartError(Exception):
    """The program cannot start; the text is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class App:
    """The running counter."""

    counter: Counter
    store: Store
    shelf: Shelf
    live: Live
    chat_url: str
    console_url: str
    api_url: str
    """The listener that the API is on; empty where it is off."""
    telegram: "Telegram | None"
    """None while no token is given."""


def open_shelf(config: Config, clock: Callable[[], datetime] = utc_now) -> Shelf:
    """The knowledge, loaded; raises NoKnowledge where none can be served."""
    last_good = config.data / "knowledge" / "last-good"
    usual, wanted = Thresholds(), config.knowledge
    thresholds = Thresholds(
        usual.answer if wanted.answer_above is None else wanted.answer_above,
        usual.options if wanted.options_above is None else wanted.options_above,
    )
    encoder = encoder_here()
    shelf = Shelf(wanted.folder, last_good, cache_of(config), clock, thresholds, encoder)
    shelf.open()
    return shelf


@asynccontextmanager
async def open_app(
    config: Config,
    clock: Callable[[], datetime] = utc_now,
    pace: Pace = Pace(),
    known: Shelf | None = None,
) -> AsyncIterator[App]:
    """Start everything; stop it in reverse at the end of the block.

    `pace` is how fast messages may go out to a messenger; `known` is the knowledge where it is
    open already.

    Raises StartError, NoKnowledge or storage's errors, each with a sentence for the operator.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            open_store(
                config.database_url,
                config.key_file,
                _sessions(config),
                Terms(open=config.live.enabled),
            )
        )
        shelf = known
        if shelf is None:
            shelf = await asyncio.to_thread(open_shelf, config, clock)
            stack.callback(shelf.close)
        library = _served_by(shelf)
        live = Live(store.name_of if store.shared else None)
        metrics, compiled = Metrics(), compiled_templates()
        start = await stack.enter_async_context(_background())
        alerts = Alerts(ways_of(config.alerts))
        start(alerts.run())
        maintenance = Maintenance(store, live)
        await maintenance.look()
        journal = await stack.enter_async_context(store.journal(config.journal))
        counter = await stack.enter_async_context(
            open_counter(
                store,
                journal,
                library,
                clock,
                live,
                metrics,
                alerts,
                closed=lambda: maintenance.on,
            )
        )
        start(live.connect(store.bell))
        start(maintenance.watch())
        start(shelf.watch(config.knowledge.reload_seconds, counter.told, live, alerts))
        for task in (
            *_watching(config, store, journal, library, clock, alerts),
            *_helping(config, store, counter, library, clock, alerts, live),
        ):
            start(task)
        chat = chat_app(
            counter,
            store,
            shelf,
            live,
            _form_secret(config),
            config.web,
            clock,
            retention=config.retention,
            outermost=(measured(metrics, "chat"),),
            compiled=compiled,
        )
        telegram = None
        if config.telegram.token is not None:
            # Only where it is used: the library takes a while to import.
            from bot import telegram as edge  # noqa: PLC0415 - see above

            connection = edge.connection_of(config.telegram, pace)
            telegram = await stack.enter_async_context(
                edge.open_telegram(
                    connection,
                    counter,
                    store,
                    library,
                    live,
                    clock,
                    SentLog(config.data / "sent.log"),
                )
            )
            group = telegram.staff_group(str(config.staff.public_url or ""))
            if group is not None:
                alerts.also(group)
            if connection.webhook is not None:
                path = urlsplit(connection.webhook.url).path or "/"
                chat.router.add_routes([telegram_hook(path, telegram.handle, edge.LARGEST_UPDATE)])
        api = None
        if config.api.enabled:
            api = _api(config, counter, store, shelf, clock, compiled)
            addresses = Addresses(config.api.webhook_networks)
            poster = await stack.enter_async_context(open_poster(addresses))
            start(store.lead("webhooks", Courier(store, poster, clock).run))
        console = console_app(
            counter,
            store,
            shelf,
            live,
            metrics,
            config.staff,
            clock,
            limits=limits_of(config.retention),
            trusted_proxies=config.web.trusted_proxies,
            compiled=compiled,
            live_chats=config.live.enabled,
            api=api if config.api.port is None else None,
            alerts=alerts,
        )
        chat_url = await stack.enter_async_context(
            _serving(chat, config.web.host, config.web.port, "web.port")
        )
        console_url = await stack.enter_async_context(
            _serving(console, config.staff.host, config.staff.port, "staff.port")
        )
        api_url = "" if api is None else console_url
        if api is not None and config.api.port is not None:
            listener = api_listener(
                api,
                Pages(library, compiled),
                https=_is_https(config),
                outermost=(measured(metrics, "api"),),
            )
            api_url = await stack.enter_async_context(
                _serving(listener, config.api.host, config.api.port, "api.port")
            )
        operator = Operator(
            store,
            clock,
            limits_of(config.retention),
            PasswordRule(config.staff.breached_passwords),
            turned=lambda: live.tell(MAINTENANCE),
        )
        await stack.enter_async_context(open_control(socket_of(config.data), operator))
        stack.callback(live.close)
        yield App(counter, store, shelf, live, chat_url, console_url, api_url, telegram)


def _watching(
    config: Config,
    store: Store,
    journal: Journal,
    library: Callable[[], Library],
    clock: Callable[[], datetime],
    alerts: Alerts,
) -> Iterator[Coroutine[Any, Any, None]]:
    """What keeps the house: deleting by age, what must stay erased, and what is stuck."""
    limits = limits_of(config.retention)
    yield store.lead("retention", Housekeeping(store, limits, clock, alerts).run)
    yield TombstoneFile(store, config.journal, limits.tombstones, clock).run()
    patience = timedelta(minutes=config.staff.alarm_minutes)
    unopened = timedelta(minutes=config.staff.urgent_minutes)
    yield Sweeper(store, journal, clock, alerts, lambda: library().force, patience, unopened).run()


def _helping(
    config: Config,
    store: Store,
    counter: Counter,
    library: Callable[[], Library],
    clock: Callable[[], datetime],
    alerts: Alerts,
    live: Live,
) -> Iterator[Coroutine[Any, Any, None]]:
    """What is done for staff meanwhile, once for all replicas."""
    yield store.lead("reminders", Reminders(store, counter, library, clock).run)
    yield store.lead("noticing", Noticing(store, library, clock, live).run)
    chats = LiveChats(library, clock)
    watch = LiveWatch(store, chats, counter.told, clock, alerts, config.live)
    yield store.lead("live chats", watch.run)


def _api(
    config: Config,
    counter: Counter,
    store: Store,
    shelf: Shelf,
    clock: Callable[[], datetime],
    compiled: Path | None,
) -> web.Application:
    """The API, for the listener that the settings name."""
    # Only where it is used: all that it describes takes a while to import.
    from bot.web.api import api_app  # noqa: PLC0415 - see above

    pages, whereabouts = Pages(_served_by(shelf), compiled), Whereabouts(config.web.trusted_proxies)
    return api_app(counter, store, shelf, clock, pages, whereabouts, config.api.per_minute)


def _is_https(config: Config) -> bool:
    """Whether staff, and other systems beside them, reach us by https."""
    public = config.staff.public_url
    return public is not None and public.scheme == "https"


def _served_by(shelf: Shelf) -> Callable[[], Library]:
    """Gives what the shelf serves at the moment."""
    return lambda: shelf.library


def _sessions(config: Config) -> SessionLife:
    """How long staff stay signed in."""
    return SessionLife(
        idle=timedelta(minutes=config.staff.idle_minutes),
        absolute=timedelta(hours=config.staff.longest_hours),
    )


def _form_secret(config: Config) -> bytes:
    """32 bytes for the tokens of web forms, the same after a restart."""
    return hmac.digest(config.key_file.read_bytes(), b"tokens of web forms", "sha256")


@asynccontextmanager
async def _serving(app: web.Application, host: str, port: int, setting: str) -> AsyncIterator[str]:
    """Listen; the address that people open. Raises StartError where the port is taken."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise StartError(
                f"Cannot listen on {host}:{port} ({error.strerror or error}). "
                f"Is it running already? Choose another {setting}."
            ) from None
        taken = runner.addresses[0][1]
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{taken}/"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _background() -> AsyncIterator[Callable[[Coroutine[Any, Any, None]], None]]:
    """Tasks that run beside everything; one that fails is logged, all end with the block."""
    tasks: set[asyncio.Task[None]] = set()

    def ended(task: asyncio.Task[None]) -> None:
        tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a background task ended: %s", type(error).__name__)

    def start(coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        tasks.add(task)
        task.add_done_callback(ended)

    try:
        yield start
    finally:
        running = tuple(tasks)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
