"""Counts of days before the counter, as an outside source gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, select

from handlers.days import Days
from storage.audit import Audit
from storage.connection import Connection
from storage.tables import historic_counts as table

LONGEST_SOURCE = 128


@dataclass(frozen=True, slots=True)
class HistoricCount:
    """How many of a kind there were in a district."""

    days: Days
    district: str
    """An id, or empty for what the source could not allocate."""
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Known:
    """What outside sources say of a period."""

    districts: Mapping[str, int]
    sources: tuple[str, ...]
    cut: int
    """How many counts reach into the period from outside, and so are in none of it."""


class Overlaps(Exception):  # noqa: N818 - reads as the state it is
    """A count is there already for some of the same days."""

    def __init__(self, number: int, days: Days, source: str) -> None:
        super().__init__("a count is there already")
        self.number = number
        """Which of those given, from 0."""
        self.days, self.source = days, source


class Historic:
    """What was counted elsewhere."""

    def __init__(self, connection: Connection, audit: Audit) -> None:
        self._connection, self._audit = connection, audit

    async def keep(
        self,
        counts: Sequence[HistoricCount],
        source: str,
        who: str,
        now: datetime,
        *,
        replace: bool,
    ) -> None:
        """Keep counts; with `replace` in the place of those of the same days, district and kind.

        Raises Overlaps, and keeps none, where days would be counted twice.
        """
        for number, count in enumerate(counts):
            if replace:
                await self._connection.execute(delete(table).where(_same(count)))
            overlapping = select(table).where(_place(count), _touches(count.days)).limit(1)
            row = (await self._connection.execute(overlapping)).first()
            if row is not None:
                raise Overlaps(number, Days(row.first_day, row.last_day), row.source)
            await self._connection.execute(insert(table).values(_row(count, source)))
        detail = {"counts": len(counts), "replace": replace}
        await self._audit.append(who, "historic counts imported", "", detail, now)

    async def of(self, days: Days, kind: str = "") -> Known:
        """What is known of these days: of one kind, or where it is empty of all."""
        of_kind = [table.c.kind == kind] if kind else []
        columns = (table.c.first_day, table.c.last_day, table.c.district, table.c.source)
        statement = select(*columns, table.c.count.label("number"))
        touching = statement.where(_touches(days), *of_kind)
        rows = (await self._connection.execute(touching)).all()
        whole = [row for row in rows if days.first <= row.first_day and row.last_day <= days.last]
        districts: dict[str, int] = {}
        for row in whole:
            districts[row.district] = districts.get(row.district, 0) + row.number
        sources = tuple(sorted({row.source for row in whole}))
        return Known(districts, sources, len(rows) - len(whole))


def _place(count: HistoricCount) -> ColumnElement[bool]:
    return and_(table.c.kind == count.kind, table.c.district == count.district)


def _same(count: HistoricCount) -> ColumnElement[bool]:
    days = and_(table.c.first_day == count.days.first, table.c.last_day == count.days.last)
    return and_(_place(count), days)


def _touches(days: Days) -> ColumnElement[bool]:
    return and_(table.c.first_day <= days.last, table.c.last_day >= days.first)


def _row(count: HistoricCount, source: str) -> dict[str, Any]:
    return {
        "kind": count.kind,
        "first_day": count.days.first,
        "last_day": count.days.last,
        "district": count.district,
        "count": count.count,
        "source": source,
    }
