"""A report as staff work on it, where every look and every change leaves a trace."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from handlers.report import (
    RESTRICTED,
    SENSITIVE,
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
from storage.queue import flags_of, with_assignee
from storage.reach import OTHER, bits_of, kinds_of
from storage.reports import open_body
from storage.scope import By, for_them, is_for
from storage.seal import Keyring
from storage.staff import Staff
from storage.story import Happening, Kind, Story
from storage.tables import report_flags, reports


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
    """The reference of the earlier report about the same problem; empty for none, or none for who
    asked, as in `continued_by`."""
    continued_by: tuple[str, ...]
    erasure_asked_at: datetime | None
    held_at: datetime | None
    """Since when it is under a legal hold; None where it is not."""
    held_for: str
    """Why; empty where that was not said."""
    story: tuple[Happening, ...]
    sensitive: tuple[str, ...] = ()
    """What it is about that only cleared staff may read; of storage.reach.KINDS."""


class Casework:
    """Reports, one at a time. What is not for somebody does not exist for them."""

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

    async def open(self, reference: str, by: By, now: datetime) -> StaffReport | None:
        """Everything about a report; None where there is none, or none for them."""
        statement = with_assignee().where(reports.c.reference == reference)
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None or not is_for(row, by):
            # Of one that is not there too, or the time an answer takes would tell the two apart.
            await self._audit.append(by.staff.username, "report view refused", reference, {}, now)
            return None
        await self._audit.append(by.staff.username, "report viewed", reference, {}, now)
        if row.viewed_at is None:
            await self._note_down(reference, viewed_at=now)
        body = open_body(self._keyring, reference, row.body)
        earlier = select(reports.c.reference).where(
            reports.c.reference == row.continues, for_them(by)
        )
        later = select(reports.c.reference).where(reports.c.continues == reference, for_them(by))
        return StaffReport(
            reference=reference,
            kind=row.kind,
            status=Status(row.status),
            disposition=Disposition(row.disposition) if row.disposition else None,
            district=row.district,
            flags=(await flags_of(self._connection, [reference]))[reference],
            made_at=row.made_at,
            changed_at=row.changed_at,
            version=row.version,
            assignee=row.assignee or "",
            answers=body.answers,
            place=body.place,
            contact=body.contact,
            photos=await self._files.of(reference),
            continues=(await self._connection.scalars(earlier)).one_or_none() or "",
            continued_by=tuple((await self._connection.scalars(later)).all()),
            erasure_asked_at=row.erasure_asked_at,
            held_at=row.held_at,
            held_for=row.held_for or "",
            story=await self._story.read(reference),
            sensitive=kinds_of(row.sensitive),
        )

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
        closed_at = now if to is Status.CLOSED else None
        await self._set(reference, now, status=to, disposition=came_of_it, closed_at=closed_at)
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

    async def mark(self, reference: str, kinds: Collection[str], by: By, now: datetime) -> bool:
        """Say what a report is about that only cleared staff may read; raises LookupError.

        Gives whether it is still for them.
        `kinds` are of storage.reach.KINDS; none of them makes it one for everybody. Kinds that
        they are not cleared for themselves stay as they are.
        """
        row = await self._lock(reference, by)
        bits = bits_of(kinds) | row.sensitive & ~by.cleared
        still = not bits & ~by.cleared or reference in by.staff.reach.opened
        if bits == row.sensitive:
            return still
        named = {RESTRICTED, *kinds_of(bits)} - {OTHER} if bits else frozenset[str]()
        await self._connection.execute(
            delete(report_flags).where(
                report_flags.c.reference == reference, report_flags.c.flag.in_(SENSITIVE)
            )
        )
        for flag in sorted(named):
            added = insert(report_flags).values(reference=reference, flag=flag)
            await self._connection.execute(added)
        await self._set(reference, now, sensitive=bits, restricted=bits != 0)
        detail = {"from": " ".join(kinds_of(row.sensitive)), "to": " ".join(kinds_of(bits))}
        await self._audit.append(by.staff.username, "sensitivity changed", reference, detail, now)
        return still

    async def note(self, reference: str, text: str, by: By, now: datetime) -> None:
        """Write a note that only staff read; raises LookupError."""
        await self._lock(reference, by)
        await self._story.words(reference, Kind.NOTE, text, by.staff.id, now)
        await self._audit.append(by.staff.username, "note added", reference, {}, now)

    async def message(self, reference: str, text: str, by: By, now: datetime) -> None:
        """Write to the resident, on the report's page; raises LookupError.

        Whom to tell that there is something is for `Reports.followers` to say.
        """
        row = await self._lock(reference, by)
        await self._story.words(reference, Kind.MESSAGE, text, by.staff.id, now)
        await self._set(reference, now, replied_at=row.replied_at or now)
        await self._audit.append(by.staff.username, "message sent", reference, {}, now)

    async def _lock(self, reference: str, by: By) -> Row[Any]:
        """The report's row, if it is for them, kept from others until the commit."""
        statement = select(reports).where(reports.c.reference == reference)
        locked = statement.with_for_update(key_share=True)
        row = (await self._connection.execute(locked)).one_or_none()
        if row is None or not is_for(row, by):
            raise LookupError("no such report")
        return row

    async def _set(self, reference: str, now: datetime, **values: Any) -> None:
        await self._note_down(reference, **values, version=reports.c.version + 1, changed_at=now)

    async def _note_down(self, reference: str, **values: Any) -> None:
        """Write something down that changes nothing for who is working on the report."""
        statement = update(reports).where(reports.c.reference == reference)
        await self._connection.execute(statement.values(values))
