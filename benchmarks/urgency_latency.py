"""How long somebody in danger waits for 999 on the web page while a hundred others chat."""

import asyncio
import itertools
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.client import Measured
from benchmarks.script import questions, shipped
from benchmarks.server import Plan, Spent
from benchmarks.telegram import listening
from benchmarks.throughput import program
from tests.bot.web.resident import Resident

CHATS = 100
PAUSE = 5.0
"""Seconds in which a resident reads and types; also what one network's address may send."""
CRIES = (
    "hes kicking the door in and i cant ring",
    "my dad is not breathing",
    "theres a man with a knife in my house",
    "i have taken all my tablets",
    "smoke is coming under the door",
    "she was just here and now i cant find her, shes four",
)
BETWEEN = 0.25
"""Seconds from one cry to the next."""
CARD = "tel:999"
_LINE = re.compile(r'app-line[^>]* id=.?"(\d+)')


async def run(seconds: float, say: Callable[[str], None] = print) -> Measured:
    """Start the program, let the hundred chat, cry out, and print how long the cards took."""
    spent: list[Spent] = []
    with tempfile.TemporaryDirectory(prefix="fc-bench-") as folder:
        async with listening() as telegram:
            database = f"sqlite+aiosqlite:///{folder}/counter.db"
            plan = Plan(data=str(Path(folder) / "data"), telegram=telegram.url, url=database)
            async with program(plan, spent) as url:
                calm, cries = await measure(url, seconds, questions(shipped()))
    for line in report(calm, cries):
        say(line)
    return cries


async def measure(url: str, seconds: float, texts: Sequence[str]) -> tuple[Measured, Measured]:
    """What the hundred's own answers took, and what the cards did."""
    calm, cries = Measured(seconds), Measured(seconds)
    chatting = [
        asyncio.create_task(_chat(url, itertools.cycle(texts[number:] + texts[:number]), calm))
        for number in range(CHATS)
    ]
    try:
        await asyncio.sleep(2 * PAUSE)  # by then each has opened the page and said something
        until = time.perf_counter() + seconds
        for text in itertools.cycle(CRIES):
            if time.perf_counter() >= until:
                return calm, cries
            await _cry(url, text, cries)
            await asyncio.sleep(BETWEEN)
    finally:
        for task in chatting:
            task.cancel()
        await asyncio.gather(*chatting, return_exceptions=True)
    return calm, cries


def report(calm: Measured, cries: Measured) -> Iterator[str]:
    """The figures as text."""
    yield f"{CHATS} chats, {calm.rate:.0f} messages a second; {len(cries.latencies)} emergencies"
    for name, measured in (("999 card", cries), ("an answer", calm)):
        yield (
            f"  {name}: p50 {measured.percentile(0.5):.0f} ms, "
            f"p95 {measured.percentile(0.95):.0f} ms, p99 {measured.percentile(0.99):.0f} ms"
        )
    yield f"  emergencies without a card: {cries.refused}"


async def _chat(url: str, texts: Iterator[str], measured: Measured) -> None:
    """Somebody who asks one thing after another."""
    async with Resident.elsewhere(url) as resident:
        await asyncio.sleep(PAUSE * secrets.randbelow(1000) / 1000)
        await resident.open()
        after = "0"
        for text in texts:
            after = await _timed(resident, text, measured, after=after)
            await asyncio.sleep(PAUSE)


async def _cry(url: str, text: str, measured: Measured) -> None:
    """Somebody who opens the page and says only this."""
    async with Resident.elsewhere(url) as resident:
        await resident.open()
        await _timed(resident, text, measured, CARD)


async def _timed(
    resident: Resident, text: str, measured: Measured, wanted: str = "", after: str = "0"
) -> str:
    """Send a text as the page's script does, and note how long an answer with `wanted` took.

    The id of the last line that the page now shows.
    """
    began = time.perf_counter()
    status, answer = await resident.script(text=text, event=secrets.token_hex(16), after=after)
    shown = str(answer)
    if status == 200 and wanted in shown:
        measured.latencies.append(time.perf_counter() - began)
    else:
        measured.refused += 1
    return max(_LINE.findall(shown), key=int, default=after)
