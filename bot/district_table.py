"""The table of districts as the briefing of July 2016 has it: two periods, and what changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from handlers.days import Days

UNALLOCATED, TOTAL = "Unallocated", "Total"
OUTSIDE = "outside"
"""What stands for a district where a place belongs to another force."""
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    name: str
    first: int
    second: int
    district: str = ""
    """An id; empty for a row that is no district."""

    @property
    def difference(self) -> int:
        """How many more in the second period; negative for fewer."""
        return self.second - self.first

    @property
    def change(self) -> str:
        """The difference in per cent of the first period, as `percent` writes it."""
        return percent(self.difference, self.first)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two periods, and where its numbers come from."""

    days: Days
    counts: Mapping[str, int]
    """District id, "outside", or empty for not known, to how many."""
    ours: int
    """How many of these are reports of our own."""
    sources: tuple[str, ...] = ()
    """Who counted the others."""
    cut: int = 0
    """How many imported counts reach into these days from outside, and so are left out."""


@dataclass(frozen=True, slots=True)
class DistrictTable:
    """Districts, what belongs to none of them, and the total of all rows."""

    first: Side
    second: Side
    lines: tuple[Line, ...]
    total: Line


def compare(districts: Mapping[str, str], outside: str, first: Side, second: Side) -> DistrictTable:
    """The table: `districts` is id to name, `outside` the name of all that is beyond them.

    A district that is no longer known counts as unallocated, so that the rows add up to the total.
    """
    named = sorted(districts.items(), key=lambda item: item[1])
    lines = [Line(name, _of(first, [id]), _of(second, [id]), id) for id, name in named]
    beyond = Line(outside, _of(first, [OUTSIDE]), _of(second, [OUTSIDE]))
    if beyond.first or beyond.second:
        lines.append(beyond)
    known = {*districts, OUTSIDE}
    lost = [(side.counts.keys() - known) for side in (first, second)]
    lines.append(Line(UNALLOCATED, _of(first, lost[0]), _of(second, lost[1])))
    total = Line(TOTAL, sum(each.first for each in lines), sum(each.second for each in lines))
    return DistrictTable(first, second, tuple(lines), total)


def percent(difference: int, of: int) -> str:
    """A change in per cent with one decimal, halves away from zero, and none where it is whole.

    A dash where there was nothing to change from.
    """
    if not of:
        return "–"
    exact = (Decimal(100 * difference) / of).quantize(_TENTH, ROUND_HALF_UP)
    return str(int(exact)) if exact == exact.to_integral_value() else str(exact)


def _of(side: Side, districts: Iterable[str]) -> int:
    return sum(side.counts.get(id, 0) for id in districts)
