"""Figures in words: how long, how much more, and what each of them means."""

from collections.abc import Mapping
from datetime import timedelta

from bot.district_table import percent
from storage.figures import Happened
from storage.waits import Spread

UP_TO: Mapping[Happened, str] = {
    Happened.VIEWED: "first view",
    Happened.REPLIED: "first reply",
    Happened.CLOSED: "close",
}
"""What residents wait for, in words."""

MEANS: Mapping[Happened, str] = {
    Happened.VIEWED: "From a report to its first opening by staff, of reports first opened then.",
    Happened.REPLIED: "From a report to the first message to its resident, of those first "
    "answered then. Reports whose resident was not written to are not in it.",
    Happened.CLOSED: "From a report to its last close, of reports closed then and not reopened.",
}
"""What is measured, in words."""


def took(time: timedelta) -> str:
    """How long: under a minute, 48 min, 5 h 20 min, 3.4 days."""
    minutes = round(time.total_seconds() / 60)
    if minutes < 1:
        return "under a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{time / timedelta(days=1):,.1f} days"


def median_of(found: Spread | None) -> str:
    """The median in words, or a dash."""
    return took(found.median) if found else "–"


def ninth_of(found: Spread | None) -> str:
    """The 90th percentile in words, or a dash."""
    return took(found.ninth) if found else "–"


def against(count: int, before: int) -> str:
    """What came before, beside what is now: 120 before, up 10%."""
    if not before:
        return "0 before" if count else "0 before as well"
    change = percent(count - before, before)
    if count == before:
        return f"{before:,} before as well"
    return f"{before:,} before, {'down' if count < before else 'up'} {change.lstrip('-')}%"
