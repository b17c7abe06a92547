"""The audit trail: whole, or the first gap is named."""

import shutil
import sqlite3
from contextlib import AbstractAsyncContextManager, closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

import pytest

from storage.work import Store, open_store

LAST = 14


class OpenAgain(Protocol):
    """The conftest's fixture of that name."""

    def __call__(self) -> AbstractAsyncContextManager[Store]: ...


async def write(open_again: OpenAgain, now: datetime) -> None:
    """Make the trail LAST events long."""
    async with open_again() as store, store.work() as work:
        seq = 0
        while seq < LAST:
            await work.audit.append("hana", "report viewed", f"FC-{seq}", {"seq": seq}, now)
            seq = max(event.seq for event in await work.audit.about(f"FC-{seq}"))


async def broken_at(open_again: OpenAgain) -> int | None:
    async with open_again() as store, store.work() as work:
        return await work.audit.verify()


def tamper(file: Path, *statements: str) -> None:
    """What somebody can do who has the database and no keys."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement


async def test_a_trail_that_nobody_touched_is_whole(open_again: OpenAgain, now: datetime) -> None:
    await write(open_again, now)
    assert await broken_at(open_again) is None


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE audit SET who = 'sue' WHERE seq = 7", 7),
        ("UPDATE audit SET what = 'nothing' WHERE seq = 7", 7),
        ("UPDATE audit SET about = 'FC-x' WHERE seq = 7", 7),
        ("UPDATE audit SET detail = '{}' WHERE seq = 7", 7),
        ("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE seq = 7", 7),
        ("UPDATE audit SET mac = zeroblob(32) WHERE seq = 7", 7),
        ("DELETE FROM audit WHERE seq = 7", 7),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq > 9", 10),
        ("DELETE FROM audit WHERE seq = 14", LAST),
        ("DELETE FROM audit", 1),
        (
            "INSERT INTO audit SELECT 15, at, who, what, about, detail, mac "
            "FROM audit WHERE seq = 7",
            LAST + 1,
        ),
        ("DELETE FROM meta WHERE name = 'audit head'", LAST + 1),
        ("UPDATE meta SET value = zeroblob(60) WHERE name = 'audit head'", LAST + 1),
    ],
)
async def test_what_was_edited_deleted_inserted_or_cut_off_is_found(
    open_again: OpenAgain, file: Path, now: datetime, statement: str, first: int
) -> None:
    await write(open_again, now)
    tamper(file, statement)
    assert await broken_at(open_again) == first


async def test_two_swapped_events_are_found(
    open_again: OpenAgain, file: Path, now: datetime
) -> None:
    await write(open_again, now)
    tamper(
        file,
        "UPDATE audit SET seq = 99 WHERE seq = 7",
        "UPDATE audit SET seq = 7 WHERE seq = 8",
        "UPDATE audit SET seq = 8 WHERE seq = 99",
    )
    assert await broken_at(open_again) == 7


async def test_an_event_pushed_in_between_is_found(
    open_again: OpenAgain, file: Path, now: datetime
) -> None:
    await write(open_again, now)
    tamper(
        file,
        "UPDATE audit SET seq = seq + 100 WHERE seq > 6",
        "UPDATE audit SET seq = seq - 99 WHERE seq > 100",
        "INSERT INTO audit SELECT 7, at, who, what, about, detail, mac FROM audit WHERE seq = 6",
    )
    assert await broken_at(open_again) == 7


async def test_an_event_of_another_copys_history_is_found(
    open_again: OpenAgain, folder: Path, file: Path, now: datetime, tmp_path: Path
) -> None:
    await write(open_again, now)
    fork = tmp_path / "fork.db"
    shutil.copy(file, fork)
    url = f"sqlite+aiosqlite:///{fork}"
    async with open_store(url, folder / "keys") as other, other.work() as work:
        await work.audit.append("sue", "report viewed", "FC-other", {}, now)
    async with open_again() as store, store.work() as work:
        for _ in range(2):
            await work.audit.append("hana", "report viewed", "FC-true", {}, now)
    tamper(
        file,
        f"ATTACH '{fork}' AS fork",
        "DELETE FROM audit WHERE seq = 15",
        "INSERT INTO audit SELECT * FROM fork.audit WHERE seq = 15",
    )
    assert await broken_at(open_again) == 16


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'sue'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_the_trail(file: Path, statement: str) -> None:
    with (
        closing(sqlite3.connect(file)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(statement)


async def test_an_event_comes_back_as_it_was(store: Store, now: datetime) -> None:
    summer = now.astimezone(timezone(timedelta(hours=1)))
    async with store.work() as work:
        await work.audit.append("hana", "told", "FC-1", {"b": 1, "a": "ü", "c": None}, summer)
        (event,) = await work.audit.about("FC-1")
        assert await work.audit.verify() is None
    assert (event.at, event.who, event.what) == (now, "hana", "told")
    assert event.detail == '{"a":"\\u00fc","b":1,"c":null}'


async def test_long_trails_are_verified_in_pieces(
    store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.audit._BATCH", 3)
    async with store.work() as work:
        for _ in range(10):
            await work.audit.append("hana", "told", "FC-1", {}, now)
        assert await work.audit.verify() is None
