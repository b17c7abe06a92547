"""Workload: how much each of staff has on their hands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from handlers.report import OPEN
from storage.connection import Connection
from storage.scope import By, for_them
from storage.tables import reports
from storage.tables import staff as staff_table


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has."""

    staff_id: int
    username: str
    name: str
    role: str
    open: int
    urgent: int
    overdue: int
    oldest_at: datetime | None
    """When the oldest open one came in; None where they have none."""


class Workload:
    """Open reports by who has them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of_everybody(self, by: By, now: datetime) -> tuple[Load, ...]:
        """Every account that is not disabled or still has reports, by name; those with none too."""
        mine = (
            (reports.c.assignee_id == staff_table.c.id) & reports.c.status.in_(OPEN) & for_them(by)
        )
        open_ones = func.count(reports.c.reference)
        urgent = func.sum(case((reports.c.urgent.is_(True), 1), else_=0))
        overdue = func.sum(case((reports.c.due_at < now, 1), else_=0))
        statement = (
            select(
                staff_table.c.id,
                staff_table.c.username,
                staff_table.c.name,
                staff_table.c.role,
                open_ones,
                urgent,
                overdue,
                func.min(reports.c.made_at),
            )
            .outerjoin_from(staff_table, reports, mine)
            .group_by(
                staff_table.c.id, staff_table.c.username, staff_table.c.name, staff_table.c.role
            )
            .having(func.min(staff_table.c.disabled_at).is_(None) | (open_ones > 0))
            .order_by(staff_table.c.name)
        )
        return tuple(Load(*row) for row in await self._connection.execute(statement))
