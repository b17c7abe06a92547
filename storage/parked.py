"""Unfinished reports that wait under a secret code, for whoever brings it back."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from handlers.draft import Draft
from handlers.report import read_code
from storage.codec import from_json, to_json
from storage.connection import Connection
from storage.seal import Keyring
from storage.tables import parked
from storage.tokens import new_code, new_id

_KEEP = insert(parked)


class Parked:
    """Drafts that belong to no chat; sealed, and found only by their code."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring

    def keep(self, draft: Draft, now: datetime) -> str:
        """Keep a draft; its code, told only here."""
        id, code = new_id(), new_code()
        row = {
            "id": id,
            "code_index": self._index(code),
            "draft": self._keyring.seal(to_json(draft), "parked", id, "draft"),
            "at": now,
        }
        self._connection.later(_KEEP, row)
        return code

    async def take(self, code: str, *, used_up: bool = True) -> Draft | None:
        """The draft under that code, which goes with it if `used_up`; None where there is none."""
        letters = read_code(code)
        if letters is None:
            return None
        statement = select(parked).where(parked.c.code_index == self._index(letters))
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            return None
        if used_up:
            await self._connection.execute(delete(parked).where(parked.c.id == row.id))
        return from_json(Draft, self._keyring.open(row.draft, "parked", row.id, "draft"))

    async def purge(self, before: datetime) -> int:
        """Throw away drafts that nobody came back for; how many."""
        return (await self._connection.execute(delete(parked).where(parked.c.at < before))).rowcount

    def _index(self, code: str) -> bytes:
        return self._keyring.blind_index("parked draft", code)
