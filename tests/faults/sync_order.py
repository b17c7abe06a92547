"""sync-order: nobody is told anything before it is on the disk, in the database or the journal."""

import asyncio
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from tests.faults.figures import Figure, at_least, exactly, not_run
from tests.faults.world import Resident, free_port, nursery, telegram
from tests.faults.zygote import Plan

TEXTS = ("hello", "report", "Something suspicious", "No", "1", "No, this is the first time")
_CALL = re.compile(r"\b(pwrite64|writev?|fsync|fdatasync|sendto|sendmsg)\(")
_ENDED = re.compile(r"(fsync|fdatasync) resumed")


def sync_order() -> Sequence[Figure]:
    """Watch the system calls of some turns, and of some while the database is locked."""
    strace = shutil.which("strace")
    if strace is None:
        return [not_run("strace", "not installed")]
    early, acknowledged = asyncio.run(_watched(strace, locked=False))
    early_held, held = asyncio.run(_watched(strace, locked=True))
    return [
        exactly("acknowledged-before-fsync", early, 0),
        at_least("acknowledged", acknowledged, len(TEXTS)),
        exactly("held-before-fsync", early_held, 0),
        at_least("held", held, 3),
    ]


async def _watched(strace: str, *, locked: bool) -> tuple[int, int]:
    """How many answers left while something written was not synced, and how many there were."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fc-sync-")))
        data = folder / "data"
        data.mkdir()
        fake = await stack.enter_async_context(telegram())
        starts = await stack.enter_async_context(nursery(folder))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        plan = Plan(str(data), fake.url, free_port())
        pid = await starts.start(plan)
        trace = folder / "trace"
        calls = "pwrite64,write,fsync,fdatasync,sendto,sendmsg,writev"
        watcher = await asyncio.create_subprocess_exec(
            strace,
            "-qq",
            "-f",
            "-y",
            "-s",
            "24",
            "-e",
            f"trace={calls}",
            "-o",
            str(trace),
            "-p",
            str(pid),
        )
        await asyncio.sleep(1.0)
        resident = Resident(1, TEXTS, f"http://127.0.0.1:{plan.port}")
        other = sqlite3.connect(data / "front-counter.db", isolation_level=None, timeout=5)
        if locked:
            other.execute("BEGIN IMMEDIATE")
        for _ in range(3 if locked else len(TEXTS)):
            await resident.say_next(session)
        other.close()
        await starts.end(pid)
        await watcher.wait()
        return _judge(trace.read_text(errors="replace"), "journal" if locked else "-wal")


def _judge(trace: str, kind: str) -> tuple[int, int]:
    """Go through the calls in their order, and see what is not yet synced when an answer leaves."""
    dirty, early, answers = False, 0, 0
    file = re.compile(rf"{kind}[.\d]*>")
    for line in trace.splitlines():
        call = _CALL.search(line)
        name = call[1] if call else ""
        if name in {"pwrite64", "write"} and file.search(line):
            dirty = True
        elif name in {"fsync", "fdatasync"} and file.search(line):
            # With threads the end of a call may stand in a later line.
            dirty = "unfinished" in line
        elif _ENDED.search(line):
            dirty = False
        if name and "HTTP/1.1 200" in line:
            answers += 1
            early += dirty
    return early, answers
