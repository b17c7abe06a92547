"""What staff found out about a report: its numbers elsewhere, what it belongs to, its THRIVE."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, insert, or_, select

from storage.case_file import CaseFile
from storage.codec import from_json, to_json
from storage.connection import Connection
from storage.scope import By, for_them
from storage.seal import Keyring
from storage.tables import report_grades, report_links, report_references, reports, staff
from storage.tokens import new_id


class NumberKind(StrEnum):
    """Which of the force's numbers."""

    INCIDENT = "incident"
    CRIME = "crime"


class Relation(StrEnum):
    """How a report belongs to another."""

    DUPLICATE = "duplicate"
    SAME_PROBLEM = "same problem"
    MERGED = "merged"
    """Worked on there; its own thread with its resident goes on."""


@dataclass(frozen=True, slots=True)
class ForceNumber:
    """What a report is called on the force's own systems."""

    kind: NumberKind
    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """Another report that belongs to this one."""

    reference: str
    relation: Relation
    first: bool
    """Whether the other one is the one this belongs to."""
    kind: str
    status: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """The six parts of THRIVE, each in staff's own words; empty where nothing is to be said."""

    threat: str = ""
    harm: str = ""
    risk: str = ""
    investigation: str = ""
    vulnerability: str = ""
    engagement: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """A THRIVE assessment."""

    grade: str
    reasons: Reasons
    by: str
    at: datetime


class Findings:
    """Numbers, links and grades of reports.

    Changes raise LookupError where the report is not for them, and Conflict where it is no longer
    what they saw.
    """

    def __init__(self, connection: Connection, keyring: Keyring, case_file: CaseFile) -> None:
        self._connection, self._keyring, self._case = connection, keyring, case_file

    async def number(
        self,
        reference: str,
        kind: NumberKind,
        number: str,
        by: By,
        now: datetime,
        version: int | None = None,
    ) -> bool:
        """Note what it is called on the force's own systems; False where that was known."""
        await self._case.lock(reference, by, version)
        row = {"reference": reference, "kind": kind, "number": number, "at": now}
        statement = self._connection.insert(report_references).values(
            row | {"staff_id": by.staff.id}
        )
        if not (await self._connection.execute(statement.on_conflict_do_nothing())).rowcount:
            return False
        await self._case.change(reference, now)
        sentence = f"added the {kind} number {number}"
        await self._case.tell(reference, "numbered", sentence, by, now, kind=kind)
        return True

    async def numbers(self, reference: str) -> tuple[ForceNumber, ...]:
        """What it is called there, in the order in which it was noted."""
        statement = (
            select(report_references)
            .where(report_references.c.reference == reference)
            .order_by(report_references.c.at)
        )
        rows = await self._connection.execute(statement)
        return tuple(ForceNumber(NumberKind(row.kind), row.number, row.at) for row in rows)

    async def numbered(self, number: str, by: By) -> tuple[str, ...]:
        """The reports of that number, of those that may be seen."""
        statement = (
            select(reports.c.reference)
            .join(report_references, report_references.c.reference == reports.c.reference)
            .where(report_references.c.number == number, for_them(by))
        )
        return tuple(dict.fromkeys((await self._connection.scalars(statement)).all()))

    async def link(
        self,
        reference: str,
        other: str,
        relation: Relation,
        by: By,
        now: datetime,
        version: int | None = None,
    ) -> None:
        """Note that `reference` belongs to `other`; LookupError as well where that is not theirs.

        Raises ValueError, in words for staff, for a report with itself.
        """
        if reference == other:
            raise ValueError("A report cannot belong to itself. Check the reference.")
        for each in sorted((reference, other)):
            await self._case.lock(each, by, version if each == reference else None)
        await self._unlink(reference, other)
        row = {"first": other, "second": reference, "relation": relation, "at": now}
        await self._connection.execute(insert(report_links).values(row | {"staff_id": by.staff.id}))
        words = _LINKED[relation]
        await self._told_both(reference, other, words, by, now)

    async def unlink(
        self, reference: str, other: str, by: By, now: datetime, version: int | None = None
    ) -> None:
        """Take a link back."""
        for each in sorted((reference, other)):
            await self._case.lock(each, by, version if each == reference else None)
        if await self._unlink(reference, other):
            words = ("took back that it belongs to", "took back what belonged to it:")
            await self._told_both(reference, other, words, by, now)

    async def links(self, reference: str, by: By) -> tuple[Link, ...]:
        """Reports it belongs to, and that belong to it, of those that may be seen."""
        one, two = report_links.c.first, report_links.c.second
        other = reports.c.reference
        joined = or_((one == other) & (two == reference), (two == other) & (one == reference))
        statement = (
            select(other, reports.c.kind, reports.c.status, report_links.c.relation, one)
            .join(report_links, joined)
            .where(for_them(by))
            .order_by(report_links.c.at)
        )
        rows = await self._connection.execute(statement)
        return tuple(
            Link(
                row.reference,
                Relation(row.relation),
                first=row.first == row.reference,
                kind=row.kind,
                status=row.status,
            )
            for row in rows
        )

    async def grade(
        self,
        reference: str,
        grade: str,
        reasons: Reasons,
        by: By,
        now: datetime,
        version: int | None = None,
    ) -> None:
        """Grade it; earlier grades stay readable."""
        await self._case.lock(reference, by, version)
        seal_id = new_id()
        row = {
            "seal_id": seal_id,
            "reference": reference,
            "at": now,
            "staff_id": by.staff.id,
            "grade": grade,
            "reasons": self._keyring.seal(to_json(reasons), *_place(seal_id)),
        }
        await self._connection.execute(insert(report_grades).values(row))
        await self._case.change(reference, now)
        await self._case.tell(reference, "graded", f"graded it “{grade}”", by, now, grade=grade)

    async def grades(self, reference: str) -> tuple[Grade, ...]:
        """Its grades, the last one first."""
        statement = (
            select(report_grades, staff.c.name)
            .outerjoin(staff, staff.c.id == report_grades.c.staff_id)
            .where(report_grades.c.reference == reference)
            .order_by(report_grades.c.id.desc())
        )
        return tuple(
            Grade(
                row.grade,
                from_json(Reasons, self._keyring.open(row.reasons, *_place(row.seal_id))),
                row.name or "",
                row.at,
            )
            for row in await self._connection.execute(statement)
        )

    async def _unlink(self, reference: str, other: str) -> int:
        one, two = report_links.c.first, report_links.c.second
        either = or_((one == other) & (two == reference), (two == other) & (one == reference))
        return (await self._connection.execute(delete(report_links).where(either))).rowcount

    async def _told_both(
        self, reference: str, other: str, words: tuple[str, str], by: By, now: datetime
    ) -> None:
        for one, sentence, another in ((reference, words[0], other), (other, words[1], reference)):
            await self._case.change(one, now)
            await self._case.tell(one, "linked", f"{sentence} {another}", by, now, other=another)


_LINKED: Mapping[Relation, tuple[str, str]] = {
    Relation.DUPLICATE: ("called it a duplicate of", "called this a duplicate of it:"),
    Relation.SAME_PROBLEM: ("called it the same problem as", "called this the same problem:"),
    Relation.MERGED: ("merged it into", "merged this into it:"),
}


def _place(seal_id: str) -> tuple[str, str, str]:
    return "report_grades", seal_id, "reasons"
