"""What messages have taught: how much each sign speaks for danger, and for which kind of it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from knowledge.arrays import Arrays, from_lines, lines

Halves = NDArray[np.float16]
Floats = NDArray[np.float32]
Floats64 = NDArray[np.float64]

DOUBTFUL = 0.3
"""What a message counts of which even people are not sure."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What the messages taught."""

    names: tuple[str, ...]
    """The signs."""
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
        return cls(
            names=tuple(from_lines(kept["names"])),
            weights=kept["weights"].astype(np.float32),
            intercept=float(kept["intercept"]),
            categories=tuple(from_lines(kept["categories"])),
            likeness=kept["likeness"].astype(np.float16, copy=False),
        )
