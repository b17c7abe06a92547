"""The kinds of numbers that tables hold, and rows made as long as one."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Floats64 = NDArray[np.float64]
Halves = NDArray[np.float16]
"""What is kept in half the memory, and read to three figures."""
Ints = NDArray[np.int32]
Shorts = NDArray[np.int16]

_NOTHING = 1e-9


def unit(rows: Floats) -> Floats:
    """A row, or each of several, at length one; one of nothing stays nothing."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Floats = (rows / np.maximum(lengths, _NOTHING)).astype(np.float32, copy=False)
    return scaled
