"""Reports whose time has come: reviewed, held or erased by staff; and what must stay erased."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, or_, select, update

from handlers.report import Status
from storage.audit import Audit
from storage.connection import Connection
from storage.durable import replace
from storage.errors import Conflict
from storage.feedback import ASKER
from storage.files import Files
from storage.scope import By, for_them
from storage.seal import Keyring
from storage.tables import (
    conversations,
    files,
    hand_overs,
    messages,
    reports,
    set_aside,
    tombstones,
    unanswered,
)

CHAT, REPORT, PICTURE = "chat", "report", "picture"
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything was; SQLite looks into an index for what is later, and not for IS NOT NULL."""


class Held(ValueError):  # noqa: N818 - says why it is not erased
    """The report is under a legal hold; the text is a sentence for staff."""


# The reasons are fixed words, since the audit trail is plain: nobody can write a name into it.


class HoldReason(StrEnum):
    """Why a report must not be erased."""

    CASE = "criminal investigation or proceedings"
    CLAIM = "civil claim"
    COMPLAINT = "complaint or misconduct case"
    INQUIRY = "inquest or inquiry"
    RIGHTS = "request for access or correction"
    OTHER = "another reason"


class EraseReason(StrEnum):
    """Why a report is erased."""

    ASKED = "its resident asked for it"
    NO_NEED = "no longer needed"
    ELSEWHERE = "recorded on force system"
    MISTAKE = "should not have been taken"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a report stands between being kept and being erased: nothing that its resident wrote."""

    reference: str
    kind: str
    status: Status
    version: int
    """Hand it back with a decision, so that nobody's is overwritten unseen."""
    made_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    """When it was closed; None for an open one."""
    asked_at: datetime | None
    """When its resident asked for its erasure; None where only its age can make it due."""
    reviewed_at: datetime | None
    """When staff last decided to keep it."""
    held_at: datetime | None
    held_for: str
    """Why it is held; empty where that was not said."""
    due: bool
    """Whether staff have to decide about it."""

    @property
    def held(self) -> bool:
        """Whether it is under a legal hold."""
        return self.held_at is not None

    def since(self, life: timedelta) -> datetime:
        """Since when one that is due is due."""
        return self.asked_at or max(self.changed_at, self.reviewed_at or self.changed_at) + life


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many reports are due."""

    to_decide: int
    held: int
    """Those that cannot be erased for now."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Something that was erased because somebody said so."""

    kind: str
    key: str
    at: datetime


