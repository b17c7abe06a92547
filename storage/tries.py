"""Counting wrong guesses of secrets, so that guessing gets slow."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, select, update

from storage.connection import Connection
from storage.seal import Keyring
from storage.tables import tries


class Tries:
    """Counts by kind and key; a count lapses when nothing was added to it for `window`."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring

    async def lock(self, kind: str, key: str, now: datetime) -> None:
        """Keep others from this count until the commit: who looks and then adds must be alone."""
        index = self._keyring.blind_index(kind, key)
        row = self._connection.insert(tries).values(kind=kind, key=index, count=0, last_at=now)
        await self._connection.execute(row.on_conflict_do_nothing())
        statement = select(tries.c.count).where(tries.c.kind == kind, tries.c.key == index)
        await self._connection.execute(statement.with_for_update())

    async def add(self, kind: str, key: str, now: datetime, window: timedelta) -> int:
        """Count one more; the count with it."""
        lapsed = tries.c.last_at < now - window
        statement = self._connection.insert(tries).values(
            kind=kind, key=self._keyring.blind_index(kind, key), count=1, last_at=now
        )
        counted = statement.on_conflict_do_update(
            index_elements=[tries.c.kind, tries.c.key],
            set_={"count": case((lapsed, 1), else_=tries.c.count + 1), "last_at": now},
        ).returning(tries.c.count)
        count: int = (await self._connection.scalars(counted)).one()
        return count

    async def count(
        self, kind: str, key: str, now: datetime, window: timedelta
    ) -> tuple[int, datetime]:
        """How many there were lately, and when the last one was (`now` where there was none)."""
        statement = select(tries.c.count, tries.c.last_at).where(
            tries.c.kind == kind,
            tries.c.key == self._keyring.blind_index(kind, key),
            tries.c.last_at >= now - window,
        )
        row = (await self._connection.execute(statement)).one_or_none()
        return (0, now) if row is None else (row[0], row[1])

    async def take_back(self, kind: str, key: str) -> None:
        """Count one less: the guess was right."""
        index = self._keyring.blind_index(kind, key)
        here = (tries.c.kind == kind) & (tries.c.key == index) & (tries.c.count > 0)
        await self._connection.execute(update(tries).where(here).values(count=tries.c.count - 1))

    async def clear(self, kind: str, key: str) -> None:
        """Start again from nothing."""
        index = self._keyring.blind_index(kind, key)
        statement = delete(tries).where(tries.c.kind == kind, tries.c.key == index)
        await self._connection.execute(statement)

    async def purge(self, before: datetime) -> int:
        """Forget counts to which nothing was added since then."""
        statement = delete(tries).where(tries.c.last_at < before)
        return (await self._connection.execute(statement)).rowcount
