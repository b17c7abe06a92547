"""What each text would score had it, or had its whole entry, not been there to learn from."""

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np

from knowledge.floats import Floats, Ints
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


def hold_out(
    likeness: Likeness, dual: Floats, texts: Sequence[str], entries: Ints, pull: Floats
) -> Held:
    """Learn anew without each quarter of the entries and a quarter of the rest's texts.

    `dual` is what was learned from all. Each text is held out twice, once with its entry and once
    without: for whom everything is known, everything looks easy.
    """
    classes = dual.shape[1]
    alone, apart = np.zeros_like(dual), np.zeros_like(dual)
    of_entry, of_text = _folds(texts, entries, classes)
    for fold in range(FOLDS):
        with_entry, by_itself = of_entry == fold, of_text == fold
        kept = ~(with_entry | by_itself)
        start = dual * kept[:, None]
        scores = likeness.times(
            fit(likeness.times, entries, (pull * kept).astype(np.float32), classes, start, _STEPS)
        )
        alone[by_itself], apart[with_entry] = scores[by_itself], scores[with_entry]
    return Held(alone, apart)


def _folds(texts: Sequence[str], entries: Ints, classes: int) -> tuple[Ints, Ints]:
    """For each text the fold of its entry, and another in which it is held out without it.

    "Something else", the last of the classes, is never held out as a whole. A text goes by what it
    says, so that one more beside it changes nothing for the others.
    """
    mark = np.array([crc32(text.encode("utf-8", "surrogatepass")) for text in texts], np.int64)
    of_entry = np.where(entries == classes - 1, -1, entries % FOLDS)
    other = (of_entry + 1 + mark % (FOLDS - 1)) % FOLDS
    of_text = np.where(of_entry < 0, mark % FOLDS, other)
    return of_entry.astype(np.int32), of_text.astype(np.int32)
