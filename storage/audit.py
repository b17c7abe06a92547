"""The audit trail: who did what to which report and when, chained so that no gap stays unseen."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, select, true, update

from storage.connection import Connection
from storage.seal import Keyring, Unsealable
from storage.tables import audit, meta

_HEAD = "audit head"
_ANCHOR = "audit anchor"
"""The last event that was deleted by age; the chain goes on from its HMAC."""
_START = bytes(32)
_BATCH = 1000

Detail = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing somebody did. Never words that a resident or a colleague wrote."""

    seq: int
    at: datetime
    who: str
    """A username, or what acted: "command line", "retention"."""
    what: str
    about: str
    """A reference, a username, or empty."""
    detail: str
    """Canonical JSON."""


class Audit:
    """The chain: each event's HMAC-SHA-256 covers the one before, and the last is kept sealed.

    That finds an event edited, deleted, inserted, swapped or cut off by whoever has the database
    and not the keys; putting the whole database back to an earlier day it cannot find.
    """

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring

    async def append(self, who: str, what: str, about: str, detail: Detail, now: datetime) -> None:
        """Add an event to the end of the chain."""
        # The head's row is the lock under which writers of the chain take turns.
        seq, mac = await self._head()
        event = AuditEvent(seq + 1, now, who, what, about, _canonical(detail))
        mac = self._mac(mac, event)
        row = {"seq": event.seq, "at": now, "who": who, "what": what, "about": about}
        await self._connection.execute(
            insert(audit).values(row | {"detail": event.detail, "mac": mac})
        )
        await self._connection.execute(
            update(meta)
            .where(meta.c.name == _HEAD)
            .values(value=_seal(self._keyring, _HEAD, seq + 1, mac))
        )

    async def verify(self) -> int | None:
        """The number of the first event that is wrong or missing; None for a whole chain."""
        try:
            last, mac = await self._end(_ANCHOR) or (0, _START)
        except Unsealable:
            return 1
        async for event, kept in self._events():
            if event.seq != last + 1:
                return last + 1
            mac = self._mac(mac, event)
            if not hmac.compare_digest(mac, kept):
                return event.seq
            last = event.seq
        try:
            whole = await self._end(_HEAD) == (last, mac)
        except Unsealable:
            whole = False
        return None if whole else last + 1

    async def purge(self, before: datetime) -> int:
        """Delete the events from before then, from the oldest on; how many. The chain stays whole.

        Nobody else can delete any: triggers refuse it, and this lifts them for its own statement.
        """
        first_kept = select(func.min(audit.c.seq)).where(audit.c.at >= before)
        kept = (await self._connection.scalars(first_kept)).one()
        old = audit.c.seq < kept if kept is not None else true()
        statement = select(audit.c.seq, audit.c.mac).where(old).order_by(audit.c.seq.desc())
        last = (await self._connection.execute(statement.limit(1))).one_or_none()
        if last is None:
            return 0
        row = {"name": _ANCHOR, "value": _seal(self._keyring, _ANCHOR, last.seq, last.mac)}
        anchored = self._connection.insert(meta).values(row)
        await self._connection.execute(
            anchored.on_conflict_do_update(
                index_elements=[meta.c.name], set_={"value": row["value"]}
            )
        )
        async with self._connection.without_trigger(audit, "audit_no_delete"):
            gone = await self._connection.execute(delete(audit).where(audit.c.seq <= last.seq))
        return gone.rowcount

    async def about(self, about: str) -> tuple[AuditEvent, ...]:
        """What was done to a report or an account, oldest first."""
        statement = select(audit).where(audit.c.about == about).order_by(audit.c.seq)
        rows = await self._connection.execute(statement)
        return tuple(AuditEvent(*row[:-1]) for row in rows)

    async def latest(self, limit: int) -> tuple[AuditEvent, ...]:
        """The newest events, newest first."""
        statement = select(audit).order_by(audit.c.seq.desc()).limit(limit)
        rows = await self._connection.execute(statement)
        return tuple(AuditEvent(*row[:-1]) for row in rows)

    async def _events(self) -> AsyncIterator[tuple[AuditEvent, bytes]]:
        last = None
        while True:
            statement = select(audit).order_by(audit.c.seq).limit(_BATCH)
            if last is not None:
                statement = statement.where(audit.c.seq > last)
            rows = (await self._connection.execute(statement)).all()
            for row in rows:
                yield AuditEvent(*row[:-1]), row[-1]
            if len(rows) < _BATCH:
                return
            last = rows[-1][0]

    async def _head(self) -> tuple[int, bytes]:
        """The last event's number and HMAC, locked until the commit."""
        statement = select(meta.c.value).where(meta.c.name == _HEAD)
        locked = statement.with_for_update(key_share=True)
        sealed = (await self._connection.scalars(locked)).one_or_none()
        if sealed is None:
            raise LookupError("the audit trail has lost its head")
        return self._open(_HEAD, sealed)

    async def _end(self, name: str) -> tuple[int, bytes] | None:
        """The head or the anchor of the chain; None where there is none."""
        statement = select(meta.c.value).where(meta.c.name == name)
        sealed = (await self._connection.scalars(statement)).one_or_none()
        return None if sealed is None else self._open(name, sealed)

    def _open(self, name: str, sealed: bytes) -> tuple[int, bytes]:
        end = json.loads(self._keyring.open(sealed, "meta", name, "value"))
        return end["seq"], bytes.fromhex(end["mac"])

    def _mac(self, before: bytes, event: AuditEvent) -> bytes:
        at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
        body = [event.seq, at, event.who, event.what, event.about, event.detail]
        return hmac.digest(
            self._keyring.audit_key, before + _canonical(body).encode(), hashlib.sha256
        )


def first_head(keyring: Keyring) -> Mapping[str, str | bytes]:
    """The row of `meta` with which an empty chain begins."""
    return {"name": _HEAD, "value": _seal(keyring, _HEAD, 0, _START)}


def _seal(keyring: Keyring, name: str, seq: int, mac: bytes) -> bytes:
    end = _canonical({"seq": seq, "mac": mac.hex()})
    return keyring.seal(end.encode(), "meta", name, "value")


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
