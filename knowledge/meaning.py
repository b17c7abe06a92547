"""What sentence vectors add to words: which texts mean the same although they share no word."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.features import Floats, Ints
from knowledge.head import Head, Material, places_of

WEIGHT = 0.5
"""How much likeness in meaning counts beside likeness in words.

Measured: from 0.3 to 0.5 the first places are best; more of it, and names and numbers are lost.
"""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was learned from words and vectors together."""

    centre: Floats
    """The mean of the vectors: what all texts have in common says nothing."""
    vectors: Floats
    """One row per text, centred, of length one."""
    head: Head

    def near(self, vector: Floats) -> Floats:
        """A question's vector as these are: centred, of length one."""
        near: Floats = _unit(vector[None] - self.centre)[0]
        return near

    def places_alone(self, material: Material) -> Ints:
        """For each example how many entries have an example nearer to it than its own others."""
        inside, entries = self.vectors[: material.examples], material.entries[: material.examples]
        likeness = inside @ inside.T
        np.fill_diagonal(likeness, -2.0)
        nearest = np.full((material.examples, material.classes), -2.0, np.float32)
        # The examples of an entry stand together.
        found, starts = np.unique(entries, return_index=True)
        nearest[:, found] = np.maximum.reduceat(likeness, starts, axis=1)
        return places_of(nearest, entries)

    def slopes(self) -> Floats:
        """One row per column of a vector, one column per entry: what it adds to each score."""
        slopes: Floats = np.float32(WEIGHT) * (self.vectors.T @ self.head.dual)
        return slopes


def centred(vectors: Floats) -> tuple[Floats, Floats]:
    """The mean of the vectors, and the vectors without it."""
    centre: Floats = vectors.mean(0)
    return centre, _unit(vectors - centre)


def spoken(words: Sequence[str]) -> str:
    """Mended words as a text to be encoded; the model knows no slips of the finger."""
    return " ".join(words)


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Floats = (rows / np.maximum(lengths, 1e-6)).astype(np.float32)
    return unit
