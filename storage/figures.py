"""Figures of reports and alarms in a period: counted, never listed, and without a word of anybody.

A report that somebody may not see is in none of their figures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from handlers.report import OPEN, Disposition
from storage.connection import Connection
from storage.moments import utc_hour
from storage.scope import By, for_them
from storage.tables import alarms, reports


class Happened(StrEnum):
    """What happens once to a report and has its moment."""

    MADE = "made"
    VIEWED = "viewed"
    """Staff opened it for the first time."""
    REPLIED = "replied"
    """Staff first wrote to its resident."""
    CLOSED = "closed"
    """It was closed, and is closed still."""


@dataclass(frozen=True, slots=True)
class Group:
    """How many reports of a kind, in a district, with a team."""

    kind: str
    district: str
    """An id, "outside", or empty for not known."""
    team: str
    """An id, or empty for none."""
    count: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand at this moment."""

    open: int
    urgent: int
    overdue: int
    unassigned: int


@dataclass(frozen=True, slots=True)
class AlarmCounts:
    """The alarms of a period and what became of them."""

    raised: int
    by_level: Mapping[str, int]
    outcomes: Mapping[str, int]
    """Outcome to how many; empty for those that are open."""
    taken: int
    """How many somebody took on or closed."""


class Figures:
    """Counts of reports; each takes who asks, or None for the program itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def groups(self, start: datetime, end: datetime, by: By | None) -> tuple[Group, ...]:
        """The reports that came in from `start` on and before `end`, by kind, district, team."""
        keys = (reports.c.kind, reports.c.district, reports.c.team)
        statement = (
            select(*keys, func.count())
            .where(happened(Happened.MADE, start, end), for_them(by))
            .group_by(*keys)
        )
        return tuple(Group(*row) for row in await self._connection.execute(statement))

    async def hours(
        self, what: Happened, start: datetime, end: datetime, by: By | None
    ) -> Mapping[datetime, int]:
        """How many reports it happened to in each hour (UTC) in which it did."""
        hour = utc_hour(moment_of(what))
        statement = (
            select(hour, func.count())
            .where(happened(what, start, end), for_them(by))
            .group_by(hour)
        )
        rows = await self._connection.execute(statement)
        return {read_hour(text): count for text, count in rows}

    async def came_to(
        self, start: datetime, end: datetime, by: By | None
    ) -> Mapping[Disposition, int]:
        """What came of the reports that were closed in the period."""
        statement = (
            select(reports.c.disposition, func.count())
            .where(happened(Happened.CLOSED, start, end), for_them(by))
            .group_by(reports.c.disposition)
        )
        rows = (await self._connection.execute(statement)).all()
        return {Disposition(what): count for what, count in rows if what is not None}

    async def standing(self, by: By | None, now: datetime) -> Standing:
        """How many are open, and of these urgent, overdue and with nobody."""
        statement = select(
            func.count(),
            _how_many(reports.c.urgent.is_(True)),
            _how_many(reports.c.due_at < now),
            _how_many(reports.c.assignee_id.is_(None)),
        ).where(reports.c.status.in_(OPEN), for_them(by))
        row = (await self._connection.execute(statement)).one()
        return Standing(*row)

    async def open_at(self, moment: datetime, by: By | None) -> int:
        """How many were open at a moment; one that was reopened counts as open all along."""
        there = select(func.count()).where(reports.c.made_at < moment, for_them(by))
        # Two counts of few rows: by the other side, of all that had come, they would be of many.
        still = (await self._connection.scalars(there.where(reports.c.closed_at.is_(None)))).one()
        since = await self._connection.scalars(there.where(reports.c.closed_at >= moment))
        return still + since.one()

    async def alarms(self, start: datetime, end: datetime) -> AlarmCounts:
        """The alarms that were raised in the period."""
        level = func.coalesce(alarms.c.level, "alarm")
        outcome = func.coalesce(alarms.c.outcome, "")
        dealt_with = or_(alarms.c.taken_at.is_not(None), alarms.c.closed_at.is_not(None))
        statement = (
            select(level, outcome, func.count(), _how_many(dealt_with))
            .where(alarms.c.at >= start, alarms.c.at < end)
            .group_by(level, outcome)
        )
        rows = (await self._connection.execute(statement)).all()
        return AlarmCounts(
            raised=sum(row[2] for row in rows),
            by_level=_summed((row[0], row[2]) for row in rows),
            outcomes=_summed((row[1], row[2]) for row in rows),
            taken=sum(row[3] for row in rows),
        )


def moment_of(what: Happened) -> ColumnElement[datetime]:
    """The column that says when it happened."""
    column: ColumnElement[datetime] = reports.c[f"{what}_at"]
    return column


def happened(what: Happened, start: datetime, end: datetime) -> ColumnElement[bool]:
    """Whether it happened to a report from `start` on and before `end`."""
    moment = moment_of(what)
    return and_(moment >= start, moment < end)


def read_hour(text: str) -> datetime:
    """An hour as `utc_hour` writes it."""
    return datetime.strptime(text, "%Y-%m-%d %H").replace(tzinfo=UTC)


def _how_many(of_these: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((of_these, 1), else_=0)), 0)


def _summed(pairs: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    total: dict[str, int] = {}
    for name, count in pairs:
        total[name] = total.get(name, 0) + count
    return total
