"""The queue: reports from the staff's side, where every look and every change leaves a trace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, select, update

from handlers.report import (
    Answer,
    Disposition,
    Place,
    SafeContact,
    Status,
    check_change,
)
from storage.audit import Audit
from storage.connection import Connection
from storage.errors import Conflict
from storage.files import Files, KeptFile
from storage.report_body import open_body
from storage.seal import Keyring
from storage.staff import Staff
from storage.story import Happening, Kind, Story
from storage.tables import report_flags, reports
from storage.tables import staff as staff_table


@dataclass(frozen=True, slots=True)
class By:
    """Who asks, and whether restricted reports are for them."""

    staff: Staff
    may_see_restricted: bool = False


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
    may_see_restricted: bool = False


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


@dataclass(frozen=True, slots=True)
class StaffReport:
    """A report as staff work on it."""

    reference: str
    kind: str
    status: Status
    disposition: Disposition | None
    district: str
    flags: frozenset[str]
    made_at: datetime
    changed_at: datetime
    version: int
    """Hand it back with a change, so that nobody's is overwritten unseen."""
    assignee: str
    answers: tuple[Answer, ...]
    place: Place
    contact: SafeContact
    photos: tuple[KeptFile, ...]
    continues: str
    """The reference of the earlier report about the same problem; empty for none."""
    continued_by: tuple[str, ...]
    erasure_asked_at: datetime | None
    held_at: datetime | None
    """Since when it is under a legal hold; None where it is not."""
    held_for: str
    """Why; empty where that was not said."""
    story: tuple[Happening, ...]


