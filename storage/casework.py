"""A report as staff work on it, where every look and every change leaves a trace."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, insert, select

from handlers.report import (
    OPEN,
    RESTRICTED,
    SENSITIVE,
    TRANSITIONS,
    Answer,
    Disposition,
    Place,
    SafeContact,
    Status,
    check_change,
)
from storage.case_file import CaseFile
from storage.connection import Connection
from storage.files import Files, KeptFile
from storage.findings import Findings, ForceNumber, Grade, Link
from storage.mentions import Mentions
from storage.queue import flags_of, tags_of, with_assignee
from storage.reach import OTHER, bits_of, kinds_of
from storage.redaction import Quarantined, Redaction, Redactions, redacted
from storage.report_body import open_body
from storage.scope import By, for_them, is_for
from storage.seal import Keyring
from storage.story import Happening, Kind, Story
from storage.tables import report_flags, reports

VIEWED = "report viewed"
"""What the audit trail says where one of staff has looked at a report."""


@dataclass(frozen=True, slots=True)
class StaffReport:
    """A report as staff work on it; what was redacted is blacked out already."""

    reference: str
    kind: str
    status: Status
    disposition: Disposition | None
    district: str
    channel: str
    """Where it came in: a channel of chats, "phone" or "counter"; empty where nobody knows."""
    flags: frozenset[str]
    tags: tuple[str, ...]
    made_at: datetime
    changed_at: datetime
    due_at: datetime | None
    viewed_at: datetime | None
    """When staff first opened it, this look included; None where nobody has."""
    replied_at: datetime | None
    """When staff first wrote to its resident."""
    closed_at: datetime | None
    answer_by: datetime | None
    """Until when its resident was asked to answer."""
    version: int
    """Hand it back with a change, so that nobody's is overwritten unseen."""
    team: str
    priority: int
    """1 for high, 0, or -1 for low."""
    assignee_id: int | None
    assignee: str
    answers: tuple[Answer, ...]
    place: Place
    contact: SafeContact
    conversation_id: str | None
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
    numbers: tuple[ForceNumber, ...]
    """What it is called on the force's own systems."""
    links: tuple[Link, ...]
    """Other reports it belongs to, of those that may be seen."""
    grades: tuple[Grade, ...]
    """THRIVE assessments, the last one first."""
    redactions: tuple[Redaction, ...]
    quarantined: tuple[Quarantined, ...]
    story: tuple[Happening, ...]
    sensitive: tuple[str, ...] = ()
    """What it is about that only cleared staff may read; of storage.reach.KINDS."""


