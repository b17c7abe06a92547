"""Working time: which hours count towards a due date, and which days are English bank holidays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from handlers.local_time import LONDON
from knowledge.desk import Desk

_SATURDAY, _MONDAY = 5, 0


def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in a year.

    As the Banking and Financial Dealings Act 1971 and the yearly proclamations have them; what was
    proclaimed once only is for desk.toml to say.
    """
    easter = easter_sunday(year)
    fixed = {
        _substitute(date(year, 1, 1)),
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        _first_monday(date(year, 5, 1)),
        _first_monday(date(year, 5, 25)),
        _first_monday(date(year, 8, 25)),
    }
    return frozenset(fixed | _christmas(year))


def easter_sunday(year: int) -> date:
    """Easter in the Gregorian calendar.

    The "anonymous" algorithm, as in Meeus, Astronomical Algorithms, 1991, chapter 8.
    """
    century, in_century = divmod(year, 100)
    leaps, century_rest = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - leaps - shift + 15) % 30
    weekday = (32 + 2 * century_rest + 2 * (in_century // 4) - epact - in_century % 4) % 7
    late = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _substitute(day: date) -> date:
    """The day itself, or the Monday after where it falls on a weekend."""
    return day if day.weekday() < _SATURDAY else _first_monday(day)


def _first_monday(from_day: date) -> date:
    """The first Monday on or after a day."""
    return from_day + timedelta(days=(_MONDAY - from_day.weekday()) % 7)


def _christmas(year: int) -> set[date]:
    """Two days; what falls on a weekend moves to the first days after that are free."""
    days: set[date] = set()
    moved = [date(year, 12, 25), date(year, 12, 26)]
    for day in (day for day in moved if day.weekday() < _SATURDAY):
        days.add(day)
    for _ in (day for day in moved if day.weekday() >= _SATURDAY):
        free = date(year, 12, 27)
        while free.weekday() >= _SATURDAY or free in days:
            free += timedelta(days=1)
        days.add(free)
    return days


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The counter's working hours, in London's time."""

    desk: Desk

    def is_working_day(self, day: date) -> bool:
        """Whether the day has working hours."""
        if day.weekday() not in self.desk.weekdays or day in self.desk.extra_holidays:
            return False
        return day in self.desk.not_holidays or day not in bank_holidays(day.year)

    def is_open(self, moment: datetime) -> bool:
        """Whether a moment lies within the working hours."""
        there = moment.astimezone(LONDON)
        within = self.desk.opens <= there.time() < self.desk.closes
        return within and self.is_working_day(there.date())

    def after(self, moment: datetime, hours: float) -> datetime:
        """The moment, in UTC, at which so many working hours have passed since `moment`."""
        left = timedelta(hours=hours)
        day = moment.astimezone(LONDON).date()
        start = moment.astimezone(UTC)
        for _ in range(_MOST_DAYS):
            if self.is_working_day(day):
                opens, closes = self._at(day, self.desk.opens), self._at(day, self.desk.closes)
                begin = max(start, opens)
                if begin + left <= closes:
                    return begin + left
                left -= max(timedelta(), closes - begin)
            day += timedelta(days=1)
        raise ValueError("there are no working days")

    def due(self, kind: str, moment: datetime, *, urgent: bool) -> datetime:
        """When a report that came in then should have been dealt with, in UTC."""
        return self.after(moment, self.desk.hours_for(kind, urgent=urgent))

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, LONDON).astimezone(UTC)


_MOST_DAYS = 3 * 366
"""More than any due date needs; a calendar without a working day must not hang."""