class Queue:
    """Reports, for staff. What is restricted does not exist for those who may not see it."""

    def __init__(
        self,
        connection: Connection,
        keyring: Keyring,
        files: Files,
        story: Story,
        audit: Audit,
    ) -> None:
        self._connection = connection
        self._keyring = keyring
        self._files = files
        self._story = story
        self._audit = audit

    async def list(self, wanted: QueueFilter) -> Page:
        """A page of reports: open urgent ones first, then the newest."""
        where = _narrow(wanted)
        counted = select(reports.c.status, func.count()).where(*where).group_by(reports.c.status)
        counts = {Status(s): n for s, n in (await self._connection.execute(counted))}
        if wanted.statuses:
            where.append(reports.c.status.in_(wanted.statuses))
        pressing = and_(reports.c.urgent, reports.c.status != Status.CLOSED)
        statement = (
            _with_assignee()
            .where(*where)
            .order_by(pressing.desc(), reports.c.made_at.desc(), reports.c.reference)
            .limit(wanted.per_page)
            .offset((wanted.page - 1) * wanted.per_page)
        )
        rows = (await self._connection.execute(statement)).all()
        flags = await self._flags([row.reference for row in rows])
        return Page(
            rows=tuple(_queue_row(row, flags[row.reference]) for row in rows),
            total=sum(n for s, n in counts.items() if not wanted.statuses or s in wanted.statuses),
            counts=counts,
        )

    async def open(self, reference: str, by: By, now: datetime) -> StaffReport | None:
        """Everything about a report; None where there is none, or none for them."""
        statement = _with_assignee().where(reports.c.reference == reference)
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            return None
        if row.restricted and not by.may_see_restricted:
            await self._audit.append(by.staff.username, "report view refused", reference, {}, now)
            return None
        await self._audit.append(by.staff.username, "report viewed", reference, {}, now)
        if row.viewed_at is None:
            seen = update(reports).where(reports.c.reference == reference)
            await self._connection.execute(seen.values(viewed_at=now))
        body = open_body(self._keyring, reference, row.body)
        later = select(reports.c.reference).where(reports.c.continues == reference)
        return StaffReport(
            reference=reference,
            kind=row.kind,
            status=Status(row.status),
            disposition=Disposition(row.disposition) if row.disposition else None,
            district=row.district,
            flags=(await self._flags([reference]))[reference],
            made_at=row.made_at,
            changed_at=row.changed_at,
            version=row.version,
            assignee=row.assignee or "",
            answers=body.answers,
            place=body.place,
            contact=body.contact,
            photos=await self._files.of(reference),
            continues=row.continues,
            continued_by=tuple((await self._connection.scalars(later)).all()),
            erasure_asked_at=row.erasure_asked_at,
            held_at=row.held_at,
            held_for=row.held_for or "",
            story=await self._story.read(reference),
        )

    async def unopened(self, before: datetime) -> int:
        """How many urgent reports came in before a moment, and no staff has opened them."""
        statement = (
            select(func.count())
            .select_from(reports)
            .where(
                reports.c.urgent,
                reports.c.viewed_at.is_(None),
                reports.c.made_at < before,
                reports.c.status != Status.CLOSED,
            )
        )
        return (await self._connection.scalars(statement)).one()

    async def photo(
        self, reference: str, file_id: str, by: By, now: datetime
    ) -> tuple[bytes, str, str] | None:
        """A picture of the report: bytes, media type, SHA-256; None where it has no such one."""
        await self._lock(reference, by)
        if file_id not in {photo.id for photo in await self._files.of(reference)}:
            return None
        detail = {"file": file_id}
        await self._audit.append(by.staff.username, "photo viewed", reference, detail, now)
        return await self._files.read(file_id)

    async def change_status(
        self,
        reference: str,
        to: Status,
        disposition: Disposition | None,
        by: By,
        now: datetime,
        version: int,
    ) -> None:
        """Move a report on; raises NotAllowed, Conflict for a stale version, or LookupError."""
        row = await self._lock(reference, by)
        if row.version != version:
            raise Conflict("the report was changed by somebody else")
        before = Status(row.status)
        check_change(before, to, disposition)
        came_of_it = disposition if to is Status.CLOSED else None
        await self._set(reference, now, status=to, disposition=came_of_it)
        await self._story.change(reference, before, to, came_of_it, by.staff.id, now)
        detail = {"from": before, "to": to, "disposition": came_of_it}
        await self._audit.append(by.staff.username, "status changed", reference, detail, now)

    async def assign(
        self, reference: str, to: Staff | None, by: By, now: datetime, version: int
    ) -> None:
        """Give a report to somebody, or to nobody; raises Conflict or LookupError."""
        row = await self._lock(reference, by)
        if row.version != version:
            raise Conflict("the report was changed by somebody else")
        await self._set(reference, now, assignee_id=to.id if to else None)
        detail = {"to": to.username if to else None}
        await self._audit.append(by.staff.username, "report assigned", reference, detail, now)

    async def note(self, reference: str, text: str, by: By, now: datetime) -> None:
        """Write a note that only staff read; raises LookupError."""
        await self._lock(reference, by)
        await self._story.words(reference, Kind.NOTE, text, by.staff.id, now)
        await self._audit.append(by.staff.username, "note added", reference, {}, now)

    async def message(self, reference: str, text: str, by: By, now: datetime) -> None:
        """Write to the resident, on the report's page; raises LookupError.

        Whom to tell that there is something is for `Reports.followers` to say.
        """
        await self._lock(reference, by)
        await self._story.words(reference, Kind.MESSAGE, text, by.staff.id, now)
        await self._set(reference, now)
        await self._audit.append(by.staff.username, "message sent", reference, {}, now)

    async def _lock(self, reference: str, by: By) -> Row[Any]:
        """The report's row, if it is for them, kept from others until the commit."""
        statement = select(reports).where(reports.c.reference == reference)
        locked = statement.with_for_update(key_share=True)
        row = (await self._connection.execute(locked)).one_or_none()
        if row is None or (row.restricted and not by.may_see_restricted):
            raise LookupError("no such report")
        return row

    async def _set(self, reference: str, now: datetime, **values: Any) -> None:
        values |= {"version": reports.c.version + 1, "changed_at": now}
        statement = update(reports).where(reports.c.reference == reference)
        await self._connection.execute(statement.values(values))

    async def _flags(self, references: Sequence[str]) -> Mapping[str, frozenset[str]]:
        statement = select(report_flags).where(report_flags.c.reference.in_(references))
        pairs = (await self._connection.execute(statement)).all()
        return {one: frozenset(flag for of, flag in pairs if of == one) for one in references}


def _narrow(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """The conditions of a filter, all but the status."""
    where: list[ColumnElement[bool]] = []
    if not wanted.may_see_restricted:
        where.append(reports.c.restricted.is_(False))
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


def _with_assignee() -> Any:
    name = staff_table.c.name.label("assignee")
    return select(reports, name).outerjoin(staff_table, staff_table.c.id == reports.c.assignee_id)


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
