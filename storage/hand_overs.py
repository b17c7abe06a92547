"""Live chats from the resident's side: asking for a person, the place in the queue, the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update

from handlers.effects import Ending, HandOverGone, PersonLooked, Queued
from storage.codec import from_json, to_json
from storage.connection import Connection
from storage.conversations import WEB, Kept
from storage.presence import Presence
from storage.seal import Keyring
from storage.tables import hand_overs
from storage.tokens import new_id

WAITING, TAKEN, ENDED = "waiting", "taken", "ended"
"""The states of a hand-over."""
USUAL, AGAIN, PRESSING = 0, 1, 2
"""Ranks in the queue: one who asks, one who comes back from a handler, one who told of danger."""
LATELY = timedelta(hours=1)
FEWEST, MOST = 3, 20
"""From how many waits of the last hour something is said of how long it takes; and of how many."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Whether there are live chats at all."""

    open: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """The sealed part: what the resident wrote last before they asked."""

    texts: tuple[str, ...] = ()


class HandOvers:
    """The hand-overs of residents; staff have storage.live_desk.

    Whoever changes one holds the lock of its conversation.
    """

    def __init__(
        self, connection: Connection, keyring: Keyring, presence: Presence, terms: Terms
    ) -> None:
        self._connection, self._keyring = connection, keyring
        self._presence, self._terms = presence, terms

    async def look(self, now: datetime, *, wish: bool = False) -> PersonLooked:
        """Whether somebody is there, how many wait, and how long it took lately.

        `wish` is handed back.
        """
        ready, busy = await self._presence.count(now) if self._terms.open else (0, 0)
        waiting = await self._count(hand_overs.c.state == WAITING)
        minutes = await self._minutes(now)
        return PersonLooked(self._terms.open, ready, waiting, busy, minutes, wish)

    async def join(self, kept: Kept, said: tuple[str, ...], now: datetime) -> Queued:
        """Begin to wait, unless they do already; `said` is what they wrote last.

        It is kept on Telegram alone: on the web the transcript has it.
        """
        known = await self._standing(kept.id, now)
        if isinstance(known, Queued):
            return known
        id = new_id()
        place = ("hand_overs", id, "said")
        keep = said and kept.address.channel != WEB
        row = {
            "id": id,
            "conversation_id": kept.id,
            "channel": kept.address.channel,
            "state": WAITING,
            "rank": USUAL,
            "asked_at": now,
            "said": self._keyring.seal(to_json(Said(said)), *place) if keep else None,
        }
        await self._connection.execute(insert(hand_overs).values(row))
        return await self._queued(USUAL, now, now, joined=True)

    async def pass_on(
        self, conversation_id: str, now: datetime, *, urgent: bool
    ) -> Queued | HandOverGone | None:
        """The resident wrote; `urgent` where it told of danger.

        Their place while they wait, None where a handler has them, HandOverGone where nobody does.
        """
        mine = and_(*_open(conversation_id))
        values: dict[str, Any] = {"heard_at": now}
        if urgent:
            values |= {"alarmed_at": now, "rank": PRESSING}
        await self._connection.execute(update(hand_overs).where(mine).values(values))
        return await self._standing(conversation_id, now)

    async def finish(self, conversation_id: str, ending: Ending, now: datetime) -> None:
        """It is over, if there is one."""
        ended = update(hand_overs).where(*_open(conversation_id)).values(over(ending, now))
        await self._connection.execute(ended)

    async def forget(self, conversation_id: str, now: datetime) -> None:
        """The chat is being erased: it is over, and no longer tied to it."""
        await self.finish(conversation_id, Ending.LEFT, now)
        mine = update(hand_overs).where(hand_overs.c.conversation_id == conversation_id)
        await self._connection.execute(mine.values(conversation_id=None))

    async def purge(self, before: datetime) -> int:
        """Erase those that ended, or were asked for, before then."""
        old = delete(hand_overs).where(hand_overs.c.asked_at < before)
        return (await self._connection.execute(old)).rowcount

    async def _standing(self, conversation_id: str, now: datetime) -> Queued | HandOverGone | None:
        statement = select(hand_overs).where(*_open(conversation_id))
        row = (await self._connection.execute(statement)).first()
        if row is None:
            return HandOverGone()
        return await self._queued(row.rank, row.asked_at, now) if row.state == WAITING else None

    async def _queued(
        self, rank: int, asked_at: datetime, now: datetime, *, joined: bool = False
    ) -> Queued:
        before = or_(
            hand_overs.c.rank > rank,
            and_(hand_overs.c.rank == rank, hand_overs.c.asked_at < asked_at),
        )
        ahead = await self._count(hand_overs.c.state == WAITING, before)
        return Queued(ahead + 1, await self._minutes(now), joined)

    async def _count(self, *where: ColumnElement[bool]) -> int:
        statement = select(func.count()).select_from(hand_overs).where(*where)
        return int((await self._connection.execute(statement)).scalar_one())

    async def _minutes(self, now: datetime) -> int | None:
        """How long residents waited lately, the middle one of them; None where too few did."""
        statement = (
            select(hand_overs.c.waited)
            .where(hand_overs.c.taken_at > now - LATELY, hand_overs.c.waited.is_not(None))
            .order_by(hand_overs.c.taken_at.desc())
            .limit(MOST)
        )
        waits: list[int] = list((await self._connection.scalars(statement)).all())
        if len(waits) < FEWEST:
            return None
        return max(1, -(-round(median(waits)) // 60))


def open_said(keyring: Keyring, id: str, sealed: bytes | None) -> tuple[str, ...]:
    """What a resident wrote before they asked, from the row of that id."""
    if sealed is None:
        return ()
    return from_json(Said, keyring.open(sealed, "hand_overs", id, "said")).texts


def _open(conversation_id: str) -> tuple[ColumnElement[bool], ...]:
    return hand_overs.c.conversation_id == conversation_id, hand_overs.c.state != ENDED


def over(ending: str, now: datetime) -> dict[str, Any]:
    """What is written where a hand-over ends: no word of it stays."""
    return {"state": ENDED, "outcome": ending, "ended_at": now, "said": None, "note": None}
