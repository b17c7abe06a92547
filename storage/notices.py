"""What was noticed about one report: what may be the same, and what came up before; on demand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, or_, select

from handlers.report import Status
from handlers.traits import PEOPLE, PLACES, KeyKind, place_keys, square_keys
from knowledge.similar import Case, Traits
from storage.audit import Audit
from storage.connection import Connection
from storage.scope import By, for_them
from storage.seal import Keyring
from storage.tables import report_keys, report_traces, reports, staff, unlike
from storage.traces import matches, open_traits

NEAR_IN_TIME = timedelta(days=14)
"""Reports of one kind and district are compared within so long of each other;"""
AT_ONE_PLACE = timedelta(days=90)
"""those of one place within so long."""
REPEAT_REPORTER = timedelta(days=365)
MOST_COMPARED = 250
"""Of each of the two, the nearest in time."""
CHAT = "chat"
"""By the chat that a report came from, for as long as that is kept."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Other:
    """Another report, ready to be compared."""

    reference: str
    status: Status
    case: Case


@dataclass(frozen=True, slots=True)
class Repeat:
    """Others by the same reporter, or at the same place."""

    by: str
    """A KeyKind, or CHAT."""
    count: int
    """How many others; only what the viewer may see is counted."""
    latest: tuple[str, ...]
    """References of a few, the newest first."""


