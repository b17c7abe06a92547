"""Durable turns a second, beside aiohttp's hello-world and one commit for each update."""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.client import Measured, Updates, hello, load
from benchmarks.filler import chat_of, fill
from benchmarks.script import questions, report_steps, shipped
from benchmarks.server import KEY_FILE, Plan, Spent
from benchmarks.telegram import Telegram, listening
from knowledge.library import Library
from tests.postgres_kit import Postgres, running_postgres


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that is measured."""

    name: str
    texts: tuple[str, ...]
    postgres: bool = False
    replicas: int = 1
    together: int = Plan.__dataclass_fields__["together"].default
    sending: bool = False
    already: int = 0
    """Chats, each with a report, that are in the database when it begins."""


@dataclass(slots=True)
class Result:
    """What the runs of a kind came to."""

    kind: Kind
    rates: list[float] = field(default_factory=list)
    """Turns a second; where it sends, those of which the reply has arrived too."""
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)
    database_cpu: float = 0.0
    """Seconds that PostgreSQL used; SQLite's are the program's own."""
    turns: int = 0
    """Answered with 200, the warming up among them."""
    refused: int = 0


class Bench:
    """Runs kinds in turn, so that what slows the machine down slows them all.

    A context manager; at its end the databases that were filled beforehand are gone.
    """

    def __init__(self, library: Library, seconds: float) -> None:
        self._seconds = seconds
        self.questions = questions(library)
        self.steps = report_steps(library)
        self._chat = chat_of(self.steps, library)
        self._filled: dict[Kind, _Home] = {}
        self._stack = ExitStack()

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    async def measure(self, kind: Kind, result: Result, rate: float = 0.0) -> None:
        """One run of a kind, on an empty database or on the one that was filled for it."""
        async with listening() as telegram, self._programs(kind, telegram, result) as urls:
            requests = hello if not kind.texts else Updates(kind.texts).of
            warm = max(self._seconds / 5, 1.0)
            replied = telegram.replied if kind.sending else None
            result.turns += len((await load(urls, requests, warm, replied=replied)).latencies)
            _add(result, await load(urls, requests, self._seconds, rate, replied))

    @asynccontextmanager
    async def _programs(
        self, kind: Kind, telegram: Telegram, result: Result
    ) -> AsyncIterator[Sequence[str]]:
        """Start what is measured; what it took is added to the result when it has ended."""
        async with AsyncExitStack() as stack:
            home = await self._filled_home(kind) if kind.already else _home(kind, stack)
            urls = []
            for number in range(kind.replicas):
                plan = Plan(
                    data=str(home.folder / str(number)),
                    telegram=telegram.url,
                    url=home.url,
                    together=kind.together,
                    sending=kind.sending,
                )
                started = program(plan if kind.texts else None, result.spent)
                urls.append(await stack.enter_async_context(started))
            before = home.server.cpu_seconds() if home.server else 0.0
            yield urls
            result.database_cpu += home.server.cpu_seconds() - before if home.server else 0.0

    async def _filled_home(self, kind: Kind) -> "_Home":
        """A home that lasts for all runs, with as many chats in it as the kind wants."""
        if kind not in self._filled:
            home = self._filled[kind] = _home(kind, self._stack)
            await fill(home.url, home.folder / KEY_FILE, self._chat, kind.already)
        return self._filled[kind]


def kinds_of(bench: Bench) -> tuple[Kind, ...]:
    """All that `throughput` measures."""
    steps, asked = bench.steps, bench.questions
    return (
        Kind("hello", ()),
        Kind("sqlite, one commit an update", steps, together=1),
        Kind("sqlite, report steps", steps),
        Kind("sqlite, questions", asked),
        Kind("sqlite, report steps, replies sent", steps, sending=True),
        Kind("postgres, report steps", steps, postgres=True),
        Kind("postgres, questions", asked, postgres=True),
        Kind("postgres, 2 replicas", steps, postgres=True, replicas=2),
        Kind("postgres, report steps, replies sent", steps, postgres=True, sending=True),
    )


@dataclass(frozen=True, slots=True)
class _Home:
    """Where programs keep what they keep."""

    folder: Path
    url: str
    server: Postgres | None = None


def _home(kind: Kind, stack: ExitStack | AsyncExitStack) -> _Home:
    """An empty database and folder; on PostgreSQL with all that makes commits last."""
    made = stack.enter_context(tempfile.TemporaryDirectory(prefix="fc-bench-"))
    if not kind.postgres:
        return _Home(Path(made), f"sqlite+aiosqlite:///{made}/counter.db")
    server = stack.enter_context(running_postgres(quick=False))
    return _Home(Path(made), server.create("bench"), server)


@asynccontextmanager
async def program(plan: Plan | None, spent: list[Spent]) -> AsyncIterator[str]:
    """The program in a process of its own, or without a plan the yardstick: its address."""
    module = ["benchmarks.server", json.dumps(asdict(plan))] if plan else ["benchmarks.hello"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *module, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None  # noqa: S101 - what PIPE means
    try:
        yield json.loads(await process.stdout.readline())["chat"]
    finally:
        process.terminate()
        said = await process.stdout.readline()
        await process.wait()
        if said:
            spent.append(Spent(**json.loads(said)))


def _add(result: Result, measured: Measured) -> None:
    result.rates.append(measured.rate)
    result.p50.append(measured.percentile(0.50))
    result.p99.append(measured.percentile(0.99))
    result.turns += len(measured.latencies)
    result.refused += measured.refused


async def run(
    seconds: float, runs: int, wanted: str = "", say: Callable[[str], None] = print
) -> list[Result]:
    """Measure everything `runs` times in turn, and print a table."""
    with Bench(shipped(), seconds) as bench:
        results = await in_turn(bench, kinds_of(bench), wanted, runs, say)
        half = next((it for it in results if it.kind.name == "sqlite, report steps"), None)
        at_half = Result(half.kind) if half else None
        if half and at_half:
            say("at half that load …")
            await bench.measure(half.kind, at_half, median(half.rates) / 2)
    for line in table(results, at_half):
        say(line)
    return results


async def in_turn(
    bench: Bench, kinds: Sequence[Kind], wanted: str, runs: int, say: Callable[[str], None]
) -> list[Result]:
    """The kinds with `wanted` in their name, and hello, one after the other, so many times."""
    results = [Result(kind) for kind in kinds if wanted in kind.name or kind.name == "hello"]
    for number in range(runs):
        for result in results:
            say(f"run {number + 1} of {runs}: {result.kind.name} …")
            await bench.measure(result.kind, result)
    return results


def table(results: Sequence[Result], at_half: Result | None = None) -> Iterator[str]:
    """The figures as text."""
    yardstick = median(results[0].rates)
    yield ""
    yield (
        f"{'':38} {'a second':>9} {'x hello':>8} {'p50 ms':>7} {'p99 ms':>7} {'MB':>5} "
        f"{'stmt/turn':>9} {'CPU ms':>7} {'database':>8}"
    )
    for result in results:
        rate = median(result.rates)
        peak = max((spent.peak_megabytes for spent in result.spent), default=0.0)
        turns = max(result.turns, 1)
        statements = sum(spent.statements for spent in result.spent) / turns
        cpu = 1000 * sum(spent.cpu_seconds for spent in result.spent) / turns
        yield (
            f"{result.kind.name:38} {rate:9.0f} {rate / yardstick:8.3f} "
            f"{median(result.p50):7.1f} {median(result.p99):7.1f} {peak:5.0f} "
            f"{statements:9.2f} {cpu:7.2f} {1000 * result.database_cpu / turns:8.2f}"
            + (f"  {result.refused} refused" if result.refused else "")
        )
    if at_half:
        waits = f"{median(at_half.p50):7.1f} {median(at_half.p99):7.1f}"
        yield f"{'at half that load':38} {'':9} {'':8} {waits}"
