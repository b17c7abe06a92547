"""How long the console's pages take with 100,000 reports, on SQLite and on PostgreSQL."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from sqlalchemy import update

from benchmarks.script import shipped
from handlers.report import URGENT, Answer, NewReport, Place, SafeContact, Status
from knowledge.library import Library
from storage.errors import Rejected
from storage.searches import SearchReason
from storage.staff import HANDLER
from storage.tables import reports
from storage.work import open_store
from tests.console_desk import PASSWORD, Colleague, Desk, Seen, open_desk
from tests.postgres_kit import running_postgres

REPORTS, OPEN = 100_000, 5_000
_TOGETHER, _CLOSED_TOGETHER = 500, 2_500
_WORDS = (
    "loud music shouting bottles thrown shops youths bikes engine garden fence wall spray paint "
    "dog barking neighbour threats window broken drunk fireworks alley park bench swing rubbish"
).split()
RARE = "zeppelin"
"""A word that the oldest open report has, so that whoever looks for it looks through all."""


@dataclass(frozen=True, slots=True)
class Page:
    """One thing that staff do, and for how many milliseconds they may wait at the 95th of 100."""

    name: str
    do: Callable[[Colleague], Awaitable[Seen]]
    most: int


async def run(
    count: int, times: int, *, postgres: bool, say: Callable[[str], None] = print
) -> None:
    """Fill a database, ask for each page so many times, and print what that took."""
    library, now = shipped(), datetime.now(UTC)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        server = None
        url = f"sqlite+aiosqlite:///{folder / 'counter.db'}"
        if postgres:
            server = stack.enter_context(running_postgres(quick=False))
            url = server.create("console")
        reference = await fill(url, folder, library, now, count)
        if server:
            # What the server does by itself within minutes, where reports come in over years.
            server.run_sql("VACUUM ANALYZE", "console")
        async with open_desk(folder, library, now, url=url) as desk:
            for page in _pages(reference):
                print(await _measured(desk, page, times))


async def fill(url: str, folder: Path, library: Library, now: datetime, count: int) -> str:
    """Keep so many invented reports, of which the newest OPEN are open; one reference."""
    chance = random.Random(1)  # noqa: S311 - the same reports every time
    kinds = tuple(library.forms)
    districts = tuple(library.places.districts)
    reference = ""
    async with open_store(url, folder / "keys") as store:
        async with store.work() as work:
            await work.staff.add(HANDLER, "The handler", PASSWORD, HANDLER, now)
        start = 0
        while start < count:
            # Of so many references two may be equal; then all of these are made anew.
            with suppress(Rejected):
                async with store.work() as work:
                    for number in range(start, min(count, start + _TOGETHER)):
                        at = now - timedelta(minutes=count - number)
                        report = _report(
                            chance, kinds, districts, RARE if number == count - OPEN + 1 else ""
                        )
                        due_at = at + timedelta(days=2)
                        reference, _ = work.reports.keep(
                            report, None, at, channel="web", due_at=due_at
                        )
                start += _TOGETHER
        for minutes in range(OPEN, count, _CLOSED_TOGETHER):
            end, begin = (now - timedelta(minutes=m) for m in (minutes, minutes + _CLOSED_TOGETHER))
            these = (reports.c.made_at >= begin, reports.c.made_at < end)
            closed = update(reports).where(*these).values(status=Status.CLOSED, closed_at=now)
            async with store.work() as work:
                await work.rows.execute(closed)
    return reference


def _report(
    chance: random.Random, kinds: Sequence[str], districts: Sequence[str], besides: str
) -> NewReport:
    said = " ".join([*chance.choices(_WORDS, k=60), besides])
    district = chance.choice(districts)
    flags = frozenset(flag for flag in (URGENT, "hate") if chance.random() < 0.01)
    answers = (Answer("what", "What happened", said), Answer("name", "Name", "Somebody"))
    return NewReport(
        chance.choice(kinds), answers, Place("the mill", district), flags, SafeContact()
    )


def _pages(reference: str) -> tuple[Page, ...]:
    def get(path: str) -> Callable[[Colleague], Awaitable[Seen]]:
        return lambda colleague: colleague.get(path)

    def find(text: str, **fields: str) -> Callable[[Colleague], Awaitable[Seen]]:
        return lambda colleague: colleague.post("/search", text=text, **fields)

    why = SearchReason.REPORT
    return (
        Page("first page", get("/"), 200),
        Page("one district", get("/?district=harlow"), 200),
        Page("kind, status and days", get("/?kind=asb&status=new&since=2020-01-01"), 200),
        Page("everything, due first", get("/?view=all&sort=due"), 200),
        Page("urgent ones", get("/?view=urgent"), 200),
        Page("closed, last page", get("/?view=closed&page=3800"), 200),
        Page("a flag", get("/?flag=hate"), 200),
        Page("by reference", find(reference), 200),
        Page("one report", get(f"/reports/{reference}"), 200),
        Page(f"words in {OPEN:,} open ones", find(RARE, what="words", reason=why), 1000),
    )


async def _measured(desk: Desk, page: Page, times: int) -> str:
    colleague = await desk.colleague(HANDLER)
    await colleague.get("/search")
    form = colleague.page
    taken = []
    for number in range(times + 1):
        colleague.page = form
        began = time.perf_counter()
        seen = await page.do(colleague)
        if seen.status not in {200, 303} or "/reports/" not in seen.html + seen.location:
            raise RuntimeError(f"{page.name}: status {seen.status}, and no report is shown")
        if number:  # the first one warms up
            taken.append((time.perf_counter() - began) * 1000)
    cuts = quantiles(taken, n=20)
    verdict = "" if cuts[18] <= page.most else f"  over {page.most} ms"
    return f"{page.name:32} p50 {cuts[9]:7.1f} ms   p95 {cuts[18]:7.1f} ms{verdict}"


def main(count: int, times: int) -> None:
    """Measure both databases."""
    for postgres in (False, True):
        print(f"{'PostgreSQL' if postgres else 'SQLite'}, {count:,} reports")
        asyncio.run(run(count, times, postgres=postgres))
