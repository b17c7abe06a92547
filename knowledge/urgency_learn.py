"""Learns from messages how much each sign speaks for danger, and for which kind of it.

Imported only where that is needed, as `knowledge.learn`.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from knowledge.confidence import logistic
from knowledge.features import Floats64, Halves
from knowledge.urgency_frames import CRISIS, LOUD, OTHER_LANGUAGE, SAFETY_NET
from knowledge.urgency_learned import DOUBTFUL, Learned
from knowledge.urgency_messages import Message
from knowledge.urgency_signs import Signs, thinned
from knowledge.urgency_spelling import Reading

_FEWEST = 4
"""Messages that must have a sign before it is weighed."""
_STRENGTH = 5.0
"""C of the regularisation; 1 to 20 do equally well (measured across writers)."""
_STEPS = 80


def learn(messages: Sequence[Message], readings: Sequence[Reading], signs: Signs) -> Learned:
    """Fit on messages and their readings: some seconds for ten thousand."""
    names, table = _table(signs.of(reading) for reading in readings)
    thin = np.array([thinned(len(reading.words)) for reading in readings])
    loud = np.array([message.level in LOUD for message in messages])
    pull = np.array([DOUBTFUL if it.level == SAFETY_NET else 1.0 for it in messages])
    weights, intercept = fit(csr_array(diags_array(thin) @ table), loud, pull)
    categories, likeness = _kinds(messages, table)
    return Learned(names, weights.astype(np.float32), intercept, categories, likeness)


def fit(
    rows: "csr_array[np.float64]", wanted: NDArray[np.bool_], pull: Floats64
) -> tuple[Floats64, float]:
    """Weights and intercept of a logistic curve; penalised likelihood by L-BFGS."""
    width = rows.shape[1]
    across = rows.T.tocsr()

    def surprise(values: Floats64) -> tuple[float, Floats64]:
        weights, intercept = values[:-1], values[-1]
        scores = rows @ weights + intercept
        # log(1 + e^v) - wanted * v is the log loss of a logistic curve.
        loss = pull @ (np.logaddexp(0, scores) - wanted * scores)
        error = pull * (logistic(scores) - wanted)
        slope = np.append(across @ error + weights / _STRENGTH, error.sum())
        return float(loss + weights @ weights / (2 * _STRENGTH)), slope

    # Only learning needs it, and it takes long to import.
    from scipy.optimize import minimize  # noqa: PLC0415 - see above

    found = minimize(
        surprise, np.zeros(width + 1), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}
    ).x
    return found[:-1], float(found[-1])


def _table(
    counted: Iterable[Mapping[str, int]],
) -> tuple[tuple[str, ...], "csr_array[np.float64]"]:
    """The signs that enough messages have, sorted, and for each message how often it has them.

    Numbers are noted as they come: all signs of all messages at once would fill a gigabyte.
    """
    numbers: dict[str, int] = {}
    columns, values, ends = array("i"), array("i"), array("i", [0])
    for signs in counted:
        columns.extend(numbers.setdefault(name, len(numbers)) for name in signs)
        values.extend(signs.values())
        ends.append(len(columns))
    rows = csr_array(
        (np.array(values, np.float64), np.array(columns), np.array(ends)),
        shape=(len(ends) - 1, len(numbers)),
    )
    often = np.bincount(rows.indices, minlength=len(numbers)) >= _FEWEST
    names = tuple(sorted(name for name, number in numbers.items() if often[number]))
    chosen = rows[:, [numbers[name] for name in names]]
    # Signs come in any order, and sums depend on it.
    chosen.sort_indices()
    return names, chosen


def _kinds(
    messages: Sequence[Message], table: "csr_array[np.float64]"
) -> tuple[tuple[str, ...], Halves]:
    """The kinds of danger, and each sign's part in their middles (Rocchio 1971), tf-idf weighed."""
    loud = [
        number
        for number, message in enumerate(messages)
        if message.level in LOUD and message.category != OTHER_LANGUAGE
    ]
    kinds = [CRISIS if messages[n].level == CRISIS else messages[n].category for n in loud]
    categories = tuple(sorted(set(kinds)))
    rows = table[loud]
    seen = np.bincount(rows.indices, minlength=rows.shape[1])
    idf = np.log((1 + len(loud)) / (1 + seen)) + 1
    rows = rows @ diags_array(idf)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(1)).ravel())
    rows = diags_array(1 / np.maximum(lengths, 1e-9)) @ rows
    belongs = np.array([[kind == category for category in categories] for kind in kinds])
    share = belongs / np.maximum(belongs.sum(0), 1)
    middles = (rows.T @ share) * idf[:, None]
    return categories, (middles - middles.mean(1, keepdims=True)).astype(np.float16)
