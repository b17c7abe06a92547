"""Takes what comes from Telegram to the counter, and does there what belongs to it at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any

from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.patience import within
from bot.pictures import LARGEST
from bot.recent import Recent
from bot.service import PATIENCE, CannotKeep, Counter
from bot.telegram_clients import Clients
from bot.telegram_direct import DirectLine
from bot.telegram_read import Blocked, FromResident, Incoming, InGroup, Nothing, Picture, Press
from handlers.messages import Left, SharedPhoto
from knowledge.fill import markdown_link
from knowledge.library import Library
from knowledge.markup import escape, to_telegram
from storage.conversations import TELEGRAM, Address
from storage.errors import StorageError
from storage.work import Store

log = logging.getLogger(__name__)

MOST_TRIES = 3
"""How often an update is tried; then its resident is told, and the next one has its turn."""

FETCHED_AT_ONCE = 4
"""Pictures held in memory at the same time."""
GRACE = 5.0
"""Seconds that unfinished calls have at the end."""


class Intake:
    """Takes updates in, one at a time for each chat.

    `staff_chat_id` is the one group that it stays in, and hears nothing of.
    """

    def __init__(
        self,
        clients: Clients,
        counter: Counter,
        store: Store,
        library: Callable[[], Library],
        staff_chat_id: int | None = None,
    ) -> None:
        self._staff_chat_id = staff_chat_id
        self._bot, self._bot_id = clients.bot, clients.bot_id
        self._counter, self._store, self._library = counter, store, library
        self._direct = DirectLine(clients.reflex)
        self._tries, self._carded = Recent[int](), Recent[int]()
        self._left_groups, self._leaving = Recent[int](), asyncio.Lock()
        self._fetching = asyncio.Semaphore(FETCHED_AT_ONCE)
        self._calls: set[asyncio.Task[None]] = set()

    async def take(self, incoming: Incoming) -> bool:
        """Take one update in; True once all of it is committed, or given up for good.

        False: nothing of it is kept, and it is to be tried again.
        """
        try:
            await self._follow(incoming)
        except CannotKeep:
            return self._not_kept(incoming)
        except Exception as error:
            log.error("update not taken: %s", type(error).__name__)
            return self._not_kept(incoming)
        self._tries.forget(incoming.update_id)
        return True

    async def close(self) -> None:
        """Let unfinished calls to Telegram end, for a while."""
        if self._calls:
            _, unfinished = await asyncio.wait(self._calls, timeout=GRACE)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def _follow(self, incoming: Incoming) -> None:
        match incoming:
            case FromResident():
                await self._from_resident(incoming)
            case Blocked(chat_id=chat_id, blocked=blocked):
                await self._blocked(incoming, _address(chat_id), blocked=blocked)
            case InGroup(chat_id=chat_id) if chat_id == self._staff_chat_id:
                pass
            case InGroup(chat_id=chat_id):
                self._later(self._leave(chat_id))
            case Nothing():
                pass

    async def _from_resident(self, incoming: FromResident) -> None:
        card = self._card(incoming)
        address, event = _address(incoming.chat_id), incoming.event
        if isinstance(event, SharedPhoto) and incoming.picture:
            # A caption may tell of danger, and fetching may take its time.
            if self._counter.alarms(event):
                self._later(card())
            event = await self._with_picture(address, event, incoming.picture)
        taken = await self._counter.take(address, self._event_id(incoming), event, card)
        if taken.held:
            self._later(self._say(self._direct.held, incoming))
            return
        if taken.set_aside and not taken.replies:
            self._later(self._say(self._direct.not_recorded, incoming))
        if incoming.press:
            self._later(self._put_away(incoming.chat_id, incoming.press))

    async def _blocked(self, incoming: Incoming, address: Address, *, blocked: bool) -> None:
        if blocked:
            await self._counter.take(address, self._event_id(incoming), Left())
        # Where that fails, the next message tells: Telegram refuses it.
        with suppress(StorageError, TimeoutError):
            await within(PATIENCE, self._mark(address, blocked=blocked))

    async def _mark(self, address: Address, *, blocked: bool) -> None:
        async with self._store.work() as work:
            await work.conversations.mark_blocked(address, blocked)

    def _not_kept(self, incoming: Incoming) -> bool:
        """Count the try; True once it was the last, and the resident is told."""
        self._tries.add(incoming.update_id)
        tries = self._tries.count(incoming.update_id)
        if tries < MOST_TRIES:
            return False
        self._tries.forget(incoming.update_id)
        log.error("update given up after %d tries: %s", tries, type(incoming).__name__)
        if isinstance(incoming, FromResident):
            self._later(self._say(self._direct.not_recorded, incoming))
        return True

    async def _say(self, say: Callable[[int], Awaitable[bool]], incoming: FromResident) -> None:
        """Say a constant sentence by the short way, and stop the clock of a pressed button."""
        await say(incoming.chat_id)
        if incoming.press:
            await self._answer(incoming.press)

    def _card(self, incoming: FromResident) -> Callable[[], Coroutine[Any, Any, None]]:
        """Sends the card for this update, once, however often it is asked to."""

        async def at_once() -> None:
            if self._carded.count(incoming.update_id):
                return
            self._carded.add(incoming.update_id)
            if not await self._direct.card(incoming.chat_id):
                self._carded.forget(incoming.update_id)

        return at_once

    async def _with_picture(
        self, address: Address, event: SharedPhoto, picture: Picture
    ) -> SharedPhoto:
        try:
            wanted = await self._counter.wants_photo(address)
        except (StorageError, TimeoutError):
            # What is held now would be fetched too late: Telegram keeps a picture for a while only.
            return replace(event, problem="not-fetched")
        if not wanted:
            return replace(event, problem="not-wanted")
        if picture.size > LARGEST:
            return replace(event, problem="too-big")
        try:
            async with self._fetching:
                file = await self._bot.get_file(picture.file_id)
                data = bytes(await file.download_as_bytearray())
        except TelegramError as error:
            log.warning("picture not fetched: %s", type(error).__name__)
            return replace(event, problem="not-fetched")
        if len(data) > LARGEST:
            return replace(event, problem="too-big")
        return replace(event, data=data)

    async def _put_away(self, chat_id: int, press: Press) -> None:
        """Stop the button's little clock, and take the buttons away that were chosen from."""
        await self._answer(press)
        if press.message_id is not None:
            # The buttons may be gone already, or too old to be changed.
            with suppress(TelegramError):
                await self._bot.edit_message_reply_markup(chat_id, press.message_id)

    async def _answer(self, press: Press) -> None:
        # Telegram takes no answer to a press that is minutes old.
        with suppress(TelegramError):
            await self._bot.answer_callback_query(press.query_id)

    async def _leave(self, chat_id: int) -> None:
        """One line for the group, with 999 and the way to the private chat; then we are gone."""
        # One at a time: whoever comes second must not leave before the first has said it.
        async with self._leaving:
            if not self._left_groups.count(chat_id):
                self._left_groups.add(chat_id)
                with suppress(TelegramError):
                    me = await self._bot.get_me()
                    link = markdown_link(
                        escape(f"t.me/{me.username}"), f"https://t.me/{me.username}"
                    )
                    text = to_telegram(self._library().say("telegram.group", link=link))
                    await self._bot.send_message(chat_id, text, parse_mode=ParseMode.HTML)
            with suppress(TelegramError):
                await self._bot.leave_chat(chat_id)

    def _later(self, call: Coroutine[Any, Any, None]) -> None:
        """Do something on Telegram beside the turn, so that neither waits for the other."""
        task = asyncio.create_task(call)
        self._calls.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._calls.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a call to Telegram failed: %s", type(error).__name__)

    def _event_id(self, incoming: Incoming) -> str:
        # Another bot's updates are counted from elsewhere.
        return f"{self._bot_id}:{incoming.update_id}"


def _address(chat_id: int) -> Address:
    return Address(TELEGRAM, str(chat_id))
