"""Leave: who is not there on which days, as far as a rota says it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import delete, insert, select

from handlers.days import Days
from storage.audit import Audit
from storage.connection import Connection
from storage.staff import Staff
from storage.tables import leave as table
from storage.tables import staff as staff_table
from storage.tokens import new_id


class LeaveKind(StrEnum):
    """Why somebody is not there; illness is `away` like all else that is nobody's business."""

    ANNUAL = "annual leave"
    TRAINING = "training"
    OTHER_DUTY = "other duty"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody is not there."""

    id: str
    staff_id: int
    name: str
    days: Days
    kind: LeaveKind


class Leaves:
    """Who is not there; every change is an event."""

    def __init__(self, connection: Connection, audit: Audit) -> None:
        self._connection, self._audit = connection, audit

    async def ahead(self, today: date) -> tuple[Leave, ...]:
        """What has not ended before today, the soonest first."""
        statement = (
            select(table, staff_table.c.name)
            .join(staff_table, staff_table.c.id == table.c.staff_id)
            .where(table.c.last_day >= today)
            .order_by(table.c.first_day, staff_table.c.name, table.c.id)
        )
        return tuple(
            Leave(
                row.id,
                row.staff_id,
                row.name,
                Days(row.first_day, row.last_day),
                LeaveKind(row.kind),
            )
            for row in await self._connection.execute(statement)
        )

    async def add(self, of: Staff, days: Days, kind: LeaveKind, who: str, now: datetime) -> None:
        """Somebody will not be there."""
        row = {"id": new_id(), "staff_id": of.id, "kind": kind}
        row |= {"first_day": days.first, "last_day": days.last}
        await self._connection.execute(insert(table).values(row))
        await self._audit.append(who, "leave added", of.username, {"days": str(days)}, now)

    async def purge(self, before: date) -> int:
        """Forget leave that ended before that day."""
        over = delete(table).where(table.c.last_day < before)
        return (await self._connection.execute(over)).rowcount

    async def remove(self, id: str, who: str, now: datetime) -> None:
        """They will be there after all; LookupError for leave that is not there."""
        gone = delete(table).where(table.c.id == id).returning(table.c.staff_id)
        staff_id = (await self._connection.scalars(gone)).one_or_none()
        if staff_id is None:
            raise LookupError("no such leave")
        named = select(staff_table.c.username).where(staff_table.c.id == staff_id)
        username = (await self._connection.scalars(named)).one()
        await self._audit.append(who, "leave removed", username, {}, now)
