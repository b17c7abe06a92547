"""A counter that takes turns, with a journal of its own, for tests of what stands around it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.alerts import Alerts
from bot.live import Live
from bot.service import Counter, open_counter
from bot.web.metrics import Metrics
from knowledge.library import Library
from storage.work import Store

JOURNAL = "journal"


@asynccontextmanager
async def counting(
    store: Store,
    folder: Path,
    library: Callable[[], Library],
    clock: Callable[[], datetime],
    live: Live,
    metrics: Metrics | None = None,
    alerts: Alerts | None = None,
    closed: Callable[[], bool] = lambda: False,
) -> AsyncIterator[Counter]:
    """The counter over `store`, its journal in `folder`."""
    async with (
        store.journal(folder / JOURNAL) as journal,
        open_counter(
            store,
            journal,
            library,
            clock,
            live,
            metrics or Metrics(),
            alerts or Alerts(()),
            closed=closed,
        ) as counter,
    ):
        yield counter


def break_journal(folder: Path) -> None:
    """Take the journal's folder away under the running program, which writes its first record."""
    (folder / JOURNAL / "journal.lock").unlink()
    (folder / JOURNAL).rmdir()
