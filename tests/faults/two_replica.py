"""two-replica: two programs on one PostgreSQL, kills of both and of the server."""

import asyncio
import random
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from benchmarks.script import report_steps, shipped
from tests.faults.figures import Figure, at_most, exactly
from tests.faults.judge import judge
from tests.faults.world import Resident, free_port, nursery, telegram
from tests.faults.zygote import Plan
from tests.postgres_kit import Postgres, running_postgres

KILLS, STOPS, RESIDENTS = 8, 2, 20
EVENTS, EVENTS_WITH_STOPS = 1600, 500
LIFE = 1.2
"""Seconds between two deaths."""
PAUSE = 0.03
"""Seconds between two messages of a resident."""


def two_replica() -> Sequence[Figure]:
    """Twenty residents talk to whichever replica answers.

    Once with kills of the replicas, judged message by message; once with immediate stops of the
    server, in which messages are held, and come late: then each has to be there once.
    """
    with_kills = asyncio.run(_run(KILLS, 0, EVENTS))
    return [*with_kills, *asyncio.run(_run(0, STOPS, EVENTS_WITH_STOPS))]


async def _run(kills: int, stops: int, events: int) -> Sequence[Figure]:
    chance = random.Random(1836)
    known = shipped()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fc-two-")))
        server = stack.enter_context(running_postgres(quick=False))
        url = server.create("two")
        fake = await stack.enter_async_context(telegram())
        starts = await stack.enter_async_context(nursery(folder))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
        )
        plans = []
        for name in ("a", "b"):
            (folder / name).mkdir()
            data = str(folder / name)
            plans.append(Plan(data, fake.url, free_port(), url, str(folder / "keys")))
        pids = [await starts.start(plan) for plan in plans]
        residents = [
            _Roaming(number + 1, report_steps(known), plans, chance) for number in range(RESIDENTS)
        ]

        async def talk(resident: Resident) -> None:
            for _ in range(events // RESIDENTS):
                await resident.say_next(session)
                await asyncio.sleep(PAUSE)

        talking = asyncio.gather(*map(talk, residents))
        for _ in range(kills):
            await asyncio.sleep(LIFE)
            which = chance.randrange(2)
            await starts.end(pids[which])
            pids[which] = await starts.start(plans[which])
        for _ in range(stops):
            await asyncio.sleep(LIFE)
            await asyncio.to_thread(server.stop, "immediate")
            await asyncio.sleep(1.0)
            await asyncio.to_thread(server.start)
        await talking
        await fake.quiet(3, 40)
        for pid in pids:
            await starts.end(pid)
        taken = sum(resident.acknowledged for resident in residents)
        if stops:
            return await _each_once(server, taken, events, folder)
        verdict = await judge(url, folder / "keys", known, residents, fake)
        figures = verdict.figures(kills, RESIDENTS)
        return [exactly("kills", kills, KILLS), exactly("acknowledged", taken, events), *figures]


async def _each_once(server: Postgres, taken: int, events: int, folder: Path) -> Sequence[Figure]:
    """Every acknowledged message was taken in once, and none waits in a journal any more."""
    handled = int(server.run_sql("SELECT count(*) FROM handled WHERE source = 'telegram'", "two"))
    aside = int(server.run_sql("SELECT count(*) FROM set_aside", "two"))
    reports = int(server.run_sql("SELECT count(*) FROM reports", "two"))
    left = len(list(folder.glob("*/journal/journal.0*")))
    return [
        exactly("acknowledged-with-server-stops", taken, events),
        exactly("not-taken-in-or-twice", taken - handled, 0),
        exactly("set-aside", aside, 0),
        exactly("left-in-journals", left, 0),
        at_most("reports", reports, events // len(report_steps(shipped())) + RESIDENTS),
    ]


class _Roaming(Resident):
    """A resident whose messages a balancer hands to either replica."""

    def __init__(
        self, chat: int, texts: Sequence[str], plans: Sequence[Plan], chance: random.Random
    ) -> None:
        self._urls = [f"http://127.0.0.1:{plan.port}" for plan in plans]
        self._chance = chance
        super().__init__(chat, texts, self._urls[0])

    async def send(self, session: aiohttp.ClientSession, update: int, text: str) -> bool:
        self.url = self._chance.choice(self._urls)
        return await super().send(session, update, text)
