"""How alike texts are in words and in meaning, without a table of all pairs."""

import numpy as np
from scipy.sparse import csr_array

from knowledge.features import Rows
from knowledge.floats import Floats
from knowledge.slopes import Slopes, Table


class Likeness:
    """The table of inner products of texts, by which rows can be multiplied.

    `rows` has a text per row over the columns of its words, `vectors` one per row of what it means;
    `weight` is how much meaning counts beside words.
    """

    def __init__(
        self,
        rows: Rows,
        vectors: Floats | None = None,
        weight: float = 0.0,
    ) -> None:
        self._rows = table = sparse(rows)
        seen = np.bincount(rows.columns, minlength=rows.width)
        self._shared = table[:, np.flatnonzero(seen > 1)].tocsr()
        self._across = self._shared.T.tocsr()
        # A column that one text alone has makes it like itself, and like nothing else.
        own: Floats = table.multiply(table).sum(1) - self._shared.multiply(self._shared).sum(1)
        self._own = np.asarray(own, np.float32)[:, None]
        self._vectors, self._weight = vectors, np.float32(weight)

    def times(self, dual: Floats) -> Floats:
        """The product of the table with as many rows as there are texts."""
        product: Floats = self._shared @ (self._across @ dual) + self._own * dual
        if self._vectors is not None:
            product += self._weight * (self._vectors @ (self._vectors.T @ dual))
        return product

    def slopes(self, dual: Floats) -> Slopes:
        """What the columns of any text add to its product with as many rows."""
        words = Table.of(np.asarray(self._rows.T @ dual))
        if self._vectors is None:
            return Slopes(words)
        return Slopes(words, Table.of(self._weight * (self._vectors.T @ dual)))


def sparse(rows: Rows) -> "csr_array[np.float32]":
    """The same as SciPy multiplies them."""
    texts = len(rows.starts) - 1
    return csr_array((rows.values, rows.columns, rows.starts), shape=(texts, rows.width))
