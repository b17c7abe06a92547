"""Quality: a few closed reports a week, drawn fairly, that a supervisor looks at again."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import zip_longest

from sqlalchemy import func, insert, select

from handlers.days import Days, monday_of
from handlers.report import Status
from storage.audit import Audit
from storage.connection import Connection
from storage.figures import Happened, happened
from storage.scope import By, for_them
from storage.seal import Keyring
from storage.story import Kind
from storage.tables import quality_marks, quality_reviews, report_events, reports
from storage.tables import staff as staff_table
from storage.tokens import new_id

A_WEEK = 10
"""How many are drawn."""


class Criterion(StrEnum):
    """What is asked about each."""

    GRADE = "grade"
    CONTACT = "contact"
    REPLY = "reply"
    DISPOSITION = "disposition"
    REDACTION = "redaction"


class Mark(StrEnum):
    """What the answer can be."""

    YES = "yes"
    NO = "no"
    DOES_NOT_APPLY = "na"


@dataclass(frozen=True, slots=True)
class Closed:
    """A report that was closed in the week, and by whom."""

    reference: str
    kind: str
    district: str
    closed_at: datetime
    closer: int | None
    """An account's id; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Review:
    """What a supervisor found."""

    marks: Mapping[Criterion, Mark]
    note: str
    reviewer: str
    """A name."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """How often a question had an answer in a week's reviews."""

    week: date
    criterion: Criterion
    mark: Mark
    count: int


class Reviewed(Exception):  # noqa: N818 - reads as the state it is
    """Somebody has reviewed it already."""


class Quality:
    """The samples and their reviews; that somebody reviewed one is an event."""

    def __init__(self, connection: Connection, keyring: Keyring, audit: Audit) -> None:
        self._connection, self._keyring, self._audit = connection, keyring, audit

    async def sample(self, monday: date, by: By) -> tuple[Closed, ...]:
        """The same reports each time, for one reviewer: none that they closed themselves.

        Of those closed from that Monday to Sunday and closed still; whoever closed few has as many
        of them in it as who closed many.
        """
        week = week_of(monday)
        closer = (
            select(func.max(report_events.c.staff_id))
            .where(
                report_events.c.reference == reports.c.reference,
                report_events.c.kind == Kind.STATUS,
                report_events.c.after == Status.CLOSED,
                report_events.c.at == reports.c.closed_at,
            )
            .scalar_subquery()
        )
        columns = (reports.c.reference, reports.c.kind, reports.c.district, reports.c.closed_at)
        statement = select(*columns, closer).where(
            happened(Happened.CLOSED, week.start, week.end), for_them(by)
        )
        rows = await self._connection.execute(statement)
        closed = (Closed(*row) for row in rows)
        return draw([one for one in closed if one.closer != by.staff.id], monday)

    async def reviews(self, monday: date) -> Mapping[str, Review]:
        """Reference to what was found, of a week."""
        statement = (
            select(quality_reviews, staff_table.c.name)
            .join(staff_table, staff_table.c.id == quality_reviews.c.staff_id)
            .where(quality_reviews.c.week == monday)
        )
        rows = (await self._connection.execute(statement)).all()
        marks = (
            await self._connection.execute(
                select(quality_marks).where(quality_marks.c.review_id.in_([row.id for row in rows]))
            )
        ).all()
        return {
            row.reference: Review(
                {Criterion(m.criterion): Mark(m.mark) for m in marks if m.review_id == row.id},
                self._note(row.id, row.note),
                row.name,
                row.at,
            )
            for row in rows
        }

    async def keep(
        self,
        reference: str,
        monday: date,
        marks: Mapping[Criterion, Mark],
        note: str,
        by: By,
        now: datetime,
    ) -> None:
        """Keep a review; raises Reviewed where a colleague was quicker."""
        id = new_id()
        sealed = self._keyring.seal_text(note, "quality_reviews", id, "note") if note else None
        row = {"id": id, "reference": reference, "week": monday, "staff_id": by.staff.id}
        statement = self._connection.insert(quality_reviews).values(
            row | {"at": now, "note": sealed}
        )
        kept = await self._connection.execute(statement.on_conflict_do_nothing())
        if not kept.rowcount:
            raise Reviewed("it is reviewed already")
        rows = [{"review_id": id, "criterion": c, "mark": mark} for c, mark in marks.items()]
        await self._connection.execute(insert(quality_marks), rows)
        await self._audit.append(
            by.staff.username, "report reviewed for quality", reference, {}, now
        )

    async def found(self, since: date) -> tuple[Found, ...]:
        """How often each question had each answer, week by week: of no person."""
        week, criterion, mark = (
            quality_reviews.c.week,
            quality_marks.c.criterion,
            quality_marks.c.mark,
        )
        statement = (
            select(week, criterion, mark, func.count())
            .join(quality_marks, quality_marks.c.review_id == quality_reviews.c.id)
            .where(week >= since)
            .group_by(week, criterion, mark)
            .order_by(week)
        )
        rows = await self._connection.execute(statement)
        return tuple(Found(w, Criterion(c), Mark(m), count) for w, c, m, count in rows)

    def _note(self, id: str, sealed: bytes | None) -> str:
        return self._keyring.open_text(sealed, "quality_reviews", id, "note") if sealed else ""


def week_of(day: date) -> Days:
    """The week of a day, Monday to Sunday."""
    monday = monday_of(day)
    return Days(monday, monday + timedelta(days=6))


def draw(closed: Sequence[Closed], monday: date) -> tuple[Closed, ...]:
    """A_WEEK of them: the closers take turns, each with one of theirs, in an order by lot."""
    by_closer: dict[int | None, list[Closed]] = {}
    for one in closed:
        by_closer.setdefault(one.closer, []).append(one)
    hands = [
        sorted(theirs, key=lambda one: _lot(monday, one.reference))
        for _, theirs in sorted(by_closer.items(), key=lambda item: _lot(monday, str(item[0])))
    ]
    return tuple(_in_turn(hands))[:A_WEEK]


def _in_turn(hands: Iterable[Sequence[Closed]]) -> Iterable[Closed]:
    for round_ in zip_longest(*hands):
        yield from (one for one in round_ if one is not None)


def _lot(monday: date, of: str) -> bytes:
    """A number that is the same each time and that nobody chose."""
    return hashlib.sha256(f"{monday}:{of}".encode()).digest()
