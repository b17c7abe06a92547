"""urgent-faults and urgent-hol: the 999 answer within two seconds, whichever part is broken."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from handlers.messages import Reply
from knowledge.load import SHIPPED
from storage.conversations import TELEGRAM, Address
from tests.faults.desk import Desk, desk
from tests.faults.figures import Figure, at_most, exactly
from tests.postgres_kit import Postgres, running_postgres

DANGER = "help there is a man with a knife in my house right now"
AGAIN = "please hurry he is breaking the door down now"
CARD = "Call 999 now"
LIMIT, PATIENCE = 2.0, 6.0
BACKLOG = 10_000

Break = Callable[[Desk, ExitStack], Awaitable[None]]


def urgent_faults() -> Sequence[Figure]:
    """Each broken part in a program of its own."""
    times = {name: _trial(name) for name in FAULTS}
    answered = {name: took for name, (took, _) in times.items() if took is not None}
    again = [took for _, took in times.values() if took is not None]
    missing = sorted(set(FAULTS) - set(answered))
    return [
        exactly("answered" + "".join(f"-not-{name}" for name in missing), len(answered), 13),
        at_most("slowest-seconds", max(answered.values(), default=99), LIMIT),
        exactly("second-message-of-the-same-chat-answered", len(again), 13),
        at_most("slowest-second-seconds", max(again, default=99), LIMIT),
    ]


def urgent_hol() -> Sequence[Figure]:
    """The second message of a chat while the database is away, which Telegram holds back.

    It sends the next update of a chat only when the one before was answered with 200.
    """
    took = [second for name in HOLDING for _, second in [_trial(name)] if second is not None]
    return [
        exactly("second-message-answered", len(took), len(HOLDING)),
        at_most("slowest-seconds", max(took, default=99), LIMIT),
    ]


def _trial(name: str) -> tuple[float | None, float | None]:
    """What came of one fault; a program that it breaks altogether has not answered."""
    try:
        return asyncio.run(_tried(name))
    except Exception:
        return None, None


async def _tried(name: str) -> tuple[float | None, float | None]:
    """Seconds until the card came, and again for a second message of the same chat.

    Telegram holds the second back until the first was taken, and so does the resident here.
    """
    with tempfile.TemporaryDirectory(prefix="fc-urgent-") as made, ExitStack() as stack:
        folder = Path(made)
        url, server = "", None
        if name in ON_POSTGRES:
            server = stack.enter_context(running_postgres(quick=True))
            url = server.create("urgent")
        content = None
        if name.startswith("knowledge"):
            content = Path(shutil.copytree(SHIPPED, folder / "content"))
        async with desk(folder, url, content) as at:
            calm = at.resident(1, "hello")
            await calm.say_next(at.session)
            await at.hears(1, "front counter", PATIENCE)
            with ExitStack() as broken:
                if server is not None:
                    ON_POSTGRES[name](server, broken)
                else:
                    await ON_SQLITE[name](at, broken)
                scared = at.resident(2, DANGER, AGAIN)
                return await _asked(at, scared), await _asked(at, scared)


async def _asked(at: Desk, scared: object) -> float | None:
    before = len(at.fake.told[2])
    sending = asyncio.create_task(scared.say_next(at.session))  # type: ignore[attr-defined] # set just above
    took = await at.hears(2, CARD, PATIENCE, before)
    try:
        async with asyncio.timeout(PATIENCE):
            await sending
    except TimeoutError:
        return None
    return took


def _stopped(server: Postgres, broken: ExitStack) -> None:
    server.stop("immediate")
    broken.callback(server.start)


def _hangs(server: Postgres, broken: ExitStack) -> None:
    """Nobody at the database answers, and nobody refuses."""
    pids = subprocess.run(
        ["/usr/bin/pgrep", "-f", str(server.folder)], capture_output=True, text=True, check=False
    ).stdout.split()
    for pid in map(int, pids):
        if pid != os.getpid():
            os.kill(pid, signal.SIGSTOP)
            broken.callback(os.kill, pid, signal.SIGCONT)


def _file(at: Desk) -> Path:
    return at.folder / "front-counter.db"


async def lock(other: sqlite3.Connection) -> None:
    """Take the write lock; waiting for it in one go would keep the program from letting it go."""
    while True:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            await asyncio.sleep(0.01)
        else:
            return


async def _locked(at: Desk, broken: ExitStack) -> None:
    other = sqlite3.connect(_file(at), isolation_level=None, timeout=0)
    broken.callback(other.close)
    await lock(other)


async def _pragma(at: Desk, text: str) -> None:
    engine = at.app.store._database.engine
    async with engine.connect() as connection:
        await connection.exec_driver_sql(text)


async def _full(at: Desk, _: ExitStack) -> None:
    await _pragma(at, "PRAGMA max_page_count = 1")


async def _read_only(at: Desk, _: ExitStack) -> None:
    await _pragma(at, "PRAGMA query_only = ON")


async def _corrupt(at: Desk, _: ExitStack) -> None:
    for name in ("front-counter.db", "front-counter.db-wal"):
        path = at.folder / name
        if path.exists():
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.write(os.urandom(size))


async def _knowledge_missing(at: Desk, _: ExitStack) -> None:
    shutil.rmtree(at.folder.parent / "content")
    await asyncio.sleep(0.6)


async def _knowledge_corrupt(at: Desk, _: ExitStack) -> None:
    for path in (at.folder.parent / "content").rglob("*.*"):
        path.write_bytes(os.urandom(200))
    await asyncio.sleep(0.6)


async def _poison(at: Desk, _: ExitStack) -> None:
    """A reply that nobody can read waits before all others."""
    await _waiting(at, 1)
    await _pragma_write(at, "UPDATE messages SET words = x'00' WHERE state = 'queued'")


async def _pragma_write(at: Desk, text: str) -> None:
    engine = at.app.store._database.engine
    async with engine.begin() as connection:
        await connection.exec_driver_sql(text)


async def _backlog(at: Desk, _: ExitStack) -> None:
    await _waiting(at, BACKLOG)


async def _waiting(at: Desk, count: int) -> None:
    now = at.app.counter._clock()
    async with at.app.store.work() as work:
        for chat in range(1000, 1000 + min(count, 100)):
            kept = await work.conversations.load(Address(TELEGRAM, str(chat)), now)
            work.transcript.say(kept, [Reply("news")] * max(count // 100, 1), now)


async def _storm(at: Desk, _: ExitStack) -> None:
    await _waiting(at, 30)
    at.fake.failing = 20
    at.app.counter.told()


async def _worker_dead(_: Desk, __: ExitStack) -> None:
    for task in asyncio.all_tasks():
        if getattr(task.get_coro(), "__qualname__", "") == "Turns.run":
            task.cancel()
    await asyncio.sleep(0)


async def _journal_full(at: Desk, broken: ExitStack) -> None:
    at.app.counter._journal._most = 0
    await _locked(at, broken)


ON_POSTGRES: dict[str, Callable[[Postgres, ExitStack], None]] = {
    "database-refused": _stopped,
    "database-slow": _hangs,
}
ON_SQLITE: dict[str, Break] = {
    "database-locked": _locked,
    "database-full": _full,
    "database-read-only": _read_only,
    "database-corrupt": _corrupt,
    "knowledge-missing": _knowledge_missing,
    "knowledge-corrupt": _knowledge_corrupt,
    "outbox-poison": _poison,
    "outbox-backlog": _backlog,
    "telegram-429-storm": _storm,
    "worker-dead": _worker_dead,
    "journal-full": _journal_full,
}
HOLDING = ("database-refused", "database-slow", "database-locked", "journal-full")
FAULTS = (*ON_POSTGRES, *ON_SQLITE)
