"""Whether the counter is closed for maintenance, as every replica finds it in the database."""

import logging

from bot.live import MAINTENANCE, Live
from storage.errors import StorageError
from storage.switches import MAINTENANCE as SWITCH
from storage.work import Store

log = logging.getLogger(__name__)

LOOK_EVERY = 30.0
"""Seconds after which the database is asked even where nobody told of a change."""


class Maintenance:
    """Remembers what the switch was at the last look, so that no turn has to ask for it."""

    def __init__(self, store: Store, live: Live) -> None:
        self._store, self._live = store, live
        self.on = False

    async def look(self) -> None:
        """Ask the database; where it cannot say, all stays as it was."""
        try:
            async with self._store.work() as work:
                on = await work.switches.is_on(SWITCH)
        except StorageError as error:
            log.warning("the maintenance switch cannot be read: %s", error)
            return
        if on != self.on:
            log.warning("the counter is %s", "closed for maintenance" if on else "open again")
        self.on = on

    async def watch(self) -> None:
        """Look again whenever somebody turned it, and now and then besides; until cancelled."""
        async with self._live.listen(MAINTENANCE) as listener:
            while not self._live.closing:
                await self.look()
                await listener.news(LOOK_EVERY)
