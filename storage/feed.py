"""The feed: reports in the order in which they changed, for systems that keep up with them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select

from handlers.report import Disposition, Status
from storage.connection import Connection
from storage.queue import flags_of
from storage.scope import By, for_them
from storage.tables import reports


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports to list; what is empty or None does not narrow it."""

    status: Status | None = None
    kind: str = ""
    district: str = ""
    urgent: bool | None = None
    changed_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A report as the feed shows it: nothing that its resident wrote."""

    reference: str
    kind: str
    status: Status
    disposition: Disposition | None
    district: str
    urgent: bool
    flags: frozenset[str]
    channel: str
    team: str
    priority: int
    made_at: datetime
    changed_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    version: int

    @property
    def mark(self) -> tuple[datetime, str]:
        """Where the feed goes on after it."""
        return self.changed_at, self.reference


class Feed:
    """Reports by when they last changed. What is not for somebody does not exist for them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def page(
        self, wanted: Wanted, after: tuple[datetime, str] | None, limit: int, by: By
    ) -> tuple[Listed, ...]:
        """The next ones after a mark, or the first of all."""
        statement = (
            select(*(column for column in reports.columns if column is not reports.c.body))
            .where(for_them(by), *_narrow(wanted), *_beyond(after))
            .order_by(reports.c.changed_at, reports.c.reference)
            .limit(limit)
        )
        rows = (await self._connection.execute(statement)).all()
        flags = await flags_of(self._connection, [row.reference for row in rows])
        return tuple(_listed(row, flags[row.reference]) for row in rows)


def _narrow(wanted: Wanted) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        where.append(reports.c.status == wanted.status)
    if wanted.kind:
        where.append(reports.c.kind == wanted.kind)
    if wanted.district:
        where.append(reports.c.district == wanted.district)
    if wanted.urgent is not None:
        where.append(reports.c.urgent.is_(wanted.urgent))
    if wanted.changed_since is not None:
        where.append(reports.c.changed_at >= wanted.changed_since)
    return where


def _beyond(after: tuple[datetime, str] | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    at, reference = after
    later = reports.c.changed_at > at
    beside = and_(reports.c.changed_at == at, reports.c.reference > reference)
    # The first condition is what an index can begin at.
    return [reports.c.changed_at >= at, or_(later, beside)]


def _listed(row: Row[Any], flags: frozenset[str]) -> Listed:
    return Listed(
        reference=row.reference,
        kind=row.kind,
        status=Status(row.status),
        disposition=Disposition(row.disposition) if row.disposition else None,
        district=row.district,
        urgent=row.urgent,
        flags=flags,
        channel=row.channel,
        team=row.team,
        priority=row.priority,
        made_at=row.made_at,
        changed_at=row.changed_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        version=row.version,
    )
