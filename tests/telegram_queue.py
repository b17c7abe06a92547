"""How a made-up Telegram brings updates to the bot: by long polling, or pushed to its webhook."""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.telegram_rules import Refused


@dataclass(frozen=True)
class Hook:
    """A webhook that was set."""

    url: str
    secret: str
    allowed: tuple[str, ...]
    max_connections: int


@dataclass(frozen=True)
class Push:
    """One try to hand an update to the webhook."""

    update_id: int
    status: int
    """Of the answer; 0 where there was none."""
    retry_after: str | None


@dataclass(frozen=True)
class Queued:
    """An update on its way to the bot.

    Telegram has a queue for the messages of each chat and others for button presses and for
    memberships; one queue's updates wait for each other, those of different queues do not.
    """

    update: dict[str, Any]
    queue: tuple[str, int]


class Updates:
    """All that has happened and the bot has not confirmed."""

    def __init__(self, retry_delay: float) -> None:
        self.pending: list[Queued] = []
        self.hook: Hook | None = None
        self.pushes: list[Push] = []
        self.retry_delay = retry_delay
        self._allowed: tuple[str, ...] = ()
        self._news = asyncio.Event()
        self._poll = 0
        self._closing = False
        self._pushers: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._session = aiohttp.ClientSession()

    def add(self, update: dict[str, Any], queue: tuple[str, int]) -> None:
        """Something has happened; passed over where the bot did not ask for its kind."""
        allowed = self.hook.allowed if self.hook else self._allowed
        if not allowed or set(update) & set(allowed):
            self.pending.append(Queued(update, queue))
            self._tell()

    async def poll(
        self, offset: int, limit: int, patience: float, allowed: list[str] | None
    ) -> list[dict[str, Any]]:
        """What is not confirmed, as soon as there is something; ids below `offset` now are."""
        if self.hook:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        self._poll += 1
        mine = self._poll
        self._tell()
        if allowed is not None:
            self._allowed = tuple(allowed)
        self.pending = [one for one in self.pending if one.update["update_id"] >= offset]
        end = asyncio.get_running_loop().time() + patience
        while not self.pending and not self._closing:
            left = end - asyncio.get_running_loop().time()
            if left <= 0 or not await self._any_news(left):
                break
            if self._poll != mine:
                raise Refused(409, "Conflict: terminated by other getUpdates request")
        return [one.update for one in self.pending[:limit]]

    def set_hook(self, hook: Hook | None) -> None:
        """Push from now on, or no more."""
        self.hook = hook
        self._poll += 1
        self._tell()

    async def close(self) -> None:
        """End everything."""
        self._closing = True
        self._tell()
        pushers = tuple(self._pushers.values())
        for pusher in pushers:
            pusher.cancel()
        await asyncio.gather(*pushers, return_exceptions=True)
        await self._session.close()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
        if self.hook and not self._closing:
            for queued in self.pending:
                if queued.queue not in self._pushers:
                    pusher = asyncio.create_task(self._push(queued.queue))
                    self._pushers[queued.queue] = pusher

    async def _any_news(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _push(self, queue: tuple[str, int]) -> None:
        """Send one queue's updates to the webhook in order, each until it is taken."""
        while self.hook:
            queued = next((one for one in self.pending if one.queue == queue), None)
            if queued is None:
                break
            if await self._post(self.hook, queued.update):
                self.pending = [one for one in self.pending if one is not queued]
            else:
                await asyncio.sleep(self.retry_delay)
        self._pushers.pop(queue, None)

    async def _post(self, hook: Hook, update: dict[str, Any]) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            async with self._session.post(hook.url, json=update, headers=headers) as answer:
                push = Push(update["update_id"], answer.status, answer.headers.get("Retry-After"))
        except aiohttp.ClientError:
            push = Push(update["update_id"], 0, None)
        self.pushes.append(push)
        return 200 <= push.status < 300