@dataclass(frozen=True, slots=True)
class Unlike:
    """Somebody said that another report is not the same."""

    reference: str
    who: str
    """A name."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """All that is known beside a report: to be compared by `knowledge.similar.likely`."""

    case: Case | None = None
    """None while it waits to be read."""
    urgent_words: str = ""
    others: tuple[Other, ...] = ()
    reporter: tuple[Repeat, ...] = ()
    place: tuple[Repeat, ...] = ()
    unlike: tuple[Unlike, ...] = ()


class Notices:
    """What stands beside a report; what the viewer may not see is neither shown nor counted."""

    def __init__(self, connection: Connection, keyring: Keyring, audit: Audit) -> None:
        self._connection, self._keyring, self._audit = connection, keyring, audit

    async def beside(self, reference: str, by: By, now: datetime) -> Beside:
        """What may be the same as the report, and what came up before; nothing for no report."""
        mine = await self._mine(reference, by)
        if mine is None or mine.traits is None:
            return Beside()
        traits = open_traits(self._keyring, reference, mine.traits)
        case = Case(traits, mine.kind, mine.district, mine.made_at)
        said = await self._unlike(reference, by)
        passed_over = {reference, mine.continues, *(pair.reference for pair in said)}
        others = await self._others(case, by)
        return Beside(
            case=case,
            urgent_words=self._urgent_words(mine),
            others=tuple(
                self._other(row)
                for row in others
                if row.reference not in passed_over and row.continues != reference
            ),
            reporter=await self._by_reporter(mine, by, now),
            place=await self._at_place(mine, traits, by, now),
            unlike=said,
        )

    async def not_same(
        self, reference: str, other: str, by: By, now: datetime, *, so: bool = True
    ) -> None:
        """Say that two reports are not the same, or take it back. Raises LookupError."""
        for one in (reference, other):
            if await self._mine(one, by) is None:
                raise LookupError("no such report")
        pair = dict(zip(("first", "second"), sorted((reference, other)), strict=True))
        if so:
            row = pair | {"staff_id": by.staff.id, "at": now}
            self._connection.later(self._connection.insert_once(unlike), row)
        else:
            await self._connection.execute(delete(unlike).filter_by(**pair))
        what = "marked as not the same" if so else "no longer marked as not the same"
        await self._audit.append(by.staff.username, what, reference, {"other": other}, now)

    async def _mine(self, reference: str, by: By) -> Row[Any] | None:
        statement = _visible(by).where(report_traces.c.reference == reference)
        return (await self._connection.execute(statement)).one_or_none()

    def _urgent_words(self, row: Row[Any]) -> str:
        if row.urgent_words is None:
            return ""
        place = ("report_traces", row.reference, "urgent_words")
        return self._keyring.open_text(row.urgent_words, *place)

    async def _others(self, case: Case, by: By) -> Iterable[Row[Any]]:
        """Rows of reports that have been read: near in time and of a kind, or at one place."""
        near = and_(
            report_traces.c.district == case.district,
            report_traces.c.kind == case.kind,
            _within(case.at, NEAR_IN_TIME),
        )
        rows = {row.reference: row for row in await self._nearest(_visible(by).where(near))}
        keys = [key for key in place_keys(case.traits) if key[0] in PLACES]
        if case.traits.latitude is not None and case.traits.longitude is not None:
            keys += square_keys(case.traits.latitude, case.traits.longitude)
        if keys:
            same_place = or_(*(matches(self._keyring, key) for key in keys))
            at_place = _visible(by).where(
                report_traces.c.reference.in_(select(report_keys.c.reference).where(same_place)),
                _within(case.at, AT_ONE_PLACE),
            )
            rows |= {row.reference: row for row in await self._nearest(at_place)}
        return [row for row in rows.values() if row.traits is not None]

    async def _nearest(self, statement: Select[Any]) -> Iterable[Row[Any]]:
        newest = statement.order_by(report_traces.c.made_at.desc()).limit(MOST_COMPARED)
        return (await self._connection.execute(newest)).all()

    def _other(self, row: Row[Any]) -> Other:
        traits = open_traits(self._keyring, row.reference, row.traits)
        case = Case(traits, row.kind, row.district, row.made_at)
        return Other(row.reference, Status(row.status), case)

    async def _by_reporter(self, mine: Row[Any], by: By, now: datetime) -> tuple[Repeat, ...]:
        """Each other report once, under the surest sign that it is by the same person."""
        since = report_traces.c.made_at > now - REPEAT_REPORTER
        known: set[str] = set()
        found = []
        by_chat = () if mine.conversation_id is None else (CHAT,)
        for kind in (*by_chat, *PEOPLE, KeyKind.NAME):
            references = await self._others_of(kind, mine, by, since)
            more = [reference for reference in references if reference not in known]
            if more:
                found.append(Repeat(kind, len(more), tuple(more[:_SHOWN])))
            known.update(more)
        return tuple(found)

    async def _at_place(
        self, mine: Row[Any], traits: Traits, by: By, now: datetime
    ) -> tuple[Repeat, ...]:
        """By the most exact key alone: who lives at a postcode lives in its street."""
        kinds = [kind for kind, _ in place_keys(traits) if kind in PLACES]
        since = report_traces.c.made_at > now - AT_ONE_PLACE
        district = report_traces.c.district == mine.district
        for kind in kinds:
            found = await self._others_of(kind, mine, by, since, district)
            if found:
                return (Repeat(kind, len(found), tuple(found[:_SHOWN])),)
        return ()

    async def _others_of(
        self, kind: str, mine: Row[Any], by: By, *where: ColumnElement[bool]
    ) -> Sequence[str]:
        """References of others that have the report's key of that kind, newest first."""
        wanted = _visible(by, report_traces.c.reference)
        wanted = wanted.where(*where, report_traces.c.reference != mine.reference)
        if kind == CHAT:
            wanted = wanted.where(reports.c.conversation_id == mine.conversation_id)
        else:
            values = select(report_keys.c.value).filter_by(kind=kind, reference=mine.reference)
            same = select(report_keys.c.reference).where(
                report_keys.c.kind == kind, report_keys.c.value.in_(values)
            )
            wanted = wanted.where(report_traces.c.reference.in_(same))
        newest = wanted.order_by(report_traces.c.made_at.desc())
        return (await self._connection.scalars(newest)).all()

    async def _unlike(self, reference: str, by: By) -> tuple[Unlike, ...]:
        statement = (
            select(unlike, staff.c.name)
            .join(staff, staff.c.id == unlike.c.staff_id)
            .where(or_(unlike.c.first == reference, unlike.c.second == reference))
            .order_by(unlike.c.at)
        )
        said = tuple(
            Unlike(row.second if row.first == reference else row.first, row.name, row.at)
            for row in await self._connection.execute(statement)
        )
        if not said:
            return ()
        others = report_traces.c.reference.in_([pair.reference for pair in said])
        theirs = _visible(by, report_traces.c.reference).where(others)
        known = set((await self._connection.scalars(theirs)).all())
        return tuple(pair for pair in said if pair.reference in known)


def _visible(by: By, *columns: ColumnElement[Any]) -> Select[Any]:
    """Traces of the reports that are for them; with all that is needed, or those columns alone."""
    wanted = columns or (
        *report_traces.c,
        reports.c.status,
        reports.c.continues,
        reports.c.conversation_id,
    )
    theirs = select(*wanted).join(reports, reports.c.reference == report_traces.c.reference)
    return theirs.where(for_them(by))


def _within(at: datetime, gone: timedelta) -> ColumnElement[bool]:
    return report_traces.c.made_at.between(at - gone, at + gone)
