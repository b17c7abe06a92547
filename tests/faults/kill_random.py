"""kill-random: SIGKILL at random moments while four residents make reports."""

import asyncio
import random
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from benchmarks.script import report_steps, shipped
from knowledge.library import Library
from tests.faults.figures import Figure, at_least, exactly
from tests.faults.judge import Verdict, judge
from tests.faults.world import Resident, free_port, nursery, telegram
from tests.faults.zygote import Plan

KILLS, KILLS_FOR_REPLIES = 200, 60
RESIDENTS, DUPLICATES = 4, 0.1
SHORTEST, LONGEST = 0.03, 0.18
"""Seconds that a life lasts."""
QUIET = 30.0


def kill_random(kills: int = KILLS) -> Sequence[Figure]:
    """Run it, and judge."""
    return asyncio.run(_run(shipped(), kills))


def reply_dup() -> Sequence[Figure]:
    """How often replies come twice under kills, and whether they say the same then."""
    figures = asyncio.run(_run(shipped(), KILLS_FOR_REPLIES))
    return [figure for figure in figures if figure.name.startswith("repeat")]


async def _run(known: Library, kills: int) -> Sequence[Figure]:
    chance = random.Random(1836)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fc-kill-")))
        (folder / "data").mkdir()
        fake = await stack.enter_async_context(telegram())
        starts = await stack.enter_async_context(nursery(folder))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        )
        plan = Plan(str(folder / "data"), fake.url, free_port())
        steps = report_steps(known)
        url = f"http://127.0.0.1:{plan.port}"
        residents = [Resident(number + 1, steps, url, DUPLICATES) for number in range(RESIDENTS)]
        stop = asyncio.Event()

        async def talk(resident: Resident) -> None:
            while not stop.is_set():
                await resident.say_next(session, chance.random())

        talking = [asyncio.create_task(talk(resident)) for resident in residents]
        for _ in range(kills):
            pid = await starts.start(plan)
            await asyncio.sleep(chance.uniform(SHORTEST, LONGEST))
            await starts.end(pid)
        pid = await starts.start(plan)
        stop.set()
        await asyncio.gather(*talking)
        await fake.quiet(2.5, QUIET)
        await starts.end(pid)
        database = f"sqlite+aiosqlite:///{folder / 'data' / 'front-counter.db'}"
        verdict: Verdict = await judge(
            database, folder / "data" / "seal.key", known, residents, fake
        )
        taken = sum(resident.acknowledged for resident in residents)
        return [
            exactly("kills", kills, kills),
            at_least("acknowledged", taken, kills),
            *verdict.figures(kills, RESIDENTS),
        ]
