"""Requests that must not be carried out twice, remembered with their answer by a key."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from storage.connection import Connection
from storage.seal import Keyring
from storage.tables import api_requests
from storage.tokens import new_id


@dataclass(frozen=True, slots=True)
class Once:
    """A request with the key by which its sender knows it again."""

    token_id: str
    key: str
    asked: bytes
    """The whole of what it asks."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How a request was answered the first time."""

    status: int
    body: str


class KeyReused(ValueError):  # noqa: N818 - says what the sender did
    """The key was used before, for something else."""


class ApiRequests:
    """What was asked with a key; it counts if the work commits."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection, self._keyring = connection, keyring

    async def answered(self, once: Once) -> Answered | None:
        """How it was answered before; None the first time. Raises KeyReused."""
        statement = select(api_requests).where(
            api_requests.c.token_id == once.token_id,
            api_requests.c.key_hash == _hash(once.key.encode()),
        )
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            return None
        if row.asked != _hash(once.asked):
            raise KeyReused("the key was used before, for another request")
        body = self._keyring.open_text(row.answer, *_place(row.seal_id))
        return Answered(row.status, body)

    async def remember(self, once: Once, answer: Answered, now: datetime) -> None:
        """Remember the answer; raises Rejected where the same key came twice at the same time."""
        seal_id = new_id()
        row = {
            "token_id": once.token_id,
            "key_hash": _hash(once.key.encode()),
            "seal_id": seal_id,
            "asked": _hash(once.asked),
            "status": answer.status,
            "answer": self._keyring.seal_text(answer.body, *_place(seal_id)),
            "at": now,
        }
        await self._connection.execute(insert(api_requests).values(row))

    async def purge(self, before: datetime) -> int:
        """Forget older ones."""
        statement = delete(api_requests).where(api_requests.c.at < before)
        return (await self._connection.execute(statement)).rowcount


def _hash(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _place(seal_id: str) -> tuple[str, str, str]:
    return "api_requests", seal_id, "answer"
