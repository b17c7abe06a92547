"""What each text would score had it, or had its whole entry, not been there to learn from."""

from typing import NamedTuple

import numpy as np

from knowledge.features import Floats, Ints
from knowledge.likeness import Likeness
from knowledge.softmax import fit

FOLDS = 4
_STEPS = 12
"""Less than the whole takes: each fold begins where the whole ended."""


class Held(NamedTuple):
    """Scores of texts that had no part in the learning, one row per text."""

    alone: Floats
    """Held out with others, but for most examples of its entry."""
    apart: Floats
    """Held out with its whole entry."""


def hold_out(likeness: Likeness, dual: Floats, entries: Ints, pull: Floats) -> Held:
    """Learn anew without each quarter of the entries and a quarter of the rest's texts.

    `dual` is what was learned from all. Each text is held out twice, once with its entry and once
    without: for whom everything is known, everything looks easy.
    """
    classes = dual.shape[1]
    alone, apart = np.zeros_like(dual), np.zeros_like(dual)
    of_entry, of_text = _folds(entries, classes)
    for fold in range(FOLDS):
        with_entry, by_itself = of_entry == fold, of_text == fold
        kept = ~(with_entry | by_itself)
        start = dual * kept[:, None]
        scores = likeness.times(
            fit(likeness.times, entries, (pull * kept).astype(np.float32), classes, start, _STEPS)
        )
        alone[by_itself], apart[with_entry] = scores[by_itself], scores[with_entry]
    return Held(alone, apart)


def _folds(entries: Ints, classes: int) -> tuple[Ints, Ints]:
    """For each text the fold of its entry, and another in which it is held out without it.

    "Something else", the last of the classes, is never held out as a whole.
    """
    of_entry = np.where(entries == classes - 1, -1, entries % FOLDS).astype(np.int32)
    place = np.zeros(len(entries), np.int32)
    for entry in np.unique(entries):
        rows = np.flatnonzero(entries == entry)
        place[rows] = np.arange(len(rows))
    others = np.where(of_entry < 0, place % FOLDS, (of_entry + 1 + place % (FOLDS - 1)) % FOLDS)
    return of_entry, others.astype(np.int32)
