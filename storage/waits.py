"""How long residents wait: from a report to its first view, its first reply and its close."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, String, cast, func, select

from storage.connection import Connection
from storage.figures import Happened, happened, moment_of
from storage.moments import seconds_between, utc_hour
from storage.scope import By, for_them
from storage.tables import alarms, reports


class GroupedBy(StrEnum):
    """What waits can be told apart by."""

    KIND = "kind"
    DISTRICT = "district"
    TEAM = "team"
    MADE = "made"
    """The hour (UTC) in which the report came in, as `figures.read_hour` reads it."""
    ENDED = "ended"
    """The hour (UTC) in which the wait ended."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How long it took: half were no slower than `median`, nine of ten no slower than `ninth`."""

    count: int
    median: timedelta
    ninth: timedelta


class Waits:
    """Waits that ended in a period, so that a month does not look fast for what it left undone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def reports(
        self,
        what: Happened,
        start: datetime,
        end: datetime,
        by: By | None,
        grouped: GroupedBy,
    ) -> Mapping[str, tuple[int, ...]]:
        """Group to the seconds that each of its reports waited for it, in no order."""
        key = _key(grouped, what)
        waited = seconds_between(reports.c.made_at, moment_of(what))
        # One row a group: rows for every report would take longer to hand over than to count.
        statement = (
            select(key, func.aggregate_strings(cast(waited, String), ","))
            .where(happened(what, start, end), for_them(by))
            .group_by(key)
        )
        return {name: _numbers(text) for name, text in await self._connection.execute(statement)}

    async def alarms_taken(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """The seconds that each alarm raised in the period waited for somebody, in no order."""
        taken = func.coalesce(alarms.c.taken_at, alarms.c.closed_at)
        waited = seconds_between(alarms.c.at, taken)
        statement = select(waited).where(
            alarms.c.at >= start, alarms.c.at < end, taken.is_not(None)
        )
        return tuple((await self._connection.scalars(statement)).all())


def spread(waits: Iterable[int]) -> Spread | None:
    """Median and 90th percentile of seconds, each one of them (nearest rank); None for none."""
    ordered = sorted(waits)
    if not ordered:
        return None
    return Spread(
        len(ordered),
        timedelta(seconds=ordered[_rank(len(ordered), 50)]),
        timedelta(seconds=ordered[_rank(len(ordered), 90)]),
    )


def together(groups: Mapping[str, Sequence[int]]) -> tuple[int, ...]:
    """The waits of all groups."""
    return tuple(wait for waits in groups.values() for wait in waits)


def _rank(count: int, percent: int) -> int:
    """The place of the smallest that is no less than so many per cent of them."""
    return -(-count * percent // 100) - 1


def _key(grouped: GroupedBy, what: Happened) -> ColumnElement[str]:
    if grouped is GroupedBy.MADE:
        return utc_hour(reports.c.made_at)
    if grouped is GroupedBy.ENDED:
        return utc_hour(moment_of(what))
    column: ColumnElement[str] = reports.c[grouped]
    return column


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))
