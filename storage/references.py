"""What a report is called on the force's own systems: incident and crime numbers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from storage.connection import Connection
from storage.tables import report_references


class NumberKind(StrEnum):
    """What the number is of."""

    INCIDENT = "incident"
    CRIME = "crime"


@dataclass(frozen=True, slots=True)
class ForceNumber:
    """A number of the force's own."""

    kind: NumberKind
    number: str
    at: datetime
    """When it was written down here."""


async def numbers_of(connection: Connection, reference: str) -> tuple[ForceNumber, ...]:
    """The numbers of a report, the first written down first."""
    table = report_references.c
    statement = select(table.kind, table.number, table.at).where(table.reference == reference)
    rows = await connection.execute(statement.order_by(table.at, table.kind, table.number))
    return tuple(ForceNumber(NumberKind(kind), number, at) for kind, number, at in rows)


async def keep_number(
    connection: Connection, reference: str, number: ForceNumber, staff_id: int
) -> bool:
    """Write a number down; False where it was known already."""
    row = {"reference": reference, "kind": number.kind, "number": number.number}
    row_by = row | {"at": number.at, "staff_id": staff_id}
    statement = connection.insert(report_references).values(row_by).on_conflict_do_nothing()
    return (await connection.execute(statement)).rowcount == 1
