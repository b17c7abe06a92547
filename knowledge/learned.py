"""What the matcher learns from the examples of the knowledge base."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array

from knowledge.english import general_words, slang
from knowledge.features import Features, Floats, function_words, senses
from knowledge.head import Head, Lengths, Material, learn_head, pull_of
from knowledge.likeness import Likeness
from knowledge.meaning import Meaning, centred, spoken, weight_of
from knowledge.spelling import Speller
from knowledge.text import normalise, words

_DATA = Path(__file__).with_name("data")
_READ = 400
"""Words of a message that are looked at; more would say the same again."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a question is read, weighed and judged with."""

    counts: Mapping[str, int]
    """How often the material has each word."""
    pairs: Mapping[tuple[str, str], int]
    """Which words stand side by side more than once."""
    features: Features
    rows: "csr_array[np.float32]"
    """The material over the columns of the features."""
    usual: float
    """How many telling words an example has on average."""
    head: Head
    """What decides by the words alone."""
    meaning: Meaning | None = None
    """What decides where a question's vector is known too; None where there is no encoder."""


def typed(text: str) -> list[str]:
    """The words of a text as they were typed, the first few hundred at most."""
    return words(normalise(text))[:_READ]


class Reader:
    """Turns a text into words the way the material was turned into words."""

    def __init__(
        self,
        counts: Mapping[str, int],
        pairs: Mapping[tuple[str, str], int],
        meanings: Mapping[str, object],
    ) -> None:
        self._speller = Speller(counts, general_words() | meanings.keys(), slang(), pairs)

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


Encode: TypeAlias = Callable[[Sequence[str]], Floats]
"""Makes a vector of length one of each text, as `knowledge.encoder` does."""


def learn(material: Material, encode: Encode | None = None) -> Learned:
    """Read, weigh, fit and calibrate: about a second for 2,000 texts, and the time to encode."""
    meanings = senses()
    unread = [typed(text) for text in material.texts]
    counts = Counter(word for text in unread for word in text)
    pairs = Counter(pair for text in unread for pair in pairwise(text))
    often = {pair: count for pair, count in pairs.items() if count > 1}
    reader = Reader(counts, often, meanings)
    texts = [reader.mend(text) for text in unread]
    features, rows = Features.of(texts, function_words(), meanings)
    pull = pull_of(material, rows)
    telling = np.array([features.telling(text) for text in texts], np.float64)
    usual = max(float(telling[: material.examples].mean()) if material.examples else 1.0, 1.0)
    meaning = None
    if encode is not None and material.examples:
        centre, vectors = centred(encode([spoken(text) for text in texts]))
        weight = weight_of(material)
        head = learn_head(material, Likeness(rows, vectors, weight), pull)
        meaning = Meaning(centre, vectors, weight, head)
    return Learned(
        counts=counts,
        pairs=often,
        features=features,
        rows=rows,
        usual=usual,
        head=learn_head(material, Likeness(rows), pull, Lengths(telling, usual)),
        meaning=meaning,
    )
