"""Which days the figures are about, as the address of a page says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from bot.web.console_form import Slip
from handlers.days import Days

OWN, USUAL = "own", "28"
LASTS: Mapping[str, tuple[str, int]] = {
    "today": ("Today", 1),
    "7": ("Last 7 days", 7),
    "28": ("Last 28 days", 28),
    "quarter": ("Last 13 weeks", 91),
    "year": ("Last 365 days", 365),
}
"""Name of a period to its words and its days, up to and with today."""
_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The days somebody has chosen."""

    period: str
    """A key of LASTS, or OWN."""
    days: Days
    start: str = ""
    """What was typed as the first day."""
    end: str = ""
    problems: tuple[Slip, ...] = ()

    @property
    def words(self) -> str:
        """The days for a heading: Last 28 days; 1 March to 30 April 2016."""
        return LASTS[self.period][0] if self.period in LASTS else in_words(self.days)

    def with_problems(self, more: tuple[Slip, ...]) -> "Chosen":
        """The same, with more to put right."""
        return replace(self, problems=(*self.problems, *more))

    def path(self, page: str, **more: str) -> str:
        """The address of a page of figures about the same days."""
        own = {"from": self.start, "to": self.end} if self.period == OWN else {}
        asked = {"period": "" if self.period == USUAL else self.period} | own | more
        given = {name: value for name, value in asked.items() if value}
        return f"{page}?{urlencode(given)}" if given else page


def read_chosen(query: Mapping[str, str], today: date) -> Chosen:
    """What an address asks for; what cannot be read is said, and the usual days are shown."""
    period = query.get("period", USUAL)
    start, end = query.get("from", "")[:20].strip(), query.get("to", "")[:20].strip()
    if period != OWN and not typed_over(query, "shown", start, end):
        known = period if period in LASTS else USUAL
        return Chosen(known, _last(LASTS[known][1], today))
    days, problems = read_range(start, end, ("from", "to"))
    return Chosen(OWN, days or _last(LASTS[USUAL][1], today), start, end, problems)


def typed_over(query: Mapping[str, str], shown: str, start: str, end: str) -> bool:
    """Whether somebody changed the two days that a form had shown: then they mean those."""
    return query.get(shown, "") not in ("", f"{start}..{end}")


def read_range(
    start: str, end: str, fields: tuple[str, str]
) -> tuple[Days | None, tuple[Slip, ...]]:
    """Two days from a form, or what to put right in its `fields`."""
    first, last = read_day(start), read_day(end)
    slips = tuple(
        Slip(field, f"Give the {which} day, such as 2026-03-01.")
        for field, which, day in zip(fields, ("first", "last"), (first, last), strict=True)
        if day is None
    )
    if first is None or last is None:
        return None, slips
    if last < first:
        return None, (Slip(fields[1], "The last day comes before the first. Swap them."),)
    return Days(first, last), ()


def in_words(days: Days) -> str:
    """1 March to 30 April 2016."""
    if days.count == 1:
        return _written(days.last)
    year = f" {days.first.year}" if days.first.year != days.last.year else ""
    return f"{days.first.day} {days.first:%B}{year} to {_written(days.last)}"


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _last(count: int, today: date) -> Days:
    return Days(today - timedelta(days=count - 1), today)


def read_day(text: str) -> date | None:
    """A day that anybody may mean; None for what is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _EARLIEST <= day <= _LATEST else None
