"""Live chats from the staff's side: who waits, taking, handing on and ending, each with a trace.

Every change is one conditional UPDATE, so of two handlers on two replicas only one gets a chat.
Whoever makes one holds the lock of its conversation.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select, update

from handlers.effects import Ending
from storage.audit import Audit
from storage.connection import Connection
from storage.conversations import Address, open_address
from storage.hand_overs import AGAIN, ENDED, PRESSING, TAKEN, WAITING, open_said, over
from storage.seal import Keyring
from storage.staff import Staff
from storage.tables import conversations, hand_overs, presence
from storage.tables import staff as staff_table

LISTED = 200
"""Live chats on one page; nobody can look after more."""


@dataclass(frozen=True, slots=True)
class LiveChat:
    """A hand-over as the list shows it: without a word that anybody wrote."""

    id: str
    conversation_id: str | None
    """None where the resident has erased the chat."""
    channel: str
    state: str
    asked_at: datetime
    came_back: bool
    """It was with a handler before."""
    owner_id: int | None
    owner: str
    """A name; empty for nobody."""
    taken_at: datetime | None
    heard_at: datetime | None
    answered_at: datetime | None
    alarmed_at: datetime | None
    """When the resident last wrote what called for 999."""
    reference: str
    """The report that was made of it; empty for none."""
    outcome: str

    @property
    def unanswered(self) -> bool:
        """Whether the resident has had the last word."""
        if self.heard_at is None:
            return self.answered_at is None
        return self.answered_at is None or self.heard_at > self.answered_at


@dataclass(frozen=True, slots=True)
class Opened:
    """A live chat for who has it: with what was left for them."""

    chat: LiveChat
    said: tuple[str, ...]
    """What the resident wrote last before they asked for a person."""
    note: str
    """What a colleague wrote on handing it on."""


class LiveDesk:
    """The live chats; who looks at, takes, hands on or ends one is in the audit trail."""

    def __init__(self, connection: Connection, keyring: Keyring, audit: Audit) -> None:
        self._connection, self._keyring, self._audit = connection, keyring, audit

    async def waiting(self) -> tuple[LiveChat, ...]:
        """Those who wait, the next one first."""
        order = (hand_overs.c.rank.desc(), hand_overs.c.asked_at, hand_overs.c.id)
        return await self._list(hand_overs.c.state == WAITING, order)

    async def taken(self) -> tuple[LiveChat, ...]:
        """Those that somebody has, the oldest first."""
        return await self._list(hand_overs.c.state == TAKEN, (hand_overs.c.taken_at,))

    async def find(self, id: str) -> LiveChat | None:
        """How one stands; None where there is none of that id."""
        rows = await self._list(hand_overs.c.id == id, (hand_overs.c.id,))
        return rows[0] if rows else None

    async def open(self, id: str, by: Staff, now: datetime, *, by_itself: bool) -> Opened | None:
        """One with what was left for who has it; None where there is none of that id.

        Looking is recorded, but for a page of its owner's that keeps itself up to date.
        """
        chat = await self.find(id)
        if chat is None:
            return None
        if not (by_itself and chat.owner_id == by.id):
            await self._audit.append(by.username, "live chat viewed", id, {}, now)
        statement = select(hand_overs.c.said, hand_overs.c.note).where(hand_overs.c.id == id)
        sealed = (await self._connection.execute(statement)).one()
        note = self._keyring.open_text(sealed.note, *_note(id)) if sealed.note else ""
        return Opened(chat, open_said(self._keyring, id, sealed.said), note)

    async def take(self, id: str, by: Staff, now: datetime) -> bool:
        """Take one that waits; False where somebody else was quicker, or it is over."""
        chat = await self.find(id)
        if chat is None:
            return False
        values = {"owner_id": by.id, "state": TAKEN, "taken_at": now, "answered_at": None}
        if not chat.came_back:
            values["waited"] = round((now - chat.asked_at).total_seconds())
        return await self._change(
            id, (hand_overs.c.state == WAITING,), values, (by.username, "live chat taken"), now
        )

    async def wrote(self, id: str, by: Staff, now: datetime) -> bool:
        """A line was sent; False where the chat is not theirs any more."""
        done = (by.username, "live chat line sent")
        return await self._change(id, _with(by.id), {"answered_at": now}, done, now)

    async def hand_on(
        self, id: str, owner: int, by: Staff, to: int, note: str, now: datetime
    ) -> bool:
        """Give it to a colleague; False where it is not `owner`'s any more."""
        values = {"owner_id": to, "taken_at": now, "note": self._sealed(id, note)}
        done = (by.username, "live chat handed on")
        return await self._change(id, _with(owner), values, done, now, to=to)

    async def put_back(self, id: str, owner: int, by: str, note: str | None, now: datetime) -> bool:
        """Back to the front of the queue; False where it is not `owner`'s any more.

        `by` is a username, or a word for the program itself; a `note` of None leaves the old one.
        """
        values: dict[str, Any] = {"state": WAITING, "owner_id": None, "told_at": None}
        if note is not None:
            values["note"] = self._sealed(id, note)
        usual = hand_overs.c.rank < PRESSING
        done = (by, "live chat put back")
        if not await self._change(id, _with(owner), values, done, now):
            return False
        front = update(hand_overs).where(hand_overs.c.id == id, usual).values(rank=AGAIN)
        await self._connection.execute(front)
        return True

    async def reported(self, id: str, by: Staff, reference: str, now: datetime) -> bool:
        """A report was made of it; False where it is not theirs any more."""
        done = (by.username, "live chat made into a report")
        return await self._change(
            id, _with(by.id), {"reference": reference}, done, now, reference=reference
        )

    async def end(self, id: str, owner: int | None, by: str, ending: Ending, now: datetime) -> bool:
        """It is over; False where it is not `owner`'s any more, or for None waits no longer."""
        return await self._change(
            id,
            (hand_overs.c.state == WAITING,) if owner is None else _with(owner),
            over(ending, now),
            (by, "live chat ended"),
            now,
            outcome=str(ending),
        )

    # What the watch looks for

    async def deserted(self, before: datetime) -> tuple[LiveChat, ...]:
        """Those whose owner has had no page open since then, or has signed out."""
        there = presence.c.staff_id == hand_overs.c.owner_id
        seen = exists().where(there, presence.c.seen_at >= before)
        return await self._list((hand_overs.c.state == TAKEN) & ~seen, (hand_overs.c.taken_at,))

    async def waiting_since(self, before: datetime) -> tuple[LiveChat, ...]:
        """Those who have waited since then and were not told yet that it takes long."""
        long = hand_overs.c.asked_at < before
        where = (hand_overs.c.state == WAITING) & long & hand_overs.c.told_at.is_(None)
        return await self._list(where, (hand_overs.c.asked_at,))

    async def told(self, id: str, now: datetime) -> bool:
        """They are told that it takes long; False where they were, or wait no longer."""
        statement = update(hand_overs).where(
            hand_overs.c.id == id,
            hand_overs.c.state == WAITING,
            hand_overs.c.told_at.is_(None),
        )
        return bool((await self._connection.execute(statement.values(told_at=now))).rowcount)

    async def late(self, before: datetime) -> int:
        """How many have waited since then."""
        statement = select(func.count()).where(
            hand_overs.c.state == WAITING, hand_overs.c.asked_at < before
        )
        return int((await self._connection.execute(statement)).scalar_one())

    async def end_orphans(self, now: datetime) -> int:
        """End those whose chat was erased by its age."""
        alone = (hand_overs.c.state != ENDED) & hand_overs.c.conversation_id.is_(None)
        statement = update(hand_overs).where(alone).values(over(Ending.LEFT, now))
        return (await self._connection.execute(statement)).rowcount

    async def addresses(self, channel: str) -> tuple[Address, ...]:
        """The chats on a channel that a handler has at the moment."""
        statement = (
            select(conversations.c.id, conversations.c.channel, conversations.c.key)
            .join(hand_overs, hand_overs.c.conversation_id == conversations.c.id)
            .where(hand_overs.c.state == TAKEN, hand_overs.c.channel == channel)
        )
        rows = await self._connection.execute(statement)
        return tuple(open_address(self._keyring, row) for row in rows)

    async def _list(
        self, where: ColumnElement[bool], order: tuple[Any, ...]
    ) -> tuple[LiveChat, ...]:
        plain = (column for column in hand_overs.columns if column.name not in {"said", "note"})
        statement = (
            select(*plain, staff_table.c.name.label("owner"))
            .outerjoin(staff_table, staff_table.c.id == hand_overs.c.owner_id)
            .where(where)
            .order_by(*order)
            .limit(LISTED)
        )
        return tuple(map(_chat, await self._connection.execute(statement)))

    async def _change(
        self,
        id: str,
        where: tuple[ColumnElement[bool], ...],
        values: dict[str, Any],
        done: tuple[str, str],
        now: datetime,
        **detail: Any,
    ) -> bool:
        """Change one where it still stands so, and record who did what."""
        statement = update(hand_overs).where(hand_overs.c.id == id, *where).values(values)
        changed = bool((await self._connection.execute(statement)).rowcount)
        if changed:
            await self._audit.append(*done, id, detail, now)
        return changed

    def _sealed(self, id: str, note: str) -> bytes | None:
        return self._keyring.seal_text(note, *_note(id)) if note else None


def _with(owner: int) -> tuple[ColumnElement[bool], ...]:
    return hand_overs.c.state == TAKEN, hand_overs.c.owner_id == owner


def _note(id: str) -> tuple[str, str, str]:
    return "hand_overs", id, "note"


def _chat(row: Row[Any]) -> LiveChat:
    return LiveChat(
        id=row.id,
        conversation_id=row.conversation_id,
        channel=row.channel,
        state=row.state,
        asked_at=row.asked_at,
        came_back=row.waited is not None,
        owner_id=row.owner_id,
        owner=row.owner or "",
        taken_at=row.taken_at,
        heard_at=row.heard_at,
        answered_at=row.answered_at,
        alarmed_at=row.alarmed_at,
        reference=row.reference or "",
        outcome=row.outcome or "",
    )


def counting_waiting() -> Select[int]:
    """Counts the residents who wait for a person."""
    return select(func.count()).where(hand_overs.c.state == WAITING)