class Erasure:
    """What staff decide about old reports, and the memory of what was erased."""

    def __init__(
        self, connection: Connection, keyring: Keyring, audit: Audit, pictures: Files
    ) -> None:
        self._connection, self._keyring, self._audit = connection, keyring, audit
        self._pictures = pictures

    async def due(
        self, before: datetime, limit: int, skip: int = 0, by: By | None = None
    ) -> tuple[Standing, ...]:
        """Reports to decide about: asked to be erased, or closed and not looked at since then.

        Those under a legal hold come last.
        """
        statement = (
            _standing(before)
            .where(_is_due(before), for_them(by))
            .order_by(
                reports.c.held_at.is_not(None),
                reports.c.erasure_asked_at.is_(None),
                reports.c.changed_at,
                reports.c.reference,
            )
            .limit(limit)
            .offset(skip)
        )
        return tuple(_of(row) for row in await self._connection.execute(statement))

    async def waiting(self, before: datetime, by: By | None = None) -> Waiting:
        """How many of them there are."""
        statement = select(func.count(), func.count(reports.c.held_at))
        statement = statement.where(_is_due(before), for_them(by))
        total, held = (await self._connection.execute(statement)).one()
        return Waiting(total - held, held)

    async def find(self, reference: str, before: datetime, by: By | None = None) -> Standing | None:
        """How a report stands, due or not; None where there is none, or none for them."""
        statement = _standing(before).where(reports.c.reference == reference, for_them(by))
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else _of(row)

    # Each decision raises LookupError where there is no such report and, where it is told which
    # `version` it is about, Conflict for a stale one.

    async def keep(
        self, reference: str, who: str, now: datetime, *, version: int | None = None
    ) -> None:
        """It is kept: it comes up again when as long has passed once more."""
        await self._change(reference, version, reviewed_at=now, erasure_asked_at=None)
        await self._audit.append(who, "report reviewed and kept", reference, {}, now)

    async def hold(
        self,
        reference: str,
        who: str,
        now: datetime,
        *,
        on: bool = True,
        reason: HoldReason | None = None,
        version: int | None = None,
    ) -> None:
        """Put it under a legal hold, or lift that."""
        held_at, held_for = (now, reason) if on else (None, None)
        await self._change(reference, version, held_at=held_at, held_for=held_for)
        what = "legal hold set" if on else "legal hold lifted"
        detail = {"reason": held_for} if held_for else {}
        await self._audit.append(who, what, reference, detail, now)

    async def erase(
        self,
        reference: str,
        who: str,
        now: datetime,
        *,
        reason: EraseReason | None = None,
        version: int | None = None,
    ) -> None:
        """Erase a report, its story and its pictures. Raises Held as well."""
        statement = select(reports.c.held_at, reports.c.version)
        locked = statement.where(reports.c.reference == reference).with_for_update()
        row = (await self._connection.execute(locked)).one_or_none()
        if row is None:
            raise LookupError("no such report")
        if version is not None and row.version != version:
            raise Conflict("the report was changed by somebody else")
        if row.held_at is not None:
            raise Held(f"{reference} is under a legal hold. Lift it first.")
        await self._drop_report(reference)
        await self.bury(REPORT, reference, now)
        detail = {"reason": reason} if reason else {}
        await self._audit.append(who, "report erased", reference, detail, now)

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
        if stone.kind == PICTURE:
            return await self._pictures.destroy(stone.key, None, stone.at)
        mine = messages.c.conversation_id == stone.key
        said = delete(messages).where(mine, messages.c.at <= stone.at)
        count = (await self._connection.execute(said)).rowcount
        loose = delete(files).where(
            files.c.conversation_id == stone.key,
            files.c.reference.is_(None),
            files.c.at <= stone.at,
        )
        count += (await self._connection.execute(loose)).rowcount
        asker = self._keyring.blind_index(ASKER, stone.key)
        asked = delete(unanswered).where(
            unanswered.c.asker_index == asker, unanswered.c.at <= stone.at
        )
        count += (await self._connection.execute(asked)).rowcount
        failed = delete(set_aside).where(
            set_aside.c.conversation_id == stone.key, set_aside.c.at <= stone.at
        )
        count += (await self._connection.execute(failed)).rowcount
        talked = update(hand_overs).where(hand_overs.c.conversation_id == stone.key)
        talked = talked.where(hand_overs.c.asked_at <= stone.at)
        await self._connection.execute(talked.values(said=None, note=None))
        # The state tells what was said too; a chat that goes on begins anew.
        chat = delete(conversations).where(
            conversations.c.id == stone.key, conversations.c.changed_at <= stone.at
        )
        return count + (await self._connection.execute(chat)).rowcount

    async def _drop_report(self, reference: str) -> int:
        await self._connection.execute(delete(files).where(files.c.reference == reference))
        gone = delete(reports).where(reports.c.reference == reference)
        return (await self._connection.execute(gone)).rowcount

    async def _change(self, reference: str, version: int | None, **values: Any) -> None:
        here = reports.c.reference == reference
        wanted = here if version is None else here & (reports.c.version == version)
        values |= {"version": reports.c.version + 1}
        if (await self._connection.execute(update(reports).where(wanted).values(values))).rowcount:
            return
        known = await self._connection.scalars(select(reports.c.reference).where(here))
        if known.one_or_none() is None:
            raise LookupError("no such report")
        raise Conflict("the report was changed by somebody else")


def _is_due(before: datetime) -> ColumnElement[bool]:
    old = (
        (reports.c.status == Status.CLOSED)
        & (reports.c.changed_at < before)
        & (reports.c.reviewed_at.is_(None) | (reports.c.reviewed_at < before))
    )
    return or_(reports.c.erasure_asked_at > _EVER, old)


def _standing(before: datetime) -> Any:
    # All but what is sealed, which is most of a row.
    plain = (column for column in reports.columns if column is not reports.c.body)
    return select(*plain, _is_due(before).label("due"))


def _of(row: Row[Any]) -> Standing:
    return Standing(
        reference=row.reference,
        kind=row.kind,
        status=Status(row.status),
        version=row.version,
        made_at=row.made_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        asked_at=row.erasure_asked_at,
        reviewed_at=row.reviewed_at,
        held_at=row.held_at,
        held_for=row.held_for or "",
        due=bool(row.due),
    )


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


def counting_to_decide(before: datetime, by: By | None) -> Select[int]:
    """Counts the reports whose time has come, without those under a legal hold."""
    held = func.count(reports.c.held_at)
    return select(func.count() - held).where(_is_due(before), for_them(by))
