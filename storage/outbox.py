"""The outbox: what the counter said and the sender still has to deliver."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from handlers.messages import Reply
from storage.connection import Connection
from storage.conversations import Address, open_address
from storage.seal import Keyring, Unsealable
from storage.tables import conversations, messages
from storage.transcript import open_reply

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One reply on its way to a resident."""

    id: int
    conversation_id: str
    address: Address
    reply: Reply
    attempts: int
    """How often it was tried already."""
    doubtful: int
    """How many of those tries may have arrived, or were ended by a mistake of ours."""
    created_at: datetime


_THIS = messages.c.id == bindparam("message")
_END = update(messages).where(_THIS)
_TRY_AGAIN = update(messages).where(_THIS).values(attempts=messages.c.attempts + 1)
_AFTER_DOUBT = _TRY_AGAIN.values(doubtful=messages.c.doubtful + 1)


class Outbox:
    """Replies that wait to be delivered, and what became of the others."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring

    async def due(self, now: datetime, limit: int) -> tuple[Outgoing, ...]:
        """What may be sent now: the oldest waiting reply of each conversation, pressing ones first.

        One a conversation, so that none overtakes another that has to be tried again; an urgent
        reply behind others pushes the whole conversation forward.
        """
        heads = (
            select(func.min(messages.c.id).label("id"), func.min(messages.c.lane).label("lane"))
            .where(messages.c.state == "queued")
            .group_by(messages.c.conversation_id)
            .subquery()
        )
        statement = (
            select(
                messages.c.id.label("message_id"),
                messages.c.seal_id,
                messages.c.words,
                messages.c.attempts,
                messages.c.doubtful,
                messages.c.at,
                conversations.c.id,
                conversations.c.channel,
                conversations.c.key,
            )
            .join(heads, heads.c.id == messages.c.id)
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .where(messages.c.due_at <= now, conversations.c.blocked.is_(False))
            .order_by(heads.c.lane, messages.c.id)
            .limit(limit)
        )
        rows = await self._connection.execute(statement)
        found = (self._outgoing(row, now) for row in rows)
        return tuple(outgoing for outgoing in found if outgoing is not None)

    def _outgoing(self, row: Row[Any], now: datetime) -> Outgoing | None:
        """The reply in a row; one that cannot be read counts as failed, and holds up nobody."""
        try:
            return Outgoing(
                id=row.message_id,
                conversation_id=row.id,
                address=open_address(self._keyring, row),
                reply=open_reply(self._keyring, row),
                attempts=row.attempts,
                doubtful=row.doubtful,
                created_at=row.at,
            )
        except (Unsealable, ValueError) as error:
            log.error("a reply cannot be read: %s", type(error).__name__)
            self.failed(row.message_id, "unreadable", now)
            return None

    async def oldest(self) -> datetime | None:
        """When the oldest message that still waits was said; None where nothing waits."""
        waiting = select(messages.c.at).where(messages.c.state == "queued")
        oldest = waiting.order_by(messages.c.at).limit(1)
        return (await self._connection.scalars(oldest)).one_or_none()

    def sent(self, id: int, channel_message_id: str, now: datetime) -> None:
        """The channel took it, and calls it by this id."""
        self._ended(id, "sent", now, channel_message_id=channel_message_id)

    def failed(self, id: int, why: str, now: datetime) -> None:
        """It cannot be delivered; `why` is a word of ours, such as "blocked", never theirs."""
        self._ended(id, "failed", now, why=why)

    def unknown(self, id: int, now: datetime) -> None:
        """Nobody can say whether it arrived, and it is not worth saying twice."""
        self._ended(id, "unknown", now)

    def retry(self, id: int, at: datetime, *, doubtful: bool = False) -> None:
        """Try it again then, and nothing else of its conversation before it.

        `doubtful` where this try may have arrived, or was ended by a mistake of ours.
        """
        self._connection.later(
            _AFTER_DOUBT if doubtful else _TRY_AGAIN, {"message": id, "due_at": at}
        )

    def _ended(
        self,
        id: int,
        state: str,
        now: datetime,
        channel_message_id: str | None = None,
        why: str | None = None,
    ) -> None:
        row = {"message": id, "state": state, "done_at": now, "why": why}
        self._connection.later(_END, row | {"channel_message_id": channel_message_id})
