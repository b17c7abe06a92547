"""What staff keep for each other and themselves: saved views, bulk actions, shift notes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from storage.audit import Audit
from storage.connection import Connection
from storage.scope import By
from storage.seal import Keyring
from storage.tables import bulk_actions, saved_views, shift_notes, staff
from storage.tokens import new_id

MOST_VIEWS = 20
"""Saved views of one person; more than fit into their head."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter of the queue that somebody kept under a name."""

    id: str
    name: str
    query: str
    """The address's query, of ids of ours alone."""


@dataclass(frozen=True, slots=True)
class Before:
    """How one report stood before a bulk action, and its version after it."""

    reference: str
    version: int
    was: Any
    """The id of its assignee, its tags or its status, as the action says."""


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Something done to many reports at once."""

    id: str
    what: str
    before: tuple[Before, ...]
    undone: bool


@dataclass(frozen=True, slots=True)
class ShiftNote:
    """What somebody handed over at the end of a shift."""

    by: str
    at: datetime
    text: str


class DeskBook:
    """Saved views, bulk actions and shift notes."""

    def __init__(self, connection: Connection, keyring: Keyring, audit: Audit) -> None:
        self._connection, self._keyring, self._audit = connection, keyring, audit

    async def save_view(self, name: str, query: str, by: By, now: datetime) -> None:
        """Keep a filter; raises ValueError, in words for staff, where there are too many."""
        mine = saved_views.c.staff_id == by.staff.id
        counted = select(func.count()).select_from(saved_views).where(mine)
        if (await self._connection.scalars(counted)).one() >= MOST_VIEWS:
            raise ValueError(f"You have {MOST_VIEWS} views. Delete one first.")
        id = new_id()
        sealed = self._keyring.seal_text(name, "saved_views", id, "name")
        row = {"id": id, "staff_id": by.staff.id, "name": sealed, "query": query, "at": now}
        await self._connection.execute(insert(saved_views).values(row))

    async def views(self, by: By) -> tuple[SavedView, ...]:
        """Their views, in the order in which they kept them."""
        statement = (
            select(saved_views)
            .where(saved_views.c.staff_id == by.staff.id)
            .order_by(saved_views.c.at)
        )
        return tuple(
            SavedView(
                row.id,
                self._keyring.open_text(row.name, "saved_views", row.id, "name"),
                row.query,
            )
            for row in await self._connection.execute(statement)
        )

    async def drop_view(self, id: str, by: By) -> None:
        """Delete a view of theirs; nothing happens where it is none."""
        mine = (saved_views.c.id == id, saved_views.c.staff_id == by.staff.id)
        await self._connection.execute(delete(saved_views).where(*mine))

    async def did(self, what: str, before: Sequence[Before], by: By, now: datetime) -> str:
        """Remember what was done to many reports, so that it can be undone; its id."""
        id = new_id()
        plain = json.dumps([[one.reference, one.version, one.was] for one in before])
        row = {"id": id, "staff_id": by.staff.id, "at": now, "what": what, "before": plain}
        await self._connection.execute(insert(bulk_actions).values(row))
        how_many = {"reports": len(before)}
        await self._audit.append(by.staff.username, f"bulk: {what}", "", how_many, now)
        return id

    async def action(self, id: str, by: By) -> BulkAction | None:
        """One of theirs; None for none."""
        mine = (bulk_actions.c.id == id, bulk_actions.c.staff_id == by.staff.id)
        statement = select(bulk_actions).where(*mine)
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            return None
        before = tuple(Before(*each) for each in json.loads(row.before))
        return BulkAction(row.id, row.what, before, row.undone_at is not None)

    async def undo(self, id: str, by: By, now: datetime) -> bool:
        """Mark it undone; False where it was already."""
        mine = (bulk_actions.c.id == id, bulk_actions.c.staff_id == by.staff.id)
        fresh = update(bulk_actions).where(*mine, bulk_actions.c.undone_at.is_(None))
        return bool((await self._connection.execute(fresh.values(undone_at=now))).rowcount)

    async def hand_over(self, text: str, by: By, now: datetime) -> None:
        """Leave a note for the next shift."""
        id = new_id()
        sealed = self._keyring.seal_text(text, "shift_notes", id, "words")
        row = {"id": id, "staff_id": by.staff.id, "at": now, "words": sealed}
        await self._connection.execute(insert(shift_notes).values(row))
        await self._audit.append(by.staff.username, "shift handed over", "", {}, now)

    async def shift_notes(self, limit: int) -> tuple[ShiftNote, ...]:
        """The last notes between shifts, the newest first."""
        statement = (
            select(shift_notes, staff.c.name)
            .join(staff, staff.c.id == shift_notes.c.staff_id)
            .order_by(shift_notes.c.at.desc())
            .limit(limit)
        )
        return tuple(
            ShiftNote(
                row.name,
                row.at,
                self._keyring.open_text(row.words, "shift_notes", row.id, "words"),
            )
            for row in await self._connection.execute(statement)
        )

    async def purge(self, before: datetime) -> int:
        """Forget bulk actions and notes between shifts from before then."""
        gone = 0
        for table in (bulk_actions, shift_notes):
            statement = delete(table).where(table.c.at < before)
            gone += (await self._connection.execute(statement)).rowcount
        return gone
