"""Backups are made while all goes on, show nothing, and prove whole before they are used."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from handlers.messages import Reply
from handlers.report import NewReport
from storage.backup_file import Writer
from storage.conversations import Address
from storage.erasure import CHAT
from storage.errors import StorageError
from storage.key_file import read_keys
from storage.queue import QueueFilter
from storage.restore import CannotRestore, restore
from storage.scope import By
from storage.work import Store, open_store
from tests.storage.conftest import Filled, World
from tests.storage.test_canary import CANARY, plant

Spoil = Callable[[bytes], bytes]


async def test_a_backup_brings_everything_back_but_what_was_erased_since(
    on_sqlite: Store, folder: Path, noise: World, tmp_path: Path, here: Address, now: datetime
) -> None:
    path = tmp_path / "backup"
    async with on_sqlite.work() as work:
        chat = await work.conversations.load(here, now)
        work.transcript.say(chat, [Reply("to be erased")], now)
    manifest = await on_sqlite.back_up(path, now)
    assert manifest.counts["reports"] == 1
    async with on_sqlite.work() as work:
        await work.conversations.forget(chat.id)
        await work.erasure.bury(CHAT, chat.id, now + timedelta(hours=1))
        stones = await work.erasure.buried()
    target = tmp_path / "elsewhere" / "counter.db"
    url = f"sqlite+aiosqlite:///{target}"
    await restore(url, folder / "keys", path, stones, now)
    async with open_store(url, folder / "keys") as restored, restored.work() as work:
        assert await work.reports.read(noise.reference) is not None
        assert (await work.files.read(noise.photo))[0] == b"noise"
        assert await work.audit.verify() is None
        assert await work.transcript.read(here) == ()


async def test_turns_go_on_while_a_backup_is_made_and_it_is_of_one_moment(
    on_sqlite: Store, folder: Path, tmp_path: Path, new_report: NewReport, now: datetime
) -> None:
    async def report_all_the_time() -> None:
        for _ in range(40):
            async with on_sqlite.work() as work:
                work.reports.keep(new_report, None, now)

    manifest, _ = await asyncio.gather(
        on_sqlite.back_up(tmp_path / "backup", now), report_all_the_time()
    )
    url = f"sqlite+aiosqlite:///{tmp_path / 'new' / 'counter.db'}"
    await restore(url, folder / "keys", tmp_path / "backup", (), now)
    async with open_store(url, folder / "keys") as restored, restored.work() as work:
        page = await work.queue.list(QueueFilter(), None)
    assert page.total == manifest.counts["reports"]


async def test_nothing_can_be_read_in_a_backup(
    on_sqlite: Store, tmp_path: Path, supervisor: By, now: datetime
) -> None:
    async with on_sqlite.work() as work:
        code = await plant(work, supervisor, now)
    await on_sqlite.back_up(tmp_path / "backup", now)
    written = (tmp_path / "backup").read_bytes()
    for secret in (CANARY, code, "chelmsford", "SQLite format"):
        assert secret.encode() not in written
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    assert {path.name for path in tmp_path.iterdir()} == {"backup", "data"}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda data: data[:-20], "cut short"),
        (lambda data: data[: len(data) // 2], "cut short"),
        (lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:], "was changed"),
        (lambda data: b"something else", "no backup"),
    ],
)
async def test_a_backup_that_is_not_whole_is_refused_and_nothing_is_changed(
    on_sqlite: Store, folder: Path, tmp_path: Path, now: datetime, spoil: Spoil, why: str
) -> None:
    path = tmp_path / "backup"
    await on_sqlite.back_up(path, now)
    path.write_bytes(spoil(path.read_bytes()))
    target = tmp_path / "there.db"
    target.write_bytes(b"what was there")
    with pytest.raises(CannotRestore, match=why):
        await restore(f"sqlite+aiosqlite:///{target}", folder / "keys", path, (), now)
    assert target.read_bytes() == b"what was there"
    assert not list(tmp_path.glob("*.restored*"))


async def test_a_backup_of_tampered_data_is_refused(
    folder: Path, file: Path, tmp_path: Path, now: datetime
) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("UPDATE reports SET body = randomblob(length(body))")
    url = f"sqlite+aiosqlite:///{file}"
    async with open_store(url, folder / "keys") as store:
        await store.back_up(tmp_path / "backup", now)
    with pytest.raises(CannotRestore, match="does not open"):
        await restore(url, folder / "keys", tmp_path / "backup", (), now)


async def test_another_key_file_opens_nothing(
    on_sqlite: Store, tmp_path: Path, now: datetime
) -> None:
    await on_sqlite.back_up(tmp_path / "backup", now)
    async with open_store(f"sqlite+aiosqlite:///{tmp_path / 'o.db'}", tmp_path / "other-keys"):
        pass
    with pytest.raises(CannotRestore, match="another key file"):
        await restore(
            f"sqlite+aiosqlite:///{tmp_path / 'o.db'}",
            tmp_path / "other-keys",
            tmp_path / "backup",
            (),
            now,
        )


async def test_postgresql_is_dumped_and_restored_into_a_new_database(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setenv("PATH", f"{filled.server.program('pg_dump').parent}:{os.environ['PATH']}")
    filled.server.run_sql(filled.afresh, "filled")
    async with open_store(filled.url, filled.keys) as store:
        await store.back_up(tmp_path / "backup", now)
        with pytest.raises(CannotRestore, match="not empty"):
            await restore(filled.url, filled.keys, tmp_path / "backup", (), now)
    url = filled.server.create("restored")
    await refuses_what_is_no_dump(url, filled.keys, tmp_path / "backup", now)
    await restore(url, filled.keys, tmp_path / "backup", (), now)
    async with open_store(url, filled.keys) as restored, restored.work() as work:
        assert await work.reports.read(filled.world.reference) is not None
        assert await work.audit.verify() is None


async def refuses_what_is_no_dump(url: str, keys: Path, backup: Path, now: datetime) -> None:
    """Of another database's kind, cut short, or no archive at all: each leaves it empty."""
    short = backup.with_name("short")
    short.write_bytes(backup.read_bytes()[:-20])
    with pytest.raises(CannotRestore, match=r"Nothing was changed\. .* cut short"):
        await restore(url, keys, short, (), now)
    refused = {"sqlite": r"Nothing was changed\. .* sqlite", "postgresql": "pg_restore"}
    for kind, told in refused.items():
        other = backup.with_name(kind)
        with Writer(other, read_keys(keys)) as writer:
            writer.write(b"no archive" * 200_000)
            writer.finish(kind, "0001", {}, now)
        with pytest.raises(StorageError, match=told):
            await restore(url, keys, other, (), now)
