"""Learns the part that decides: from how alike texts are to scores, and how sure they are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.confidence import (
    Evidence,
    calibrate_ours,
    calibrate_right,
    evidence,
    stretched,
)
from knowledge.features import Rows
from knowledge.floats import Floats, Floats64, Ints
from knowledge.folds import Held, hold_out
from knowledge.head import Head, Material
from knowledge.likeness import Likeness, sparse
from knowledge.softmax import fit, probabilities

_ELSEWHERE = 2.0
"""How many entries "something else" weighs as much as."""
_LONGER = 0.7
"""How much a title or body counts beside an example."""
_TOO_NEAR = 0.6
_SHARPNESS = (0.7, 1.0, 1.4, 2.0, 2.8, 4.0)


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long the texts are, for a head that knows words alone."""

    telling: Floats64
    """How many telling words each has."""
    usual: float
    """How many an example has on average."""


def learn_head(
    material: Material, likeness: Likeness, pull: Floats, lengths: Lengths | None = None
) -> Head:
    """Fit and calibrate on the likenesses of all pairs of texts.

    `pull` is how much each text counts.
    """
    inside = slice(material.examples)
    dual = fit(likeness.times, material.entries, pull, material.classes + 1)
    held = hold_out(likeness, dual, material.texts, material.entries, pull)
    places_alone = places_of(held.alone[inside, :-1], material.entries[inside])
    own, others = _evidence(material, held, lengths)
    return Head(
        slopes=likeness.slopes(dual),
        right=calibrate_right(own, places_alone == 0, others),
        ours=calibrate_ours(own, others),
        sharpness=_sharpness(held.alone[inside, :-1], material.entries[inside]),
        places=places_of(likeness.times(dual)[inside, :-1], material.entries[inside]),
        places_alone=places_alone,
        rivals=_rivals(held.alone[inside, :-1], material.entries[inside]),
    )


def pull_of(material: Material, rows: Rows) -> Floats:
    """How much each text counts: each entry the same in all, longer texts less than examples."""
    texts, examples, entries = len(material.texts), material.examples, material.entries
    pull = np.where(np.arange(texts) < examples, 1.0, _LONGER)
    outside = np.flatnonzero(entries == material.classes)
    if examples and len(outside):
        # What the knowledge base does answer is not something else.
        table = sparse(rows)
        nearest = (table[outside] @ table[:examples].T).max(axis=1).toarray().ravel()
        pull[outside[nearest > _TOO_NEAR]] = 1e-6
    sums = np.bincount(entries, pull, material.classes + 1)
    shares = np.full(material.classes + 1, examples / max(material.classes, 1))
    shares[-1] *= _ELSEWHERE
    return (pull * (shares / np.maximum(sums, 1e-9))[entries]).astype(np.float32)


def _evidence(
    material: Material, held: Held, lengths: Lengths | None
) -> tuple[Evidence, list[Evidence]]:
    """Of the examples as if they were new, and of two groups that have no entry.

    Those are questions about something else, and the examples without their entry.
    """
    inside, examples = slice(material.examples), material.examples
    outside = material.entries == material.classes

    def weighed(scores: Floats, elsewhere: Floats, which: slice | NDArray[np.bool_]) -> Evidence:
        rows = evidence(scores, elsewhere)
        return stretched(rows, lengths.telling[which], lengths.usual) if lengths else rows

    own = weighed(held.alone[inside, :-1], held.alone[inside, -1], inside)
    others = [weighed(held.alone[outside, :-1], held.alone[outside, -1], outside)]
    if material.classes > 1:
        foreign = np.arange(material.classes) != material.entries[inside, None]
        scores = held.apart[inside, :-1][foreign].reshape(examples, material.classes - 1)
        others.append(weighed(scores, held.apart[inside, -1], inside))
    return own, others


def _sharpness(scores: Floats, entries: Ints) -> float:
    rows = np.arange(len(entries))

    def surprise(sharpness: float) -> float:
        chances = probabilities(sharpness * scores)[rows, entries]
        return -float(np.log(np.maximum(chances, 1e-9)).sum())

    return min(_SHARPNESS, key=surprise) if scores.size else 1.0


def _rivals(scores: Floats, entries: Ints) -> Ints:
    """For each row of scores the best entry but its own."""
    others = scores.copy()
    if others.shape[1] > 1:
        others[np.arange(len(entries)), entries] = -np.inf
    return others.argmax(1).astype(np.int32) if others.size else entries


def places_of(scores: Floats, entries: Ints) -> Ints:
    """For each row of scores how many entries come before its own; a draw is no win."""
    own = scores[np.arange(len(entries)), entries]
    before: Ints = ((scores >= own[:, None]).sum(1) - 1).astype(np.int32)
    return before
