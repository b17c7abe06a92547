"""Searches by person: who looked for whom and why; the words are sealed, the event is not."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, insert, select

from storage.audit import Audit
from storage.connection import Connection
from storage.seal import Keyring
from storage.staff import Staff
from storage.tables import searches
from storage.tokens import new_id


class SearchReason(StrEnum):
    """Why somebody may search for a person."""

    CONTACT = "they are in touch with us now"
    REPORT = "a report I am working on"
    DUPLICATE = "to find duplicates"
    RIGHTS = "request for access or correction"
    QUALITY = "a check of our work"
    OTHER = "another reason"


class Searches:
    """What staff searched for; the audit trail names a search by its id and holds none of it."""

    def __init__(self, connection: Connection, keyring: Keyring, audit: Audit) -> None:
        self._connection, self._keyring, self._audit = connection, keyring, audit

    async def record(
        self, who: Staff, kind: str, terms: str, reason: SearchReason, now: datetime
    ) -> str:
        """Keep a search before it is carried out; its id.

        `kind` is a fixed word of at most 16 characters for what was searched: "person", "words".
        """
        id = new_id()
        row = {"id": id, "staff_id": who.id, "at": now, "kind": kind, "reason": reason}
        sealed = self._keyring.seal_text(terms, "searches", id, "terms")
        await self._connection.execute(insert(searches).values(row | {"terms": sealed}))
        detail = {"kind": kind, "reason": reason, "search": id}
        await self._audit.append(who.username, "searched", "", detail, now)
        return id

    async def terms(self, id: str) -> str | None:
        """What was searched for, for whoever looks into it; None where there is no such search."""
        statement = select(searches.c.terms).where(searches.c.id == id)
        sealed = (await self._connection.scalars(statement)).one_or_none()
        return None if sealed is None else self._keyring.open_text(sealed, "searches", id, "terms")

    async def purge(self, before: datetime) -> int:
        """Forget searches as old as the audit events that name them."""
        old = delete(searches).where(searches.c.at < before)
        return (await self._connection.execute(old)).rowcount
