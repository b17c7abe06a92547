"""Series, hotspots and repeats over all reports: counted once a day, and what was found kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select

from handlers.traits import PEOPLE, PLACES, KeyKind
from knowledge.similar import Traits
from knowledge.unusual import Counts
from storage.connection import Connection
from storage.seal import Keyring
from storage.tables import findings, report_keys, report_traces, reports
from storage.tokens import new_id
from storage.traces import open_traits

PlaceKey = tuple[str, bytes, str]
"""Kind and blind index of a place, and its district."""
_SHOWN = 5
_INSERT = insert(findings)


class What(StrEnum):
    """What may come up."""

    SERIES = "series"
    """More of a kind in a district than usual."""
    HOTSPOT = "hotspot"
    """More at a place than usual."""
    PLACE = "place"
    """Several at a place."""
    REPORTER = "reporter"
    """Several by a reporter, who may be a repeat victim."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often something came up, by a kind of report or by a key."""

    what: What
    counts: Counts
    kind: str = ""
    district: str = ""
    key_kind: str = ""
    key_value: bytes | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something that came up, as staff see it."""

    count: Count
    label: str
    """A place as it was read out of a report; empty for all else."""
    latest: tuple[str, ...]
    """References of a few, the newest first."""
    found_at: datetime


class Patterns:
    """Counts over reports that are not restricted, and the list of what was found."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection, self._keyring = connection, keyring

    async def first_at(self) -> datetime | None:
        """When the oldest report was made; None for no report."""
        statement = select(func.min(report_traces.c.made_at))
        first: datetime | None = (await self._connection.scalars(statement)).one()
        return first

    # Whoever looks through all reports asks for little at a time: on SQLite others wait meanwhile.

    async def by_kind(self, now: datetime, days: int) -> tuple[Count, ...]:
        """Every kind in every district that came up in the last days; without the time before."""
        # Counted here: to group them, SQLite would go through all reports in their order.
        pair = (report_traces.c.kind, report_traces.c.district)
        recent = _open_to_all(*pair).where(report_traces.c.made_at > now - timedelta(days=days))
        rows = (await self._connection.execute(recent)).all()
        return tuple(
            Count(What.SERIES, Counts(number, days, 0, 0), kind, district)
            for (kind, district), number in Counter(
                (row.kind, row.district) for row in rows
            ).items()
            if district not in {"", "outside"}
        )

    async def at_places(self, since: datetime, until: datetime) -> Mapping[PlaceKey, int]:
        """How many reports each place had after one moment and until another."""
        # A street is told from others of its name by its district.
        group = (report_keys.c.kind, report_keys.c.value, report_traces.c.district)
        # Other keys are left out here: asked for places alone, SQLite would begin with all of them.
        statement = (
            _keyed(*group, func.count().label("recent"))
            .where(report_traces.c.made_at > since, report_traces.c.made_at <= until)
            .group_by(*group)
        )
        rows = (await self._connection.execute(statement)).all()
        found = {(row.kind, row.value, row.district): row.recent for row in rows}
        return {place: count for place, count in found.items() if place[0] in PLACES}

    async def by_reporter(self, now: datetime, days: int, fewest: int) -> tuple[Count, ...]:
        """Reporters with at least so many reports in the last days."""
        often = (
            select(report_keys.c.value)
            .where(report_keys.c.kind.in_(PEOPLE))
            .group_by(report_keys.c.kind, report_keys.c.value)
            .having(func.count() >= fewest)
        )
        group = (report_keys.c.kind, report_keys.c.value)
        statement = (
            _keyed(*group, func.count().label("recent"))
            .where(report_keys.c.kind.in_(PEOPLE), report_keys.c.value.in_(often))
            .where(report_traces.c.made_at > now - timedelta(days=days))
            .group_by(*group)
            .having(func.count() >= fewest)
        )
        return tuple(
            Count(What.REPORTER, Counts(row.recent, days, 0, 0), "", "", row.kind, row.value)
            for row in await self._connection.execute(statement)
        )

    async def with_before(self, count: Count, now: datetime, before_days: int) -> Count:
        """The count with how often it came up in the time before."""
        since = now - timedelta(days=count.counts.days)
        start = since - timedelta(days=before_days)
        statement = _of_key(count, func.count()).where(
            report_traces.c.made_at >= start, report_traces.c.made_at <= since
        )
        before = (await self._connection.scalars(statement)).one()
        return replace(count, counts=replace(count.counts, before=before, before_days=before_days))

    async def replace(self, found: Sequence[Count], now: datetime) -> None:
        """Put these in the place of what was found before."""
        await self._connection.execute(delete(findings))
        for count in found:
            id = new_id()
            label = await self._label(count)
            row = {
                "id": id,
                "what": count.what,
                "key_kind": count.key_kind,
                "key_value": count.key_value,
                "kind": count.kind,
                "district": count.district,
                "label": self._keyring.seal_text(label, "findings", id, "label") if label else None,
                "recent": count.counts.recent,
                "days": count.counts.days,
                "before": count.counts.before,
                "before_days": count.counts.before_days,
                "found_at": now,
            }
            self._connection.later(_INSERT, row)

    async def list(self) -> tuple[Pattern, ...]:
        """What was found, the most frequent first, with the latest reports of each.

        None of it is of a restricted report, so that all who see the list see the same.
        """
        statement = select(findings).order_by(findings.c.recent.desc(), findings.c.id)
        rows = (await self._connection.execute(statement)).all()
        return tuple([await self._finding(row) for row in rows])

    async def _finding(self, row: Row[Any]) -> Pattern:
        counts = Counts(row.recent, row.days, row.before, row.before_days)
        what = What(row.what)
        count = Count(what, counts, row.kind, row.district, row.key_kind, row.key_value)
        label = self._keyring.open_text(row.label, "findings", row.id, "label") if row.label else ""
        since = row.found_at - timedelta(days=row.days)
        wanted = _of_key(count, report_traces.c.reference)
        newest = wanted.where(report_traces.c.made_at > since)
        newest = newest.order_by(report_traces.c.made_at.desc()).limit(_SHOWN)
        latest = (await self._connection.scalars(newest)).all()
        return Pattern(count, label, tuple(latest), row.found_at)

    async def _label(self, count: Count) -> str:
        """What a place is called, read out of its latest report."""
        if count.key_value is None or count.what is What.REPORTER:
            return ""
        wanted = _of_key(count, report_traces.c.reference, report_traces.c.traits)
        newest = wanted.order_by(report_traces.c.made_at.desc()).limit(1)
        row = (await self._connection.execute(newest)).one_or_none()
        if row is None:
            return ""
        return _name_of(count.key_kind, open_traits(self._keyring, row.reference, row.traits))


