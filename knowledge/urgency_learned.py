"""What messages have taught: how much each sign speaks for danger, and for which kind of it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from knowledge.arrays import Arrays, from_lines, lines
from knowledge.floats import Floats, Halves

DOUBTFUL = 0.3
"""What a message counts of which even people are not sure."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What the messages taught."""

    names: tuple[str, ...]
    """The signs, sorted."""
    weights: Floats
    """One per sign: above nothing for danger, below for calm."""
    intercept: float
    categories: tuple[str, ...]
    """The kinds of danger; one of them is the crisis."""
    likeness: Halves
    """One row per sign, one column per category: how much it is like that one."""

    def pack(self) -> Arrays:
        """As arrays, for a file."""
        return {
            "names": lines(self.names),
            "weights": self.weights,
            "intercept": np.array(self.intercept),
            "categories": lines(self.categories),
            "likeness": self.likeness,
        }

    @classmethod
    def unpack(cls, kept: Arrays) -> Self:
        """From arrays; KeyError or ValueError where they are others."""
        names = tuple(from_lines(kept["names"]))
        if not len(names) == len(kept["weights"]) == len(kept["likeness"]):
            raise ValueError("kept of other messages")
        if any(one >= other for one, other in pairwise(names)):
            raise ValueError("not sorted")
        return cls(
            names=names,
            weights=kept["weights"].astype(np.float32),
            intercept=float(kept["intercept"]),
            categories=tuple(from_lines(kept["categories"])),
            likeness=kept["likeness"].astype(np.float16, copy=False),
        )
