"""From a resident's question to an answer, a few to choose from, or an honest "don't know"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.confidence import leads, nearness, stretch
from knowledge.encoder import Encoder
from knowledge.features import Row, senses
from knowledge.floats import Floats, Ints, unit
from knowledge.head import Head, Material
from knowledge.kept import keep, place, recall
from knowledge.learned import Learned, Reader, elsewhere
from knowledge.meaning import spoken
from knowledge.softmax import probabilities
from knowledge.vectors import remembering

ANSWER = "answer"
OPTIONS = "options"
UNKNOWN = "unknown"

_RANKED = 5
_OFFERED = 3
_NEAREST = 5
# What stands in a body for the page maker, not for the reader: {phone:…}, addresses of links.
_UNREAD = re.compile(r"\{[^{}]*\}|https?://\S+")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which confidence on a question is answered, and how likely ours to be offered options.

    A wrong answer given with confidence is worse than a list to choose from. With the defaults and
    our own articles half of 70 invented and real questions were answered at once, nine of ten of
    them rightly, and of 1,200 questions about something else one in fifty was.
    """

    answer: float = 0.5
    options: float = 0.4


@dataclass(frozen=True, slots=True)
class Match:
    """What a question was taken for."""

    outcome: str
    """ANSWER, OPTIONS or UNKNOWN."""
    article: str | None
    """Only with ANSWER."""
    options: tuple[str, ...]
    """Up to three different articles, best first; only with OPTIONS."""
    ranked: tuple[tuple[str, float], ...]
    """The best five articles (fewer where there are fewer) with probabilities, best first."""
    confidence: float
    """From 0 to 1: the chance that the first of `ranked` is right."""
    ours: float
    """From 0 to 1: the chance that it is about anything in the knowledge base."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a match came about, for the people who write the examples."""

    match: Match
    words: tuple[str, ...]
    """What was read, after slang and slips were mended."""
    changes: tuple[tuple[str, str], ...]
    """What was typed and what it was taken for."""
    nearest: tuple[tuple[str, str, float], ...]
    """The most similar texts learned from: article, text, similarity from 0 to 1."""
    scores: tuple[tuple[str, float], ...]
    """Raw scores of the ranked articles."""
    elsewhere: float
    """The raw score of "something else"."""


@dataclass(frozen=True, slots=True)
class _Weighed:
    words: list[str]
    row: Row
    scores: Floats
    """One per entry, and last the one of "something else"."""
    head: Head
    """What gave them."""
    meant: Floats | None = None
    """The question's vector, where it had a part in it."""


