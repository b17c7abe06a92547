"""How well reports of the same problem are found among others, and how long that takes."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.script import understanding
from handlers.report import Answer, Place
from handlers.traits import read_report
from knowledge.library import Library
from knowledge.similar import LIKELY, Case, likely

PAIRS = Path(__file__).with_name("sets") / "similar_pairs.jsonl"
"""Invented pairs; weights and threshold were chosen on those of the set "tune" alone."""
NO = "no"
SIZES = (500, 5000)
_RUNS = 5
_SEED = 1836
_NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports, and whether they are about the same."""

    set: str
    same: bool
    one: Case
    other: Case
    said: tuple[str, str]

    @property
    def score(self) -> float:
        """How alike they are; 0 where they are not even compared to the end."""
        found = likely(self.one, [self.other], least=0.0)
        return found[0][1].score if found else 0.0


def read_pairs(file: Path, library: Library) -> tuple[Pair, ...]:
    """The pairs of a file of JSON lines; ValueError with the number of the line that is none."""
    pairs = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            later = _NOW + timedelta(days=row["days"])
            pairs.append(
                Pair(
                    row["set"],
                    row["same"] != NO,
                    _case(row["a"], _NOW, library),
                    _case(row["b"], later, library),
                    (row["a"]["what"], row["b"]["what"]),
                )
            )
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{file}, line {number}: no pair of reports") from None
    return tuple(pairs)


def run(file: Path = PAIRS, say: Callable[[str], None] = print) -> None:
    """Measure and print."""
    library = understanding()
    pairs = read_pairs(file, library)
    for line in (*_figures(pairs), "", *_times(pairs)):
        say(line)


def _figures(pairs: Sequence[Pair]) -> Iterator[str]:
    yield f"{'set':6} {'pairs':>5} {'found':>6} {'wrong':>6} {'missed':>6} precision  recall"
    for name in dict.fromkeys(pair.set for pair in pairs):
        mine = [pair for pair in pairs if pair.set == name]
        right = sum(pair.same and pair.score >= LIKELY for pair in mine)
        wrong = sum(not pair.same and pair.score >= LIKELY for pair in mine)
        missed = sum(pair.same for pair in mine) - right
        precision, recall = right / max(right + wrong, 1), right / max(right + missed, 1)
        figures = f"{right:6} {wrong:6} {missed:6} {precision:9.3f} {recall:7.3f}"
        yield f"{name:6} {len(mine):5} {figures}"
    for pair in pairs:
        if pair.same is not (pair.score >= LIKELY):
            what = "missed" if pair.same else "wrong "
            yield f"  {what} {pair.score:.2f}  {pair.said[0]} / {pair.said[1]}"


def _times(pairs: Sequence[Pair]) -> Iterator[str]:
    """Each report of the pairs against so many others, all within reach of it."""
    chance = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    all_of = [pair.one for pair in pairs] + [pair.other for pair in pairs]
    for size in SIZES:
        others = chance.choices(all_of, k=size)
        taken = []
        for case in all_of[:_RUNS]:
            began = perf_counter()
            likely(case, others)
            taken.append((perf_counter() - began) * 1000)
        yield f"{size:5} candidates scored in {median(taken):6.1f} ms (median of {_RUNS})"
    case = all_of[0]
    alike = [case] * SIZES[0]
    began = perf_counter()
    likely(case, alike)
    yield f"{SIZES[0]:5} all at one place   in {(perf_counter() - began) * 1000:6.1f} ms"


def _case(row: Any, at: datetime, library: Library) -> Case:
    found = library.places.find(row["where"])
    place = Place(row["where"], found.district)
    read = read_report((Answer("what", "What happened", row["what"]),), place, (), library)
    return Case(read.traits, row["kind"], found.district, at)
