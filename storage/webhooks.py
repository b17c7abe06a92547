"""Webhooks: the addresses that are told what happens, and the log of what each was told."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, insert, select, update

from storage.audit import Audit, Detail
from storage.connection import Connection
from storage.scope import By
from storage.seal import Keyring
from storage.staff import COMMAND_LINE
from storage.tables import webhook_deliveries, webhook_events, webhooks
from storage.tidings import Tiding
from storage.tokens import new_id


class DeliveryState(StrEnum):
    """What has become of a message."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told."""

    id: str
    address: str
    secret: bytes = field(repr=False)
    """What messages are signed with."""
    restricted: bool
    """Whether it is told of reports that few may see."""
    made_at: datetime
    events: tuple[Tiding, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to a webhook, and what has become of it. Nobody's words are in it."""

    id: int
    webhook_id: str
    event: Tiding
    at: datetime
    """When it happened."""
    reference: str
    """Empty where it is not about a report."""
    alarm_id: str
    kind: str
    district: str
    status: str
    """The report's at that moment; of an alarm, how urgent it is."""
    version: int | None
    made_at: datetime | None
    state: DeliveryState
    attempts: int
    due_at: datetime
    """When it is tried next."""
    done_at: datetime | None
    answer: int | None
    """The HTTP status of the last try."""
    why: str
    """Why the last try came to nothing, in words of ours."""


_THIS = webhook_deliveries.c.id == bindparam("delivery")
_TRIED = update(webhook_deliveries).where(_THIS)


class Webhooks:
    """The webhooks and their log; storage.tidings fills it."""

    def __init__(self, connection: Connection, keyring: Keyring, audit: Audit) -> None:
        self._connection, self._keyring, self._audit = connection, keyring, audit

    async def add(
        self,
        address: str,
        secret: bytes,
        events: Collection[Tiding],
        now: datetime,
        *,
        restricted: bool = False,
        by: str = COMMAND_LINE,
    ) -> str:
        """Tell this address from now on; the webhook's id."""
        id = new_id()
        row = {
            "id": id,
            "address": self._keyring.seal_text(address, "webhooks", id, "address"),
            "secret": self._keyring.seal(secret, "webhooks", id, "secret"),
            "restricted": restricted,
            "made_at": now,
        }
        await self._connection.execute(insert(webhooks).values(row))
        wanted = [{"event": event, "webhook_id": id} for event in sorted(events)]
        await self._connection.execute(insert(webhook_events), wanted)
        detail: Detail = {"events": " ".join(sorted(events)), "restricted": restricted}
        await self._audit.append(by, "webhook added", id, detail, now)
        return id

    async def remove(self, id: str, now: datetime, by: str = COMMAND_LINE) -> bool:
        """Tell it no more, and forget what it was told; False where there is none."""
        gone = await self._connection.execute(delete(webhooks).where(webhooks.c.id == id))
        if gone.rowcount:
            await self._audit.append(by, "webhook removed", id, {}, now)
        return bool(gone.rowcount)

    async def list(self) -> tuple[Webhook, ...]:
        """All of them, the oldest first."""
        wanted: dict[str, list[Tiding]] = {}
        for event, id in await self._connection.execute(select(webhook_events)):
            wanted.setdefault(id, []).append(Tiding(event))
        rows = await self._connection.execute(select(webhooks).order_by(webhooks.c.made_at))
        return tuple(self._webhook(row, tuple(sorted(wanted.get(row.id, ())))) for row in rows)

    async def test(self, id: str, now: datetime) -> bool:
        """Leave it a message that says nothing; False where there is none of that id."""
        known = select(webhooks.c.id).where(webhooks.c.id == id)
        if (await self._connection.scalars(known)).one_or_none() is None:
            return False
        row = {"webhook_id": id, "event": Tiding.TEST, "at": now, "due_at": now}
        await self._connection.execute(insert(webhook_deliveries).values(row))
        return True

    async def waiting(self, now: datetime) -> tuple[Webhook, ...]:
        """The webhooks that something may be sent to now."""
        due = select(webhook_deliveries.c.webhook_id).where(
            webhook_deliveries.c.state == DeliveryState.WAITING, webhook_deliveries.c.due_at <= now
        )
        rows = await self._connection.execute(select(webhooks).where(webhooks.c.id.in_(due)))
        return tuple(map(self._webhook, rows))

    async def due(self, id: str, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """What may be sent to a webhook now, the oldest first."""
        table = webhook_deliveries.c
        statement = (
            select(webhook_deliveries)
            .where(
                table.webhook_id == id, table.state == DeliveryState.WAITING, table.due_at <= now
            )
            .order_by(table.due_at, table.id)
            .limit(limit)
        )
        return tuple(map(_delivery, await self._connection.execute(statement)))

    def delivered(self, delivery: Delivery, answer: int, now: datetime) -> None:
        """It was taken."""
        self._tried(delivery, DeliveryState.DELIVERED, delivery.due_at, now, answer, "")

    def again(self, delivery: Delivery, at: datetime, answer: int | None, why: str) -> None:
        """It was not, and is tried again then."""
        self._tried(delivery, DeliveryState.WAITING, at, None, answer, why)

    def failed(self, delivery: Delivery, answer: int | None, why: str, now: datetime) -> None:
        """It was not, and is given up."""
        self._tried(delivery, DeliveryState.FAILED, delivery.due_at, now, answer, why)

    async def log(
        self, by: By | None, limit: int, *, before: int | None = None, state: str = ""
    ) -> tuple[Delivery, ...]:
        """What webhooks were told, the latest first; `before` is the number of a message.

        None is the operator, for whom there is nothing to hide.
        """
        table = webhook_deliveries.c
        where: list[ColumnElement[bool]] = []
        if by is not None and not by.cleared:
            where.append(table.restricted.is_(False))
        if before is not None:
            where.append(table.id < before)
        if state:
            where.append(table.state == state)
        statement = select(webhook_deliveries).where(*where).order_by(table.id.desc()).limit(limit)
        return tuple(map(_delivery, await self._connection.execute(statement)))

    async def purge(self, before: datetime) -> int:
        """Forget what happened before then."""
        statement = delete(webhook_deliveries).where(webhook_deliveries.c.at < before)
        return (await self._connection.execute(statement)).rowcount

    def _tried(
        self,
        delivery: Delivery,
        state: DeliveryState,
        due_at: datetime,
        done_at: datetime | None,
        answer: int | None,
        why: str,
    ) -> None:
        row = {"delivery": delivery.id, "attempts": delivery.attempts + 1, "state": state}
        row |= {"due_at": due_at, "done_at": done_at, "answer": answer, "why": why}
        self._connection.later(_TRIED, row)

    def _webhook(self, row: Row[Any], events: tuple[Tiding, ...] = ()) -> Webhook:
        return Webhook(
            id=row.id,
            address=self._keyring.open_text(row.address, "webhooks", row.id, "address"),
            secret=self._keyring.open(row.secret, "webhooks", row.id, "secret"),
            restricted=row.restricted,
            made_at=row.made_at,
            events=events,
        )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        webhook_id=row.webhook_id,
        event=Tiding(row.event),
        at=row.at,
        reference=row.reference or "",
        alarm_id=row.alarm_id or "",
        kind=row.kind,
        district=row.district,
        status=row.status,
        version=row.version,
        made_at=row.made_at,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        done_at=row.done_at,
        answer=row.answer,
        why=row.why,
    )