def _name_of(key_kind: str, traits: Traits) -> str:
    if key_kind == KeyKind.POSTCODE:
        return traits.postcode
    if key_kind == KeyKind.STREET:
        return traits.street.title()
    return f"{traits.latitude:.3f}, {traits.longitude:.3f}"


def _open_to_all(*columns: ColumnElement[Any]) -> Select[Any]:
    """Of traces whose reports are not restricted: so no list tells of those."""
    joined = (
        select(*columns)
        .select_from(report_traces)
        .join(reports, reports.c.reference == report_traces.c.reference)
    )
    return joined.where(reports.c.restricted.is_(False))


def _keyed(*columns: ColumnElement[Any]) -> Select[Any]:
    """The same, with the keys they are found by."""
    return _open_to_all(*columns).join(
        report_keys, report_keys.c.reference == report_traces.c.reference
    )


def _of_key(count: Count, *columns: ColumnElement[Any]) -> Select[Any]:
    """Of the unrestricted reports that a count is of."""
    if count.key_value is None:
        return _open_to_all(*columns).where(
            report_traces.c.kind == count.kind, report_traces.c.district == count.district
        )
    mine = _keyed(*columns).where(
        report_keys.c.kind == count.key_kind, report_keys.c.value == count.key_value
    )
    if count.what is What.REPORTER:
        return mine
    return mine.where(report_traces.c.district == count.district)
