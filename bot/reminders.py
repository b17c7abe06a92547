"""Reminds residents, once, that staff have asked them something; neutrally, as every update."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.logs import where
from bot.service import Counter
from knowledge.library import Library
from storage.work import Store

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(minutes=5)


class Reminders:
    """Runs where this process leads: once in a while for all replicas."""

    def __init__(
        self,
        store: Store,
        counter: Counter,
        library: Callable[[], Library],
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._counter = store, counter
        self._library, self._clock = library, clock

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:
                log.warning("residents could not be reminded: %s", where(error))
            await asyncio.sleep(LOOK_EVERY.total_seconds())

    async def look(self) -> None:
        """Once: remind those whose time to answer is half over."""
        now = self._clock()
        half = timedelta(days=self._library().desk.answer_days) / 2
        async with self._store.work() as work:
            waiting = await work.casework.to_remind(now, now + half)
        for reference in waiting:
            async with self._store.work() as work:
                told = await self._counter.announce(work, reference)
                await work.casework.reminded(reference, now, told=bool(told))
            self._counter.told(told)
