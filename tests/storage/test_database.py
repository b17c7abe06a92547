"""The database: one process, durable commits, and no half-done work however it ends."""

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from handlers.conversation import Conversation
from handlers.draft import Draft
from handlers.messages import Reply
from storage.conversations import Address
from storage.database import open_database
from storage.errors import CannotOpen, Rejected
from storage.queue import QueueFilter
from storage.work import Store, open_store

ROOT = Path(__file__).parents[2]

# Takes reports in until it is killed, and says so only after each commit.
TAKE_IN = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from handlers.report import NewReport, Place
from storage.work import open_store

async def main(url, keys):
    async with open_store(url, Path(keys)) as store:
        for number in range(10_000):
            now = datetime.now(UTC)
            async with store.work() as work:
                assert await work.handled.once("test", str(number), now)
                reference, _ = work.reports.keep(NewReport("asb", (), Place("")), None, now)
                print("in", flush=True)
            print("done", number, reference, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""

OPEN = """
import asyncio, sys
from pathlib import Path
from storage.errors import CannotOpen, Rejected
from storage.work import open_store

async def main(url, keys):
    try:
        async with open_store(url, Path(keys)):
            print("opened")
    except CannotOpen as error:
        print(error)

asyncio.run(main(*sys.argv[1:]))
"""


@contextmanager
def process(code: str, file: Path, key_file: Path) -> Iterator[subprocess.Popen[str]]:
    url = f"sqlite+aiosqlite:///{file}"
    with subprocess.Popen(
        [sys.executable, "-c", code, url, str(key_file)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


async def test_a_second_process_is_refused_with_a_sentence(
    on_sqlite: Store, file: Path, key_file: Path
) -> None:
    with process(OPEN, file, key_file) as second:
        said, _ = second.communicate(timeout=30)
    assert said.startswith(f"Another process is using {file}")


async def test_the_next_process_may_have_it_when_the_first_has_gone(
    file: Path, key_file: Path
) -> None:
    with process(OPEN, file, key_file) as only:
        assert only.communicate(timeout=30)[0] == "opened\n"


@pytest.mark.parametrize("line", [25, 26])
async def test_a_kill_loses_nothing_that_was_committed_and_keeps_nothing_that_was_not(
    file: Path, key_file: Path, now: datetime, line: int
) -> None:
    said: list[list[str]] = []
    with process(TAKE_IN, file, key_file) as victim:
        assert victim.stdout is not None
        for told in victim.stdout:
            said.append(told.split())
            if len(said) == line:
                os.kill(victim.pid, signal.SIGKILL)
                break
        said += [told.split() for told in victim.stdout]
    done = [parts for parts in said if parts[0] == "done"]
    begun = sum(parts[0] == "in" for parts in said)
    assert len(done) >= 10
    async with open_store(f"sqlite+aiosqlite:///{file}", key_file) as store, store.work() as work:
        for _, number, reference in done:
            assert not await work.handled.once("test", number, now)
            assert await work.reports.read(reference) is not None
        # The one it was killed in may be there or not, but nothing after it.
        assert await work.handled.once("test", str(begun), now)
        assert (await work.queue.list(QueueFilter(), None)).total in {len(done) + 1, begun + 1}


async def test_connections_promise_what_sqlite_does_not_by_itself(tmp_path: Path) -> None:
    async with (
        open_database(f"sqlite+aiosqlite:///{tmp_path / 'new' / 'x.db'}") as database,
        database.engine.connect() as connection,
    ):
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
        }
        assert (await connection.execute(text("PRAGMA secure_delete"))).scalar_one() == 2
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
    }
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "new").iterdir()} == {0o600}


async def test_an_exception_of_the_database_does_not_tell_what_was_written(
    store: Store, now: datetime
) -> None:
    with pytest.raises(Rejected) as caught:
        async with store.work() as work:
            await work.feedback._connection.execute(
                text("INSERT INTO staff (username) VALUES (:words)"), [{"words": "CANARY"}]
            )
    assert "CANARY" not in str(caught.value)
    assert "CANARY" not in repr(caught.value)


async def test_work_that_is_cancelled_anywhere_is_done_wholly_or_not_at_all(
    store: Store, here: Address, now: datetime
) -> None:
    async def turn(number: int) -> None:
        async with store.work() as work:
            await work.handled.once("test", str(number), now)
            kept = await work.conversations.load(here, now)
            work.transcript.say(kept, [Reply("one"), Reply("two")], now)
            work.conversations.save(kept, Conversation(draft=Draft("asb", now)), now)

    ends = set()
    for number in range(60):
        task = asyncio.create_task(turn(number))
        await asyncio.sleep(number * 0.0002)
        task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
        ends.add(type(ended))
        # The next in turn is not kept waiting by what the cancelled one left behind.
        async with asyncio.timeout(1), store.work():
            pass
    assert asyncio.CancelledError in ends
    assert ends <= {asyncio.CancelledError, type(None)}
    async with store.work() as work:
        lines = len(await work.transcript.read(here))
        done = [n for n in range(60) if not await work.handled.once("test", str(n), now)]
        assert lines == 2 * len(done)
        found = await work.conversations.find(here)
        assert (found.version if found else 0) == len(done)


async def test_who_waits_for_a_turn_can_give_up(on_sqlite: Store) -> None:
    async def wait() -> None:
        async with asyncio.timeout(0.05), on_sqlite.work():
            pass

    async with on_sqlite.work():
        waiter = asyncio.create_task(wait())
        given_up, _ = await asyncio.wait([waiter], timeout=5)
    assert given_up == {waiter}
    assert isinstance(waiter.exception(), TimeoutError)
    async with asyncio.timeout(5), on_sqlite.work():
        pass


async def test_work_has_the_write_lock_from_its_beginning(on_sqlite: Store, file: Path) -> None:
    async def nothing() -> None:
        async with on_sqlite.work():
            pass

    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiter = asyncio.create_task(nothing())
        begun, _ = await asyncio.wait([waiter], timeout=0.2)
        other.execute("ROLLBACK")
    assert not begun
    await waiter


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "not one that SQLAlchemy understands"),
        ("sqlite+aiosqlite:///:memory:", "has to be a file"),
        ("sqlite+aiosqlite://", "has to be a file"),
        ("sqlite:///{folder}/x.db", "no asynchronous driver"),
        ("oracle+nothing://name:secret@host/x", "no asynchronous driver"),
        ("sqlite+aiosqlite:////dev/null/x.db", "cannot be made"),
        ("sqlite+aiosqlite:///{folder}", "cannot be opened"),
        ("sqlite+aiosqlite:///{folder}/garbage", "file is not a database"),
    ],
)
async def test_what_cannot_be_opened_is_one_clear_sentence(
    tmp_path: Path, url: str, why: str
) -> None:
    (tmp_path / "garbage").write_bytes(b"garbage" * 100)
    with pytest.raises(CannotOpen, match=why) as caught:
        async with open_store(url.format(folder=tmp_path), tmp_path / "keys"):
            pass
    assert "secret" not in str(caught.value)
    assert not (tmp_path / "keys").exists()
