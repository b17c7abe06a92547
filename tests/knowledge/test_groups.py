"""Questions that ask for the same stand together."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.floats import Floats
from knowledge.groups import grouped


def turned(*degrees: float) -> Floats:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_what_is_near_comes_together_the_largest_first() -> None:
    assert grouped(turned(0, 90, 95, 10, 100)) == [(1, 2, 4), (0, 3)]


def test_what_stands_alone_stays_alone() -> None:
    assert grouped(turned(0, 120, 240)) == [(0,), (1,), (2,)]


def test_what_says_nothing_is_in_nobodys_group() -> None:
    vectors = np.concatenate([turned(0, 5), np.zeros((2, 2), np.float32)])
    assert grouped(vectors) == [(0, 1), (2,), (3,)]


@given(st.lists(st.floats(0, 360), min_size=1, max_size=30))
def test_each_is_in_one_group(degrees: list[float]) -> None:
    groups = grouped(turned(*degrees))
    assert sorted(number for group in groups for number in group) == list(range(len(degrees)))
