"""Turns of many conversations taken together: loaded, decided and written in one transaction."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.alerts import Alerts
from bot.decide import Arrival, Taken, decide
from bot.logs import where
from bot.reflex import NOT_RECORDED
from handlers.messages import Reply
from knowledge.library import Library
from storage.conversations import Address
from storage.errors import Unavailable
from storage.seal import Unsealable
from storage.work import Store

log = logging.getLogger(__name__)

MOST_TOGETHER = 64
MOST_TRIES = 3
"""How often an event is tried alone before it is set aside: the first may have met a chance clash,
as of two replicas or of two equal references."""
GATHER = 0.005
"""Seconds in which a batch may still grow, where the one before was larger: a commit costs the
same for one turn as for many."""
PAUSE = 0.01
"""Seconds until a conversation is tried again that another replica has at the moment."""


@dataclass(slots=True, eq=False)
class Waiting:
    """An event on its way through, and what comes of it."""

    arrival: Arrival
    outcome: asyncio.Future[Taken] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Turns:
    """Takes events: those of one conversation in order, those of many in one commit.

    A turn whose decision fails is not in the commit; and where the database refuses the whole,
    each is tried alone, so that one bad turn fails alone. `settled` hears of every turn that is
    committed.
    """

    def __init__(
        self,
        store: Store,
        library: Callable[[], Library],
        clock: Callable[[], datetime],
        alerts: Alerts,
        settled: Callable[[Arrival, Taken], None],
        closed: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store, self._library, self._clock = store, library, clock
        self._alerts, self._settled, self._closed = alerts, settled, closed
        self._queues: dict[Address, deque[Waiting]] = {}
        self._busy: set[Address] = set()
        self._news = asyncio.Event()
        self._closing = False
        self.available = True
        """False from a failure of the database until something could be written again."""

    def add(self, arrival: Arrival) -> Waiting:
        """Queue an event; wait for its `outcome`, which raises Unavailable where nothing is kept.

        Nobody need wait: the turn is taken all the same, unless `outcome` loses patience first.
        """
        waiting = Waiting(arrival)
        # Looked at here, so that nobody complains where the waiter has gone.
        waiting.outcome.add_done_callback(lambda done: done.cancelled() or done.exception())
        if self._closing:
            waiting.outcome.set_exception(Unavailable("stopping"))
            return waiting
        self._queues.setdefault(arrival.address, deque()).append(waiting)
        self._news.set()
        return waiting

    async def outcome(self, waiting: Waiting, patience: float) -> Taken:
        """What comes of an event; Unavailable where nothing is kept, or not in so many seconds.

        One that took too long is taken back where nobody has begun with it; else it takes its
        course, and may be kept after all.
        """
        # Not asyncio.wait: a tenth of what it costs, and every message waits here.
        late = asyncio.get_running_loop().call_later(patience, self._give_back, waiting)
        try:
            return await waiting.outcome
        finally:
            late.cancel()

    def found_well(self) -> None:
        """Something could be written."""
        self.available = True

    async def run(self) -> None:
        """Take turns until `close`; several may run at once where the database takes several."""
        size = 0
        left: Collection[Waiting]
        while not (self._closing and not self._queues):
            if len(self._queues) < size:
                await asyncio.sleep(GATHER)
            batch = self._next()
            size = len(batch)
            if not batch:
                await self._rest()
                continue
            try:
                left = await self._take(batch)
            except Exception as error:
                # Whatever it is, the next turns must be taken, and these are held.
                log.error("a batch broke off: %s", where(error))
                left = ()
                for waiting in batch:
                    _fail(waiting, Unavailable(type(error).__name__))
            finally:
                self._busy -= {waiting.arrival.address for waiting in batch}
                self._news.set()
            if left:
                self._put_back(left)
                await asyncio.sleep(PAUSE)

    async def _rest(self) -> None:
        """Wait for news; at the end only for the other workers."""
        if self._closing:
            await asyncio.sleep(PAUSE)
        else:
            self._news.clear()
            await self._news.wait()

    def close(self) -> None:
        """Take nothing in any more; `run` ends when what waits has been taken."""
        self._closing = True
        self._news.set()

    def give_up(self) -> None:
        """Whoever still waits is told that nothing was kept."""
        for queue in self._queues.values():
            for waiting in queue:
                _fail(waiting, Unavailable("stopping"))
        self._queues.clear()

    def _give_back(self, waiting: Waiting) -> None:
        """It took too long: others need not wait as long to find that out."""
        queue = self._queues.get(waiting.arrival.address)
        if queue and waiting in queue:
            queue.remove(waiting)
            if not queue:
                del self._queues[waiting.arrival.address]
        slow = Unavailable("slow")
        self._down(slow)
        _fail(waiting, slow)

    def _next(self) -> list[Waiting]:
        """The first event of as many conversations as there are, the longest waiting first."""
        free = [address for address in self._queues if address not in self._busy]
        batch = []
        for address in free[:MOST_TOGETHER]:
            queue = self._queues.pop(address)
            batch.append(queue.popleft())
            if queue:
                # To the end of the line: nobody's many messages hold up another's one.
                self._queues[address] = queue
            self._busy.add(address)
        return batch

    def _put_back(self, left: Collection[Waiting]) -> None:
        for waiting in left:
            self._queues.setdefault(waiting.arrival.address, deque()).appendleft(waiting)

    async def _take(self, batch: Collection[Waiting]) -> Collection[Waiting]:
        """Take a batch; those come back whose conversation somebody else has at the moment."""
        try:
            taken, spoilt = await self._together(batch)
        except Unavailable as error:
            self._down(error)
            for waiting in batch:
                _fail(waiting, error)
            return ()
        except Exception as error:
            log.warning("a batch is taken one by one: %s", where(error))
            taken, spoilt = {}, list(batch)
        self._settle(taken)
        for waiting in spoilt:
            await self._alone(waiting)
        return [waiting for waiting in batch if waiting not in taken and waiting not in spoilt]

    async def _together(
        self, batch: Collection[Waiting]
    ) -> tuple[Mapping[Waiting, Taken], Collection[Waiting]]:
        """Take what can be taken in one transaction; and those whose decision failed."""
        now = self._clock()
        # Taken once: comms may swap it in the middle, and a turn is to be of one mind.
        library = self._library()
        taken: dict[Waiting, Taken] = {}
        spoilt: list[Waiting] = []
        async with self._store.work() as work:
            found = await work.conversations.load_all([it.arrival.address for it in batch], now)
            ours = [waiting for waiting in batch if waiting.arrival.address in found]
            known = await work.handled.known([waiting.arrival.key for waiting in ours])
            for waiting in ours:
                arrival = waiting.arrival
                if arrival.key in known:
                    taken[waiting] = Taken(repeated=True)
                    continue
                mark = work.rows.mark()
                try:
                    work.handled.take(*arrival.key, now)
                    kept = found[arrival.address]
                    taken[waiting] = await decide(
                        arrival, kept, work, library, now, closed=self._closed()
                    )
                except Exception as error:
                    if not work.rows.undo(mark):
                        raise
                    log.warning("a turn is decided again: %s", where(error))
                    spoilt.append(waiting)
        return taken, spoilt

    async def _alone(self, waiting: Waiting) -> None:
        """Take one event by itself; set it aside where that fails every time."""
        why = ""
        for _ in range(MOST_TRIES):
            try:
                taken = await self._by_itself(waiting.arrival)
            except Unavailable as error:
                self._down(error)
                _fail(waiting, error)
                return
            except Exception as error:
                why = where(error)
            else:
                self._settle({waiting: taken})
                return
        await self._set_aside(waiting, why)

    async def _by_itself(self, arrival: Arrival) -> Taken:
        now, library = self._clock(), self._library()
        async with self._store.work() as work:
            kept = await work.conversations.load(arrival.address, now)
            if not await work.handled.once(*arrival.key, now):
                return Taken(repeated=True)
            return await decide(arrival, kept, work, library, now, closed=self._closed())

    async def _set_aside(self, waiting: Waiting, why: str) -> None:
        """Keep an event for whoever mends the cause, and tell its resident that it went wrong."""
        arrival, now = waiting.arrival, self._clock()
        log.error("an event was set aside: %s", why)
        self._alerts.tell("set-aside", f"A message could not be handled: {why}.")
        sorry = Reply(NOT_RECORDED)
        try:
            async with self._store.work() as work:
                if not await work.handled.once(*arrival.key, now):
                    self._settle({waiting: Taken(repeated=True)})
                    return
                try:
                    kept = await work.conversations.load(arrival.address, now)
                except (Unsealable, ValueError):
                    # The conversation itself cannot be read: nothing may be written over it.
                    work.set_aside.keep(arrival.event, why, None, arrival.at)
                    taken = Taken(set_aside=True)
                else:
                    work.set_aside.keep(arrival.event, why, kept.id, arrival.at)
                    work.transcript.say(kept, [sorry], now)
                    taken = Taken((sorry,), set_aside=True)
        except Unavailable as error:
            self._down(error)
            _fail(waiting, error)
        except Exception as error:
            log.error("an event could not even be set aside: %s", where(error))
            self._down(Unavailable(type(error).__name__))
            _fail(waiting, Unavailable("not set aside"))
        else:
            self._settle({waiting: taken})

    def _settle(self, taken: Mapping[Waiting, Taken]) -> None:
        if taken:
            self.available = True
        for waiting, result in taken.items():
            try:
                self._settled(waiting.arrival, result)
            except Exception as error:
                # It is committed all the same.
                log.error("a turn was not told of: %s", where(error))
            if not waiting.outcome.done():
                waiting.outcome.set_result(result)

    def _down(self, error: Unavailable) -> None:
        if self.available:
            log.error("the database cannot take turns: %s", error)
            self._alerts.tell(
                "database", f"The database cannot be written ({error}): messages are held."
            )
        self.available = False


def _fail(waiting: Waiting, error: Unavailable) -> None:
    if not waiting.outcome.done():
        waiting.outcome.set_exception(error)
