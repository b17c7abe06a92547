"""How far an answer may be trusted, learned from the knowledge base alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Floats

Evidence = NDArray[np.float64]
"""One row per question: see `evidence`."""

ELSEWHERE_SHARE = 0.3
"""How much of what residents write is assumed to be about nothing in the knowledge base."""
_STRETCH = 0.35
_DEFAULT = np.array([0.8, 0.5, 0.3, -4.0])
"""Weights of the evidence and intercept for a knowledge base too small to learn them from."""
_TRUST = np.array([4.0, 4.0, 4.0, 4.0])
"""How many units of information the defaults are worth, weight by weight."""
_NEWTON_STEPS = 12


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over the evidence: what chance a best answer has of being right."""

    weights: tuple[float, float, float, float]

    def confidence(self, rows: Evidence) -> NDArray[np.float64]:
        """The chance, from 0 to 1, for each row of evidence."""
        return _logistic(_with_one(rows) @ np.array(self.weights))


def evidence(
    scores: Floats, elsewhere: Floats, telling: NDArray[np.float64] | Floats
) -> Evidence:
    """What speaks for the best entry: its score, its lead over the second, over "something else".

    `scores` has a row per question and a column per entry, `elsewhere` the score of "something
    else", `telling` how many telling words a question has beside the average example: scores are
    means over words, and a long story thins them out without making them less sure (pivoted length
    normalisation; Singhal, Buckley and Mitra 1996).
    """
    stretch = np.maximum(telling, 1.0) ** _STRETCH
    if scores.shape[1] == 1:
        best, second = scores[:, 0], np.zeros(len(scores), np.float32)
    else:
        second, best = np.partition(scores, -2, axis=1)[:, -2:].T
    rows = np.stack([best, best - second, best - elsewhere], axis=1)
    return rows * stretch[:, None]


def calibrate(inside: Evidence, right: NDArray[np.bool_], outside: list[Evidence]) -> Calibration:
    """The curve that fits held-out questions best, with a few defaults' worth of prior belief.

    `inside` are examples left out of the learning, `right` whether they found their entry all the
    same; `outside` are groups of questions that have no entry, each counting the same: together
    they count as `ELSEWHERE_SHARE` of all. Penalised likelihood by Newton's method.
    """
    outside = [rows for rows in outside if len(rows)]
    rows = _with_one(np.concatenate([inside, *outside]))
    wanted = np.concatenate([right, np.zeros(sum(map(len, outside)))]).astype(np.float64)
    share = ELSEWHERE_SHARE * len(inside) / (1 - ELSEWHERE_SHARE) / max(len(outside), 1)
    counts = [np.ones(len(inside)), *(np.full(len(rows), share / len(rows)) for rows in outside)]
    count = np.concatenate(counts)
    weights = _DEFAULT.copy()
    for _ in range(_NEWTON_STEPS):
        chance = _logistic(rows @ weights)
        slope = rows.T @ (count * (chance - wanted)) + _TRUST * (weights - _DEFAULT)
        curve = (rows.T * (count * chance * (1 - chance))) @ rows + np.diag(_TRUST)
        weights -= np.linalg.solve(curve, slope)
    a, b, c, intercept = weights.tolist()
    return Calibration((a, b, c, intercept))


def _with_one(rows: Evidence) -> Evidence:
    return np.hstack([rows, np.ones((len(rows), 1))])


def _logistic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.5 + 0.5 * np.tanh(values / 2)
