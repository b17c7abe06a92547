"""Figures along the days: a period in steps of days, weeks or months, and what falls into each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from handlers.days import Days, london_day
from handlers.local_time import LONDON

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAILY, _WEEKLY = 35, 200
"""Up to how many days a period is shown by day, and by week."""
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Steps:
    """A period in steps."""

    each: str
    """What a step is: "day", "week" or "month"."""
    parts: tuple[Days, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The first day of each step, or its month."""
        if self.each == "month":
            return tuple(f"{part.first:%b %y}" for part in self.parts)
        return tuple(f"{part.first.day} {part.first:%b}" for part in self.parts)

    def counted(self, hours: Mapping[datetime, int]) -> tuple[int, ...]:
        """How many of what happened in these hours fall into each step."""
        return tuple(map(sum, self.sorted(hours)))

    def sorted(self, hours: Mapping[datetime, _Value]) -> tuple[tuple[_Value, ...], ...]:
        """What belongs to hours, by the step that each hour falls into."""
        found: tuple[list[_Value], ...] = tuple([] for _ in self.parts)
        step_of = {day: number for number, part in enumerate(self.parts) for day in _days(part)}
        for hour, value in hours.items():
            step = step_of.get(london_day(hour))
            if step is not None:
                found[step].append(value)
        return tuple(map(tuple, found))


def steps_of(days: Days) -> Steps:
    """Days for a month, weeks for half a year, months for more."""
    if days.count <= _DAILY:
        return Steps("day", tuple(Days(day, day) for day in _days(days)))
    if days.count <= _WEEKLY:
        return Steps("week", tuple(_cut(days, _week_later)))
    return Steps("month", tuple(_cut(days, _month_later)))


def aligned(values: Sequence[int], count: int) -> tuple[float | None, ...]:
    """The values of another period beside so many steps: two periods may differ in months."""
    return (*values[:count], *[None] * (count - len(values)))


def by_clock(hours: Mapping[datetime, int]) -> tuple[int, ...]:
    """How many in each hour of the day, on the clock in London."""
    return _spread(hours, 24, lambda hour: hour.astimezone(LONDON).hour)


def by_weekday(hours: Mapping[datetime, int]) -> tuple[int, ...]:
    """How many on each day of the week, Monday first."""
    return _spread(hours, 7, lambda hour: london_day(hour).weekday())


def _spread(
    hours: Mapping[datetime, int], size: int, place: Callable[[datetime], int]
) -> tuple[int, ...]:
    found = [0] * size
    for hour, count in hours.items():
        found[place(hour)] += count
    return tuple(found)


def _days(days: Days) -> Iterable[date]:
    return (days.first + timedelta(days=number) for number in range(days.count))


def _cut(days: Days, later: Callable[[date], date]) -> Iterable[Days]:
    first = days.first
    while first <= days.last:
        following = later(first)
        yield Days(first, min(days.last, following - timedelta(days=1)))
        first = following


def _week_later(day: date) -> date:
    return day + timedelta(days=7)


def _month_later(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
