"""The queue: which reports there are, for staff, without a word that residents wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, select

from handlers.report import Status
from storage.connection import Connection
from storage.scope import By, for_them
from storage.tables import report_flags, reports
from storage.tables import staff as staff_table


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which reports to list; what is empty or None does not narrow it."""

    statuses: tuple[Status, ...] = ()
    district: str = ""
    kind: str = ""
    flag: str = ""
    assignee_id: int | None = None
    page: int = 1
    per_page: int = 25


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A report in the list: nothing that its resident wrote."""

    reference: str
    kind: str
    status: Status
    district: str
    flags: frozenset[str]
    made_at: datetime
    changed_at: datetime
    assignee: str
    """A name; empty for nobody yet."""
    erasure_asked: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue."""

    rows: tuple[QueueRow, ...]
    total: int
    """How many reports the filter finds, on all pages."""
    counts: Mapping[Status, int]
    """How many there are of each status, if the filter named none."""


class Queue:
    """The list of reports, for staff. What is not for somebody does not exist for them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, wanted: QueueFilter, by: By | None) -> Page:
        """A page of reports: open urgent ones first, then the newest."""
        where = [for_them(by), *_narrow(wanted)]
        counted = select(reports.c.status, func.count()).where(*where).group_by(reports.c.status)
        counts = {Status(s): n for s, n in (await self._connection.execute(counted))}
        if wanted.statuses:
            where.append(reports.c.status.in_(wanted.statuses))
        pressing = and_(reports.c.urgent, reports.c.status != Status.CLOSED)
        statement = (
            with_assignee()
            .where(*where)
            .order_by(pressing.desc(), reports.c.made_at.desc(), reports.c.reference)
            .limit(wanted.per_page)
            .offset((wanted.page - 1) * wanted.per_page)
        )
        rows = (await self._connection.execute(statement)).all()
        flags = await flags_of(self._connection, [row.reference for row in rows])
        return Page(
            rows=tuple(_queue_row(row, flags[row.reference]) for row in rows),
            total=sum(n for s, n in counts.items() if not wanted.statuses or s in wanted.statuses),
            counts=counts,
        )


async def flags_of(
    connection: Connection, references: Sequence[str]
) -> Mapping[str, frozenset[str]]:
    """The flags of each of these reports."""
    statement = select(report_flags).where(report_flags.c.reference.in_(references))
    pairs = (await connection.execute(statement)).all()
    return {one: frozenset(flag for of, flag in pairs if of == one) for one in references}


def with_assignee() -> Any:
    """Everything of reports, and the name of who has each as `assignee`."""
    name = staff_table.c.name.label("assignee")
    return select(reports, name).outerjoin(staff_table, staff_table.c.id == reports.c.assignee_id)


def _narrow(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """The conditions of a filter, all but the status."""
    where: list[ColumnElement[bool]] = []
    if wanted.district:
        where.append(reports.c.district == wanted.district)
    if wanted.kind:
        where.append(reports.c.kind == wanted.kind)
    if wanted.assignee_id is not None:
        where.append(reports.c.assignee_id == wanted.assignee_id)
    if wanted.flag:
        flagged = report_flags.c.reference == reports.c.reference
        where.append(exists().where(flagged, report_flags.c.flag == wanted.flag))
    return where


def _queue_row(row: Row[Any], flags: frozenset[str]) -> QueueRow:
    return QueueRow(
        reference=row.reference,
        kind=row.kind,
        status=Status(row.status),
        district=row.district,
        flags=flags,
        made_at=row.made_at,
        changed_at=row.changed_at,
        assignee=row.assignee or "",
        erasure_asked=row.erasure_asked_at is not None,
    )
