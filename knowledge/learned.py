"""What the matcher learns from the examples of the knowledge base."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from knowledge.confidence import Calibration, Floats64, calibrate, evidence
from knowledge.features import Features, Floats, Ints, function_words, senses
from knowledge.softmax import fit, left_out, probabilities
from knowledge.spelling import Speller, general_words, slang
from knowledge.text import normalise, words

_DATA = Path(__file__).with_name("data")
_READ = 400
"""Words of a message that are looked at; more would say the same again."""
_ELSEWHERE = 2.0
"""How many entries "something else" weighs as much as."""
_LONGER = 0.7
"""How much a title or body counts beside an example."""
_TOO_NEAR = 0.6
_COMMON = 100
_SHARPNESS = (0.7, 1.0, 1.4, 2.0, 2.8, 4.0)


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from: texts with the number of their entry, in three lists one after another.

    The examples residents might write, longer texts about the entries, and questions about
    something else, whose entry is the number of entries.
    """

    texts: tuple[str, ...]
    entries: Ints
    examples: int
    classes: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What a question is read, weighed and judged with."""

    counts: Mapping[str, int]
    """How often the material has each word."""
    features: Features
    rows: "csr_array[np.float32]"
    """The material over the columns of the features."""
    dual: Floats
    calibration: Calibration
    usual: float
    """How many telling words an example has on average."""
    sharpness: float
    """What scores are multiplied by so that their softmax fits held-out examples best."""
    places: Ints
    """For each example how many entries come before its own."""
    places_alone: Ints
    """For each example how many would come before its own had it not been an example."""


def typed(text: str) -> list[str]:
    """The words of a text as they were typed, the first few hundred at most."""
    return words(normalise(text))[:_READ]


class Reader:
    """Turns a text into words the way the material was turned into words."""

    def __init__(self, counts: Mapping[str, int], meanings: Mapping[str, object]) -> None:
        self._speller = Speller(counts, general_words() | meanings.keys(), slang())

    def read(self, text: str) -> list[str]:
        """The mended words of a text, none where there are none."""
        return self.mend(typed(text))

    def mend(self, words: list[str]) -> list[str]:
        """Words as `typed` gives them, with slang spelt out and slips mended."""
        return self._speller.correct(words)

    def changes(self, text: str) -> tuple[tuple[str, str], ...]:
        """What was typed and what it was taken for, where that is not the same."""
        pieces = self._speller.explain(typed(text))
        return tuple(
            (" ".join(typed), " ".join(meant)) for typed, meant in pieces if typed != meant
        )


def elsewhere() -> tuple[str, ...]:
    """Questions people also ask a chat window, about nothing a police counter answers."""
    lines = (_DATA / "elsewhere.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def learn(material: Material) -> Learned:
    """Read, weigh, fit and calibrate; takes in the order of a second for 2,000 texts."""
    meanings = senses()
    unread = [typed(text) for text in material.texts]
    counts = Counter(word for text in unread for word in text)
    reader = Reader(counts, meanings)
    texts = [reader.mend(text) for text in unread]
    features, rows = Features.of(texts, function_words(), meanings)
    similar = _similarities(rows)
    dual = fit(similar, material.entries, _pull(material, similar), material.classes + 1)
    alone, apart = left_out(similar, dual, material.entries)
    telling = np.array([features.telling(text) for text in texts], np.float64)
    usual = max(float(telling[: material.examples].mean()) if material.examples else 1.0, 1.0)
    inside = slice(material.examples)
    return Learned(
        counts=counts,
        features=features,
        rows=rows,
        dual=dual,
        calibration=_calibration(material, alone, apart, telling, usual),
        usual=usual,
        sharpness=_sharpness(alone[inside, :-1], material.entries[inside]),
        places=_places((similar[inside] @ dual)[:, :-1], material.entries[inside]),
        places_alone=_places(alone[inside, :-1], material.entries[inside]),
    )


def _similarities(rows: "csr_array[np.float32]") -> Floats:
    """Inner products of all pairs of rows: common columns as a full table, the others sparse."""
    by_column = rows.tocsc()
    seen = np.diff(by_column.indptr)
    common = by_column[:, np.flatnonzero(seen > _COMMON)].toarray()
    rare = by_column[:, np.flatnonzero((seen > 1) & (seen <= _COMMON))].tocsr()
    similar = common @ common.T + (rare @ rare.T).toarray()
    # Columns that one row alone has were left out; they only make a row like itself.
    np.fill_diagonal(similar, rows.multiply(rows).sum(1))
    return np.ascontiguousarray(similar, np.float32)


def _pull(material: Material, similar: Floats) -> Floats:
    """How much each text counts: each entry the same in all, longer texts less than examples."""
    texts, examples, entries = len(material.texts), material.examples, material.entries
    pull = np.where(np.arange(texts) < examples, 1.0, _LONGER)
    outside = entries == material.classes
    if examples:
        # What the knowledge base does answer is not something else.
        pull[outside & (similar[:, :examples].max(1) > _TOO_NEAR)] = 1e-6
    sums = np.bincount(entries, pull, material.classes + 1)
    shares = np.full(material.classes + 1, examples / max(material.classes, 1))
    shares[-1] *= _ELSEWHERE
    return (pull * (shares / np.maximum(sums, 1e-9))[entries]).astype(np.float32)


def _calibration(
    material: Material, alone: Floats, apart: Floats, telling: Floats64, usual: float
) -> Calibration:
    inside, examples = slice(material.examples), material.examples
    outside = material.entries == material.classes
    held = evidence(alone[inside, :-1], alone[inside, -1], telling[inside], usual)
    right = _places(alone[inside, :-1], material.entries[inside]) == 0
    others = [evidence(alone[outside, :-1], alone[outside, -1], telling[outside], usual)]
    if material.classes > 1:
        foreign = np.arange(material.classes) != material.entries[inside, None]
        scores = apart[inside, :-1][foreign].reshape(examples, material.classes - 1)
        others.append(evidence(scores, apart[inside, -1], telling[inside], usual))
    return calibrate(held, right, others)


def _sharpness(scores: Floats, entries: Ints) -> float:
    rows = np.arange(len(entries))

    def surprise(sharpness: float) -> float:
        chances = probabilities(sharpness * scores)[rows, entries]
        return -float(np.log(np.maximum(chances, 1e-9)).sum())

    return min(_SHARPNESS, key=surprise) if scores.size else 1.0


def _places(scores: Floats, entries: Ints) -> Ints:
    own = scores[np.arange(len(entries)), entries]
    before: Ints = (scores > own[:, None]).sum(1).astype(np.int32)
    return before
