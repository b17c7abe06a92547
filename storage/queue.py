"""The queue: which reports there are, for staff, without a word that residents wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, UnaryExpression, and_, case, exists, func, or_, select
from sqlalchemy.sql.operators import desc_op

from handlers.report import OPEN, Status
from storage.connection import Connection
from storage.scope import By, for_them
from storage.tables import report_flags, report_tags, reports
from storage.tables import staff as staff_table


class Sort(StrEnum):
    """What comes first; open urgent ones always do, save where what changed last does."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"
    CHANGED = "changed"


class Whose(StrEnum):
    """With whom a report is, where no one person is meant."""

    ANYBODY = ""
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which reports to list; what is empty or None does not narrow it."""

    statuses: tuple[Status, ...] = ()
    districts: tuple[str, ...] = ()
    kind: str = ""
    flag: str = ""
    tag: str = ""
    channel: str = ""
    team: str = ""
    assignee: int | Whose = Whose.ANYBODY
    """The id of one of staff, or whose it is otherwise."""
    urgent: bool = False
    overdue_at: datetime | None = None
    """Only open ones that were due before then."""
    since: datetime | None = None
    before: datetime | None = None
    """Only those that came in from `since` and before `before`."""
    references: tuple[str, ...] | None = None
    """Only some of these, as a search found them."""
    sort: Sort = Sort.NEWEST
    page: int = 1
    per_page: int = 25


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A report in the list: nothing that its resident wrote."""

    reference: str
    kind: str
    status: Status
    district: str
    channel: str
    team: str
    priority: int
    flags: frozenset[str]
    tags: tuple[str, ...]
    made_at: datetime
    changed_at: datetime
    due_at: datetime | None
    seen: bool
    """Whether anybody of staff has opened it, since something urgent was added at least."""
    answer_by: datetime | None
    """Until when its resident was asked to answer."""
    assignee_id: int | None
    assignee: str
    """A name; empty for nobody yet."""
    version: int
    erasure_asked: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue."""

    rows: tuple[QueueRow, ...]
    total: int
    """How many reports the filter finds, on all pages."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many reports there are in each of the views."""

    open: int
    mine: int
    unassigned: int
    urgent: int
    awaiting: int
    overdue: int
    district: int | None
    """Open ones of the districts of who asks; None where all are theirs."""