class Casework:
    """Reports, one at a time. What is not for somebody does not exist for them."""

    def __init__(  # noqa: PLR0913 - a report is put together from all these
        self,
        connection: Connection,
        keyring: Keyring,
        files: Files,
        story: Story,
        *,
        case_file: CaseFile,
        findings: Findings,
        redactions: Redactions,
        mentions: Mentions,
    ) -> None:
        self._connection = connection
        self._keyring = keyring
        self._files = files
        self._story = story
        self._case = case_file
        self._findings = findings
        self._redactions = redactions
        self._mentions = mentions

    async def open(
        self, reference: str, by: By, now: datetime, *, what: str = VIEWED
    ) -> StaffReport | None:
        """Everything about a report; None where there is none, or none for them.

        `what` is what the audit trail says of it; only VIEWED counts as staff having looked.
        """
        statement = with_assignee().where(reports.c.reference == reference)
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None or not is_for(row, by):
            # Of one that is not there too, or the time an answer takes would tell the two apart.
            await self._case.audit(by, "report view refused", reference, now)
            return None
        await self._case.audit(by, what, reference, now)
        if what == VIEWED and (row.viewed_at is None or row.news_at is not None):
            seen = {"viewed_at": row.viewed_at or now, "news_at": None}
            await self._case.note_down(reference, **seen)
        await self._mentions.seen(reference, by.staff.id, now)
        body = open_body(self._keyring, reference, row.body)
        earlier = select(reports.c.reference).where(
            reports.c.reference == row.continues, for_them(by)
        )
        later = select(reports.c.reference).where(reports.c.continues == reference, for_them(by))
        blackouts = await self._redactions.of(reference)
        return StaffReport(
            reference=reference,
            kind=row.kind,
            status=Status(row.status),
            disposition=Disposition(row.disposition) if row.disposition else None,
            district=row.district,
            channel=row.channel,
            flags=(await flags_of(self._connection, [reference]))[reference],
            tags=(await tags_of(self._connection, [reference]))[reference],
            made_at=row.made_at,
            changed_at=row.changed_at,
            due_at=row.due_at,
            viewed_at=row.viewed_at or (now if what == VIEWED else None),
            replied_at=row.replied_at,
            closed_at=row.closed_at,
            answer_by=row.answer_by,
            version=row.version,
            team=row.team,
            priority=row.priority,
            assignee_id=row.assignee_id,
            assignee=row.assignee or "",
            answers=tuple(
                replace(answer, value=redacted(answer.value, blackouts)) for answer in body.answers
            ),
            place=replace(body.place, said=redacted(body.place.said, blackouts)),
            contact=body.contact,
            conversation_id=row.conversation_id,
            photos=await self._files.of(reference),
            continues=(await self._connection.scalars(earlier)).one_or_none() or "",
            continued_by=tuple((await self._connection.scalars(later)).all()),
            erasure_asked_at=row.erasure_asked_at,
            held_at=row.held_at,
            held_for=row.held_for or "",
            numbers=await self._findings.numbers(reference),
            links=await self._findings.links(reference, by),
            grades=await self._findings.grades(reference),
            redactions=blackouts,
            quarantined=await self._redactions.quarantined(reference),
            story=tuple(
                replace(one, text=redacted(one.text, blackouts))
                for one in await self._story.read(reference)
            ),
            sensitive=kinds_of(row.sensitive),
        )

    async def photo(
        self, reference: str, file_id: str, by: By, now: datetime
    ) -> tuple[bytes, str, str] | None:
        """A picture of the report: bytes, media type, SHA-256; None where it has no such one."""
        await self._case.lock(reference, by)
        if file_id not in {photo.id for photo in await self._files.of(reference)}:
            return None
        await self._case.audit(by, "photo viewed", reference, now, file=file_id)
        return await self._files.read(file_id)

    async def change_status(
        self,
        reference: str,
        to: Status,
        disposition: Disposition | None,
        by: By,
        now: datetime,
        version: int,
        *,
        why: str = "",
    ) -> None:
        """Move a report on; raises NotAllowed, Conflict for a stale version, or LookupError.

        `why` is the reason for the disposition, in words for staff.
        """
        row = await self._case.lock(reference, by, version)
        before = Status(row.status)
        check_change(before, to, disposition)
        came_of_it = disposition if to is Status.CLOSED else None
        values = {
            "status": to,
            "disposition": came_of_it,
            "closed_at": now if to is Status.CLOSED else None,
        }
        if to is not Status.AWAITING_REPORTER:
            values |= {"answer_by": None, "reminded_at": None}
        await self._case.change(reference, now, **values)
        await self._story.change(reference, before, to, came_of_it, by.staff.id, now)
        if why:
            await self._story.words(reference, Kind.NOTE, why, by.staff.id, now)
        detail = {"from": before, "to": to, "disposition": came_of_it}
        await self._case.audit(by, "status changed", reference, now, **detail)

    async def undo_status(
        self, reference: str, to: Status, by: By, now: datetime, version: int
    ) -> None:
        """Take a change of status back that was a slip; raises Conflict or LookupError."""
        row = await self._case.lock(reference, by, version)
        await self._case.change(reference, now, status=to)
        await self._story.change(reference, Status(row.status), to, None, by.staff.id, now)
        await self._case.audit(by, "status change undone", reference, now, to=to)

    async def mark(self, reference: str, kinds: Collection[str], by: By, now: datetime) -> bool:
        """Say what a report is about that only cleared staff may read; raises LookupError.

        Gives whether it is still for them.
        `kinds` are of storage.reach.KINDS; none of them makes it one for everybody. Kinds that
        they are not cleared for themselves stay as they are.
        """
        row = await self._case.lock(reference, by)
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
        await self._case.change(reference, now, sensitive=bits, restricted=bits != 0)
        detail = {"before": " ".join(kinds_of(row.sensitive)), "after": " ".join(kinds_of(bits))}
        await self._case.audit(by, "sensitivity changed", reference, now, **detail)
        return still

    async def note(
        self, reference: str, text: str, by: By, now: datetime, named: Collection[int] = ()
    ) -> None:
        """Write a note that only staff read; raises LookupError. `named` are ids of colleagues."""
        await self._case.lock(reference, by)
        await self._story.words(reference, Kind.NOTE, text, by.staff.id, now)
        await self._mentions.add(reference, named, by.staff.id, now)
        await self._case.audit(by, "note added", reference, now)

    async def message(
        self,
        reference: str,
        text: str,
        by: By,
        now: datetime,
        *,
        answer_by: datetime | None = None,
    ) -> None:
        """Write to the resident, on the report's page; raises LookupError.

        With `answer_by` it asks them something, and the report waits for them where it may.
        Whom to tell that there is something is for `Reports.followers` to say.
        """
        row = await self._case.lock(reference, by)
        await self._story.words(reference, Kind.MESSAGE, text, by.staff.id, now)
        values = {"replied_at": row.replied_at or now}
        if answer_by is not None:
            values |= {"answer_by": answer_by, "reminded_at": None}
            before, waits = Status(row.status), Status.AWAITING_REPORTER
            if waits in TRANSITIONS[before]:
                values |= {"status": waits}
                await self._story.change(reference, before, waits, None, by.staff.id, now)
        await self._case.change(reference, now, **values)
        await self._case.audit(by, "message sent", reference, now)

    async def to_remind(self, now: datetime, before: datetime) -> tuple[str, ...]:
        """Reports whose residents have to answer before then, and were not reminded yet."""
        statement = select(reports.c.reference).where(
            reports.c.answer_by > now,
            reports.c.answer_by < before,
            reports.c.reminded_at.is_(None),
            reports.c.status.in_(OPEN),
        )
        return tuple((await self._connection.scalars(statement)).all())

    async def reminded(self, reference: str, now: datetime, *, told: bool) -> None:
        """Their resident has been reminded; not `told` where there was no safe way to do so."""
        await self._case.note_down(reference, reminded_at=now)
        if told:
            await self._story.work(reference, "reminded", "reminded the resident", None, now)
