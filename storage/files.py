"""Pictures, sealed and in pieces inside the database; plain bytes in and out."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from storage.connection import Connection
from storage.seal import Keyring, Unsealable
from storage.tables import file_chunks, files, quarantined
from storage.tokens import new_id

CHUNK = 256 * 1024
"""Bytes a row; PostgreSQL and SQLite both handle rows of this size well."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What is known of a picture without opening it."""

    id: str
    media: str
    size: int
    """Bytes."""
    sha256: str
    """Hexadecimal digits."""
    at: datetime


_ATTACH = update(files).where(files.c.id == bindparam("picture"), files.c.reference.is_(None))


class Files:
    """The pictures of drafts and reports."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring

    async def keep(self, data: bytes, media: str, conversation_id: str, now: datetime) -> str:
        """Keep a picture that belongs to a conversation's draft; its id."""
        id = new_id()
        digest = hashlib.sha256(data).digest()
        row = {
            "id": id,
            "conversation_id": conversation_id,
            "media": media,
            "size": len(data),
            "sha256": self._keyring.seal(digest, "files", id, "sha256"),
            "at": now,
        }
        await self._connection.execute(insert(files).values(row))
        chunks = [
            {
                "file_id": id,
                "number": number,
                "data": self._keyring.seal(data[start : start + CHUNK], *_place(id, number)),
            }
            for number, start in enumerate(range(0, len(data), CHUNK))
        ]
        if chunks:
            await self._connection.execute(insert(file_chunks), chunks)
        return id

    async def loose(self, conversation_id: str) -> int:
        """How many pictures the conversation has that belong to no report yet."""
        statement = select(func.count()).where(
            files.c.conversation_id == conversation_id, files.c.reference.is_(None)
        )
        return (await self._connection.scalars(statement)).one()

    def attach(self, ids: Collection[str], reference: str) -> None:
        """Make pictures of a draft a report's; those that are another's already stay there."""
        for id in ids:
            self._connection.later(_ATTACH, {"picture": id, "reference": reference})

    async def of(self, reference: str) -> tuple[KeptFile, ...]:
        """The pictures of a report, in the order they came."""
        statement = select(files).where(files.c.reference == reference)
        rows = await self._connection.execute(statement.order_by(files.c.at, files.c.id))
        return tuple(
            KeptFile(row.id, row.media, row.size, self._digest(row.id, row.sha256), row.at)
            for row in rows
        )

    async def read(self, id: str) -> tuple[bytes, str, str]:
        """A picture's bytes, media type and SHA-256 (hexadecimal digits).

        Raises LookupError where there is none, Unsealable where its bytes are not those kept.
        """
        row = (await self._connection.execute(select(files).where(files.c.id == id))).one_or_none()
        if row is None:
            raise LookupError("no such picture")
        statement = (
            select(file_chunks.c.number, file_chunks.c.data)
            .where(file_chunks.c.file_id == id)
            .order_by(file_chunks.c.number)
        )
        chunks = await self._connection.execute(statement)
        data = b"".join(self._keyring.open(sealed, *_place(id, n)) for n, sealed in chunks)
        digest = self._digest(id, row.sha256)
        # The seal tells a changed piece, but not one that is missing.
        if hashlib.sha256(data).hexdigest() != digest:
            raise Unsealable("a picture is not whole")
        return data, row.media, digest

    async def drop(self, ids: Collection[str]) -> None:
        """Throw away pictures of drafts; a report's stay."""
        statement = delete(files).where(files.c.id.in_(ids), files.c.reference.is_(None))
        await self._connection.execute(statement)

    async def destroy(self, id: str, staff_id: int | None, now: datetime) -> bool:
        """Destroy a picture, and keep a report's SHA-256 of it; False where there is none such."""
        row = (await self._connection.execute(select(files).where(files.c.id == id))).one_or_none()
        if row is None:
            return False
        # An old backup may have it from before its report was sent.
        if row.reference is not None:
            digest = self._digest(id, row.sha256)
            kept = {
                "file_id": id,
                "reference": row.reference,
                "at": now,
                "staff_id": staff_id,
                "sha256": self._keyring.seal_text(digest, "quarantined", id, "sha256"),
            }
            await self._connection.execute(insert(quarantined).values(kept))
        await self._connection.execute(delete(files).where(files.c.id == id))
        return True

    async def purge_orphans(self, before: datetime) -> int:
        """Erase older pictures that neither a conversation nor a report has any more."""
        orphaned = files.c.conversation_id.is_(None) & files.c.reference.is_(None)
        statement = delete(files).where(orphaned, files.c.at < before)
        return (await self._connection.execute(statement)).rowcount

    def _digest(self, id: str, sealed: bytes) -> str:
        return self._keyring.open(sealed, "files", id, "sha256").hex()


def _place(id: str, number: int) -> tuple[str, str, str]:
    return "file_chunks", f"{id}:{number}", "data"
