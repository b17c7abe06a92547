"""Exceptions to what somebody may see: conflicts they declared, and glass they broke."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from storage.audit import Audit, Detail
from storage.connection import Connection
from storage.reach import Reach
from storage.scope import By, for_them
from storage.seal import Keyring
from storage.staff import Staff
from storage.tables import openings, report_conflicts, reports, staff
from storage.tokens import new_id

STAYS_OPEN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Conflicted:
    """Somebody who must not work on a report, as they have said."""

    username: str
    name: str
    at: datetime


class Glass:
    """What is opened for a while, and what is closed for good."""

    def __init__(self, connection: Connection, keyring: Keyring, audit: Audit) -> None:
        self._connection, self._keyring, self._audit = connection, keyring, audit

    async def break_glass(self, reference: str, reason: str, who: Staff, now: datetime) -> bool:
        """Open a report for somebody for an hour, and keep why; whether there is such a report.

        That they asked is recorded either way. One they have a conflict with stays closed.
        """
        there = select(reports.c.reference).where(reports.c.reference == reference)
        exists = (await self._connection.scalars(there)).one_or_none() is not None
        found = exists and reference not in who.reach.conflicts
        id = new_id()
        row = {
            "id": id,
            "staff_id": who.id,
            "reference": reference,
            "at": now,
            "until": now + STAYS_OPEN if found else now,
            "reason": self._keyring.seal_text(reason, "openings", id, "reason"),
        }
        await self._connection.execute(insert(openings).values(row))
        detail: Detail = {"opening": id, "found": found}
        await self._audit.append(who.username, "glass broken", reference, detail, now)
        return found

    async def why(self, id: str) -> str | None:
        """The reason somebody gave for an opening that the audit trail names; None for none."""
        statement = select(openings.c.reason).where(openings.c.id == id)
        sealed = (await self._connection.scalars(statement)).one_or_none()
        return None if sealed is None else self._keyring.open_text(sealed, "openings", id, "reason")

    async def declare(self, reference: str, by: By, now: datetime) -> None:
        """They must not work on this report: it no longer exists for them, nor is it theirs.

        Raises LookupError where it did not exist for them before.
        """
        seen = select(reports.c.assignee_id).where(reports.c.reference == reference, for_them(by))
        row = (await self._connection.execute(seen.with_for_update(key_share=True))).one_or_none()
        if row is None:
            raise LookupError("no such report")
        me = by.staff
        declared = self._connection.insert(report_conflicts).values(
            staff_id=me.id, reference=reference, at=now
        )
        await self._connection.execute(declared.on_conflict_do_nothing())
        if row.assignee_id == me.id:
            given_up = update(reports).where(reports.c.reference == reference)
            values = {"assignee_id": None, "version": reports.c.version + 1, "changed_at": now}
            await self._connection.execute(given_up.values(values))
        await self._audit.append(me.username, "conflict declared", reference, {}, now)

    async def lift(self, reference: str, username: str, by: By, now: datetime) -> None:
        """A supervisor found that somebody has no conflict after all.

        Raises LookupError where the report does not exist for who lifts it.
        """
        seen = select(reports.c.reference).where(reports.c.reference == reference, for_them(by))
        if (await self._connection.scalars(seen)).one_or_none() is None:
            raise LookupError("no such report")
        whose = select(staff.c.id).where(staff.c.username == username).scalar_subquery()
        gone = delete(report_conflicts).where(
            report_conflicts.c.reference == reference, report_conflicts.c.staff_id == whose
        )
        if (await self._connection.execute(gone)).rowcount:
            detail = {"of": username}
            who = by.staff.username
            await self._audit.append(who, "conflict lifted", reference, detail, now)

    async def conflicts(self, reference: str) -> tuple[Conflicted, ...]:
        """Who has declared a conflict with the report."""
        statement = (
            select(staff.c.username, staff.c.name, report_conflicts.c.at)
            .join(staff, staff.c.id == report_conflicts.c.staff_id)
            .where(report_conflicts.c.reference == reference)
            .order_by(report_conflicts.c.at)
        )
        return tuple(Conflicted(*row) for row in await self._connection.execute(statement))

    async def purge(self, before: datetime) -> int:
        """Forget reasons as old as the audit events that name them."""
        old = delete(openings).where(openings.c.at < before)
        return (await self._connection.execute(old)).rowcount


async def exceptions_of(connection: Connection, who: Staff, now: datetime) -> Reach:
    """Their reach with the exceptions that hold at the moment."""
    conflicts = select(report_conflicts.c.reference).where(report_conflicts.c.staff_id == who.id)
    opened = select(openings.c.reference).where(
        openings.c.staff_id == who.id, openings.c.until > now
    )
    return replace(
        who.reach,
        conflicts=frozenset((await connection.scalars(conflicts)).all()),
        opened=frozenset((await connection.scalars(opened)).all()),
    )
