"""Reads reports soon after they were made, and looks through all of them once a day."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.live import QUEUE, Live
from bot.logs import where
from handlers.traits import Read, read_report
from knowledge.library import Library
from knowledge.similar import Traits
from knowledge.unusual import FEWEST, is_unusual
from storage.findings import Count, What
from storage.traces import Unread
from storage.work import Store, Work

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between looks for new reports; what reads urgent is marked so as soon after."""
TOGETHER, PAUSE = 20, 0.2
"""Reports read at once, and seconds between, so that old ones never keep a resident waiting."""
LOOK_THROUGH_EVERY = timedelta(days=1)

SERIES, HOTSPOT, BEFORE = 14, 28, 364
"""Days that a series and a hotspot are looked for in, and of the time before, at most."""
REPEATED_PLACE, REPEATED_REPORTER, OFTEN = 90, 365, 3
"""Days in which a place or a reporter came up so often."""
LONGEST_LIST = 50


class Noticing:
    """Runs where this process leads: once for all replicas."""

    def __init__(
        self,
        store: Store,
        library: Callable[[], Library],
        clock: Callable[[], datetime],
        live: Live,
    ) -> None:
        self._store, self._library = store, library
        self._clock, self._live = clock, live
        self._looked: datetime | None = None

    async def run(self) -> None:
        """Read and look through until cancelled."""
        while True:
            try:
                pause = await self._once()
            except Exception as error:
                log.warning("could not read reports: %s", where(error))
                pause = EVERY
            await asyncio.sleep(pause)

    async def _once(self) -> float:
        """Read some, or look through all where that is due; how long to rest then."""
        if await self.read():
            return PAUSE
        if self._looked is None or self._clock() - self._looked > LOOK_THROUGH_EVERY:
            await self.look_through()
        return EVERY

    async def read(self) -> int:
        """Read a few of those that wait; how many that was."""
        async with self._store.work() as work:
            unread = await work.traces.unread(TOGETHER)
        if not unread:
            return 0
        read = await asyncio.to_thread(_read_all, unread, self._library())
        async with self._store.work() as work:
            for one, found in zip(unread, read, strict=True):
                await work.traces.keep(one, found, self._clock())
        if any(found.urgent_words for found in read):
            self._live.tell(QUEUE)
        return len(unread)

    async def look_through(self) -> None:
        """Look for series, hotspots and repeats, each in a transaction of its own."""
        now = self._clock()
        found = [*await self._series(now), *await self._places(now), *await self._reporters(now)]
        async with self._store.work() as work:
            await work.findings.replace(found, now)
        self._looked = now

    async def _series(self, now: datetime) -> list[Count]:
        async with self._store.work() as work:
            before = await _days_before(work, now, SERIES)
            counts = await work.findings.by_kind(now, SERIES, before)
        return [count for count in counts if is_unusual(count.counts, len(counts))]

    async def _places(self, now: datetime) -> list[Count]:
        """Places with more than usual, and then those that came up again and again."""
        async with self._store.work() as work:
            before = await _days_before(work, now, HOTSPOT)
            looked_at = await work.findings.places(now, HOTSPOT)
            many = await work.findings.by_place(now, HOTSPOT, FEWEST)
            counts = [await work.findings.with_before(count, now, before) for count in many]
            repeated = await work.findings.by_place(now, REPEATED_PLACE, OFTEN)
        hotspots = [
            replace(count, what=What.HOTSPOT)
            for count in counts
            if is_unusual(count.counts, looked_at)
        ]
        hot = {(count.key_value, count.district) for count in hotspots}
        others = (count for count in repeated if (count.key_value, count.district) not in hot)
        return [*hotspots, *_most_frequent(others)]

    async def _reporters(self, now: datetime) -> list[Count]:
        async with self._store.work() as work:
            found = await work.findings.by_reporter(now, REPEATED_REPORTER, OFTEN)
        return _most_frequent(iter(found))


async def _days_before(work: Work, now: datetime, days: int) -> int:
    """How many days of reports there are before the last `days`; at most BEFORE."""
    first = await work.findings.first_at()
    return 0 if first is None else max(0, min(BEFORE, (now - first).days - days))


def _most_frequent(counts: Iterator[Count]) -> list[Count]:
    return sorted(counts, key=lambda count: -count.counts.recent)[:LONGEST_LIST]


def _read_all(unread: tuple[Unread, ...], library: Library) -> list[Read]:
    return [_read(one, library) for one in unread]


def _read(unread: Unread, library: Library) -> Read:
    """What one says; nothing where it cannot be read, or it would be tried for ever."""
    try:
        return read_report(unread.answers, unread.place, unread.added, library)
    except Exception as error:
        log.error("a report could not be read for what it is like: %s", where(error))
        return Read(Traits(), (), "")