class Matcher:
    """Matches questions to the entries of a knowledge base; usable without the rest of the bot.

    `examples` are questions per entry, `longer` a text about it (title, body) that counts less.
    What is learned is kept in the folder `cache`, if one is given. Deterministic, and safe to share
    between threads.
    """

    def __init__(
        self,
        examples: Mapping[str, Sequence[str]],
        longer: Mapping[str, str] | None = None,
        *,
        thresholds: Thresholds | None = None,
        cache: Path | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self._ids = tuple(examples)
        self._thresholds = thresholds or Thresholds()
        self._material = _material(examples, longer or {})
        self._learned = _learned(self._material, cache, encoder)
        self._reader = Reader(self._learned.counts, self._learned.pairs, senses())
        self._encoder = encoder if self._learned.meaning else None

    @property
    def understands(self) -> bool:
        """Whether there is an encoder, so that `meaning` is worth asking for."""
        return self._encoder is not None

    def meaning(self, text: str) -> Floats | None:
        """What a text means, for `match`; None without an encoder, or for a text without words.

        Takes some milliseconds and holds up nobody: to be called on a thread of its own.
        """
        if self._encoder is None:
            return None
        said = self.spoken(text)
        return self._encoder.vector(said) if said else None

    def spoken(self, text: str) -> str:
        """A text as it is encoded: mended, without marks; empty for one without words."""
        return spoken(self._reader.read(text))

    def understood(self, text: str) -> Floats:
        """A vector of length one by which texts can be compared: of meaning, else of words."""
        meaning, learned = self.meaning(text), self._learned.meaning
        if meaning is not None and learned is not None:
            return learned.near(meaning)
        if learned is not None:
            return np.zeros_like(learned.centre)
        row = self._learned.features.row(self._reader.read(text))
        full = np.zeros(self._learned.features.width, np.float32)
        full[row.columns] = unit(row.values)
        return full

    def match(self, text: str, meaning: Floats | None = None) -> Match:
        """What a text of any kind and length is about; a text without words is unknown.

        Better with its `meaning`; quick with it or without.
        """
        return self._judge(self._weigh(text, meaning))

    def explain(self, text: str, meaning: Floats | None = None) -> Explanation:
        """The same with its reasons; slower."""
        weighed = self._weigh(text, meaning)
        match = self._judge(weighed)
        scores = dict(zip(self._ids, weighed.scores.tolist(), strict=False))
        return Explanation(
            match=match,
            words=tuple(weighed.words),
            changes=self._reader.changes(text),
            nearest=self._nearest(weighed),
            scores=tuple((entry, scores[entry]) for entry, _ in match.ranked),
            elsewhere=float(weighed.scores[-1]),
        )

    def own(self) -> list[tuple[str, str]]:
        """The examples that do not find their own entry: entry and example, in order."""
        return self._beyond(1, self._best.places)

    def held_out(self, among: int = 1, *, by_words_too: bool = False) -> list[tuple[str, str]]:
        """The examples that would not find their entry, had they not been examples themselves.

        An entry counts as found `among` that many of the best; with `by_words_too` also where words
        alone would have found it.
        """
        places = self._best.places_alone
        if by_words_too:
            places = np.minimum(places, self._learned.head.places_alone)
        return self._beyond(among, places)

    def taken(self) -> list[tuple[str, str, str]]:
        """The examples that would find another entry, had they not been examples, and which one."""
        entries, texts = self._material.entries.tolist(), self._material.texts
        rivals = self._best.rivals.tolist()
        lost = np.flatnonzero(self._best.places_alone).tolist()
        return [(self._ids[entries[n]], texts[n], self._ids[rivals[n]]) for n in lost]

    @property
    def _best(self) -> Head:
        return self._learned.meaning.head if self._learned.meaning else self._learned.head

    def _beyond(self, among: int, places: Ints) -> list[tuple[str, str]]:
        entries, texts = self._material.entries.tolist(), self._material.texts
        return [(self._ids[entries[n]], texts[n]) for n in np.flatnonzero(places >= among).tolist()]

    def _weigh(self, text: str, meaning: Floats | None) -> _Weighed:
        words = self._reader.read(text)
        row = self._learned.features.row(words)
        learned = self._learned.meaning
        if meaning is None or learned is None:
            head = self._learned.head
            return _Weighed(words, row, head.slopes.scores(row), head)
        meant = learned.near(meaning)
        return _Weighed(words, row, learned.head.slopes.scores(row, meant), learned.head, meant)

    def _judge(self, weighed: _Weighed) -> Match:
        if not self._ids:
            return Match(UNKNOWN, None, (), (), 0.0, 0.0)
        scores = weighed.scores[:-1]
        chances = probabilities(weighed.head.sharpness * scores)
        order = np.argsort(-scores, kind="stable")[:_RANKED].tolist()
        ranked = tuple((self._ids[entry], float(chances[entry])) for entry in order)
        right, ours = self._chances(weighed, order) if len(weighed.row.columns) else (0.0, 0.0)
        if right >= self._thresholds.answer:
            return Match(ANSWER, ranked[0][0], (), ranked, right, ours)
        if ours >= self._thresholds.options:
            offered = tuple(entry for entry, _ in ranked[:_OFFERED])
            return Match(OPTIONS, None, offered, ranked, right, ours)
        return Match(UNKNOWN, None, (), ranked, right, ours)

    def _chances(self, weighed: _Weighed, order: Sequence[int]) -> tuple[float, float]:
        """That the best entry is right, and that the question is ours at all."""
        best = float(weighed.scores[order[0]])
        second = float(weighed.scores[order[1]]) if len(order) > 1 else 0.0
        elsewhere = float(weighed.scores[-1])
        if weighed.head is self._learned.head:
            telling = self._learned.features.telling(weighed.words)
            longer = stretch(telling, self._learned.usual)
            best, second, elsewhere = longer * best, longer * second, longer * elsewhere
        right = weighed.head.right.chance(*leads(best, second, elsewhere))
        return right, weighed.head.ours.chance(nearness(best, elsewhere))

    def _nearest(self, weighed: _Weighed) -> tuple[tuple[str, str, float], ...]:
        query = np.zeros(self._learned.features.width, np.float32)
        query[weighed.row.columns] = weighed.row.values
        similar = self._learned.rows.times(query)
        learned = self._learned.meaning
        if weighed.meant is not None and learned is not None:
            meant = np.float32(learned.weight) * (
                learned.vectors.astype(np.float32) @ weighed.meant
            )
            similar = np.asarray((similar + meant) / (1 + learned.weight), np.float32)
        inside = np.flatnonzero(self._material.entries < len(self._ids))
        order = inside[np.argsort(-similar[inside], kind="stable")][:_NEAREST].tolist()
        entries = self._material.entries.tolist()
        return tuple(
            (self._ids[entries[n]], self._material.texts[n], float(similar[n])) for n in order
        )


def _material(examples: Mapping[str, Sequence[str]], longer: Mapping[str, str]) -> Material:
    numbers = {entry: number for number, entry in enumerate(examples)}
    questions = [(numbers[entry], text) for entry, texts in examples.items() for text in texts]
    about = [
        (numbers[entry], " ".join(_UNREAD.sub(" ", part).split()))
        for entry, text in longer.items()
        if entry in numbers
        for part in text.split("\n", 1)
    ]
    others = [(len(numbers), text) for text in elsewhere()]
    entries, texts = zip(*questions, *about, *others, strict=True)
    return Material(texts, np.array(entries, np.int32), len(questions), len(numbers))


def _learned(material: Material, cache: Path | None, encoder: Encoder | None) -> Learned:
    encode = remembering(encoder, cache) if encoder is not None else None
    file = place(cache, material, encoded=encode is not None) if cache is not None else None
    learned = recall(file, material) if file is not None else None
    if learned is None:
        # Most starts have no need of it, nor of the memory it takes.
        from knowledge.learn import learn  # noqa: PLC0415 - see above

        learned = learn(material, encode)
        if file is not None:
            keep(file, learned)
    return learned
