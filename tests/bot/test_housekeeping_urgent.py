"""An urgent report that nobody opens is told to whoever is on call, without a word of it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.alerts import Alerts
from bot.housekeeping import Sweeper
from handlers.report import URGENT, Answer, NewReport, Place
from knowledge.article import Force
from storage.work import open_store

MINUTES = 15


@pytest.mark.parametrize(
    ("flags", "later", "told"),
    [
        (frozenset({URGENT}), MINUTES + 1, True),
        (frozenset({URGENT}), MINUTES - 1, False),
        (frozenset(), MINUTES + 1, False),
    ],
    ids=["late", "still time", "not urgent"],
)
async def test_one_that_nobody_opens_is_told(
    now: datetime, flags: frozenset[str], later: int, told: bool,
    tmp_path: Path, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    patience = timedelta(minutes=MINUTES)
    at = now + timedelta(minutes=later)
    url = f"sqlite+aiosqlite:///{tmp_path / 'counter.db'}"
    async with (
        open_store(url, tmp_path / "keys") as store,
        store.journal(tmp_path / "journal") as journal,
    ):
        async with store.work() as work:
            said = (Answer("what", "What happens", "he has a knife"),)
            work.reports.keep(NewReport("asb", said, Place("here"), flags), None, now)
        force = Force({})
        sweeper = Sweeper(store, journal, lambda: at, Alerts(()), lambda: force, patience, patience)
        await sweeper.look()
    assert ("Urgent reports that nobody opened in 15 minutes: 1." in caplog.text) is told
    assert "knife" not in caplog.text
