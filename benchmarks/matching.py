"""How well questions find their article: first, among three and five, with typos, and if at all."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.intents import area_under
from benchmarks.script import understanding
from benchmarks.typos import with_typos
from knowledge.library import Library
from knowledge.load import SHIPPED
from knowledge.match import ANSWER, OPTIONS, Match

NONE = "none"
"""What the questions that no article answers are labelled with."""
TYPOS = (0, 1, 2)
SEED = 1836


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the articles that answer it."""

    text: str
    right: frozenset[str]
    """Empty where none does."""


@dataclass(slots=True)
class Tally:
    """What became of the questions with so many typos each."""

    typos: int
    places: list[int] = field(default_factory=list)
    """Of each question of ours, how many articles came before a right one; 5 for more."""
    answered: int = 0
    answered_right: int = 0
    offered: int = 0
    offered_right: int = 0
    others: Counter[str] = field(default_factory=Counter)
    """What became of the questions that are not ours, by outcome."""
    ours: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    """Of ours, and of those that are not."""
    mistaken: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Which article was wanted, and which came first instead."""

    def among(self, count: int) -> float:
        """The share of questions with a right article among the first so many."""
        return sum(place < count for place in self.places) / max(len(self.places), 1)

    def auroc(self) -> float:
        """How well ours are told from others; 0.5 where there are none of either."""
        return area_under(*self.ours) if all(self.ours) else 0.5


def read_questions(file: Path) -> tuple[Asked, ...]:
    """The questions of a file of JSON lines: `question` or `text`, `topic`, `also_acceptable`.

    Raises ValueError with the number of the line that is none.
    """
    asked = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text, topic = row.get("question") or row["text"], row["topic"]
        except (ValueError, KeyError, AttributeError):
            raise ValueError(f"{file}, line {number}: no question with a topic") from None
        right = frozenset() if topic == NONE else {topic, *row.get("also_acceptable", ())}
        asked.append(Asked(text, frozenset(right)))
    return tuple(asked)


def measure(library: Library, asked: Sequence[Asked], typos: int) -> Tally:
    """Ask them all, each with so many typos."""
    tally, chance = Tally(typos), random.Random(SEED)  # noqa: S311 - slips, no secrets
    for question in asked:
        text = with_typos(question.text, typos, chance)
        match = library.match(text, library.meaning(text))
        tally.ours[0 if question.right else 1].append(match.ours)
        if question.right:
            _count(tally, question, match)
        else:
            tally.others[match.outcome] += 1
    return tally


def _count(tally: Tally, question: Asked, match: Match) -> None:
    ranked = [article for article, _ in match.ranked]
    place = next((n for n, article in enumerate(ranked) if article in question.right), 5)
    tally.places.append(place)
    if place and ranked:
        tally.mistaken[min(question.right), ranked[0]] += 1
    if match.outcome == ANSWER:
        tally.answered += 1
        tally.answered_right += match.article in question.right
    elif match.outcome == OPTIONS:
        tally.offered += 1
        tally.offered_right += not question.right.isdisjoint(match.options)


def run(
    questions: Path, content: Path = SHIPPED, say: Callable[[str], None] = print
) -> Mapping[int, Tally]:
    """Measure a file of questions against a knowledge folder, and print what came of it."""
    library = understanding(content)
    asked = read_questions(questions)
    unknown = {it for one in asked for it in one.right} - library.articles.keys()
    if unknown:
        say(f"No article is called {', '.join(sorted(unknown))}: those questions cannot be right.")
    tallies = {typos: measure(library, asked, typos) for typos in TYPOS}
    for line in report(tallies):
        say(line)
    return tallies


def report(tallies: Mapping[int, Tally]) -> Iterator[str]:
    """The figures as text."""
    yield f"{'typos':>5} {'first':>6} {'of 3':>6} {'of 5':>6} {'AUROC':>6}"
    for tally in tallies.values():
        shares = " ".join(f"{tally.among(count):6.3f}" for count in (1, 3, 5))
        yield f"{tally.typos:5} {shares} {tally.auroc():6.3f}"
    clean = tallies[0]
    ours, rest = len(clean.places), sum(clean.others.values())
    yield ""
    yield f"Of {ours} questions that are ours:"
    yield f"  answered          {clean.answered:4}, rightly {clean.answered_right}"
    yield f"  offered a choice  {clean.offered:4}, with the right one {clean.offered_right}"
    yield f"  not known         {ours - clean.answered - clean.offered:4}"
    yield f"Of {rest} that are not:"
    yield f"  answered          {clean.others[ANSWER]:4}"
    yield f"  offered a choice  {clean.others[OPTIONS]:4}"
    yield f"  not known         {rest - clean.others[ANSWER] - clean.others[OPTIONS]:4}"
    if clean.mistaken:
        yield ""
        yield "Taken for another:"
        for (wanted, got), count in clean.mistaken.most_common():
            yield f"  {count:3}  {wanted} for {got}"
