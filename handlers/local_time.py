"""The time that residents and staff read on their own clocks."""

from datetime import datetime
from zoneinfo import ZoneInfo

from knowledge.article import Force

LONDON = ZoneInfo("Europe/London")
"""Everything is kept in UTC; this is for showing it."""


def staffed(force: Force, now: datetime) -> bool:
    """Whether the counter is staffed at this moment, by the hours that the force has said."""
    return force.staffed_from <= now.astimezone(LONDON).time() < force.staffed_to
