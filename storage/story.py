"""The story of a report: words added, messages, notes and changes of status, as they happened."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select

from handlers.report import Disposition, Status, Update
from storage.connection import Connection
from storage.seal import Keyring
from storage.tables import report_changes, report_events, staff
from storage.tokens import new_id


class Kind(StrEnum):
    """What can happen to a report."""

    ADDED = "added"
    MESSAGE = "message"
    NOTE = "note"
    STATUS = "status"
    ERASURE = "erasure"
    WORK = "work"
    """Staff did something else with it, as the text says."""


ALL = tuple(Kind)
OPEN_TO_RESIDENT = (Kind.ADDED, Kind.MESSAGE)


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a report's story, for staff."""

    at: datetime
    kind: Kind
    by: str
    """The name of who did it; empty for the resident."""
    text: str = ""
    before: Status | None = None
    after: Status | None = None
    disposition: Disposition | None = None
    what: str = ""
    """For WORK: a fixed word for what was done."""

    def update(self) -> Update:
        """The entry as the resident may read it: without names."""
        return Update(at=self.at, by="staff" if self.by else "resident", text=self.text)


class Story:
    """What happened to reports; the words are sealed."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring

    async def words(
        self, reference: str, kind: Kind, text: str, staff_id: int | None, now: datetime
    ) -> None:
        """Somebody wrote something; no `staff_id`: the resident did."""
        seal_id = new_id()
        words = self._keyring.seal_text(text, *_place(seal_id))
        await self._tell(reference, kind, staff_id, now, seal_id=seal_id, words=words)

    async def change(
        self,
        reference: str,
        before: Status,
        after: Status,
        disposition: Disposition | None,
        staff_id: int | None,
        now: datetime,
    ) -> None:
        """The status changed; no `staff_id`: the resident's words reopened it."""
        values = {"before": before, "after": after, "disposition": disposition}
        await self._tell(reference, Kind.STATUS, staff_id, now, **values)

    async def erasure(self, reference: str, now: datetime) -> None:
        """The resident wishes the report erased."""
        await self._tell(reference, Kind.ERASURE, None, now)

    async def work(
        self, reference: str, what: str, sentence: str, staff_id: int | None, now: datetime
    ) -> None:
        """Staff did something with the report: `what` in a fixed word, and in a sentence.

        No `staff_id`: the counter did it by itself.
        """
        seal_id = new_id()
        row = {
            "seal_id": seal_id,
            "reference": reference,
            "at": now,
            "staff_id": staff_id,
            "what": what,
            "words": self._keyring.seal_text(sentence, *_change(seal_id)),
        }
        await self._connection.execute(insert(report_changes).values(row))

    async def read(self, reference: str, kinds: Collection[Kind] = ALL) -> tuple[Happening, ...]:
        """What happened to the report, oldest first."""
        happened = await self._events(reference, kinds)
        if Kind.WORK in kinds:
            happened += await self._changes(reference)
            happened.sort(key=lambda one: one.at)
        return tuple(happened)

    async def _events(self, reference: str, kinds: Collection[Kind]) -> list[Happening]:
        statement = (
            select(report_events, staff.c.name)
            .outerjoin(staff, staff.c.id == report_events.c.staff_id)
            .where(report_events.c.reference == reference, report_events.c.kind.in_(kinds))
            .order_by(report_events.c.id)
        )
        return [self._happening(row) for row in await self._connection.execute(statement)]

    async def _changes(self, reference: str) -> list[Happening]:
        statement = (
            select(report_changes, staff.c.name)
            .outerjoin(staff, staff.c.id == report_changes.c.staff_id)
            .where(report_changes.c.reference == reference)
            .order_by(report_changes.c.id)
        )
        return [
            Happening(
                at=row.at,
                kind=Kind.WORK,
                by=row.name or "",
                text=self._keyring.open_text(row.words, *_change(row.seal_id)),
                what=row.what,
            )
            for row in await self._connection.execute(statement)
        ]

    async def _tell(
        self, reference: str, kind: Kind, staff_id: int | None, now: datetime, **values: Any
    ) -> None:
        row = {"seal_id": new_id(), "reference": reference, "kind": kind, "staff_id": staff_id}
        await self._connection.execute(insert(report_events).values(row | {"at": now} | values))

    def _happening(self, row: Row[Any]) -> Happening:
        text = self._keyring.open_text(row.words, *_place(row.seal_id)) if row.words else ""
        return Happening(
            at=row.at,
            kind=Kind(row.kind),
            by=row.name or "",
            text=text,
            before=Status(row.before) if row.before else None,
            after=Status(row.after) if row.after else None,
            disposition=Disposition(row.disposition) if row.disposition else None,
        )


def _place(seal_id: str) -> tuple[str, str, str]:
    return "report_events", seal_id, "words"


def _change(seal_id: str) -> tuple[str, str, str]:
    return "report_changes", seal_id, "words"
