"""Messages that raised an alarm: kept sealed, each until somebody has dealt with it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, or_, select, update

from storage.audit import Audit
from storage.connection import Connection
from storage.seal import Keyring
from storage.tables import alarms
from storage.tidings import Tidings
from storage.tokens import new_id

_KEEP = insert(alarms)


class AlarmOutcome(StrEnum):
    """What came of an alarm."""

    CONTROL_ROOM = "passed to the control room"
    SAFE = "reached: they are safe"
    CALLED = "reached: they have called 999"
    UNREACHED = "could not be reached"
    NO_DANGER = "no emergency"


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm as the list shows it, without a word that the resident wrote."""

    id: str
    at: datetime
    level: str
    category: str
    channel: str
    chat_kept: bool
    """False where the chat was erased since."""
    owner: str
    """The username of who has taken it on; empty for nobody."""
    outcome: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """An alarm with all that is known of it."""

    alarm: Alarm
    text: str
    note: str
    """What was written when it was closed."""
    taken_at: datetime | None


class Alarms:
    """The alarms; who looks at one, takes it on or closes it is in the audit trail."""

    def __init__(
        self, connection: Connection, keyring: Keyring, audit: Audit, tidings: Tidings
    ) -> None:
        self._connection, self._keyring, self._audit = connection, keyring, audit
        self._tidings = tidings

    def keep(
        self,
        text: str,
        level: str,
        category: str,
        conversation: tuple[str, str] | None,
        now: datetime,
    ) -> None:
        """Keep a text that raised an alarm; it outlives the conversation's own erasure.

        `conversation` is its id and its channel.
        """
        id = new_id()
        row = {
            "id": id,
            "at": now,
            "level": level,
            "category": category,
            "conversation_id": conversation[0] if conversation else None,
            "channel": conversation[1] if conversation else "",
            "words": self._keyring.seal_text(text, "alarms", id, "words"),
        }
        self._connection.later(_KEEP, row)
        self._tidings.alarm(id, level, now)

    async def count_open(self) -> int:
        """How many nobody has closed."""
        return int((await self._connection.execute(counting_open())).scalar_one())

    async def page(self, limit: int, skip: int = 0) -> tuple[Alarm, ...]:
        """Open ones first, the oldest of them first; then the closed, latest first."""
        open_first = alarms.c.closed_at.is_not(None)
        statement = (
            select(alarms)
            .order_by(open_first, alarms.c.closed_at.desc(), alarms.c.at, alarms.c.id)
            .limit(limit)
            .offset(skip)
        )
        return tuple(map(_alarm, await self._connection.execute(statement)))

    async def count(self) -> int:
        """How many there are."""
        statement = select(func.count()).select_from(alarms)
        return int((await self._connection.execute(statement)).scalar_one())

    async def open(self, id: str, who: str, now: datetime) -> Opened | None:
        """One with its words, for `who` (a username); None where there is none of that id."""
        row = (await self._connection.execute(select(alarms).where(alarms.c.id == id))).first()
        if row is None:
            return None
        await self._audit.append(who, "alarm viewed", id, {}, now)
        note = self._keyring.open_text(row.note, "alarms", id, "note") if row.note else ""
        text = self._keyring.open_text(row.words, "alarms", id, "words")
        return Opened(_alarm(row), text, note, row.taken_at)

    async def take(self, id: str, who: str, now: datetime, *, held_by: str | None = None) -> bool:
        """Take an open alarm on, from a colleague too; False where it is closed or gone.

        With `held_by`, empty for nobody, also where somebody else has it by now.
        """
        open_one = update(alarms).where(alarms.c.id == id, alarms.c.closed_at.is_(None))
        if held_by is not None:
            open_one = open_one.where(func.coalesce(alarms.c.owner, "") == held_by)
        changed = await self._connection.execute(open_one.values(owner=who, taken_at=now))
        if changed.rowcount:
            await self._audit.append(who, "alarm taken on", id, {}, now)
        return bool(changed.rowcount)

    async def close(
        self, id: str, who: str, outcome: AlarmOutcome, note: str, now: datetime
    ) -> bool:
        """Say what came of it; it is then `who`'s. False where it is closed already or gone."""
        sealed = self._keyring.seal_text(note, "alarms", id, "note") if note else None
        changed = await self._connection.execute(
            update(alarms)
            .where(alarms.c.id == id, alarms.c.closed_at.is_(None))
            .values(owner=who, outcome=outcome, note=sealed, closed_at=now)
        )
        if changed.rowcount:
            await self._audit.append(who, "alarm closed", id, {"outcome": str(outcome)}, now)
        return bool(changed.rowcount)

    async def waiting(self, before: datetime, closed_by: datetime) -> int:
        """How many came in before a moment and nobody has, or has had since another moment.

        `closed_by` is when somebody must have taken on what is not closed yet.
        """
        statement = (
            select(func.count())
            .select_from(alarms)
            .where(
                alarms.c.closed_at.is_(None),
                alarms.c.at < before,
                or_(alarms.c.owner.is_(None), alarms.c.taken_at < closed_by),
            )
        )
        return int((await self._connection.execute(statement)).scalar_one())

    async def purge(self, before: datetime) -> int:
        """Erase older ones."""
        return (await self._connection.execute(delete(alarms).where(alarms.c.at < before))).rowcount


def _alarm(row: Row[Any]) -> Alarm:
    return Alarm(
        id=row.id,
        at=row.at,
        level=row.level or "alarm",
        category=row.category,
        channel=row.channel or "",
        chat_kept=row.conversation_id is not None,
        owner=row.owner or "",
        outcome=row.outcome or "",
        closed_at=row.closed_at,
    )


def counting_open() -> Select[int]:
    """Counts the alarms that nobody has closed."""
    return select(func.count()).select_from(alarms).where(alarms.c.closed_at.is_(None))
