"""How often emergencies are recognised, how often calm messages are taken for one, and which."""

import csv
import json
import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.disguise import DISGUISES
from knowledge.library import Library
from knowledge.urgency import Context, louder
from knowledge.urgency_frames import LOUD, NONE, SAFETY_NET

MUST = frozenset({"urgent", "crisis_support"})
MUST_NOT = "not_urgent"
ENGLISH = "en"
SEED = 1836
_DRAWS = 5
"""Times each message is disguised: of one draw, two slips may cost a point more or less."""


@dataclass(frozen=True, slots=True)
class Row:
    """A message with a label."""

    id: str
    text: str
    label: str
    """urgent, crisis_support, unclear or not_urgent."""
    groups: tuple[str, ...] = ()
    """What it is counted under besides: tier, category, language."""
    tolerable: bool = False
    """An alarm would do no harm, so it does not count."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message and what became of it."""

    row: Row
    level: str
    """By all that the counter knows of it."""
    at_once: bool
    """Whether the reflex, that knows its words alone, was loud."""

    @property
    def loud(self) -> bool:
        """Whether the resident is shown 999 or the crisis card."""
        return self.level in LOUD


class Judge:
    """Asks the counter as its turns do: the reflex first, then with meaning and context."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def level(self, text: str, context: Context | None = None) -> tuple[str, bool]:
        """How a text is taken, and whether its words alone were enough for that."""
        library = self._library
        found = library.assess(text)
        at_once = found.level in LOUD
        if not at_once:
            found = louder(found, library.assess(text, context or Context(), library.meaning(text)))
        return found.level, at_once

    def hear(self, rows: Sequence[Row]) -> list[Heard]:
        """All of them, each by itself."""
        return [Heard(row, *self.level(row.text)) for row in rows]


def read_messages(file: Path) -> list[Row]:
    """The rows of a file of JSON lines; ValueError with the number of a line that is none."""
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
            groups = [f"{key} {found[key]}" for key in ("tier", "category") if found.get(key)]
            other = (
                "language other" if found.get("lang", ENGLISH) != ENGLISH else "language English"
            )
            rows.append(
                Row(
                    str(found.get("id", number)),
                    found["text"],
                    found["label"],
                    (*groups, other),
                    found.get("tolerable_alarm") is True,
                )
            )
        except (ValueError, KeyError, AttributeError, TypeError):
            raise ValueError(f"{file}, line {number}: no message with text and label") from None
    return rows


def read_ordinary(file: Path) -> list[str]:
    """All test questions of CLINC150's data_full.json, or a table whose first column is text."""
    if file.suffix == ".csv":
        with file.open(encoding="utf-8", newline="") as stream:
            return [row[0] for row in list(csv.reader(stream))[1:] if row]
    splits = json.loads(file.read_text(encoding="utf-8"))
    return [text for name, rows in splits.items() if "test" in name for text, _ in rows]


def wilson(hits: int, of: int) -> float:
    """The lower end of the 95 % interval of a share (Wilson 1927); 0 for none."""
    if not of:
        return 0.0
    z, share = 1.96, hits / of
    middle = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - spread) / (1 + z * z / of)


def run(
    judge: Judge,
    messages: Path | None,
    ordinary: Sequence[Path] = (),
    *,
    disguise: bool = False,
    say: Callable[[str], None] = print,
) -> list[Heard]:
    """Measure and print; what became of the labelled messages."""
    rows = read_messages(messages) if messages else []
    heard = judge.hear(rows)
    for line in report(heard) if rows else ():
        say(line)
    for file in ordinary:
        levels = [judge.level(text)[0] for text in read_ordinary(file)]
        say(
            f"{file.name}: {len(levels)} messages, alarmed "
            f"{_percent(sum(level in LOUD for level in levels), len(levels))}, "
            f"safety net {_percent(levels.count(SAFETY_NET), len(levels))}"
        )
    if disguise:
        for line in disguised(judge, rows, heard):
            say(line)
    return heard


def report(heard: Sequence[Heard]) -> Iterator[str]:
    """The figures as text."""
    must = [it for it in heard if it.row.label in MUST]
    hard = [it for it in heard if it.row.label == MUST_NOT and not it.row.tolerable]
    hits, at_once = sum(it.loud for it in must), sum(it.at_once for it in must)
    yield f"must alarm: {hits} of {len(must)} = {_percent(hits, len(must))}"
    yield f"  at least {100 * wilson(hits, len(must)):.1f} % (Wilson, 95 %)"
    yield f"  by the reflex alone {_percent(at_once, len(must))}"
    false = sum(it.loud for it in hard)
    yield f"must not: {false} of {len(hard)} alarmed falsely = {_percent(false, len(hard))}"
    nets = sum(it.level == SAFETY_NET for it in hard)
    yield f"  safety net {_percent(nets, len(hard))}"
    unclear = [it for it in heard if it.row.label not in {*MUST, MUST_NOT}]
    if unclear:
        seen = sum(it.level != NONE for it in unclear)
        yield f"unclear: {_percent(seen, len(unclear))} of {len(unclear)} got at least one line"
    yield from _by_group("recall", must)
    yield from _by_group("false alarms", hard)
    yield from (f"missed {it.row.id} [{it.level}] {it.row.text}" for it in must if not it.loud)
    yield from (f"false {it.row.id} [{it.level}] {it.row.text}" for it in hard if it.loud)


def disguised(judge: Judge, rows: Sequence[Row], heard: Sequence[Heard]) -> Iterator[str]:
    """How recall changes with each disguise; where chance has a part in it, on average."""
    texts = [it.row.text for it in heard if it.row.label in MUST]
    plain = _DRAWS * sum(it.loud for it in heard if it.row.label in MUST)
    yield f"disguises: plain {_percent(plain, _DRAWS * len(texts))}"
    is_loud = cache(lambda text: judge.level(text)[0] in LOUD)  # most are the same in every draw
    for name, change in DISGUISES.items():
        chances = [random.Random(SEED + draw) for draw in range(_DRAWS)]  # noqa: S311 - slips
        hits = sum(is_loud(change(text, chance)) for chance in chances for text in texts)
        fall = 100 * (plain - hits) / max(_DRAWS * len(texts), 1)
        yield f"  {name:15} {_percent(hits, _DRAWS * len(texts)):>8}  falls by {fall:4.1f}"


def _by_group(what: str, heard: Sequence[Heard]) -> Iterator[str]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for it in heard:
        for group in it.row.groups:
            groups[group].append(it.loud)
    for group, loud in sorted(groups.items()):
        yield f"  {what}, {group:40} {sum(loud):4} of {len(loud)}"


def _percent(part: int, of: int) -> str:
    return f"{100 * part / max(of, 1):.1f} %"
