"""Who is waiting for news right now: wakes open pages and the sender; stores nothing.

On SQLite that is one process; with PostgreSQL the names also ring on the other replicas.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
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

TYPING_THERE = "typing there"
"""The key for who shows typing elsewhere than on our own pages."""

RESIDENT, HANDLER = "r", "h"
"""Who may be typing."""
TYPING_LASTS = 6.0
"""Seconds for which somebody counts as typing after they were told of."""
_MOST_TYPING = 500
_MOST_LOOKED = 500


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody is typing in a conversation."""

    address: Address
    who: str
    """RESIDENT or HANDLER."""


@dataclass(frozen=True, slots=True)
class Looking:
    """One of staff has a report open, or has just closed it."""

    reference: str
    staff_id: int
    here: bool = True


Key = str | Address | Typing | Looking
"""A fixed word, a conversation, somebody typing in one, or somebody looking at a report."""

_TYPING, _LOOKING, _GONE = "t ", "l ", "g "
"""What the names of those keys begin with."""
LOOKING_LASTS = 25.0
"""Seconds for which somebody counts as looking after their page was last heard of."""


def looks_at(reference: str) -> str:
    """The key for who looks at a report."""
    return f"{_LOOKING}{reference}"


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

    def __init__(
        self,
        name_of: Callable[[Address], str] | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name_of, self._seconds = name_of, seconds
        self._typed: dict[str, float] = {}
        self._looked: dict[str, dict[int, float]] = {}
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

    def typed_at(self, typing: Typing) -> float | None:
        """When they were last told to be typing, on a clock of our own; None if not lately."""
        at = self._typed.get(self._name(typing))
        return None if at is None or self._seconds() - at > TYPING_LASTS else at

    def looking(self, reference: str) -> frozenset[int]:
        """The ids of those of staff who have the report open, on whichever replica."""
        since = self._seconds() - LOOKING_LASTS
        looked = self._looked.get(reference, {})
        return frozenset(id for id, at in looked.items() if at > since)

    @property
    def typing(self) -> int:
        """How many are remembered as typing, some of them no longer."""
        return len(self._typed)

    async def connect(self, bell: Bell) -> None:
        """Hand news to the other replicas and take theirs, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(bell.listen(self._wake))
            group.create_task(self._ring(bell))

    @asynccontextmanager
    async def listen(self, *keys: Key) -> AsyncIterator["Listener"]:
        """Listen to all of `keys` for the length of the block."""
        event, names = asyncio.Event(), tuple(map(self._name, keys))
        if self._closing:
            event.set()
        for name in names:
            self._listeners[name].add(event)
        try:
            yield Listener(event, self)
        finally:
            for name in names:
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
        if name.startswith(_TYPING):
            self._note(name)
        elif name.startswith((_LOOKING, _GONE)):
            name = self._look(name)
        heard = tuple(self._listeners) if name == ALL else (name,)
        for each in heard:
            for event in self._listeners.get(each, ()):
                event.set()

    def _look(self, name: str) -> str:
        """Note who looks, or looks no more; the key of those who want to know."""
        begin, _, rest = name.partition(" ")
        reference, _, id = rest.partition(" ")
        if len(self._looked) >= _MOST_LOOKED:
            # A replica that died has not said that its pages were closed.
            self._looked = {it: who for it, who in self._looked.items() if self.looking(it)}
        looked = self._looked.setdefault(reference, {})
        if f"{begin} " == _LOOKING:
            looked[int(id)] = self._seconds()
        else:
            looked.pop(int(id), None)
        if not self.looking(reference):
            del self._looked[reference]
        return looks_at(reference)

    def _note(self, name: str) -> None:
        now = self._seconds()
        if len(self._typed) >= _MOST_TYPING:
            self._typed = {it: at for it, at in self._typed.items() if now - at <= TYPING_LASTS}
        self._typed[name] = now

    def _name(self, key: Key) -> str:
        if isinstance(key, str):
            return key
        if isinstance(key, Typing):
            return f"{_TYPING}{key.who} {self._name(key.address)}"
        if isinstance(key, Looking):
            return f"{_LOOKING if key.here else _GONE}{key.reference} {key.staff_id}"
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
