"""What sentence vectors add to words: which texts mean the same although they share no word."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.floats import Floats, Halves, unit
from knowledge.head import Head, Material

_CARRIED = 30.0
"""Examples of an entry beside which meaning weighs as much as words.

Where examples are few, meaning carries more of them; where they are many, their words tell more.
Measured with 10, 20 and 40 examples of each of our own articles, and with 10 of CLINC150's.
"""
_HEAVIEST = 3.0


def weight_of(material: Material) -> float:
    """How much likeness in meaning counts beside likeness in words."""
    usual = material.examples / max(material.classes, 1)
    return min(_HEAVIEST, _CARRIED / max(usual, 1.0))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was learned from words and vectors together."""

    centre: Floats
    """The mean of the vectors: what all texts have in common says nothing."""
    vectors: Halves
    """One row per text, centred, of length one."""
    weight: float
    """How much they count beside words."""
    head: Head

    def near(self, vector: Floats) -> Floats:
        """A question's vector as these are: centred, of length one."""
        near: Floats = unit(vector[None] - self.centre)[0]
        return near


def centred(vectors: Floats) -> tuple[Floats, Floats]:
    """The mean of the vectors, and the vectors without it."""
    centre: Floats = vectors.mean(0)
    return centre, unit(vectors - centre)


def spoken(words: Sequence[str]) -> str:
    """Mended words as a text to be encoded; the model knows no slips of the finger."""
    return " ".join(words)
