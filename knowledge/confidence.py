"""How far an answer may be trusted, learned from the knowledge base alone."""

import math
from dataclasses import dataclass
from operator import mul
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.floats import Floats, Floats64

_Number = TypeVar("_Number", float, Floats64)
Evidence = Floats64
"""One row per question: see `evidence`."""

ELSEWHERE_SHARE = 0.3
"""How much of what residents write is assumed to be about nothing in the knowledge base."""
_ASIDE = 0.25
"""How much the score of "something else" speaks against a question's being ours."""
_STRETCH = 0.5
_ONE_WORD = 0.5
_RIGHT = np.array([0.8, 0.5, 0.3, -4.0])
"""Weights of the evidence and intercept for a knowledge base too small to learn them from."""
_OURS = np.array([1.5, -3.0])
_TRUST = 4.0
"""How many units of information the defaults are worth, weight by weight."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over evidence."""

    weights: tuple[float, ...]
    """One for each column of the evidence, and the intercept."""

    def chance(self, *evidence: float) -> float:
        """From 0 to 1, by the evidence of one question."""
        *weights, intercept = self.weights
        value = sum(map(mul, weights, evidence)) + intercept
        return 0.5 + 0.5 * math.tanh(value / 2)


def evidence(scores: Floats, elsewhere: Floats) -> Evidence:
    """What speaks for the best entry: its score, its lead over the second, over "something else".

    `scores` has a row per question and a column per entry, `elsewhere` the score of "something
    else".
    """
    if scores.shape[1] < 2:
        best, second = scores.sum(1), np.zeros(len(scores), np.float32)
    else:
        second, best = np.partition(scores, -2, axis=1)[:, -2:].T
    rows: Evidence = np.stack(leads(best, second, elsewhere), axis=1).astype(np.float64)
    return rows


def leads(best: _Number, second: _Number, elsewhere: _Number) -> tuple[_Number, _Number, _Number]:
    """The evidence of one question, or of many: the score, and how far it is ahead."""
    return best, best - second, best - elsewhere


def is_ours(rows: Evidence) -> Evidence:
    """What of the evidence speaks for a question's being about anything in the knowledge base.

    The lead over the second tells nothing of that: what lies between two articles is ours. What is
    near to "something else" may still be nearer to us.
    """
    return nearness(rows[:, 0], rows[:, 0] - rows[:, 2])[:, None]


def nearness(best: _Number, elsewhere: _Number) -> _Number:
    """What `is_ours` says, for one question or for many."""
    return best - _ASIDE * elsewhere


def stretched(rows: Evidence, telling: Floats64, usual: float) -> Evidence:
    """The evidence of words alone as that of a question of usual length.

    `telling` is how many telling words each question has, `usual` how many an example has. Scores
    are means over words: a long story thins them out without making them less sure (pivoted length
    normalisation; Singhal, Buckley and Mitra 1996), and a single word names a subject, not yet a
    question. Where vectors tell too, this was measured to do harm.
    """
    longer: Floats64 = np.array([stretch(words, usual) for words in telling.tolist()])
    return np.multiply(rows, longer[:, None])


def stretch(telling: float, usual: float) -> float:
    """By how much `stretched` multiplies the evidence of one question."""
    return max(telling / usual, 1.0) ** _STRETCH if telling > 1 else _ONE_WORD


def calibrate_right(
    inside: Evidence, right: NDArray[np.bool_], outside: list[Evidence]
) -> Calibration:
    """The chance that the best entry is right.

    `inside` is the evidence of examples left out of the learning, `right` whether they found their
    entry all the same; `outside` are groups of questions that have no entry.
    """
    return _calibrate(inside, right, outside, _RIGHT)


def calibrate_ours(inside: Evidence, outside: list[Evidence]) -> Calibration:
    """The chance that a question is about anything in the knowledge base."""
    rows, others = is_ours(inside), [is_ours(group) for group in outside]
    return _calibrate(rows, np.ones(len(rows), np.bool_), others, _OURS)


def _calibrate(
    inside: Evidence, wanted: NDArray[np.bool_], outside: list[Evidence], usual: Floats64
) -> Calibration:
    """The curve that fits held-out questions best, with `usual` weights' worth of prior belief.

    Of the questions `inside` some are `wanted` and of those in the groups `outside` none. The
    groups count the same, and together as `ELSEWHERE_SHARE` of all. Penalised likelihood by
    L-BFGS.
    """
    outside = [rows for rows in outside if len(rows)]
    rows = _with_one(np.concatenate([inside, *outside]))
    found = np.concatenate([wanted, np.zeros(sum(map(len, outside)))]).astype(np.float64)
    share = ELSEWHERE_SHARE * len(inside) / (1 - ELSEWHERE_SHARE) / max(len(outside), 1)
    counts = [np.ones(len(inside)), *(np.full(len(rows), share / len(rows)) for rows in outside)]
    count = np.concatenate(counts)

    def surprise(weights: Floats64) -> tuple[float, Floats64]:
        values = rows @ weights
        off = weights - usual
        # log(1 + e^v) - found * v is the log loss of a logistic curve.
        loss = count @ (np.logaddexp(0, values) - found * values) + _TRUST * off @ off / 2
        return float(loss), rows.T @ (count * (logistic(values) - found)) + _TRUST * off

    # Only training needs it, and it takes half as long to import as everything else together.
    from scipy.optimize import minimize  # noqa: PLC0415 - see above

    weights: Floats64 = minimize(surprise, usual, jac=True, method="L-BFGS-B").x
    return Calibration(tuple(weights.tolist()))


def _with_one(rows: Evidence) -> Evidence:
    return np.hstack([rows, np.ones((len(rows), 1))])


def logistic(values: Floats64) -> Floats64:
    """From log odds to chances, without overflow."""
    return 0.5 + 0.5 * np.tanh(values / 2)
