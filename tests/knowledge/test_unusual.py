"""A series is what chance does not make, beside the time before, among all that is looked at."""

import random
from math import exp, factorial

import pytest

from knowledge.unusual import Counts, chance_of, is_unusual


def test_with_a_long_time_before_it_is_the_tail_of_poisson() -> None:
    """Ten in a fortnight where four are usual."""
    counts = Counts(10, 14, 4 * 10_000, 14 * 10_000)
    tail = 1 - sum(exp(-4) * 4**k / factorial(k) for k in range(10))
    assert counts.usual == pytest.approx(4)
    assert chance_of(counts) == pytest.approx(tail, rel=0.01)


def test_a_short_time_before_makes_it_more_careful() -> None:
    assert chance_of(Counts(10, 14, 16, 56)) > chance_of(Counts(10, 14, 104, 364))


@pytest.mark.parametrize(
    ("counts", "looked_at", "unusual"),
    [
        (Counts(12, 14, 52, 364), 1, True),
        (Counts(3, 14, 0, 364), 1, False),
        (Counts(4, 14, 0, 364), 100, True),
        (Counts(8, 14, 100, 364), 100, False),
        (Counts(40, 14, 0, 10), 1, False),
        (Counts(0, 14, 0, 0), 0, False),
    ],
    ids=["three times as many", "too few", "none before", "may be chance", "too new", "nothing"],
)
def test_few_or_new_or_likely_things_are_not_called_unusual(
    counts: Counts, looked_at: int, unusual: bool
) -> None:
    assert is_unusual(counts, looked_at) is unusual


def test_in_a_year_with_nothing_unusual_hardly_a_list_holds_anything() -> None:
    chance = random.Random(1836)  # noqa: S311 - the same year every time
    lists = 0
    for _ in range(100):
        found = [_steady(chance) for _ in range(100)]
        lists += any(is_unusual(counts, len(found)) for counts in found)
    assert lists <= 12


def _steady(chance: random.Random) -> Counts:
    """A fortnight and a year at one rate."""
    rate = chance.uniform(0.05, 1.0)
    recent, before = (
        sum(chance.random() < rate / 2 for _ in range(2 * days)) for days in (14, 364)
    )
    return Counts(recent, 14, before, 364)
