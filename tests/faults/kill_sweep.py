"""kill-sweep: SIGKILL at every step of the event loop while one whole report is made."""

import asyncio
import math
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from benchmarks.script import report_steps
from knowledge.library import Library
from tests.faults.figures import Figure, at_least
from tests.faults.judge import Verdict, judge
from tests.faults.known import library
from tests.faults.world import (
    Nursery,
    Resident,
    Telegram,
    expected,
    free_port,
    nursery,
    telegram,
    without_repeats,
)
from tests.faults.zygote import Plan

LONGEST = 520.0
"""Seconds for the whole sweep: the last turn, in which the report is submitted, is swept step by
step, and of the turns before it as many steps as fit in, evenly spread."""
PATIENCE = 20.0


def kill_sweep(longest: float = LONGEST) -> Sequence[Figure]:
    """Run it, and judge each history."""
    return asyncio.run(_Sweep(library()).run(longest))


@dataclass(frozen=True, slots=True)
class _Turn:
    """One turn of the report, and the world as it was before it."""

    number: int
    data: Path
    told: tuple[str, ...]
    steps: int
    """Steps of the event loop from the program's being ready to its end of quiet."""


class _Sweep:
    """One report; each turn over and over, with a death at another step."""

    def __init__(self, known: Library) -> None:
        self._known = known
        self._texts = report_steps(known)
        self._total = Verdict()

    async def run(self, longest: float) -> Sequence[Figure]:
        """The whole sweep."""
        async with AsyncExitStack() as stack:
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fc-sw-")))
            self._starts: Nursery = await stack.enter_async_context(nursery(self._folder))
            self._session = await stack.enter_async_context(
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
            )
            turns = await self._turns()
            began = time.monotonic()
            last = turns[-1]
            for kill_at in range(1, last.steps + 1):
                await self._once(last, kill_at)
            a_point = (time.monotonic() - began) / last.steps
            points = [(turn, step) for turn in turns[:-1] for step in range(1, turn.steps + 1)]
            left = max(longest - (time.monotonic() - began), 10.0)
            stride = max(1, math.ceil(len(points) * a_point / left))
            others = points[::stride]
            for turn, kill_at in others:
                await self._once(turn, kill_at)
            return [
                at_least("steps-of-the-submission-all-killed-at", last.steps, 50),
                at_least(f"of-{len(points)}-steps-before-it-killed-at", len(others), 50),
                *self._total.figures(last.steps + len(others)),
            ]

    async def _turns(self) -> list[_Turn]:
        """Make the report once, stopping after each turn to keep the world as it was."""
        turns = []
        data = self._folder / "whole"
        data.mkdir()
        async with telegram() as fake:
            plan = Plan(str(data), fake.url, free_port())
            await self._starts.end(await self._starts.start(plan), signal.SIGTERM)
            resident = Resident(1, self._texts, f"http://127.0.0.1:{plan.port}")
            for number in range(len(self._texts)):
                before = self._folder / f"before-{number}"
                shutil.copytree(data, before)
                told = tuple(fake.told[1])
                pid = await self._starts.start(plan)
                await self._say(resident, fake)
                await self._starts.end(pid, signal.SIGTERM)
                steps = int((data / "steps").read_text())
                turns.append(_Turn(number, before, told, steps))
        return turns

    async def _once(self, turn: _Turn, kill_at: int) -> None:
        """Die at that step of that turn, start again, end the turn, and judge."""
        data = self._folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(turn.data, data)
        async with telegram() as fake:
            fake.told[1] = list(turn.told)
            plan = Plan(str(data), fake.url, free_port())
            resident = Resident(1, self._texts, f"http://127.0.0.1:{plan.port}")
            resident.acknowledged = turn.number
            doomed = await self._starts.start(replace(plan, kill_at=kill_at))
            talking = asyncio.create_task(self._say(resident, fake))
            gone = asyncio.create_task(self._starts.gone(doomed))
            await asyncio.wait({talking, gone}, return_when=asyncio.FIRST_COMPLETED)
            await self._starts.end(doomed)
            pid = await self._starts.start(plan)
            await talking
            await self._starts.end(pid)
            url = f"sqlite+aiosqlite:///{data}/front-counter.db"
            verdict = await judge(url, data / "seal.key", self._known, [resident], fake)
        for field in Verdict.__slots__:
            value = getattr(self._total, field) + getattr(verdict, field)
            setattr(self._total, field, value)

    async def _say(self, resident: Resident, fake: Telegram) -> None:
        """Say the next thing, and wait for all that is answered to it."""
        answers = len(expected(self._known, self._texts, resident.acknowledged + 1))
        await resident.say_next(self._session)
        until = time.monotonic() + PATIENCE
        while len(without_repeats(fake.told[1])) < answers and time.monotonic() < until:
            await asyncio.sleep(0.005)
        # Until what was sent is written down too.
        await asyncio.sleep(0.03)
