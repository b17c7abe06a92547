"""Events that no turn could be made of, kept for whoever mends the cause; nobody waits for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select

from handlers.messages import Event
from storage.codec import one_from_json, one_to_json
from storage.connection import Connection
from storage.seal import Keyring
from storage.tables import set_aside
from storage.tokens import new_id

_KEEP = insert(set_aside)


@dataclass(frozen=True, slots=True)
class Aside:
    """One of them."""

    id: str
    conversation_id: str | None
    at: datetime
    why: str
    """The kind of error, and where it arose; never what was written."""
    event: Event


class SetAside:
    """The events set aside, sealed."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring

    def keep(self, event: Event, why: str, conversation_id: str | None, at: datetime) -> None:
        """Set an event aside."""
        id = new_id()
        sealed = self._keyring.seal(one_to_json(event), "set_aside", id, "event")
        row = {"id": id, "conversation_id": conversation_id, "at": at, "why": why[:64]}
        self._connection.later(_KEEP, row | {"event": sealed})

    async def list(self, limit: int) -> list[Aside]:
        """The latest ones, newest first."""
        statement = select(set_aside).order_by(set_aside.c.at.desc(), set_aside.c.id).limit(limit)
        return [self._aside(row) for row in await self._connection.execute(statement)]

    async def find(self, id: str) -> Aside | None:
        """The one of that id."""
        statement = select(set_aside).where(set_aside.c.id == id)
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else self._aside(row)

    async def purge(self, before: datetime) -> int:
        """Erase older ones; how many."""
        statement = delete(set_aside).where(set_aside.c.at < before)
        return (await self._connection.execute(statement)).rowcount

    def _aside(self, row: Row[Any]) -> Aside:
        sealed = self._keyring.open(row.event, "set_aside", row.id, "event")
        return Aside(row.id, row.conversation_id, row.at, row.why, one_from_json(Event, sealed))
