"""A second opinion from what a message means: it may add an alarm, never take one away."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from knowledge.arrays import Arrays
from knowledge.confidence import logistic
from knowledge.floats import Floats, unit
from knowledge.meaning import centred

Floats64 = NDArray[np.float64]

_HIDDEN = 64
_PULL = 3e-4
_STEPS = 200
_SEED = 1836
_SPREAD = 0.375
"""Of the first weights: wide enough that the hidden units differ from the start."""


@dataclass(frozen=True, slots=True)
class Hunch:
    """A small network over sentence vectors (one hidden layer; Rosenblatt, Rumelhart et al.)."""

    centre: Floats
    """The mean of the vectors it was learned from."""
    inner: Floats
    """One row per column of a vector, one column per hidden unit."""
    bias: Floats
    outer: Floats
    intercept: float

    def pack(self) -> Arrays:
        """As arrays, for a file."""
        return {
            "centre": self.centre,
            "inner": self.inner,
            "bias": self.bias,
            "outer": self.outer,
            "intercept": np.array(self.intercept),
        }

    @classmethod
    def unpack(cls, kept: Arrays) -> Self:
        """From arrays; KeyError or ValueError where they are others."""
        centre, inner, bias, outer = (
            kept[name].astype(np.float32) for name in ("centre", "inner", "bias", "outer")
        )
        return cls(centre, inner, bias, outer, float(kept["intercept"]))

    def score(self, vector: Floats) -> float:
        """From calm, below nothing, to danger, above: the log of the odds, as far as learned."""
        near = unit(vector[None] - self.centre)[0]
        hidden = np.maximum(near @ self.inner + self.bias, 0)
        return float(hidden @ self.outer) + self.intercept


def learn_hunch(vectors: Floats, loud: NDArray[np.bool_], pull: Floats64) -> Hunch:
    """Fit on one vector a message; `pull` is how much each counts. Ten seconds for ten thousand."""
    centre, rows = centred(vectors)
    width = rows.shape[1]
    shares = pull / pull.sum()
    inner_size = width * _HIDDEN

    def parts(values: Floats64) -> tuple[Floats, Floats64, Floats64, float]:
        inner = values[:inner_size].reshape(width, _HIDDEN).astype(np.float32)
        return (
            inner,
            values[inner_size : -1 - _HIDDEN],
            values[-1 - _HIDDEN : -1],
            float(values[-1]),
        )

    def surprise(values: Floats64) -> tuple[float, Floats64]:
        inner, bias, outer, intercept = parts(values)
        before = rows @ inner + bias
        hidden = np.maximum(before, 0)
        scores = hidden @ outer + intercept
        loss = shares @ (np.logaddexp(0, scores) - loud * scores)
        error = shares * (logistic(scores) - loud)
        back = np.where(before > 0, np.outer(error, outer), 0).astype(np.float32)
        held = _PULL * np.concatenate([values[:inner_size], np.zeros(_HIDDEN), outer, [0.0]])
        slope = np.concatenate(
            [(rows.T @ back).ravel(), back.sum(0), hidden.T @ error, [error.sum()]]
        )
        return float(loss + held @ values / 2), slope + held

    # Only learning needs it, and it takes long to import.
    from scipy.optimize import minimize  # noqa: PLC0415 - see above

    chance = np.random.default_rng(_SEED)
    first = np.concatenate(
        [
            chance.normal(0, _SPREAD, inner_size),
            np.zeros(_HIDDEN),
            chance.normal(0, _HIDDEN**-0.5, _HIDDEN),
            [0.0],
        ]
    )
    found = minimize(surprise, first, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    inner, bias, outer, intercept = parts(found)
    return Hunch(centre, inner, bias.astype(np.float32), outer.astype(np.float32), intercept)
