"""One report in the hands of staff: locked, changed, and told about in its story and the audit."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from handlers.report import Status
from storage.audit import Audit
from storage.connection import Connection
from storage.errors import Conflict
from storage.scope import By, is_for
from storage.story import Story
from storage.tables import reports
from storage.tidings import Tiding, Tidings


class CaseFile:
    """What all who change reports for staff share, bound to one transaction."""

    def __init__(
        self, connection: Connection, story: Story, audit: Audit, tidings: Tidings
    ) -> None:
        self._connection, self._story = connection, story
        self._audit, self._tidings = audit, tidings

    async def lock(self, reference: str, by: By, version: int | None = None) -> Row[Any]:
        """The report's row, kept from others until the commit.

        Raises LookupError where it is not for them, and Conflict where it is no longer what they
        saw, as its `version` tells.
        """
        statement = select(reports).where(reports.c.reference == reference)
        locked = statement.with_for_update(key_share=True)
        row = (await self._connection.execute(locked)).one_or_none()
        if row is None or not is_for(row, by):
            raise LookupError("no such report")
        if version is not None and row.version != version:
            raise Conflict("the report was changed by somebody else")
        return row

    async def change(self, reference: str, now: datetime, **values: Any) -> None:
        """Change the report: whoever has it open is told before they change it too."""
        await self.note_down(reference, **values, version=reports.c.version + 1, changed_at=now)
        closed = values.get("status") == Status.CLOSED
        self._tidings.report(Tiding.CLOSED if closed else Tiding.CHANGED, reference, now)

    async def note_down(self, reference: str, **values: Any) -> None:
        """Write something down that changes nothing for who is working on the report."""
        statement = update(reports).where(reports.c.reference == reference)
        await self._connection.execute(statement.values(values))

    async def tell(
        self,
        reference: str,
        what: str,
        sentence: str,
        by: By,
        now: datetime,
        **detail: Any,
    ) -> None:
        """Put into the story that they did something, and into the audit trail.

        `what` is a fixed word; `sentence` goes on after their name and is sealed, `detail` is not.
        """
        await self._story.work(reference, what, sentence, by.staff.id, now)
        await self.audit(by, f"report {what}", reference, now, **detail)

    async def audit(self, by: By, what: str, reference: str, now: datetime, **detail: Any) -> None:
        """Put into the audit trail alone that they did something."""
        await self._audit.append(by.staff.username, what, reference, detail, now)
