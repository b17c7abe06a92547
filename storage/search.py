"""Finding reports by their words: opened in memory, looked through and closed again."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from handlers.report import OPEN
from storage.connection import Connection
from storage.report_body import open_body
from storage.scope import By, for_them
from storage.seal import Keyring
from storage.story import Kind
from storage.tables import redactions, report_events, reports

_TOGETHER = 500
"""Reports read at a time, so that other work goes on in between."""
MOST_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class Words:
    """All that was said in one report."""

    reference: str
    texts: tuple[str, ...]


class Search:
    """Reads the words of many reports; whoever asks must record that they did."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection, self._keyring = connection, keyring

    async def words(
        self, by: By, *, closed_since: datetime | None = None
    ) -> AsyncIterator[tuple[Words, ...]]:
        """The words of all open reports that they may see, some at a time, the newest first.

        With `closed_since`, of those too that came in since then, open or closed. At most
        MOST_LOOKED_AT reports. Those with something blacked out are left out: their words would
        tell what.
        """
        wanted: list[ColumnElement[bool]] = [reports.c.status.in_(OPEN)]
        if closed_since is not None:
            wanted.append(reports.c.made_at >= closed_since)
        listed = (
            select(reports.c.reference)
            .where(or_(*wanted), for_them(by))
            .order_by(reports.c.made_at.desc())
            .limit(MOST_LOOKED_AT)
        )
        references = (await self._connection.scalars(listed)).all()
        for start in range(0, len(references), _TOGETHER):
            yield await self._read(references[start : start + _TOGETHER])

    async def _read(self, references: Sequence[str]) -> tuple[Words, ...]:
        black = select(redactions.c.reference).where(
            redactions.c.reference.in_(references), redactions.c.lifted_at.is_(None)
        )
        hidden = set((await self._connection.scalars(black)).all())
        bodies = select(reports.c.reference, reports.c.body).where(
            reports.c.reference.in_(references)
        )
        said: dict[str, list[str]] = {one: [] for one in references if one not in hidden}
        for row in await self._connection.execute(bodies):
            if row.reference in said:
                body = open_body(self._keyring, row.reference, row.body)
                said[row.reference] += [answer.value for answer in body.answers]
                said[row.reference].append(body.place.said)
        events = select(report_events).where(
            report_events.c.reference.in_(said), report_events.c.kind == Kind.ADDED
        )
        for row in await self._connection.execute(events):
            place = ("report_events", row.seal_id, "words")
            said[row.reference].append(self._keyring.open_text(row.words, *place))
        return tuple(Words(reference, tuple(texts)) for reference, texts in said.items())
