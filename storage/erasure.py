"""Reports whose time has come: reviewed, held or erased by staff; and what must stay erased."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, or_, select, update

from handlers.report import Status
from storage.audit import Audit
from storage.connection import Connection
from storage.durable import replace
from storage.tables import conversations, files, messages, reports, tombstones

CHAT, REPORT = "chat", "report"


class Held(ValueError):  # noqa: N818 - says why it is not erased
    """The report is under a legal hold; the text is a sentence for staff."""


@dataclass(frozen=True, slots=True)
class Due:
    """A report that staff have to decide about."""

    reference: str
    kind: str
    status: str
    changed_at: datetime
    asked_at: datetime | None
    """When its resident asked for its erasure; None where only its age brings it here."""
    held: bool


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Something that was erased because somebody said so."""

    kind: str
    key: str
    at: datetime


class Erasure:
    """What staff decide about old reports, and the memory of what was erased."""

    def __init__(self, connection: Connection, audit: Audit) -> None:
        self._connection, self._audit = connection, audit

    async def due(self, before: datetime, limit: int) -> tuple[Due, ...]:
        """Reports to decide about: asked to be erased, or closed and not looked at since then."""
        old = (
            (reports.c.status == Status.CLOSED)
            & (reports.c.changed_at < before)
            & (reports.c.reviewed_at.is_(None) | (reports.c.reviewed_at < before))
        )
        statement = (
            select(reports)
            .where(or_(reports.c.erasure_asked_at.is_not(None), old))
            .order_by(reports.c.erasure_asked_at.is_(None), reports.c.changed_at)
            .limit(limit)
        )
        return tuple(
            Due(
                row.reference,
                row.kind,
                row.status,
                row.changed_at,
                row.erasure_asked_at,
                row.held_at is not None,
            )
            for row in await self._connection.execute(statement)
        )

    async def keep(self, reference: str, who: str, now: datetime) -> None:
        """It is kept: it comes up again when as long has passed once more. Raises LookupError."""
        await self._change(reference, reviewed_at=now, erasure_asked_at=None)
        await self._audit.append(who, "report reviewed and kept", reference, {}, now)

    async def hold(self, reference: str, who: str, now: datetime, *, on: bool = True) -> None:
        """Put it under a legal hold, or lift that. Raises LookupError."""
        await self._change(reference, held_at=now if on else None)
        what = "legal hold set" if on else "legal hold lifted"
        await self._audit.append(who, what, reference, {}, now)

    async def erase(self, reference: str, who: str, now: datetime) -> None:
        """Erase a report, its story and its pictures. Raises Held or LookupError."""
        statement = select(reports.c.held_at).where(reports.c.reference == reference)
        row = (await self._connection.execute(statement.with_for_update())).one_or_none()
        if row is None:
            raise LookupError("no such report")
        if row.held_at is not None:
            raise Held(f"{reference} is under a legal hold. Lift it first.")
        await self._drop_report(reference)
        await self.bury(REPORT, reference, now)
        await self._audit.append(who, "report erased", reference, {}, now)

    async def bury(self, kind: str, key: str, now: datetime) -> None:
        """Remember that it was erased."""
        row = {"kind": kind, "key": key, "at": now}
        statement = self._connection.insert(tombstones).values(row)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=list(tombstones.primary_key), set_={"at": now}
            )
        )

    async def buried(self) -> tuple[Tombstone, ...]:
        """All that was erased so, oldest first."""
        rows = await self._connection.execute(select(tombstones).order_by(tombstones.c.at))
        return tuple(Tombstone(row.kind, row.key, row.at) for row in rows)

    async def erase_again(self, stones: Collection[Tombstone]) -> int:
        """Erase once more what a restored backup has brought back; how much that was."""
        count = 0
        for stone in stones:
            count += await self._erase_again(stone)
            await self.bury(stone.kind, stone.key, stone.at)
        return count

    async def purge(self, before: datetime) -> int:
        """Forget what was erased before then: no backup is that old any more."""
        statement = delete(tombstones).where(tombstones.c.at < before)
        return (await self._connection.execute(statement)).rowcount

    async def _erase_again(self, stone: Tombstone) -> int:
        if stone.kind == REPORT:
            return await self._drop_report(stone.key)
        mine = messages.c.conversation_id == stone.key
        said = delete(messages).where(mine, messages.c.at <= stone.at)
        count = (await self._connection.execute(said)).rowcount
        loose = delete(files).where(
            files.c.conversation_id == stone.key, files.c.reference.is_(None)
        )
        count += (await self._connection.execute(loose)).rowcount
        # The state tells what was said too; a chat that goes on begins anew.
        chat = delete(conversations).where(
            conversations.c.id == stone.key, conversations.c.changed_at <= stone.at
        )
        return count + (await self._connection.execute(chat)).rowcount

    async def _drop_report(self, reference: str) -> int:
        await self._connection.execute(delete(files).where(files.c.reference == reference))
        gone = delete(reports).where(reports.c.reference == reference)
        return (await self._connection.execute(gone)).rowcount

    async def _change(self, reference: str, **values: datetime | None) -> None:
        statement = update(reports).where(reports.c.reference == reference).values(values)
        if (await self._connection.execute(statement)).rowcount != 1:
            raise LookupError("no such report")


def write_tombstones(path: Path, stones: Collection[Tombstone]) -> None:
    """Write them beside the journal, in one step: there they outlive the database. OSError."""
    lines = (json.dumps([stone.kind, stone.key, stone.at.isoformat()]) for stone in stones)
    replace(path, "".join(f"{line}\n" for line in lines))


def read_tombstones(path: Path) -> tuple[Tombstone, ...]:
    """What write_tombstones wrote; nothing where there is no such file."""
    if not path.exists():
        return ()
    parts = (json.loads(line) for line in path.read_text(encoding="ascii").splitlines())
    return tuple(Tombstone(kind, key, datetime.fromisoformat(at)) for kind, key, at in parts)
