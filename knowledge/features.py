"""Texts as weighted counts of words, letters and meanings, so that like questions come out near."""

import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from knowledge.english import stems
from knowledge.floats import Floats, Ints

_DATA = Path(__file__).with_name("data")
_LETTERS = range(3, 6)
_REMEMBERED = 20_000
_NO_COLUMNS = np.zeros(0, np.int32)
_NO_COUNTS = np.zeros(0, np.float32)


def function_words() -> frozenset[str]:
    """Words that say little about the subject of a question."""
    lines = (_DATA / "function_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def senses() -> dict[str, tuple[str, ...]]:
    """For each word of the thesaurus, the groups of like meaning it stands in."""
    groups = tomllib.loads((_DATA / "senses.toml").read_text(encoding="utf-8"))["groups"]
    found: defaultdict[str, list[str]] = defaultdict(list)
    for group, members in groups.items():
        for word in members.split():
            found[word].append(group)
    return {word: tuple(names) for word, names in found.items()}


class Vocabulary(NamedTuple):
    """The names of the columns, block by block, and in how many of how many texts each occurs."""

    names: tuple[Sequence[str], Sequence[str], Sequence[str]]
    seen: Ints
    texts: int


class Row(NamedTuple):
    """One text over the columns, each at most once; of length one unless it is empty or strange."""

    columns: Ints
    values: Floats


class Rows(NamedTuple):
    """Many texts over the columns, one after the other: compressed sparse rows."""

    values: Floats
    columns: Ints
    starts: Ints
    """Where each text begins in the others, and last where they end."""
    width: int
    """The number of columns."""

    def times(self, full: Floats) -> Floats:
        """For each text its product with one value for each column."""
        products = self.values * full[self.columns]
        texts = len(self.starts) - 1
        whose = np.repeat(np.arange(texts), np.diff(self.starts))
        return np.bincount(whose, products, texts).astype(np.float32)


class _Parts(NamedTuple):
    """The columns a word fills by its letters and meanings, and how many it would need besides."""

    columns: tuple[int, ...]
    strange_letters: int
    strange_meanings: int


class _Reading(NamedTuple):
    """How often a text fills which columns, and how many more it would need in each block."""

    columns: Ints
    counts: Floats
    strange: tuple[int, int, int]


class Features:
    """The columns that the words of some texts span, and any text as a row over them.

    Three blocks of tf-idf weights (sublinear tf; Salton and Buckley 1988): words and pairs of
    neighbouring words; runs of three to five letters within a word and its borders; groups of like
    meaning, where a word without like words is a group of its own. Each block has length one before
    it is weighted, and so has the row. What the texts do not know still counts in a row's length: a
    question full of strange words is near to nothing.

    `plain` words fill no meanings; `meanings` is as `senses` returns it.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        plain: frozenset[str],
        meanings: Mapping[str, Sequence[str]],
    ) -> None:
        self.vocabulary = vocabulary
        self._plain = plain
        self._meanings = meanings
        sizes = [len(names) for names in vocabulary.names]
        self._words, self._letters, self._groups = (
            {name: column for column, name in enumerate(names, start)}
            for names, start in zip(vocabulary.names, accumulate(sizes, initial=0), strict=False)
        )
        self._block = np.repeat(np.arange(3, dtype=np.int32), sizes)
        self._idf = (np.log((1 + vocabulary.texts) / (1 + vocabulary.seen)) + 1).astype(np.float32)
        self._strange_square = (math.log(1 + vocabulary.texts) + 1) ** 2
        self._parts = lru_cache(_REMEMBERED)(self._take_apart)

    @classmethod
    def of(
        cls,
        texts: Sequence[Sequence[str]],
        plain: frozenset[str],
        meanings: Mapping[str, Sequence[str]],
    ) -> tuple[Self, Rows]:
        """The features that tokenised texts span, and the texts as rows over them."""
        words = dict.fromkeys(chain.from_iterable(texts))
        pairs = dict.fromkeys(chain.from_iterable(map(_pairs, texts)))
        runs = dict.fromkeys(chain.from_iterable(map(_runs, words)))
        telling = [word for word in words if word not in plain]
        groups = dict.fromkeys(chain.from_iterable(_meanings(word, meanings) for word in telling))
        names = ([*words, *pairs], list(runs), list(groups))
        width = sum(map(len, names))
        unweighted = cls(Vocabulary(names, np.zeros(width, np.int32), 0), plain, meanings)
        readings = [unweighted._read(text) for text in texts]
        columns = np.concatenate([_NO_COLUMNS, *(reading.columns for reading in readings)])
        seen = np.bincount(columns, minlength=width).astype(np.int32)
        features = cls(Vocabulary(names, seen, len(texts)), plain, meanings)
        return features, features._matrix(readings)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self._block)

    def row(self, text: Sequence[str]) -> Row:
        """A tokenised text as the columns it fills and their weights."""
        reading = self._read(text)
        values = self._unscaled(reading.columns, reading.counts)
        blocks = self._block.take(reading.columns)
        known = np.bincount(blocks, values * values, 3).tolist()
        scale = np.array(self._scale(known, reading.strange))
        return Row(reading.columns, (values * scale.take(blocks)).astype(np.float32))

    def telling(self, text: Sequence[str]) -> int:
        """How many different words of a text say something about its subject."""
        return len(set(text) - self._plain)

    def _matrix(self, readings: Sequence[_Reading]) -> Rows:
        columns = np.concatenate([_NO_COLUMNS, *(reading.columns for reading in readings)])
        counts = np.concatenate([_NO_COUNTS, *(reading.counts for reading in readings)])
        ends = accumulate((len(reading.columns) for reading in readings), initial=0)
        starts = np.fromiter(ends, np.int32, len(readings) + 1)
        values = self._weigh(readings, columns, counts)
        return Rows(values, columns, starts, self.width)

    def _weigh(self, readings: Sequence[_Reading], columns: Ints, counts: Floats) -> Floats:
        """The weights of several readings whose columns and counts stand one after the other."""
        values = self._unscaled(columns, counts)
        lengths = [len(reading.columns) for reading in readings]
        place = np.repeat(np.arange(0, 3 * len(readings), 3), lengths) + self._block[columns]
        known = np.bincount(place, values * values, 3 * len(readings)).reshape(-1, 3).tolist()
        strange = (reading.strange for reading in readings)
        scale = np.array(list(map(self._scale, known, strange)), np.float64)
        weighed: Floats = (values * scale.ravel()[place]).astype(np.float32)
        return weighed

    def _unscaled(self, columns: Ints, counts: Floats) -> Floats:
        weights: Floats = (1 + np.log(counts)) * self._idf.take(columns)
        return weights

    def _scale(self, known: Sequence[float], strange: Sequence[int]) -> list[float]:
        """What each block of a text is multiplied by; `known` is the square of its length."""
        # Of three numbers: arrays would take ten times as long as plain arithmetic.
        squares = [a + b * self._strange_square for a, b in zip(known, strange, strict=True)]
        filled = sum(square > 0 for square in squares)
        return [1 / math.sqrt(square * filled) if square > 0 else 0.0 for square in squares]

    def _read(self, text: Sequence[str]) -> _Reading:
        names = [*text, *_pairs(text)]
        filled = [column for column in map(self._words.get, names) if column is not None]
        strange_words = 0
        if len(filled) < len(names):
            strange_words = sum(name not in self._words for name in set(names))
        strange_letters = strange_meanings = 0
        for word in text:
            parts = self._parts(word)
            filled += parts.columns
            strange_letters += parts.strange_letters
            strange_meanings += parts.strange_meanings
        counts = Counter(filled)
        columns = np.fromiter(counts.keys(), np.int32, len(counts))
        times = np.fromiter(counts.values(), np.float32, len(counts))
        return _Reading(columns, times, (strange_words, strange_letters, strange_meanings))

    def _take_apart(self, word: str) -> _Parts:
        runs = _runs(word)
        groups = () if word in self._plain else _meanings(word, self._meanings)
        letters = [column for column in map(self._letters.get, runs) if column is not None]
        meanings = [self._groups[name] for name in groups if name in self._groups]
        strange = len(runs) - len(letters), len(groups) - len(meanings)
        return _Parts((*letters, *meanings), *strange)


def _meanings(word: str, meanings: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if word in meanings:
        return meanings[word]
    # "=" keeps a word that is its own group apart from a group of that name.
    return next((meanings[stem] for stem in stems(word) if stem in meanings), (f"={word}",))


def _pairs(text: Sequence[str]) -> list[str]:
    return [f"{first} {second}" for first, second in pairwise(text)]


def _runs(word: str) -> list[str]:
    bounded = f" {word} "
    return [
        bounded[start : start + size]
        for size in _LETTERS
        for start in range(len(bounded) - size + 1)
    ]
