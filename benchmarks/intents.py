"""Public sets of intents, ten examples each: how often the right one comes first, typos or not."""

import csv
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from benchmarks.typos import with_typos
from bot.understanding import encoder_here
from knowledge.encoder import Encoder
from knowledge.match import Match, Matcher

EXAMPLES, SEEDS, TYPOS = 10, (0, 1, 2), (0, 1, 2)
_AT_ONCE = 2

Rows = Sequence[tuple[str, str]]
"""Texts, each with its intent."""


@dataclass(frozen=True, slots=True)
class Intents:
    """A set: what may be learned from, what is asked, and what is about something else."""

    name: str
    train: Rows
    test: Rows
    outside: Sequence[str] = ()


def read_clinc(file: Path) -> Intents:
    """CLINC150 as `data_full.json` of clinc/oos-eval; raises ValueError or KeyError."""
    data = json.loads(file.read_text(encoding="utf-8"))
    train, test = ([(text, intent) for text, intent in data[part]] for part in ("train", "test"))
    return Intents("CLINC150", train, test, [text for text, _ in data["oos_test"]])


def read_banking(train: Path, test: Path) -> Intents:
    """BANKING77 as its two CSV files, each with a line of names."""
    return Intents("BANKING77", _rows(train), _rows(test))


def run(sets: Sequence[Intents], say: Callable[[str], None] = print) -> None:
    """Measure them all, and print a table: means over the seeds, in per cent."""
    encoder = encoder_here()
    say(f"{'':10} " + " ".join(f"{f'{typos} typos':>8}" for typos in TYPOS) + f" {'AUROC':>6}")
    for intents in sets:
        found = [_measure(intents, seed, encoder) for seed in SEEDS]
        shares = " ".join(f"{100 * mean(one[typos] for one, _ in found):8.1f}" for typos in TYPOS)
        apart = [area for _, area in found if area is not None]
        say(f"{intents.name:10} {shares} " + (f"{mean(apart):6.3f}" if apart else f"{'-':>6}"))


def _measure(
    intents: Intents, seed: int, encoder: Encoder | None
) -> tuple[Mapping[int, float], float | None]:
    """The share found first by the number of typos, and how well others are told apart."""
    chance = random.Random(1000 + seed)  # noqa: S311 - a draw, no secret
    matcher = Matcher(_drawn(intents.train, chance), encoder=encoder)
    shares, ours = {}, []
    for typos in TYPOS:
        texts = [with_typos(text, typos, chance) for text, _ in intents.test]
        matches = list(_matched(matcher, texts))
        pairs = zip(matches, intents.test, strict=True)
        right = (match.ranked[0][0] == intent for match, (_, intent) in pairs)
        shares[typos] = mean(right)
        ours = ours or [match.ours for match in matches]
    others = [match.ours for match in _matched(matcher, intents.outside)]
    return shares, area_under(ours, others) if others else None


def area_under(ours: Sequence[float], others: Sequence[float]) -> float:
    """How well a number tells ours from others: the area under the ROC curve (Mann and Whitney).

    The chance that one of ours is higher than another: 0.5 for a guess.
    """
    ordered = sorted([(value, 1) for value in ours] + [(value, 0) for value in others])
    ranks: dict[float, list[int]] = defaultdict(list)
    for rank, (value, _) in enumerate(ordered, start=1):
        ranks[value].append(rank)
    total = sum(mean(ranks[value]) for value in ours)
    return (total - len(ours) * (len(ours) + 1) / 2) / (len(ours) * len(others))


def _drawn(rows: Rows, chance: random.Random) -> dict[str, list[str]]:
    by_intent: dict[str, list[str]] = defaultdict(list)
    for text, intent in rows:
        by_intent[intent].append(text)
    return {
        intent: chance.sample(texts, min(EXAMPLES, len(texts)))
        for intent, texts in sorted(by_intent.items())
    }


def _matched(matcher: Matcher, texts: Sequence[str]) -> Iterator[Match]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        meanings = pool.map(matcher.meaning, texts)
        yield from (matcher.match(text, meant) for text, meant in zip(texts, meanings, strict=True))


def _rows(file: Path) -> Rows:
    with file.open(encoding="utf-8", newline="") as source:
        return [(row["text"], row["category"]) for row in csv.DictReader(source)]
