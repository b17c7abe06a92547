"""Which events were taken in, so that the same update twice has one effect."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from storage.connection import Connection
from storage.tables import handled

_TAKE = insert(handled)
# Both columns of the key, or every event there ever was would be looked through.
_KNOWN = select(handled.c.source, handled.c.event_id).where(
    handled.c.source.in_(bindparam("sources", expanding=True)),
    handled.c.event_id.in_(bindparam("ids", expanding=True)),
)


class Handled:
    """The events taken in, by the channel's own id of each."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def once(self, source: str, event_id: str, now: datetime) -> bool:
        """True the first time for this event, False ever after; it counts if the work commits."""
        values = {"source": source, "event_id": event_id, "at": now}
        statement = self._connection.insert(handled).values(values).on_conflict_do_nothing()
        return (await self._connection.execute(statement)).rowcount == 1

    async def known(self, events: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Those of the events (source and id) that were taken in before.

        Hold the lock of each one's conversation meanwhile: then nobody else takes it in.
        """
        sources, ids = {source for source, _ in events}, [id for _, id in events]
        wanted = {"sources": sorted(sources), "ids": ids}
        rows = await self._connection.execute(_KNOWN, [wanted])
        return frozenset((source, id) for source, id in rows) & frozenset(events)

    def take(self, source: str, event_id: str, now: datetime) -> None:
        """Take in an event that is not `known`."""
        self._connection.later(_TAKE, {"source": source, "event_id": event_id, "at": now})

    async def purge(self, before: datetime) -> int:
        """Forget events taken in before then; the channel must not send them again any more."""
        statement = delete(handled).where(handled.c.at < before)
        return (await self._connection.execute(statement)).rowcount
