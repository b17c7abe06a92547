"""The invented year: believable, in an empty folder only."""

from pathlib import Path

import pytest

from bot.commands.demo import fill
from bot.config import load_config
from handlers.report import Status
from storage.queue import QueueFilter
from storage.work import open_store


async def test_a_demo_has_reports_of_many_kinds_and_states_and_never_touches_a_used_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    config, _ = load_config(data=tmp_path / "data")
    assert await fill(config, days=20, a_day=8) == 0
    assert "demo-supervisor" in capsys.readouterr().out
    async with open_store(config.database_url, config.key_file) as store, store.work() as work:
        page = await work.queue.list(QueueFilter(per_page=500), None)
        assert await work.audit.verify() is None
    assert page.total > 60
    assert len({row.kind for row in page.rows}) >= 6
    assert len({row.district for row in page.rows}) >= 10
    assert {Status.NEW, Status.IN_TRIAGE, Status.CLOSED} <= {row.status for row in page.rows}
    assert await fill(config, days=20, a_day=8) == 1
    assert "in use already" in capsys.readouterr().err
