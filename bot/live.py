"""Who is waiting for news right now: wakes open pages and the sender; stores nothing.

On SQLite that is one process; with PostgreSQL the names also ring on the other replicas.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Protocol

from bot.logs import where
from storage.bell import ALL
from storage.conversations import Address

log = logging.getLogger(__name__)

OUTBOX = "outbox"
"""The key the sender listens to."""
QUEUE = "queue"
"""The key the staff console's queue listens to."""
KNOWLEDGE = "knowledge"
"""The key the shelf listens to: the files have changed."""
MAINTENANCE = "maintenance"
"""The key of the switch that closes the counter."""

Key = str | Address
"""A fixed word, or a conversation."""

TOGETHER = 0.02
"""Seconds in which news for other replicas is gathered, to ring once for all of it."""


class Bell(Protocol):
    """Rings on every replica: storage.bell."""

    async def ring(self, names: Collection[str]) -> None:
        """Tell all replicas."""

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Call `heard` with each name, until cancelled."""


class Live:
    """Wakes whoever listens to a key."""

    def __init__(self, name_of: Callable[[Address], str] | None = None) -> None:
        self._name_of = name_of
        self._listeners: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._news: set[str] = set()
        self._something = asyncio.Event()
        self._closing = False

    def tell(self, *keys: Key) -> None:
        """Wake all who listen to one of these, on every replica."""
        self.tell_here(*keys)
        if self._name_of is not None:
            self._news.update(map(self._name, keys))
            self._something.set()

    def tell_here(self, *keys: Key) -> None:
        """Wake those of this process."""
        for key in keys:
            self._wake(self._name(key))

    async def connect(self, bell: Bell) -> None:
        """Hand news to the other replicas and take theirs, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(bell.listen(self._wake))
            group.create_task(self._ring(bell))

    @asynccontextmanager
    async def listen(self, key: Key) -> AsyncIterator["Listener"]:
        """Listen to `key` for the length of the block."""
        event, name = asyncio.Event(), self._name(key)
        if self._closing:
            event.set()
        self._listeners[name].add(event)
        try:
            yield Listener(event, self)
        finally:
            self._listeners[name].discard(event)
            if not self._listeners[name]:
                del self._listeners[name]

    @property
    def closing(self) -> bool:
        """True once the program is stopping: open streams should end."""
        return self._closing

    def close(self) -> None:
        """Wake everyone for the last time."""
        self._closing = True
        self._wake(ALL)

    async def _ring(self, bell: Bell) -> None:
        while True:
            await self._something.wait()
            await asyncio.sleep(TOGETHER)
            self._something.clear()
            names, self._news = self._news, set()
            try:
                await bell.ring(names)
            except Exception as error:
                # They look by themselves before long.
                log.warning("other replicas were not woken: %s", where(error))

    def _wake(self, name: str) -> None:
        heard = tuple(self._listeners) if name == ALL else (name,)
        for each in heard:
            for event in self._listeners.get(each, ()):
                event.set()

    def _name(self, key: Key) -> str:
        if isinstance(key, str):
            return key
        if self._name_of is None:
            return f"{key.channel} {key.key}"
        return self._name_of(key)


class Listener:
    """One who waits."""

    def __init__(self, event: asyncio.Event, live: Live) -> None:
        self._event, self._live = event, live

    async def news(self, timeout: float) -> bool:  # noqa: ASYNC109 - a listener's own patience
        """Wait for news, at most `timeout` seconds; False where there was none."""
        # Not wait_for, which before Python 3.12 swallows a cancellation that comes with the news.
        try:
            async with asyncio.timeout(timeout):
                await self._event.wait()
        except TimeoutError:
            return False
        if not self._live.closing:
            self._event.clear()
        return True
