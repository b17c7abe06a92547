"""Where there is more of a kind than there was: districts and kinds, the steepest rise first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from storage.figures import Group

FEWEST = 5
"""Fewer reports than this are no hotspot, however few there were before."""
SURE = 2.0
"""Standard deviations: counts that only chance moves rise so far in one of forty cases."""
MOST = 10


@dataclass(frozen=True, slots=True)
class Hotspot:
    """More reports of a kind in a district than before, and more than by chance."""

    district: str
    kind: str
    before: int
    now: int

    @property
    def rise(self) -> float:
        """The difference of the two counts, in standard deviations of such a difference."""
        return (self.now - self.before) / sqrt(self.now + self.before)


def hotspots(before: Iterable[Group], now: Iterable[Group]) -> tuple[Hotspot, ...]:
    """At most MOST of them, of two periods of the same length."""
    was, is_now = _by_district_and_kind(before), _by_district_and_kind(now)
    found = (Hotspot(*place, was[place], count) for place, count in is_now.items())
    risen = (one for one in found if one.now >= FEWEST and one.rise >= SURE and one.district)
    return tuple(sorted(risen, key=lambda one: (-one.rise, one.district, one.kind))[:MOST])


def _by_district_and_kind(groups: Iterable[Group]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for group in groups:
        found[group.district, group.kind] += group.count
    return found
