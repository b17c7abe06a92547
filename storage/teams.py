"""Teams: which districts each looks after, and who is in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, delete, func, insert, select, update

from handlers.report import OPEN
from storage.audit import Audit
from storage.connection import Connection
from storage.staff import Staff
from storage.tables import reports, staff_teams, team_districts
from storage.tables import staff as staff_table
from storage.tables import teams as table

LONGEST_NAME = 128
_UNNAMED = f"Give the team a name of 1 to {LONGEST_NAME} letters."


@dataclass(frozen=True, slots=True)
class Team:
    """A team that reports can be given to."""

    id: str
    """What `reports.team` holds."""
    name: str
    districts: frozenset[str] = frozenset()
    """Ids of districts."""
    members: frozenset[int] = frozenset()
    """Ids of accounts."""


class HasReports(Exception):  # noqa: N818 - reads as the state it is
    """A team that still has open reports cannot go."""

    def __init__(self, count: int) -> None:
        super().__init__("the team has open reports")
        self.count = count


class Teams:
    """The teams; every change of one is an event."""

    def __init__(self, connection: Connection, audit: Audit) -> None:
        self._connection, self._audit = connection, audit

    async def list(self) -> tuple[Team, ...]:
        """All teams, by name."""
        rows = (await self._connection.execute(select(table).order_by(table.c.name))).all()
        districts = (await self._connection.execute(select(team_districts))).all()
        members = (await self._connection.execute(select(staff_teams))).all()
        return tuple(
            Team(
                row.id,
                row.name,
                frozenset(each.district for each in districts if each.team_id == row.id),
                frozenset(each.staff_id for each in members if each.team_id == row.id),
            )
            for row in rows
        )

    async def people(self) -> tuple[Staff, ...]:
        """Who can be in a team: every account that is not disabled, by name."""
        statement = select(staff_table).where(staff_table.c.disabled_at.is_(None))
        rows = await self._connection.execute(statement.order_by(staff_table.c.name))
        return tuple(Staff(row.id, row.username, row.name, row.role) for row in rows)

    async def add(self, name: str, who: str, now: datetime) -> str:
        """Make a team without districts or members: its id; ValueError for a name that is taken."""
        id = _id_of(name)
        if not id:
            raise ValueError(_UNNAMED)
        await self._check_name(name)
        statement = self._connection.insert(table).values({"id": id, "name": name})
        made = await self._connection.execute(statement.on_conflict_do_nothing())
        if not made.rowcount:
            raise ValueError(f"There is a team with an id like “{name}” already. Add a word to it.")
        await self._audit.append(who, "team added", id, {}, now)
        return id

    async def change(self, team: Team, who: str, now: datetime) -> None:
        """Name, districts and members as given; LookupError for none, ValueError for its name."""
        await self._check_name(team.name, of=team.id)
        named = update(table).where(table.c.id == team.id).values(name=team.name)
        if not (await self._connection.execute(named)).rowcount:
            raise LookupError("no such team")
        await self._set(
            team_districts, team.id, ({"district": id} for id in sorted(team.districts))
        )
        await self._set(staff_teams, team.id, ({"staff_id": id} for id in sorted(team.members)))
        detail = {"districts": len(team.districts), "members": len(team.members)}
        await self._audit.append(who, "team changed", team.id, detail, now)

    async def remove(self, id: str, who: str, now: datetime) -> None:
        """Let a team go; raises HasReports while it has open ones, LookupError for none."""
        of_it = select(func.count()).select_from(reports)
        has = of_it.where(reports.c.team == id, reports.c.status.in_(OPEN))
        if count := (await self._connection.scalars(has)).one():
            raise HasReports(count)
        if not (await self._connection.execute(delete(table).where(table.c.id == id))).rowcount:
            raise LookupError("no such team")
        await self._audit.append(who, "team removed", id, {}, now)

    async def _check_name(self, name: str, of: str = "") -> None:
        """Raise ValueError, in words for staff, for a name that this team may not take."""
        if not 0 < len(name) <= LONGEST_NAME:
            raise ValueError(_UNNAMED)
        same = select(table.c.id).where(table.c.name == name, table.c.id != of)
        if (await self._connection.execute(same)).first() is not None:
            raise ValueError(f"There is a team “{name}” already. Choose another name.")

    async def _set(self, held: Table, id: str, rows: Iterable[dict[str, object]]) -> None:
        await self._connection.execute(delete(held).where(held.c.team_id == id))
        if filled := [row | {"team_id": id} for row in rows]:
            await self._connection.execute(insert(held), filled)


def _id_of(name: str) -> str:
    """A name as an id: small letters, digits and dashes."""
    return "-".join(re.findall(r"[a-z0-9]+", name.casefold()))[:64]
