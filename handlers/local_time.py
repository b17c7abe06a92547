"""The time that residents and staff read on their own clocks."""

from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
"""Everything is kept in UTC; this is for showing it."""
