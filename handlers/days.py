"""Days on the London calendar: the periods for which figures are counted."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from handlers.local_time import LONDON

_DAY = r"\d{4}-\d{2}-\d{2}"
_RANGE = re.compile(rf"({_DAY}|\d{{4}}-\d{{2}})\.\.({_DAY}|\d{{4}}-\d{{2}})")


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Raises ValueError where it ends before it begins."""
        if self.last < self.first:
            raise ValueError("The last day comes before the first.")

    @property
    def count(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return midnight(self.last + timedelta(days=1))

    def before(self) -> "Days":
        """As many days, up to the one before the first."""
        gone = timedelta(days=self.count)
        return Days(self.first - gone, self.last - gone)

    def year_before(self) -> "Days":
        """The same dates a year earlier; 29 February becomes 28 February."""
        return Days(_year_before(self.first), _year_before(self.last))

    def __str__(self) -> str:
        """As a range is written: 2016-03-01..2016-04-30."""
        return f"{self.first}..{self.last}"


def midnight(day: date) -> datetime:
    """When a day begins in London, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def london_day(moment: datetime) -> date:
    """The day that a moment falls on in London."""
    return moment.astimezone(LONDON).date()


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def read_days(text: str) -> Days:
    """A range such as 2016-03-01..2016-04-30, or of whole months: 2016-03..2016-04.

    Raises ValueError with a sentence.
    """
    parts = _RANGE.fullmatch(text.strip())
    try:
        if parts is None:
            raise ValueError
        first, last = parts[1], parts[2]
        start = date.fromisoformat(first if len(first) == 10 else f"{first}-01")
        end = date.fromisoformat(last) if len(last) == 10 else _last_of_month(last)
    except ValueError:
        raise ValueError(
            f"“{text}” is no period. Write two days or two months: 2016-03-01..2016-04-30."
        ) from None
    return Days(start, end)


def _last_of_month(month: str) -> date:
    first = date.fromisoformat(f"{month}-01")
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
