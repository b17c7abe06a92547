"""Who has a report and how it is filed: claimed, given on, tagged, put first, due later."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert

from storage.case_file import CaseFile
from storage.connection import Connection
from storage.queue import tags_of
from storage.scope import By
from storage.staff import Staff
from storage.tables import report_tags

PRIORITIES = {1: "high", 0: "normal", -1: "low"}


class Filing:
    """Changes that say nothing to the resident.

    Each raises LookupError where the report is not for them, and Conflict where it is no longer
    what they saw.
    """

    def __init__(self, connection: Connection, case_file: CaseFile) -> None:
        self._connection, self._case = connection, case_file

    async def assign(
        self, reference: str, to: Staff | None, by: By, now: datetime, version: int | None = None
    ) -> None:
        """Give a report to somebody, or to nobody."""
        row = await self._case.lock(reference, by, version)
        if row.assignee_id == (to.id if to else None):
            return
        await self._case.change(reference, now, assignee_id=to.id if to else None)
        if to is None:
            sentence = "put it back for anybody"
        elif to.id == by.staff.id:
            sentence = "took it on"
        else:
            sentence = f"gave it to {to.name}"
        username = to.username if to else None
        await self._case.tell(reference, "assigned", sentence, by, now, to=username)

    async def hand_on(
        self,
        reference: str,
        team: str,
        name: str,
        by: By,
        now: datetime,
        version: int | None = None,
    ) -> None:
        """Give a report to a team, of that id and name, and to nobody in it; "" takes it back."""
        row = await self._case.lock(reference, by, version)
        if row.team == team:
            return
        await self._case.change(reference, now, team=team, assignee_id=None)
        sentence = f"handed it on to {name}" if team else "took it back from the team"
        await self._case.tell(reference, "handed on", sentence, by, now, team=team)

    async def put(
        self, reference: str, priority: int, by: By, now: datetime, version: int | None = None
    ) -> None:
        """Set its priority: 1, 0 or -1."""
        row = await self._case.lock(reference, by, version)
        if row.priority == priority:
            return
        await self._case.change(reference, now, priority=priority)
        sentence = f"set the priority to {PRIORITIES[priority]}"
        await self._case.tell(reference, "put", sentence, by, now, priority=priority)

    async def due(
        self,
        reference: str,
        due_at: datetime,
        words: str,
        by: By,
        now: datetime,
        version: int | None = None,
    ) -> None:
        """Change when it is due; `words` name the moment for staff."""
        row = await self._case.lock(reference, by, version)
        if row.due_at == due_at:
            return
        await self._case.change(reference, now, due_at=due_at)
        await self._case.tell(reference, "due", f"made it due on {words}", by, now)

    async def tag(
        self,
        reference: str,
        tags: Collection[str],
        known: Collection[str],
        by: By,
        now: datetime,
        version: int | None = None,
    ) -> None:
        """Give it these tags and no others, of those `known`; what else it carries stays."""
        await self._case.lock(reference, by, version)
        before = set((await tags_of(self._connection, [reference]))[reference]) & set(known)
        added, gone = sorted(set(tags) - before), sorted(before - set(tags))
        if not added and not gone:
            return
        await self._connection.execute(
            delete(report_tags).where(
                report_tags.c.reference == reference, report_tags.c.tag.in_(gone)
            )
        )
        if added:
            rows = [{"reference": reference, "tag": tag} for tag in added]
            await self._connection.execute(insert(report_tags), rows)
        await self._case.change(reference, now)
        said = [f"tagged it {_listed(added)}"] if added else []
        said += [f"took off the tag {_listed(gone)}"] if gone else []
        await self._case.tell(reference, "tagged", " and ".join(said), by, now)


def _listed(tags: list[str]) -> str:
    return ", ".join(f"“{tag}”" for tag in tags)
