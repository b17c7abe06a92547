"""Which staff are at the console now, and ready for live chats: a switch, and a sign of life."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from storage.audit import Audit
from storage.connection import Connection
from storage.staff import HANDLER, SUPERVISOR, Staff
from storage.tables import hand_overs, presence, staff

THERE = timedelta(seconds=45)
"""So long after its last sign of life a page counts as open: three signs may be lost."""

_SIGN = timedelta(seconds=5)
"""Between two signs of life that are written down: pages open by the dozen."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at the console who can be given a live chat."""

    id: int
    name: str
    ready: bool
    chats: int
    """How many they have."""


class Presence:
    """Who is there; nobody else than staff themselves can see it."""

    def __init__(self, connection: Connection, audit: Audit) -> None:
        self._connection, self._audit = connection, audit

    async def switch(self, who: Staff, ready: bool, now: datetime) -> None:
        """Say that they are ready for live chats, or no longer."""
        row = {"staff_id": who.id, "ready": ready, "seen_at": now}
        statement = self._connection.insert(presence).values(row)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["staff_id"], set_={"ready": ready, "seen_at": now}
            )
        )
        what = "ready for live chats" if ready else "not ready for live chats"
        await self._audit.append(who.username, what, who.username, {}, now)

    async def seen(self, staff_id: int, now: datetime) -> None:
        """A page of theirs is open; nothing happens where they never took part in live chats."""
        mine = update(presence).where(
            presence.c.staff_id == staff_id, presence.c.seen_at < now - _SIGN
        )
        await self._connection.execute(mine.values(seen_at=now))

    async def arrive(self, staff_id: int, now: datetime) -> None:
        """They have taken a chat, whether they are ready for others or not."""
        row = {"staff_id": staff_id, "ready": False, "seen_at": now}
        statement = self._connection.insert(presence).values(row)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["staff_id"], set_={"seen_at": now})
        )

    async def leave(self, staff_id: int) -> None:
        """They have signed out."""
        await self._connection.execute(delete(presence).where(presence.c.staff_id == staff_id))

    async def is_ready(self, staff_id: int) -> bool:
        """Whether they have the switch on."""
        statement = select(presence.c.ready).where(presence.c.staff_id == staff_id)
        return bool((await self._connection.scalars(statement)).one_or_none())

    async def count(self, now: datetime) -> tuple[int, int]:
        """How many are there: those who are ready, and those who are not."""
        statement = (
            select(presence.c.ready, func.count())
            .join(staff, staff.c.id == presence.c.staff_id)
            .where(presence.c.ready.in_((True, False)), presence.c.seen_at >= now - THERE, *_MAY)
            .group_by(presence.c.ready)
        )
        counts = {bool(ready): n for ready, n in await self._connection.execute(statement)}
        return counts.get(True, 0), counts.get(False, 0)

    async def colleagues(self, of: int, now: datetime) -> tuple[Colleague, ...]:
        """Who else is there and may take live chats, those who are ready first."""
        chats = (
            select(func.count())
            .where(hand_overs.c.owner_id == staff.c.id, hand_overs.c.state == "taken")
            .scalar_subquery()
        )
        statement = (
            select(staff.c.id, staff.c.name, presence.c.ready, chats.label("chats"))
            .join(presence, presence.c.staff_id == staff.c.id)
            .where(staff.c.id != of, presence.c.seen_at >= now - THERE, *_MAY)
            .order_by(presence.c.ready.desc(), staff.c.name)
        )
        rows = await self._connection.execute(statement)
        return tuple(Colleague(row.id, row.name, row.ready, row.chats) for row in rows)


_MAY = (staff.c.disabled_at.is_(None), staff.c.role.in_((HANDLER, SUPERVISOR)))
"""Whose account can be given a live chat."""
