"""How much waits for somebody at the console, in one look: every page asks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select

from storage.alarms import counting_open
from storage.connection import Connection
from storage.erasure import counting_to_decide
from storage.live_desk import counting_waiting
from storage.mentions import counting_unseen
from storage.scope import By


@dataclass(frozen=True, slots=True)
class Pending:
    """How many of each; nothing of what was not asked for."""

    alarms: int
    """That nobody has closed."""
    mentions: int
    """Reports where they are named and that they have not opened since."""
    live_chats: int
    """Residents who wait for a person."""
    to_decide: int
    """Reports that have been kept long enough."""


class Glance:
    """Counts what waits, all at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, by: By, *, live_chats: bool, due_before: datetime | None) -> Pending:
        """What waits for them; `due_before` is when reports to decide about were made."""
        nothing = select(literal(0))
        counts = (
            counting_open(),
            counting_unseen(by),
            counting_waiting() if live_chats else nothing,
            counting_to_decide(due_before, by) if due_before else nothing,
        )
        together = select(*(count.scalar_subquery() for count in counts))
        return Pending(*(await self._connection.execute(together)).one())
