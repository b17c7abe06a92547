"""How long somebody in danger waits for 999, on each channel, while a hundred others chat."""

import asyncio
import itertools
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_plus, urlsplit

from benchmarks.client import FIRST_CHAT, Measured, Updates
from benchmarks.script import questions, shipped
from benchmarks.server import Plan, Spent
from benchmarks.telegram import Telegram, listening
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
CARD, PLAIN_CARD = "tel:999", "Call 999 now"
"""What a card has in it: a link on the page, its words on Telegram."""
_PATIENCE = 10.0
_LINE = re.compile(r'app-line[^>]* id=.?"(\d+)')


@dataclass(frozen=True, slots=True)
class Waits:
    """How long everybody waited."""

    calm: Measured
    """For an answer, of the hundred."""
    page: Measured
    """For a card on the web page."""
    telegram: Measured
    """For a card to arrive at Telegram."""


class Alarmed(Telegram):
    """Tells of cards alone."""

    def said(self, method: str, asked: bytes) -> dict[str, object]:
        """The answer to a call, of which the body is given."""
        known = PLAIN_CARD in unquote_plus(asked.decode())
        return super().said(method, asked) if known else super().said(method, b"")


async def run(seconds: float, say: Callable[[str], None] = print) -> Waits:
    """Start the program, let the hundred chat, cry out, and print how long the cards took."""
    spent: list[Spent] = []
    with tempfile.TemporaryDirectory(prefix="fc-bench-") as folder:
        async with listening(Alarmed()) as telegram:
            database = f"sqlite+aiosqlite:///{folder}/counter.db"
            plan = Plan(data=str(Path(folder) / "data"), telegram=telegram.url, url=database)
            async with program(plan, spent) as url:
                waits = await measure(url, seconds, questions(shipped()), telegram)
    for line in report(waits):
        say(line)
    return waits


async def measure(url: str, seconds: float, texts: Sequence[str], telegram: Telegram) -> Waits:
    """What the hundred's own answers took, and what the cards did, in turn on either channel."""
    waits = Waits(Measured(seconds), Measured(seconds), Measured(seconds))
    chatting = [
        asyncio.create_task(
            _chat(url, itertools.cycle(texts[number:] + texts[:number]), waits.calm)
        )
        for number in range(CHATS)
    ]
    try:
        await asyncio.sleep(2 * PAUSE)  # by then each has opened the page and said something
        until = time.perf_counter() + seconds
        for number, text in enumerate(itertools.cycle(CRIES)):
            if time.perf_counter() >= until:
                break
            await _cry(url, text, waits.page)
            await _cry_on_telegram(url, text, number, telegram, waits.telegram)
            await asyncio.sleep(BETWEEN)
    finally:
        for task in chatting:
            task.cancel()
        await asyncio.gather(*chatting, return_exceptions=True)
    return waits


def report(waits: Waits) -> Iterator[str]:
    """The figures as text."""
    cries = len(waits.page.latencies) + len(waits.telegram.latencies)
    yield f"{CHATS} chats, {waits.calm.rate:.0f} messages a second; {cries} emergencies"
    for name, measured in (
        ("999 card, web page", waits.page),
        ("999 card, Telegram", waits.telegram),
        ("an answer", waits.calm),
    ):
        yield (
            f"  {name}: p50 {measured.percentile(0.5):.0f} ms, "
            f"p95 {measured.percentile(0.95):.0f} ms, p99 {measured.percentile(0.99):.0f} ms"
        )
    yield f"  emergencies without a card: {waits.page.refused + waits.telegram.refused}"


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


async def _cry_on_telegram(
    url: str, text: str, number: int, telegram: Telegram, measured: Measured
) -> None:
    """Somebody who writes only this; the card is there when Telegram has it."""
    where = urlsplit(url)
    _, writer = await asyncio.open_connection(where.hostname, where.port)
    began = time.perf_counter()
    writer.write(Updates([text]).of(number)())
    try:
        async with asyncio.timeout(_PATIENCE):
            await telegram.replied[number + FIRST_CHAT].wait()
        measured.latencies.append(time.perf_counter() - began)
    except TimeoutError:
        measured.refused += 1
    finally:
        writer.close()


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
