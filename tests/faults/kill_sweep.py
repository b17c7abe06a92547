"""kill-sweep: SIGKILL at every step of the event loop while one whole report is made."""

import asyncio
import itertools
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from benchmarks.script import report_steps, shipped
from knowledge.library import Library
from tests.faults.figures import Figure, at_least, exactly
from tests.faults.judge import Verdict, judge
from tests.faults.world import (
    Nursery,
    Resident,
    Telegram,
    alive,
    expected,
    free_port,
    nursery,
    telegram,
    without_repeats,
)
from tests.faults.zygote import COUNT, Plan

LONGEST = 570.0
"""Seconds; what is not swept by then is a figure that fails."""
SIDE_BY_SIDE = 4
"""Reports made at once: two processors are what everybody has, and half the time is waiting."""
PATIENCE = 20.0
QUIET = 0.03
"""Seconds after the last reply, in which it is written down that it was sent."""

SETTLED = 0.3
"""Seconds after a start: what it does then by itself would be counted among a turn's steps."""


def kill_sweep(longest: float = LONGEST) -> Sequence[Figure]:
    """The report is made over and over: in the n-th one every turn dies at its n-th step.

    It ends when no turn has as many steps: then every turn has died at every one of its steps.
    """
    return asyncio.run(_sweep(shipped(), time.monotonic() + longest))


@dataclass(slots=True)
class _Swept:
    """What came of it so far."""

    kills: int = 0
    deepest: int = 0
    """The last step at which some turn died."""
    left: int = 0
    """Sweepers that ran out of time before no turn had as many steps."""
    verdict: Verdict = field(default_factory=Verdict)

    def add(self, verdict: Verdict) -> None:
        """Add what is wrong with one report."""
        for name in Verdict.__slots__:
            setattr(self.verdict, name, getattr(self.verdict, name) + getattr(verdict, name))


async def _sweep(known: Library, until: float) -> Sequence[Figure]:
    swept = _Swept()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fc-sweep-")))
        starts = await stack.enter_async_context(nursery(folder))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        )

        async def every_other(first: int) -> None:
            reports = _Reports(known, starts, session, folder / str(first))
            for step in itertools.count(first, SIDE_BY_SIDE):
                if time.monotonic() > until:
                    swept.left += 1
                    return
                kills, verdict = await reports.make(step)
                swept.add(verdict)
                if not kills:
                    return
                swept.kills += kills
                swept.deepest = max(swept.deepest, step)

        await asyncio.gather(*(every_other(first + 1) for first in range(SIDE_BY_SIDE)))
    return [
        at_least("steps-killed-at", swept.kills, 1000),
        at_least("steps-of-the-longest-turn", swept.deepest, 50),
        exactly("turns-not-swept-to-their-end", swept.left, 0),
        *swept.verdict.figures(swept.kills, 1),
    ]


def _counts(pid: int) -> bool:
    """Let the program count its steps from here on; False where it is dead."""
    try:
        os.kill(pid, COUNT)
    except ProcessLookupError:
        return False
    return True


class _Reports:
    """Makes whole reports, each in a data folder of its own."""

    def __init__(
        self, known: Library, starts: Nursery, session: aiohttp.ClientSession, data: Path
    ) -> None:
        self._known, self._starts, self._session, self._data = known, starts, session, data
        self._texts = report_steps(known)
        counts = range(1, len(self._texts) + 1)
        self._answers = [len(expected(known, self._texts, count)) for count in counts]

    async def make(self, step: int) -> tuple[int, Verdict]:
        """Make a report with a death at that step of each turn: the deaths, and the judgement."""
        shutil.rmtree(self._data, ignore_errors=True)
        self._data.mkdir()
        kills = 0
        async with telegram() as fake:
            plan = Plan(str(self._data), fake.url, free_port(), kill_at=step)
            resident = Resident(1, self._texts, f"http://127.0.0.1:{plan.port}")
            pid = await self._started(plan)
            for _ in self._texts:
                while not _counts(pid):
                    # It has died in the quiet after the turn before.
                    kills += 1
                    pid = await self._started(plan)
                talking = asyncio.create_task(self._say(resident, fake))
                gone = asyncio.create_task(self._starts.gone(pid))
                await asyncio.wait({talking, gone}, return_when=asyncio.FIRST_COMPLETED)
                if not alive(pid):
                    kills += 1
                    pid = await self._started(plan)
                gone.cancel()
                await talking
            await self._starts.end(pid, signal.SIGKILL)
            url = f"sqlite+aiosqlite:///{self._data}/front-counter.db"
            keys = self._data / "seal.key"
            return kills, await judge(url, keys, self._known, [resident], fake)

    async def _started(self, plan: Plan) -> int:
        """Start the program and let it settle: what it does at every start is no part of a turn."""
        pid = await self._starts.start(plan)
        await asyncio.sleep(SETTLED)
        return pid

    async def _say(self, resident: Resident, fake: Telegram) -> None:
        """Say the next thing, and wait for all that is answered to it."""
        answers = self._answers[resident.acknowledged]
        await resident.say_next(self._session)
        until = time.monotonic() + PATIENCE
        while len(without_repeats(fake.told[1])) < answers and time.monotonic() < until:
            await asyncio.sleep(0.005)
        await asyncio.sleep(QUIET)
