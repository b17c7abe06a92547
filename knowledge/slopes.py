"""What a question's words and meaning add to the score of each entry: all that matching needs."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from knowledge.features import Row
from knowledge.floats import Floats, Ints, Shorts

_STEPS = 32_767


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers in half the memory: whole steps, of a size of its own for each column.

    With thousands of rows these are the largest tables there are, and the fifth figure of a weight
    decides nothing. Half precision would do as well, but takes ten times as long to be made whole.
    """

    steps: Shorts
    size: Floats
    """One per column."""

    @classmethod
    def of(cls, table: Floats) -> Self:
        """The table, rounded to a thirty-thousandth of the largest number of each column."""
        largest = np.abs(table).max(0, initial=0.0)
        size = (np.maximum(largest, 1e-9) / _STEPS).astype(np.float32)
        return cls(np.rint(table / size).astype(np.int16), size)

    def times(self, values: Floats, rows: Ints | None = None) -> Floats:
        """`values` by the rows, or by some of them: one number per column."""
        steps = self.steps if rows is None else self.steps.take(rows, 0)
        product: Floats = (values @ steps.astype(np.float32)) * self.size
        return product


@dataclass(frozen=True, slots=True)
class Slopes:
    """One row per column of a question, one column per entry and last one for "something else"."""

    words: Table
    meaning: Table | None = None

    def scores(self, row: Row, vector: Floats | None = None) -> Floats:
        """One per entry, and last the one of "something else"."""
        scores = self.words.times(row.values, row.columns)
        if self.meaning is not None and vector is not None:
            scores = scores + self.meaning.times(vector)
        return scores
