"""Who was named in a note, so that they find it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, insert, select, update

from storage.connection import Connection
from storage.scope import By, for_them
from storage.tables import mentions, reports, staff
from storage.tokens import new_id


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody was named in a note on a report."""

    reference: str
    by: str
    at: datetime


class Mentions:
    """Names in notes, until those who were named have opened the report."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, reference: str, named: Collection[int], by_id: int, now: datetime) -> None:
        """They were named by one of them; naming oneself counts for nothing."""
        rows = [
            {"id": new_id(), "reference": reference, "staff_id": id, "by_id": by_id, "at": now}
            for id in sorted(set(named) - {by_id})
        ]
        if rows:
            await self._connection.execute(insert(mentions), rows)

    async def seen(self, reference: str, staff_id: int, now: datetime) -> None:
        """They have opened the report."""
        mine = (mentions.c.reference == reference, mentions.c.staff_id == staff_id)
        unseen = update(mentions).where(*mine, mentions.c.seen_at.is_(None))
        await self._connection.execute(unseen.values(seen_at=now))

    async def unseen(self, by: By) -> tuple[Mention, ...]:
        """Those they have not opened yet, of those that they may, the newest first."""
        statement = (
            select(mentions.c.reference, staff.c.name, mentions.c.at)
            .join(reports, reports.c.reference == mentions.c.reference)
            .join(staff, staff.c.id == mentions.c.by_id)
            .where(mentions.c.staff_id == by.staff.id, mentions.c.seen_at.is_(None), for_them(by))
            .order_by(mentions.c.at.desc())
        )
        rows = await self._connection.execute(statement)
        return tuple(Mention(row.reference, row.name, row.at) for row in rows)


def counting_unseen(by: By) -> Select[int]:
    """Counts the mentions of somebody that they have not opened yet, of those that they may."""
    return (
        select(func.count())
        .select_from(mentions)
        .join(reports, reports.c.reference == mentions.c.reference)
        .where(mentions.c.staff_id == by.staff.id, mentions.c.seen_at.is_(None), for_them(by))
    )
