"""Keeps what was erased in a file beside the journal, and erases again what has come back."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.logs import where
from storage.erasure import read_tombstones, write_tombstones
from storage.work import Store

log = logging.getLogger(__name__)

TOMBSTONES = "tombstones"
"""The file's name."""
EVERY = timedelta(minutes=10)
_NEVER = datetime.min.replace(tzinfo=UTC)


class TombstoneFile:
    """Runs in every process: each machine has a file of its own, and any may be all that is left.

    `life` is how long a tombstone is kept.
    """

    def __init__(
        self, store: Store, folder: Path, life: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._path = store, folder / TOMBSTONES
        self._life, self._clock = life, clock

    async def run(self) -> None:
        """Now and every ten minutes, until cancelled."""
        while True:
            try:
                await self.once()
            except Exception as error:
                log.error("the tombstones could not be compared: %s", where(error))
            await asyncio.sleep(EVERY.total_seconds())

    async def once(self) -> None:
        """Make file and database know the same.

        What only the file knows was erased in a database that is gone: the one that has taken its
        place may hold it still, or again.
        """
        written = await asyncio.to_thread(read_tombstones, self._path)
        since = self._clock() - self._life
        async with self._store.work() as work:
            buried = {(it.kind, it.key): it.at for it in await work.erasure.buried()}
            forgotten = [
                stone
                for stone in written
                if stone.at >= since and buried.get((stone.kind, stone.key), _NEVER) < stone.at
            ]
            if forgotten:
                count = await work.erasure.erase_again(forgotten)
                log.warning("%d tombstones were not known; erased: %d", len(forgotten), count)
            stones = await work.erasure.buried()
        if written != stones:
            await asyncio.to_thread(write_tombstones, self._path, stones)
