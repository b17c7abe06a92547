"""What a question's words and meaning add to the score of each entry: all that matching needs."""

from dataclasses import dataclass

import numpy as np

from knowledge.features import Floats, Halves, Row


@dataclass(frozen=True, slots=True)
class Slopes:
    """One row per column of a question, one column per entry and last one for "something else".

    Kept at half the usual precision: with thousands of columns these are the largest tables there
    are, and the third figure of a weight decides nothing.
    """

    words: Halves
    meaning: Halves | None = None

    def scores(self, row: Row, vector: Floats | None = None) -> Floats:
        """One per entry, and last the one of "something else"."""
        scores: Floats = row.values @ self.words.take(row.columns, 0).astype(np.float32)
        if self.meaning is not None and vector is not None:
            scores = scores + vector @ self.meaning.astype(np.float32)
        return scores
