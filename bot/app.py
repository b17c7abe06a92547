"""The composition root: the one place that names the real parts and puts them together."""

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.alerts import Alerts, ways_of
from bot.clock import utc_now
from bot.config import Config, cache_of, compiled_templates
from bot.control import open_control, socket_of
from bot.housekeeping import Housekeeping, Sweeper, limits_of
from bot.live import Live
from bot.orders import Operator
from bot.pace import Pace
from bot.password_rule import PasswordRule
from bot.sent_log import SentLog
from bot.service import Counter, open_counter
from bot.shelf import Shelf
from bot.understanding import encoder_here
from bot.web.chat import chat_app
from bot.web.console import console_app
from bot.web.metrics import Metrics, measured
from bot.web.telegram_hook import telegram_hook
from knowledge.library import Library
from knowledge.match import Thresholds
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
            open_store(config.database_url, config.key_file, _sessions(config))
        )
        shelf = known
        if shelf is None:
            shelf = await asyncio.to_thread(open_shelf, config, clock)
        library = _served_by(shelf)
        live = Live(store.name_of if store.shared else None)
        metrics, compiled = Metrics(), compiled_templates()
        start = await stack.enter_async_context(_background())
        alerts = Alerts(ways_of(config.alerts))
        start(alerts.run())
        journal = await stack.enter_async_context(store.journal(config.journal))
        counter = await stack.enter_async_context(
            open_counter(store, journal, library, clock, live, metrics, alerts)
        )
        start(live.connect(store.bell))
        start(shelf.watch(config.knowledge.reload_seconds, counter.told, live))
        keeping = Housekeeping(store, limits_of(config.retention), config.journal, clock, alerts)
        start(store.lead("retention", keeping.run))
        patience = timedelta(minutes=config.staff.alarm_minutes)
        sweeper = Sweeper(store, journal, clock, alerts, lambda: library().force, patience)
        start(sweeper.run())
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
            if connection.webhook is not None:
                path = urlsplit(connection.webhook.url).path or "/"
                chat.router.add_routes([telegram_hook(path, telegram.handle, edge.LARGEST_UPDATE)])
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
            alerts=alerts,
        )
        chat_url = await stack.enter_async_context(
            _serving(chat, config.web.host, config.web.port, "web.port")
        )
        console_url = await stack.enter_async_context(
            _serving(console, config.staff.host, config.staff.port, "staff.port")
        )
        await stack.enter_async_context(
            open_control(
                socket_of(config.data),
                Operator(
                    store,
                    clock,
                    limits_of(config.retention),
                    PasswordRule(config.staff.breached_passwords),
                ),
            )
        )
        stack.callback(live.close)
        yield App(counter, store, shelf, live, chat_url, console_url, telegram)


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
