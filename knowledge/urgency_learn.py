"""Learns from messages how much each sign speaks for danger, and for which kind of it.

Imported only where that is needed, as `knowledge.learn`.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from knowledge.confidence import logistic
from knowledge.floats import Floats64, Halves
from knowledge.urgency_frames import CRISIS, LOUD, OTHER_LANGUAGE, SAFETY_NET
from knowledge.urgency_learned import DOUBTFUL, Learned
from knowledge.urgency_messages import Message
from knowledge.urgency_reading import Reading
from knowledge.urgency_signs import Signs, letters_of, shortened, thinned

_FEWEST = 4
"""Messages that must have a sign before it is weighed."""
_STRENGTH = 5.0
"""C of the regularisation; 1 to 20 do equally well (measured across writers)."""
_STILL = 1 / 10_000
"""How much of the slope may be left, of what it was at first.

With a seven-hundredth it mattered how many threads the sums were made on: the intercept of one and
the same messages came to -1.25 or -1.27, and some weights differed by 0.1.
"""


def learn(messages: Sequence[Message], readings: Sequence[Reading], signs: Signs) -> Learned:
    """Fit on messages and their readings: some seconds for ten thousand."""
    names, table = _table(readings, signs)
    thin = np.array([thinned(len(reading.words)) for reading in readings])
    loud = np.array([message.level in LOUD for message in messages])
    pull = np.array([DOUBTFUL if it.level == SAFETY_NET else 1.0 for it in messages])
    weights, intercept = fit(csr_array(diags_array(thin) @ table), loud, pull)
    categories, likeness = _kinds(messages, table)
    return Learned(names, weights.astype(np.float32), intercept, categories, likeness)


def fit(
    rows: "csr_array[np.float64]", wanted: NDArray[np.bool_], pull: Floats64
) -> tuple[Floats64, float]:
    """Weights and intercept of a logistic curve: penalised likelihood by Newton's steps.

    Each is found by conjugate gradients within a region that is trusted (Steihaug 1983).
    """
    loss, start = _Loss(rows, wanted, pull), np.zeros(rows.shape[1] + 1)
    steep = float(np.linalg.norm(loss.with_slope(start)[1]))
    # Only learning needs it, and it takes long to import.
    from scipy.optimize import minimize  # noqa: PLC0415 - see above

    found = minimize(
        loss.with_slope,
        start,
        jac=True,
        hessp=loss.bent,
        method="trust-ncg",
        options={"gtol": _STILL * steep},
    ).x
    return found[:-1], float(found[-1])


class _Loss:
    """How badly weights and, last, an intercept fit; of all messages together."""

    def __init__(
        self, rows: "csr_array[np.float64]", wanted: NDArray[np.bool_], pull: Floats64
    ) -> None:
        self._rows, self._across = rows, rows.T.tocsr()
        self._wanted, self._pull = wanted, pull
        self._at = np.empty(0)
        self._unsure = np.empty(0)
        """How much each message's chance still gives way, at the values looked at last."""

    def with_slope(self, values: Floats64) -> tuple[float, Floats64]:
        """The loss, and how it rises with each value."""
        weights = values[:-1]
        scores = self._scores(values)
        # log(1 + e^v) - wanted * v is the log loss of a logistic curve.
        loss = self._pull @ (np.logaddexp(0, scores) - self._wanted * scores)
        slope = self._back(self._pull * (logistic(scores) - self._wanted), values)
        return float(loss + weights @ weights / (2 * _STRENGTH)), slope

    def bent(self, values: Floats64, along: Floats64) -> Floats64:
        """How the slope changes along a direction."""
        if not np.array_equal(values, self._at):
            chances = logistic(self._scores(values))
            self._at, self._unsure = values.copy(), self._pull * chances * (1 - chances)
        return self._back(self._unsure * self._scores(along), along)

    def _scores(self, values: Floats64) -> Floats64:
        scores: Floats64 = self._rows @ values[:-1] + values[-1]
        return scores

    def _back(self, errors: Floats64, values: Floats64) -> Floats64:
        return np.append(self._across @ errors + values[:-1] / _STRENGTH, errors.sum())


def _table(
    readings: Iterable[Reading], signs: Signs
) -> tuple[tuple[str, ...], "csr_array[np.float32]"]:
    """The signs that enough messages have, sorted, and for each message how often it has them.

    Numbers are noted as they come: all signs of all messages at once would fill a gigabyte.
    """
    numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers))
    number = numbers.__getitem__
    in_word: dict[str, array[int]] = {}
    columns, ends = array("i"), array("i", [0])
    for reading in readings:
        columns.extend(map(number, set(signs.of_words(reading))))
        for word in set(shortened(reading.words)):
            if word not in in_word:
                in_word[word] = array("i", map(number, letters_of(word)))
            columns.extend(in_word[word])
        ends.append(len(columns))
    rows = csr_array(
        (np.ones(len(columns), np.float32), np.array(columns), np.array(ends)),
        shape=(len(ends) - 1, len(numbers)),
    )
    rows.sum_duplicates()
    often = np.bincount(rows.indices, minlength=len(numbers)) >= _FEWEST
    names = tuple(sorted(name for name, place in numbers.items() if often[place]))
    chosen = rows[:, [numbers[name] for name in names]]
    # Signs come in any order, and sums depend on it.
    chosen.sort_indices()
    return names, chosen


def _kinds(
    messages: Sequence[Message], table: "csr_array[np.float32]"
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
