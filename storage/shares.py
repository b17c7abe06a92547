"""Tasks to tell a partner of a report: who is to be told, why, by when, and whether it is done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from storage.audit import Audit, Detail
from storage.connection import Connection
from storage.scope import By, for_them
from storage.seal import Keyring
from storage.tables import reports, shares, staff
from storage.tokens import new_id


class ShareReason(StrEnum):
    """Why a partner is told; fixed words, since the audit trail is plain."""

    PROBLEM = "solving a problem together"
    VULNERABLE = "somebody is vulnerable or a repeat victim"
    SAFEGUARDING = "safeguarding"
    COUNCIL = "a matter for the council"
    HOUSING = "a matter of housing or tenancy"
    LICENSING = "licensing"
    OTHER = "another reason"


@dataclass(frozen=True, slots=True)
class NewShare:
    """A task as it is set."""

    recipient: str
    """The id of a partner."""
    reason: ShareReason
    words: str
    """More about the reason, for colleagues; sealed."""
    with_identity: bool
    """Whether the partner is to learn who reported it."""
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """A task as it stands."""

    id: str
    reference: str
    task: NewShare
    made_at: datetime
    made_by: str
    """A name."""
    done_at: datetime | None
    done_by: str


class Shares:
    """Who is to be told of which report; the program tells nobody itself."""

    def __init__(self, connection: Connection, keyring: Keyring, audit: Audit) -> None:
        self._connection, self._keyring, self._audit = connection, keyring, audit

    async def add(self, reference: str, task: NewShare, by: By, now: datetime) -> None:
        """Set a task. Raises LookupError where the report is not for them."""
        theirs = select(reports.c.reference).where(reports.c.reference == reference, for_them(by))
        if (await self._connection.scalars(theirs)).one_or_none() is None:
            raise LookupError("no such report")
        id = new_id()
        words = self._keyring.seal_text(task.words, "shares", id, "words") if task.words else None
        row = {
            "id": id,
            "reference": reference,
            "recipient": task.recipient,
            "reason": task.reason,
            "words": words,
            "with_identity": task.with_identity,
            "due_at": task.due_at,
            "made_at": now,
            "staff_id": by.staff.id,
        }
        await self._connection.execute(insert(shares).values(row))
        detail: Detail = {
            "to": task.recipient,
            "reason": str(task.reason),
            "with_identity": task.with_identity,
        }
        await self._audit.append(by.staff.username, "sharing planned", reference, detail, now)

    async def done(self, reference: str, id: str, by: By, now: datetime) -> bool:
        """The partner was told, and it is recorded who told them.

        False where somebody has done it already. Raises LookupError for no such task.
        """
        statement = _theirs(by).where(shares.c.id == id, shares.c.reference == reference)
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            raise LookupError("no such task")
        still_open = update(shares).where(shares.c.id == id, shares.c.done_at.is_(None))
        values = {"done_at": now, "done_by": by.staff.id}
        changed = await self._connection.execute(still_open.values(values))
        if changed.rowcount:
            detail: Detail = {
                "to": row.recipient,
                "reason": row.reason,
                "with_identity": row.with_identity,
            }
            await self._audit.append(by.staff.username, "shared", reference, detail, now)
        return bool(changed.rowcount)

    async def of(self, reference: str, by: By) -> tuple[Share, ...]:
        """The tasks of a report, the newest first."""
        statement = _theirs(by).where(shares.c.reference == reference)
        rows = await self._connection.execute(statement.order_by(shares.c.made_at.desc()))
        return tuple(map(self._share, rows))

    async def page(self, by: By, limit: int, skip: int = 0) -> tuple[Share, ...]:
        """All tasks: what is to be done first, by when; then what was done, the latest first."""
        statement = _theirs(by).order_by(
            shares.c.done_at.is_not(None), shares.c.done_at.desc(), shares.c.due_at, shares.c.id
        )
        rows = await self._connection.execute(statement.limit(limit).offset(skip))
        return tuple(map(self._share, rows))

    async def count(self, by: By) -> tuple[int, int]:
        """How many there are, and how many of them are to be done."""
        statement = (
            select(func.count(), func.count(shares.c.done_at))
            .join(reports, reports.c.reference == shares.c.reference)
            .where(for_them(by))
        )
        total, done = (await self._connection.execute(statement)).one()
        return total, total - done

    def _share(self, row: Row[Any]) -> Share:
        words = self._keyring.open_text(row.words, "shares", row.id, "words") if row.words else ""
        task = NewShare(
            row.recipient, ShareReason(row.reason), words, row.with_identity, row.due_at
        )
        return Share(
            row.id, row.reference, task, row.made_at, row.by, row.done_at, row.teller or ""
        )


def _theirs(by: By) -> Select[Any]:
    """Tasks with the names of staff, but for those of reports that are not for them."""
    maker, teller = staff.alias("maker"), staff.alias("teller")
    statement = (
        select(shares, maker.c.name.label("by"), teller.c.name.label("teller"))
        .join(reports, reports.c.reference == shares.c.reference)
        .join(maker, maker.c.id == shares.c.staff_id)
        .outerjoin(teller, teller.c.id == shares.c.done_by)
    )
    return statement.where(for_them(by))
