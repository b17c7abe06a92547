"""Reports from the resident's side: kept, found by their access code, added to, followed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from handlers.report import (
    RECOVERED,
    URGENT,
    NewReport,
    Report,
    Status,
    read_code,
)
from storage.codec import to_json
from storage.connection import Connection
from storage.files import Files
from storage.reach import sensitive_of
from storage.report_body import Body, open_body
from storage.seal import Keyring
from storage.story import OPEN_TO_RESIDENT, Kind, Story
from storage.tables import followers, report_flags, reports
from storage.tidings import Tiding, Tidings
from storage.tokens import new_code, new_reference
from storage.traces import Traces
from storage.tries import Tries

_WRONG_CODE = "wrong code"
_WINDOW = timedelta(hours=1)

_KEEP = insert(reports)
_WAKES = {Status.CLOSED: Status.REOPENED, Status.AWAITING_REPORTER: Status.IN_PROGRESS}
"""What a report becomes when its resident adds to it."""


class Reports:
    """Submitted reports, for those who made them; staff have storage.queue."""

    def __init__(
        self,
        connection: Connection,
        keyring: Keyring,
        files: Files,
        story: Story,
        tries: Tries,
        *,
        tidings: Tidings,
        traces: Traces,
    ) -> None:
        self._connection = connection
        self._keyring = keyring
        self._files = files
        self._story = story
        self._tries = tries
        self._tidings = tidings
        self._traces = traces

    def keep(
        self,
        report: NewReport,
        conversation_id: str | None,
        now: datetime,
        *,
        channel: str = "",
        due_at: datetime | None = None,
    ) -> tuple[str, str]:
        """Keep a report and its pictures: its reference, and the access code, told only here.

        The conversation follows it where the resident may be reached there and safely so.
        `channel` is where it came in, `due_at` when staff should have dealt with it.
        """
        filed = {"channel": channel, "due_at": due_at}
        reference, code = self._insert(report, conversation_id, now, filed)
        for flag in sorted(report.flags):
            self._flag(reference, flag)
        self._traces.begin(reference, report, now)
        self._files.attach(report.photos, reference)
        if conversation_id and report.contact.how == "here" and report.contact.safe:
            self._follow(reference, conversation_id)
        self._tidings.report(Tiding.CREATED, reference, now)
        return reference, code

    async def by_code(self, code: str, conversation_id: str, now: datetime) -> Report | None:
        """The report that the access code opens; None, and counted, where it opens nothing."""
        letters = read_code(code)
        if letters is not None:
            index = self._code_index(letters)
            statement = select(reports).where(reports.c.code_index == index)
            row = (await self._connection.execute(statement)).one_or_none()
            if row is not None:
                return await self._report(row)
        await self._tries.add(_WRONG_CODE, conversation_id, now, _WINDOW)
        return None

    async def wrong_codes(self, conversation_id: str, now: datetime) -> int:
        """How many wrong codes came from the conversation, the last one less than an hour ago."""
        count, _ = await self._tries.count(_WRONG_CODE, conversation_id, now, _WINDOW)
        return count

    async def read(self, reference: str) -> Report | None:
        """The report as its resident may see it; for a chat that has opened or follows it."""
        statement = select(reports).where(reports.c.reference == reference)
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else await self._report(row)

    async def add(
        self,
        reference: str,
        text: str,
        now: datetime,
        *,
        urgent: bool = False,
        recovered: bool = False,
    ) -> None:
        """Add what the resident says. Raises LookupError.

        A closed report is reopened, and one that waited for them goes on.
        """
        status = await self._lock(reference)
        await self._story.words(reference, Kind.ADDED, text, None, now)
        # Whatever they say, we need not wait for them any longer.
        values: dict[str, Any] = {"answer_by": None, "reminded_at": None}
        if (to := _WAKES.get(status)) is not None:
            await self._story.change(reference, status, to, None, None, now)
            values |= {"status": to, "disposition": None, "closed_at": None}
        await self._traces.read_anew(reference)
        if urgent:
            self._flag(reference, URGENT)
            values |= {"urgent": True, "news_at": now}
        if recovered:
            self._flag(reference, RECOVERED)
        await self._set(reference, now, **values)

    async def follow(self, reference: str, conversation_id: str, on: bool) -> None:
        """Announce updates of the report in the conversation, or no longer."""
        if on:
            self._follow(reference, conversation_id)
            return
        row = {"reference": reference, "conversation_id": conversation_id}
        await self._connection.execute(delete(followers).filter_by(**row))

    async def follows(self, reference: str, conversation_id: str) -> bool:
        """Whether updates of the report are announced in the conversation."""
        statement = select(followers.c.reference).filter_by(
            reference=reference, conversation_id=conversation_id
        )
        return (await self._connection.scalars(statement)).first() is not None

    async def followers(self, reference: str) -> tuple[str, ...]:
        """Ids of the conversations to announce an update in; none where that is not safe."""
        statement = select(reports.c.body).where(reports.c.reference == reference)
        sealed = (await self._connection.scalars(statement)).one_or_none()
        if sealed is None or not open_body(self._keyring, reference, sealed).contact.safe:
            return ()
        wish = select(followers.c.conversation_id).where(followers.c.reference == reference)
        return tuple((await self._connection.scalars(wish)).all())

    async def ask_erasure(self, reference: str, now: datetime) -> None:
        """The resident wishes the report erased, which staff decide. Raises LookupError."""
        await self._lock(reference)
        await self._story.erasure(reference, now)
        await self._set(reference, now, erasure_asked_at=now)

    def _insert(
        self,
        report: NewReport,
        conversation_id: str | None,
        now: datetime,
        filed: Mapping[str, Any],
    ) -> tuple[str, str]:
        # Should somebody have the reference already, the table's key refuses it, and the turn is
        # decided anew with another one: of 148 million that is rare enough.
        reference, code = new_reference(), new_code()
        sensitive = sensitive_of(report.flags)
        body = to_json(Body(report.answers, report.place, report.contact))
        row = {
            "reference": reference,
            "code_index": self._code_index(code),
            "conversation_id": conversation_id,
            "kind": report.kind,
            "status": Status.NEW,
            "district": report.place.district,
            "urgent": URGENT in report.flags,
            "restricted": sensitive != 0,
            "sensitive": sensitive,
            "continues": report.continues,
            "body": self._keyring.seal(body, "reports", reference, "body"),
            "version": 0,
            "made_at": now,
            "changed_at": now,
        }
        self._connection.later(_KEEP, {**row, **filed})
        return reference, code

    def _follow(self, reference: str, conversation_id: str) -> None:
        row = {"reference": reference, "conversation_id": conversation_id}
        self._connection.later(self._connection.insert_once(followers), row)

    async def _report(self, row: Row[Any]) -> Report:
        flags = select(report_flags.c.flag).where(report_flags.c.reference == row.reference)
        story = await self._story.read(row.reference, OPEN_TO_RESIDENT)
        return Report(
            reference=row.reference,
            kind=row.kind,
            status=Status(row.status),
            made_at=row.made_at,
            answers=open_body(self._keyring, row.reference, row.body).answers,
            flags=frozenset((await self._connection.scalars(flags)).all()),
            updates=tuple(happening.update() for happening in story),
        )

    async def _lock(self, reference: str) -> Status:
        statement = select(reports.c.status).where(reports.c.reference == reference)
        locked = statement.with_for_update(key_share=True)
        status = (await self._connection.scalars(locked)).one_or_none()
        if status is None:
            raise LookupError("no such report")
        return Status(status)

    async def _set(self, reference: str, now: datetime, **values: Any) -> None:
        values |= {"version": reports.c.version + 1, "changed_at": now}
        statement = update(reports).where(reports.c.reference == reference)
        await self._connection.execute(statement.values(values))
        self._tidings.report(Tiding.CHANGED, reference, now)

    def _flag(self, reference: str, flag: str) -> None:
        self._connection.later(
            self._connection.insert_once(report_flags), {"reference": reference, "flag": flag}
        )

    def _code_index(self, code: str) -> bytes:
        return self._keyring.blind_index("access code", code)
