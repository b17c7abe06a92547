"""Who is waiting for news right now: wakes open pages and the sender; stores nothing.

In one process it is a set of events; with PostgreSQL the same calls are to ride on NOTIFY.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class Live:
    """Wakes whoever listens to a key: a conversation's address, the queue, the outbox."""

    def __init__(self) -> None:
        self._listeners: defaultdict[Hashable, set[asyncio.Event]] = defaultdict(set)
        self._closing = False

    def tell(self, *keys: Hashable) -> None:
        """Wake all who listen to one of these, on every replica."""
        self.tell_here(*keys)

    def tell_here(self, *keys: Hashable) -> None:
        """Wake those of this process."""
        for key in keys:
            for event in self._listeners.get(key, ()):
                event.set()

    @asynccontextmanager
    async def listen(self, key: Hashable) -> AsyncIterator["Listener"]:
        """Listen to `key` for the length of the block."""
        event = asyncio.Event()
        if self._closing:
            event.set()
        self._listeners[key].add(event)
        try:
            yield Listener(event, self)
        finally:
            self._listeners[key].discard(event)
            if not self._listeners[key]:
                del self._listeners[key]

    @property
    def closing(self) -> bool:
        """True once the program is stopping: open streams should end."""
        return self._closing

    def close(self) -> None:
        """Wake everyone for the last time."""
        self._closing = True
        for events in self._listeners.values():
            for event in events:
                event.set()


class Listener:
    """One who waits."""

    def __init__(self, event: asyncio.Event, live: Live) -> None:
        self._event, self._live = event, live

    async def news(self, timeout: float) -> bool:  # noqa: ASYNC109 - a listener's own patience
        """Wait for news, at most `timeout` seconds; False where there was none."""
        try:
            await asyncio.wait_for(self._event.wait(), timeout)
        except TimeoutError:
            return False
        if not self._live.closing:
            self._event.clear()
        return True


OUTBOX = "outbox"
"""The key the sender listens to."""

QUEUE = "queue"
"""The key the staff console's queue listens to."""
