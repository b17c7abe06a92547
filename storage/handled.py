"""Which events were taken in, so that the same update twice has one effect."""

from datetime import datetime

from sqlalchemy import delete

from storage.connection import Connection
from storage.tables import handled


class Handled:
    """The events taken in, by the channel's own id of each."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def once(self, source: str, event_id: str, now: datetime) -> bool:
        """True the first time for this event, False ever after; it counts if the work commits."""
        values = {"source": source, "event_id": event_id, "at": now}
        statement = self._connection.insert(handled).values(values).on_conflict_do_nothing()
        return (await self._connection.execute(statement)).rowcount == 1

    async def purge(self, before: datetime) -> int:
        """Forget events taken in before then; the channel must not send them again any more."""
        statement = delete(handled).where(handled.c.at < before)
        return (await self._connection.execute(statement)).rowcount
