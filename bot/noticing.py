"""Reads reports soon after they were made, and looks through all of them once a day."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic

from bot.live import QUEUE, Live
from bot.logs import where
from handlers.traits import Read, read_report
from knowledge.library import Library
from knowledge.similar import Traits
from knowledge.unusual import FEWEST, Counts, is_unusual
from storage.patterns import Count, PlaceKey, What
from storage.traces import Unread
from storage.work import Store, Work

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between looks for new reports; what reads urgent is marked so as soon after."""
TOGETHER, PAUSE = 20, 0.2
"""Reports read at once, and seconds between at least."""
REST = 4
"""Times as long as reading took until the next, EVERY at most: a fifth of a core is enough for some
ten reports a second, and residents who write at that moment need the rest."""
LOOK_THROUGH_EVERY = timedelta(days=1)

SERIES, HOTSPOT, BEFORE = 14, 30, 364
"""Days that a series and a hotspot are looked for in, and of the time before, at most."""
REPEATED_PLACE, REPEATED_REPORTER, OFTEN = 90, 365, 3
"""Days in which a place or a reporter came up so often."""
SLICE = 10
"""Days of places that are counted at once."""
LONGEST_LIST = 25


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
        began = monotonic()
        if await self.read():
            return min(max(PAUSE, REST * (monotonic() - began)), EVERY)
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
            await work.patterns.replace(found, now)
        self._looked = now

    async def _series(self, now: datetime) -> list[Count]:
        async with self._store.work() as work:
            counts = await work.patterns.by_kind(now, SERIES)
        return await self._unusual(counts, now, len(counts))

    async def _places(self, now: datetime) -> list[Count]:
        """Places with more than usual, and then those that came up again and again."""
        recent: Counter[PlaceKey] = Counter()
        hotspots: list[Count] = []
        for days in range(0, REPEATED_PLACE, SLICE):
            until = now - timedelta(days=days)
            async with self._store.work() as work:
                recent.update(await work.patterns.at_places(until - timedelta(days=SLICE), until))
            if days + SLICE == HOTSPOT:
                counts = [_at(place, n, What.HOTSPOT, HOTSPOT) for place, n in recent.items()]
                hotspots = await self._unusual(counts, now, len(counts))
        hot = {(count.key_value, count.district) for count in hotspots}
        again = [
            _at(place, n, What.PLACE, REPEATED_PLACE)
            for place, n in recent.items()
            if n >= OFTEN and place[1:] not in hot
        ]
        return [*hotspots, *_most_frequent(again)]

    async def _unusual(self, counts: Iterable[Count], now: datetime, looked_at: int) -> list[Count]:
        """Those that are more than their own usual number, and more than chance."""
        found = []
        for count in counts:
            if count.counts.recent < FEWEST:
                continue
            async with self._store.work() as work:
                before = await _days_before(work, now, count.counts.days)
                whole = await work.patterns.with_before(count, now, before)
            # Beside the loop, since the first one imports what it is calculated with.
            if await asyncio.to_thread(is_unusual, whole.counts, looked_at):
                found.append(whole)
        return found

    async def _reporters(self, now: datetime) -> list[Count]:
        async with self._store.work() as work:
            found = await work.patterns.by_reporter(now, REPEATED_REPORTER, OFTEN)
        return _most_frequent(found)


async def _days_before(work: Work, now: datetime, days: int) -> int:
    """How many days of reports there are before the last `days`; at most BEFORE."""
    first = await work.patterns.first_at()
    return 0 if first is None else max(0, min(BEFORE, (now - first).days - days))


def _at(place: PlaceKey, count: int, what: What, days: int) -> Count:
    kind, value, district = place
    return Count(what, Counts(count, days, 0, 0), "", district, kind, value)


def _most_frequent(counts: Iterable[Count]) -> list[Count]:
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
