"""Where somebody has promised to watch alarms, one that waits is told to whoever is on call."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.alerts import Alerts
from bot.housekeeping import Sweeper
from knowledge.article import ALWAYS, NEVER, STAFFED, Force
from storage.conversations import WEB, Address
from storage.work import open_store

PATIENCE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("watched", "hour", "later", "told"),
    [
        (ALWAYS, 3, 6, True),
        (ALWAYS, 3, 4, False),
        (NEVER, 12, 60, False),
        (STAFFED, 12, 6, True),
        (STAFFED, 3, 6, False),
    ],
)
async def test_an_alarm_that_nobody_takes_on_is_told(
    now: datetime, watched: str, hour: int, later: int, told: bool,
    tmp_path: Path, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    at = now.replace(hour=hour)
    moment = [at]
    clock: Callable[[], datetime] = lambda: moment[0]  # noqa: E731 - one line says it
    force = replace(Force({}), alarms_watched=watched)
    url = f"sqlite+aiosqlite:///{tmp_path / 'counter.db'}"
    async with (
        open_store(url, tmp_path / "keys") as store,
        store.journal(tmp_path / "journal") as journal,
    ):
        async with store.work() as work:
            chat = await work.conversations.load(Address(WEB, "somebody"), at)
            work.alarms.keep("he has a knife", "alarm", "weapon", (chat.id, WEB), at)
        moment[0] = at + timedelta(minutes=later)
        await Sweeper(store, journal, clock, Alerts(()), lambda: force, PATIENCE).look()
    assert ("alarms of residents have waited" in caplog.text) is told
    assert "knife" not in caplog.text
