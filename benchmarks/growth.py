"""The same load with 1, 10 and 100 times the chats and reports in the database."""

from collections.abc import Callable, Iterator, Sequence
from statistics import median

from benchmarks.script import shipped
from benchmarks.throughput import Bench, Kind, Result, in_turn, table

ONCE = 200
"""Chats, each with a report; a hundred times as many is what two years bring."""
TIMES = (1, 10, 100)


def kinds_of(bench: Bench) -> tuple[Kind, ...]:
    """All that `growth` measures."""
    kinds = [Kind("hello", ())]
    for name, texts, options in (
        ("sqlite, report steps", bench.steps, {}),
        ("sqlite, questions", bench.questions, {}),
        ("sqlite, replies sent", bench.steps, {"sending": True}),
        ("postgres, report steps", bench.steps, {"postgres": True}),
    ):
        kinds += [Kind(f"{name}, x{n}", texts, already=n * ONCE, **options) for n in TIMES]
    return tuple(kinds)


async def run(
    seconds: float, runs: int, wanted: str = "", say: Callable[[str], None] = print
) -> list[Result]:
    """Measure everything `runs` times in turn, and print a table."""
    with Bench(shipped(), seconds) as bench:
        results = await in_turn(bench, kinds_of(bench), wanted, runs, say)
    for line in (*table(results), "", *_flat(results[1:])):
        say(line)
    return results


def _flat(results: Sequence[Result]) -> Iterator[str]:
    """How fast each is beside the same with the least data."""
    for first in range(0, len(results), len(TIMES)):
        once, *more = results[first : first + len(TIMES)]
        for other in more:
            share = median(other.rates) / median(once.rates)
            yield f"{other.kind.name:38} {share:9.2f} of {once.kind.name}"
