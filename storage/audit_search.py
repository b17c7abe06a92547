"""Searching the audit trail: by who, what, about and when, a page at a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from storage.audit import AuditEvent
from storage.connection import Connection
from storage.tables import audit


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; what is empty or None does not narrow it."""

    who: str = ""
    what: str = ""
    about: str = ""
    start: datetime | None = None
    end: datetime | None = None
    """The first moment after."""


class AuditSearch:
    """Finds events; every search uses an index, however long the trail is."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find(
        self, wanted: Wanted, limit: int, before: int | None = None
    ) -> tuple[AuditEvent, ...]:
        """The newest events first, those with numbers below `before`."""
        where = [*_narrow(wanted), *await self._between(wanted)]
        if before is not None:
            where.append(audit.c.seq < before)
        statement = select(audit).where(*where).order_by(audit.c.seq.desc()).limit(limit)
        rows = await self._connection.execute(statement)
        return tuple(AuditEvent(*row[:-1]) for row in rows)

    async def kinds(self) -> tuple[str, ...]:
        """All that was ever done, in words, in order of the alphabet.

        From one to the next by the index: reading all rows would take as long as the trail is.
        """
        first = select(func.min(audit.c.what).label("what")).cte("kinds", recursive=True)
        following = (
            select(func.min(audit.c.what)).where(audit.c.what > first.c.what).scalar_subquery()
        )
        kinds = first.union_all(select(following).where(first.c.what.is_not(None)))
        found = await self._connection.scalars(select(kinds.c.what))
        return tuple(what for what in found if what is not None)

    async def _between(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        """The time as numbers of events, which the other conditions can be ordered by."""
        where: list[ColumnElement[bool]] = []
        for moment, is_start in ((wanted.start, True), (wanted.end, False)):
            if moment is None:
                continue
            later = (
                select(audit.c.seq).where(audit.c.at >= moment).order_by(audit.c.at, audit.c.seq)
            )
            seq = (await self._connection.scalars(later.limit(1))).one_or_none()
            if is_start:
                # With nothing later there is nothing to find: numbers begin at 1.
                where.append(audit.c.seq >= seq if seq is not None else audit.c.seq < 0)
            elif seq is not None:
                where.append(audit.c.seq < seq)
        return where


def _narrow(wanted: Wanted) -> list[ColumnElement[bool]]:
    given = ((audit.c.who, wanted.who), (audit.c.what, wanted.what), (audit.c.about, wanted.about))
    return [column == value for column, value in given if value]
