"""Takes in what was held, as soon as the database can be written again, in the order it came."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.decide import Arrival
from bot.logs import where
from bot.turns import MOST_TOGETHER, Turns
from storage.errors import Unavailable
from storage.journal import Held, Journal
from storage.work import Store

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
LONGEST_PAUSE = 8.0


class Recovery:
    """Empties the journal; while the database is away, it finds out when it is back."""

    def __init__(
        self,
        journal: Journal,
        turns: Turns,
        store: Store,
        clock: Callable[[], datetime],
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._journal, self._turns = journal, turns
        self._store, self._clock = store, clock
        self._look_every = look_every

    async def run(self) -> None:
        """Look until cancelled."""
        pause = self._look_every
        while True:
            try:
                well = await self._look()
            except Exception as error:
                # Whatever it is, nothing else empties the journal, or finds the database well.
                log.error("the journal could not be emptied: %s", where(error))
                well = False
            if well and len(self._journal):
                continue
            pause = self._look_every if well else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _look(self) -> bool:
        """Take in the first event of each conversation; False while the database is away."""
        heads = self._journal.heads(MOST_TOGETHER)
        if not heads:
            return self._turns.available or await self._probe()
        results = await asyncio.gather(*map(self._take, heads))
        if any(results) and not len(self._journal):
            log.info("the journal is empty again")
        return any(results)

    async def _take(self, held: Held) -> bool:
        arrival = Arrival(held.address, held.event_id, held.event, held.at, held=True)
        try:
            await self._turns.add(arrival).outcome
        except Unavailable:
            return False
        self._journal.done(held)
        return True

    async def _probe(self) -> bool:
        """Really write and commit."""
        now = self._clock()
        try:
            async with self._store.work() as work:
                await work.handled.once("probe", now.isoformat(), now)
        except Exception as error:
            log.warning("the database is still away: %s", where(error))
            return False
        self._turns.found_well()
        return True
