"""Fetches updates from Telegram; each is confirmed only after the counter has committed it."""

import asyncio
import json
import logging
from collections.abc import Coroutine, Iterable
from typing import Any
from urllib.parse import urlencode

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.telegram_clients import Clients, TokenRefused, seconds_to_wait
from bot.telegram_read import KINDS, Incoming, Nothing, Unreadable, read
from bot.telegram_take import Intake

log = logging.getLogger(__name__)

PATIENCE = 30
"""Seconds that Telegram holds the question open while there is nothing new."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
CONFLICT_PAUSE = 30.0
CHATS_AT_ONCE = 16


class Poller:
    """Asks for updates, hands them on, asks for the next; stopping loses none."""

    def __init__(
        self,
        clients: Clients,
        intake: Intake,
        first_pause: float = FIRST_PAUSE,
        conflict_pause: float = CONFLICT_PAUSE,
    ) -> None:
        self._clients, self._intake = clients, intake
        self._first_pause, self._conflict_pause = first_pause, conflict_pause
        self._offset = 0
        self._chats = asyncio.Semaphore(CHATS_AT_ONCE)

    async def run(self) -> None:
        """Poll until cancelled; raises TokenRefused.

        A batch that is being taken when the end comes is taken to its end.
        """
        trouble = 0
        while True:
            try:
                updates = await self._fetch()
                trouble = 0
            except InvalidToken:
                raise TokenRefused from None
            except (TelegramError, ValueError) as error:
                await asyncio.sleep(self._pause(error, trouble))
                trouble += 1
                continue
            if updates:
                await _to_its_end(self._take_all(updates))

    async def _fetch(self) -> list[Any]:
        """The next updates, raw: one that cannot be read must not spoil its neighbours.

        Bot.get_updates would refuse the whole batch, and write it into the log.
        """
        asked = {
            "timeout": PATIENCE,
            "offset": self._offset,
            "allowed_updates": json.dumps(KINDS),
        }
        url = f"{self._clients.bot.base_url}/getUpdates?{urlencode(asked)}"
        answer = json.loads(await self._clients.polling.retrieve(url, read_timeout=PATIENCE + 10))
        if not isinstance(answer, dict) or not isinstance(answer.get("result"), list):
            raise ValueError("no list of updates")
        updates: list[Any] = answer["result"]
        return updates

    async def _take_all(self, updates: Iterable[Any]) -> None:
        """Take a batch, of one chat in order; only then is it not asked for again."""
        by_chat: dict[int, list[Incoming]] = {}
        for raw in updates:
            try:
                incoming = read(raw)
            except Unreadable as error:
                log.error("update not readable: %s", error.kind)
                incoming = Nothing(_id_of(raw))
            by_chat.setdefault(incoming.chat_id, []).append(incoming)
        await asyncio.gather(*map(self._take_chat, by_chat.values()))
        self._offset = 1 + max(update.update_id for chat in by_chat.values() for update in chat)

    async def _take_chat(self, updates: Iterable[Incoming]) -> None:
        async with self._chats:
            for incoming in updates:
                pause = self._first_pause
                while not await self._intake.take(incoming):
                    await asyncio.sleep(pause)
                    pause *= 2

    def _pause(self, error: Exception, trouble: int) -> float:
        """Seconds to wait after an error, which is said once while it lasts."""
        if isinstance(error, RetryAfter):
            return seconds_to_wait(error)
        if isinstance(error, Conflict):
            log.error(
                "Another program is polling with the same Telegram token, or a webhook is set. "
                "Only one may: stop the other one."
            )
            return self._conflict_pause
        if trouble == 0:
            log.warning("Telegram cannot be reached: %s", type(error).__name__)
        return min(self._first_pause * 2.0 ** min(trouble, 10), LONGEST_PAUSE)


def _id_of(raw: Any) -> int:
    """The number of an update that cannot be read, so that it is not asked for for ever."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else 0


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Wait for `work` also where we are cancelled meanwhile; then be cancelled."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
