"""The counter on Telegram: private chats, by polling or by webhook, and the way back to them."""

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from telegram.error import BadRequest, TelegramError

from bot.live import Live
from bot.pace import Pace
from bot.sender import LOOK_EVERY, Sender
from bot.sent_log import SentLog
from bot.service import Counter
from bot.settings import Telegram as Settings
from bot.telegram_clients import TELEGRAM as TELEGRAM_API
from bot.telegram_clients import Clients, TokenRefused, open_clients
from bot.telegram_group import StaffGroup
from bot.telegram_poll import CONFLICT_PAUSE, FIRST_PAUSE, LONGEST_PAUSE, Poller
from bot.telegram_read import Unreadable, kind_of, read
from bot.telegram_send import TelegramChannel
from bot.telegram_setup import Webhook, set_up
from bot.telegram_take import Intake
from bot.telegram_typing import TypingShown
from knowledge.library import Library
from storage.conversations import TELEGRAM
from storage.work import Store

log = logging.getLogger(__name__)

LARGEST_UPDATE = 256 * 1024
"""Bytes; a real update stays far below."""


class State(StrEnum):
    """Where our connection to Telegram stands."""

    CONNECTING = "connecting"
    POLLING = "polling"
    WEBHOOK = "webhook"
    STANDING_BY = "standing by"
    """Another replica polls and sends; updates of the webhook are taken here all the same."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds between tries; tests are less patient."""

    first: float = FIRST_PAUSE
    conflict: float = CONFLICT_PAUSE
    outbox: float = LOOK_EVERY


@dataclass(frozen=True, slots=True)
class Connection:
    """Which bot we are, and how updates come to us."""

    token: str = field(repr=False)
    webhook: Webhook | None = None
    """None: we poll."""
    api_url: str = TELEGRAM_API
    """Telegram's own, or a Bot API server of one's own."""
    pauses: Pauses = Pauses()
    pace: Pace = Pace()
    staff_chat_id: int | None = None
    """The group of staff that is told of what waits for them."""


class Telegram:
    """The bot while it runs; made by open_telegram."""

    def __init__(
        self,
        clients: Clients,
        intake: Intake,
        sender: Sender,
        typing: TypingShown,
        library: Callable[[], Library],
        connection: Connection,
    ) -> None:
        self._clients, self._intake, self._sender = clients, intake, sender
        self._typing = typing
        self._library, self._pauses = library, connection.pauses
        self._webhook, self._staff_chat_id = connection.webhook, connection.staff_chat_id
        self._settled = asyncio.Event()
        self.state = State.CONNECTING

    async def settled(self) -> State:
        """Wait until Telegram has answered for the first time: it knows us, or refuses us."""
        await self._settled.wait()
        return self.state

    def staff_group(self, console: str) -> StaffGroup | None:
        """The way to the group of staff, with links to the console; None where none is set."""
        if self._staff_chat_id is None:
            return None
        return StaffGroup(self._clients.bot, self._staff_chat_id, console)

    async def handle(self, raw: bytes, secret: str) -> int:
        """Take one request of Telegram's webhook; the HTTP status of the answer.

        `raw` is the body, cut off beyond LARGEST_UPDATE + 1 bytes, and `secret` the header
        X-Telegram-Bot-Api-Secret-Token. 200 only after the commit, or for what will never be
        readable; 503 asks for it again; 403 for whoever does not know the secret.
        """
        known = self._webhook.secret if self._webhook else ""
        if not known or not hmac.compare_digest(_bytes(secret), _bytes(known)):
            return 403
        if len(raw) > LARGEST_UPDATE:
            log.error("update not readable: too large")
            return 200
        update = None
        try:
            update = json.loads(raw)
            incoming = read(update)
        except (Unreadable, ValueError, RecursionError):
            # Telegram would repeat it for a day, and hold back the chat's next messages.
            log.error("update not readable: %s", kind_of(update))
            return 200
        return 200 if await self._intake.take(incoming) else 503

    async def run(self) -> None:
        """Connect, then take and send until cancelled; a refused token ends it with a log line."""
        try:
            await self._connect()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._sender.run())
                group.create_task(self._typing.run())
                if self._webhook is None:
                    group.create_task(self._poller().run())
        except* TokenRefused as refused:
            self._settle(State.REFUSED)
            log.error("%s", refused.exceptions[0])

    def stand_by(self) -> None:
        """Another replica does it."""
        self._settle(State.STANDING_BY)

    async def _connect(self) -> None:
        pause = self._pauses.first
        while True:
            try:
                await set_up(self._clients.bot, self._library(), self._webhook)
            except BadRequest:
                log.error(
                    "Telegram does not take the webhook's address or secret: the address has to "
                    "be https on port 443, 80, 88 or 8443. Change telegram.webhook_url."
                )
                await asyncio.sleep(LONGEST_PAUSE)
            except TelegramError as error:
                log.warning("Telegram cannot be reached: %s", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._settle(State.WEBHOOK if self._webhook else State.POLLING)
                return

    def _settle(self, state: State) -> None:
        self.state = state
        self._settled.set()

    def _poller(self) -> Poller:
        return Poller(self._clients, self._intake, self._pauses.first, self._pauses.conflict)


@asynccontextmanager
async def open_telegram(
    connection: Connection,
    counter: Counter,
    store: Store,
    library: Callable[[], Library],
    live: Live,
    clock: Callable[[], datetime],
    sent: SentLog | None = None,
) -> AsyncIterator[Telegram]:
    """The bot, running beside the block; `sent` is where it notes what it has sent.

    It starts also while Telegram cannot be reached, and ends with what it was doing done. A
    refused token raises nothing: `settled` and the log tell.
    """
    async with open_clients(connection.token, connection.api_url) as clients:
        channels = {TELEGRAM: TelegramChannel(clients.bot)}
        sender = Sender(
            store,
            channels,
            live,
            clock,
            connection.pauses.outbox,
            pace=connection.pace,
            sent=sent,
        )
        typing = TypingShown(clients.bot, store, live)
        intake = Intake(clients, counter, store, library, connection.staff_chat_id)
        telegram = Telegram(clients, intake, sender, typing, library, connection)
        running = asyncio.create_task(store.lead("telegram", telegram.run, telegram.stand_by))
        running.add_done_callback(_ended)
        try:
            yield telegram
        finally:
            running.cancel()
            await asyncio.wait((running,))
            await intake.close()


def connection_of(settings: Settings, pace: Pace) -> Connection:
    """The connection that the settings describe; ValueError where they have no token."""
    if settings.token is None:
        raise ValueError("there is no token")
    webhook = None
    if settings.mode == "webhook" and settings.webhook_url and settings.webhook_secret:
        webhook = Webhook(str(settings.webhook_url), settings.webhook_secret.get_secret_value())
    api = str(settings.api_url).rstrip("/")
    token, group = settings.token.get_secret_value(), settings.staff_chat_id
    return Connection(token, webhook, api, pace=pace, staff_chat_id=group)


def _bytes(text: str) -> bytes:
    # A header may hold bytes that are no text at all.
    return text.encode("utf-8", "surrogateescape")


def _ended(running: asyncio.Task[None]) -> None:
    if not running.cancelled() and (error := running.exception()) is not None:
        log.error("Telegram ended: %s", type(error).__name__)