class Queue:
    """The list of reports, for staff. What is not for somebody does not exist for them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, wanted: QueueFilter, by: By | None) -> Page:
        """A page of reports, in the order that was wanted."""
        where = and_(for_them(by), *_narrow(wanted))
        counted = select(func.count(reports.c.made_at)).where(where)
        total = (await self._connection.scalars(counted)).one()
        skip = (wanted.page - 1) * wanted.per_page
        rest = min(max(total - skip, 0), wanted.per_page)
        # The last pages are the first from behind: a few in order are found without sorting all.
        backwards = skip > total // 2
        # Found by the index alone; only those of this page are read.
        here = (
            select(reports.c.reference)
            .where(where)
            .order_by(*_order(wanted.sort, backwards=backwards))
            .limit(rest)
            .offset(total - skip - rest if backwards else skip)
        )
        references = (await self._connection.scalars(here)).all() if rest else ()
        return Page(await self._rows(references[::-1] if backwards else references), total)

    async def counts(self, by: By, now: datetime, districts: Sequence[str] = ()) -> Counts:
        """How many open ones each view has; `districts` are those of who asks."""
        views: dict[str, ColumnElement[bool]] = {
            "mine": reports.c.assignee_id == by.staff.id,
            "unassigned": reports.c.assignee_id.is_(None),
            "urgent": reports.c.urgent,
            "awaiting": reports.c.status == Status.AWAITING_REPORTER,
            "overdue": reports.c.due_at < now,
            "district": reports.c.district.in_(districts),
        }
        sums = (
            func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)
            for name, condition in views.items()
        )
        counted = select(func.count(reports.c.made_at).label("open"), *sums)
        open_ones = counted.where(for_them(by), reports.c.status.in_(OPEN))
        row = (await self._connection.execute(open_ones)).one()
        found = {name: int(value) for name, value in row._mapping.items()}
        return Counts(**(found if districts else found | {"district": None}))

    async def unopened(self, before: datetime) -> int:
        """How many urgent reports nobody has opened since before a moment.

        Either they came in before then, or their residents added something urgent before then.
        """
        waiting = or_(
            and_(reports.c.viewed_at.is_(None), reports.c.made_at < before),
            reports.c.news_at < before,
        )
        statement = select(func.count(reports.c.made_at)).where(
            reports.c.urgent, reports.c.status != Status.CLOSED, waiting
        )
        return (await self._connection.scalars(statement)).one()

    async def version(self, reference: str, by: By) -> int | None:
        """How often the report has changed; None where there is no such one for them."""
        here = select(reports.c.version).where(reports.c.reference == reference, for_them(by))
        return (await self._connection.scalars(here)).one_or_none()

    async def _rows(self, references: Sequence[str]) -> tuple[QueueRow, ...]:
        if not references:
            return ()
        plain = (column for column in reports.columns if column is not reports.c.body)
        statement = with_assignee(*plain).where(reports.c.reference.in_(references))
        found = {row.reference: row for row in await self._connection.execute(statement)}
        flags = await flags_of(self._connection, references)
        tags = await tags_of(self._connection, references)
        return tuple(
            _queue_row(found[reference], flags[reference], tags[reference])
            for reference in references
        )


async def flags_of(
    connection: Connection, references: Sequence[str]
) -> Mapping[str, frozenset[str]]:
    """The flags of each of these reports."""
    statement = select(report_flags).where(report_flags.c.reference.in_(references))
    pairs = (await connection.execute(statement)).all()
    return {one: frozenset(flag for of, flag in pairs if of == one) for one in references}


async def tags_of(
    connection: Connection, references: Sequence[str]
) -> Mapping[str, tuple[str, ...]]:
    """The tags of each of these reports, in order."""
    statement = select(report_tags).where(report_tags.c.reference.in_(references))
    pairs = (await connection.execute(statement)).all()
    return {one: tuple(sorted(tag for of, tag in pairs if of == one)) for one in references}


def with_assignee(*columns: Any) -> Any:
    """The columns, or everything of reports, and the name of who has each as `assignee`."""
    name = staff_table.c.name.label("assignee")
    join = staff_table.c.id == reports.c.assignee_id
    return select(*(columns or (reports,)), name).select_from(reports).outerjoin(staff_table, join)


def _narrow(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """The conditions of a filter."""
    where: list[ColumnElement[bool]] = []
    if wanted.statuses:
        where.append(reports.c.status.in_(wanted.statuses))
    asked = {
        reports.c.kind: wanted.kind,
        reports.c.channel: wanted.channel,
        reports.c.team: wanted.team,
    }
    where.extend(column == value for column, value in asked.items() if value)
    if wanted.districts:
        where.append(reports.c.district.in_(wanted.districts))
    if wanted.assignee is Whose.NOBODY:
        where.append(reports.c.assignee_id.is_(None))
    elif isinstance(wanted.assignee, int):
        where.append(reports.c.assignee_id == wanted.assignee)
    if wanted.urgent:
        where.append(reports.c.urgent)
    if wanted.overdue_at is not None:
        where.append(reports.c.due_at < wanted.overdue_at)
        where.append(reports.c.status.in_(OPEN))
    if wanted.since is not None:
        where.append(reports.c.made_at >= wanted.since)
    if wanted.before is not None:
        where.append(reports.c.made_at < wanted.before)
    if wanted.references is not None:
        where.append(reports.c.reference.in_(wanted.references))
    if wanted.flag:
        flagged = report_flags.c.reference == reports.c.reference
        where.append(exists().where(flagged, report_flags.c.flag == wanted.flag))
    if wanted.tag:
        tagged = report_tags.c.reference == reports.c.reference
        where.append(exists().where(tagged, report_tags.c.tag == wanted.tag))
    return where


def _order(sort: Sort, *, backwards: bool) -> tuple[ColumnElement[Any], ...]:
    """What decides which comes first; each is turned round for the order from behind."""
    keys = (*_keys(sort), reports.c.reference.asc())
    return tuple(_turned(key) for key in keys) if backwards else keys


def _turned(key: UnaryExpression[Any]) -> UnaryExpression[Any]:
    return key.element.asc() if key.modifier is desc_op else key.element.desc()


def _keys(sort: Sort) -> tuple[UnaryExpression[Any], ...]:
    if sort is Sort.CHANGED:
        return (reports.c.changed_at.desc(),)
    pressing = and_(reports.c.urgent, reports.c.status != Status.CLOSED).desc()
    if sort is Sort.DUE:
        # What is not due at all comes last; a closed one is due no more.
        closed = reports.c.status == Status.CLOSED
        done = case((closed, 1), (reports.c.due_at.is_(None), 1), else_=0)
        return pressing, done.asc(), reports.c.due_at.asc(), reports.c.made_at.desc()
    made = reports.c.made_at
    newest = made.asc() if sort is Sort.OLDEST else made.desc()
    return pressing, reports.c.priority.desc(), newest


def _queue_row(row: Row[Any], flags: frozenset[str], tags: tuple[str, ...]) -> QueueRow:
    return QueueRow(
        reference=row.reference,
        kind=row.kind,
        status=Status(row.status),
        district=row.district,
        channel=row.channel,
        team=row.team,
        priority=row.priority,
        flags=flags,
        tags=tags,
        made_at=row.made_at,
        changed_at=row.changed_at,
        due_at=row.due_at,
        seen=row.viewed_at is not None and row.news_at is None,
        answer_by=row.answer_by,
        assignee_id=row.assignee_id,
        assignee=row.assignee or "",
        version=row.version,
        erasure_asked=row.erasure_asked_at is not None,
    )
