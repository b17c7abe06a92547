"""How far an answer may be trusted, learned from the knowledge base alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Floats

Floats64 = NDArray[np.float64]
Evidence = Floats64
"""One row per question: see `evidence`."""

ELSEWHERE_SHARE = 0.3
"""How much of what residents write is assumed to be about nothing in the knowledge base."""
_STRETCH = 0.5
_ONE_WORD = 0.5
_DEFAULT = np.array([0.8, 0.5, 0.3, -4.0])
"""Weights of the evidence and intercept for a knowledge base too small to learn them from."""
_TRUST = np.array([4.0, 4.0, 4.0, 4.0])
"""How many units of information the defaults are worth, weight by weight."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over the evidence: what chance a best answer has of being right."""

    weights: tuple[float, float, float, float]

    def confidence(self, rows: Evidence) -> Floats64:
        """The chance, from 0 to 1, for each row of evidence."""
        return _logistic(_with_one(rows) @ np.array(self.weights))


def evidence(scores: Floats, elsewhere: Floats, telling: Floats64, usual: float) -> Evidence:
    """What speaks for the best entry: its score, its lead over the second, over "something else".

    `scores` has a row per question and a column per entry, `elsewhere` the score of "something
    else", `telling` how many telling words each question has, `usual` how many an example has.
    Scores are means over words: a long story thins them out without making them less sure (pivoted
    length normalisation; Singhal, Buckley and Mitra 1996), and a single word names a subject, not
    yet a question.
    """
    stretch = np.where(telling > 1, np.maximum(telling / usual, 1.0) ** _STRETCH, _ONE_WORD)
    if scores.shape[1] < 2:
        best, second = scores.sum(1), np.zeros(len(scores), np.float32)
    else:
        second, best = np.partition(scores, -2, axis=1)[:, -2:].T
    rows = np.stack([best, best - second, best - elsewhere], axis=1)
    return rows * stretch[:, None]


def calibrate(inside: Evidence, right: NDArray[np.bool_], outside: list[Evidence]) -> Calibration:
    """The curve that fits held-out questions best, with a few defaults' worth of prior belief.

    `inside` are examples left out of the learning, `right` whether they found their entry all the
    same; `outside` are groups of questions that have no entry, each counting the same: together
    they count as `ELSEWHERE_SHARE` of all. Penalised likelihood by L-BFGS.
    """
    outside = [rows for rows in outside if len(rows)]
    rows = _with_one(np.concatenate([inside, *outside]))
    wanted = np.concatenate([right, np.zeros(sum(map(len, outside)))]).astype(np.float64)
    share = ELSEWHERE_SHARE * len(inside) / (1 - ELSEWHERE_SHARE) / max(len(outside), 1)
    counts = [np.ones(len(inside)), *(np.full(len(rows), share / len(rows)) for rows in outside)]
    count = np.concatenate(counts)

    def surprise(weights: Floats64) -> tuple[float, Floats64]:
        values = rows @ weights
        off = weights - _DEFAULT
        # log(1 + e^v) - wanted * v is the log loss of a logistic curve.
        loss = count @ (np.logaddexp(0, values) - wanted * values) + off @ (_TRUST * off) / 2
        return float(loss), rows.T @ (count * (_logistic(values) - wanted)) + _TRUST * off

    # Only training needs it, and it takes half as long to import as everything else together.
    from scipy.optimize import minimize  # noqa: PLC0415 - see above

    weights: Floats64 = minimize(surprise, _DEFAULT, jac=True, method="L-BFGS-B").x
    a, b, c, intercept = weights.tolist()
    return Calibration((a, b, c, intercept))


def _with_one(rows: Evidence) -> Evidence:
    return np.hstack([rows, np.ones((len(rows), 1))])


def _logistic(values: Floats64) -> Floats64:
    return 0.5 + 0.5 * np.tanh(values / 2)
