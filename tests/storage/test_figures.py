"""Figures: whatever is counted is what a straight recount of the rows comes to."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from math import ceil
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from handlers.days import Days, london_day
from handlers.local_time import LONDON
from handlers.report import (
    OPEN,
    RESTRICTED,
    URGENT,
    Disposition,
    NewReport,
    Status,
)
from storage.alarms import AlarmOutcome
from storage.figures import Happened, Standing
from storage.scope import By
from storage.tables import reports
from storage.waits import GroupedBy, spread, together
from storage.work import Store, Work

KINDS, DISTRICTS, TEAMS = ("asb", "theft", "noise"), ("chelmsford", "", "outside"), ("north", "")
# Over the end of summer time, on which one day in London has 25 hours.
DAYS = Days(date(2026, 10, 12), date(2026, 11, 8))


@pytest.fixture
async def rows(store: Store, now: datetime, new_report: NewReport, handler: By) -> list[Row[Any]]:
    """Some eighty reports in all states, before, in and after the days; every row there is."""
    chance = random.Random(7)  # noqa: S311 - the same rows every time
    async with store.work() as work:
        for _ in range(80):
            made = DAYS.start + timedelta(seconds=chance.randrange(-10 * 86400, 40 * 86400))
            await _invent(work, new_report, made, chance, handler)
        # Just inside and just outside.
        for made in (DAYS.start, DAYS.end, DAYS.end - timedelta(seconds=1)):
            await _invent(work, new_report, made, chance, handler)
        found = await work.rows.execute(select(reports))
        return [*found]


async def _invent(
    work: Work, report: NewReport, made: datetime, chance: random.Random, handler: By
) -> None:
    flags = frozenset(flag for flag in (URGENT, RESTRICTED) if chance.random() < 0.2)
    place = replace(report.place, district=chance.choice(DISTRICTS))
    one = replace(report, kind=chance.choice(KINDS), place=place, flags=flags)
    reference, _ = work.reports.keep(one, None, made)
    closed = chance.random() < 0.6
    after = [made + timedelta(seconds=chance.randrange(20 * 86400)) for _ in range(4)]
    await work.rows.execute(
        update(reports)
        .where(reports.c.reference == reference)
        .values(
            team=chance.choice(TEAMS),
            assignee_id=handler.staff.id if chance.random() < 0.5 else None,
            status=Status.CLOSED if closed else chance.choice(OPEN),
            disposition=chance.choice(tuple(Disposition)) if closed else None,
            closed_at=after[0] if closed else None,
            viewed_at=after[1] if chance.random() < 0.8 else None,
            replied_at=after[2] if chance.random() < 0.5 else None,
            due_at=after[3],
        )
    )


def seen_by(rows: Iterable[Row[Any]], by: By | None) -> list[Row[Any]]:
    return [row for row in rows if by is None or by.may_see_restricted or not row.restricted]


def within(moment: datetime | None) -> bool:
    return moment is not None and DAYS.start <= moment < DAYS.end


async def test_counts_are_what_a_straight_recount_comes_to(
    store: Store, rows: list[Row[Any]], handler: By, supervisor: By
) -> None:
    now = DAYS.end
    for by in (handler, supervisor, None):
        seen = seen_by(rows, by)
        async with store.work() as work:
            groups = await work.figures.groups(DAYS.start, DAYS.end, by)
            standing = await work.figures.standing(by, now)
            came_to = await work.figures.came_to(DAYS.start, DAYS.end, by)
            open_then = await work.figures.open_at(DAYS.start, by)
        assert {(g.kind, g.district, g.team): g.count for g in groups} == Counter(
            (row.kind, row.district, row.team) for row in seen if within(row.made_at)
        )
        open_ones = [row for row in seen if row.status != Status.CLOSED]
        assert standing == Standing(
            open=len(open_ones),
            urgent=sum(row.urgent for row in open_ones),
            overdue=sum(row.due_at is not None and row.due_at < now for row in open_ones),
            unassigned=sum(row.assignee_id is None for row in open_ones),
        )
        assert came_to == Counter(row.disposition for row in seen if within(row.closed_at))
        assert open_then == sum(
            row.made_at < DAYS.start and (row.closed_at is None or row.closed_at >= DAYS.start)
            for row in seen
        )
    assert len(seen_by(rows, handler)) < len(rows)


async def test_hours_add_up_to_the_days_of_the_london_calendar(
    store: Store, rows: list[Row[Any]], handler: By
) -> None:
    for what in Happened:
        async with store.work() as work:
            hours = await work.figures.hours(what, DAYS.start, DAYS.end, handler)
        counted: Counter[tuple[object, int]] = Counter()
        for hour, count in hours.items():
            counted[london_day(hour), hour.astimezone(LONDON).hour] += count
        moments = [getattr(row, f"{what}_at") for row in seen_by(rows, handler)]
        assert counted == Counter(
            (london_day(moment), moment.astimezone(LONDON).hour)
            for moment in moments
            if within(moment)
        )


async def test_waits_are_those_that_ended_in_the_period(
    store: Store, rows: list[Row[Any]], handler: By
) -> None:
    for what, grouped in product(
        (Happened.VIEWED, Happened.REPLIED, Happened.CLOSED),
        (GroupedBy.KIND, GroupedBy.DISTRICT, GroupedBy.TEAM),
    ):
        async with store.work() as work:
            waits = await work.waits.reports(what, DAYS.start, DAYS.end, handler, grouped)
            by_hour = await work.waits.reports(what, DAYS.start, DAYS.end, handler, GroupedBy.ENDED)
        recounted: dict[str, list[int]] = {}
        for row in seen_by(rows, handler):
            ended = getattr(row, f"{what}_at")
            if within(ended):
                waited = int((ended - row.made_at).total_seconds())
                recounted.setdefault(getattr(row, grouped), []).append(waited)
        assert {key: sorted(of) for key, of in waits.items()} == {
            key: sorted(of) for key, of in recounted.items()
        }
        assert sorted(together(by_hour)) == sorted(together(recounted))


@pytest.mark.parametrize("count", [1, 2, 3, 9, 10, 11, 100])
def test_the_90th_of_a_hundred_is_the_value_that_ninety_do_not_exceed(count: int) -> None:
    waits = [*range(2, count + 1, 2), *range(1, count + 1, 2)]
    found = spread(waits)
    assert found is not None
    assert (found.count, found.median.seconds, found.ninth.seconds) == (
        count,
        ceil(count * 0.5),
        ceil(count * 9 / 10),
    )


def test_nothing_has_no_median() -> None:
    assert spread(()) is None


async def test_alarms_with_what_became_of_them(
    store: Store, now: datetime, noise: Any, handler: By
) -> None:
    later, who = now + timedelta(minutes=5), handler.staff.username
    async with store.work() as work:
        for level in ("alarm", "alarm", "crisis"):
            work.alarms.keep("help", level, "violence", None, now)
        work.alarms.keep("help", "alarm", "violence", None, now + timedelta(days=1))
        open_ones = [each.id for each in await work.alarms.page(10) if each.category == "violence"]
        await work.alarms.take(open_ones[0], who, later)
        await work.alarms.close(open_ones[0], who, AlarmOutcome.SAFE, "", later)
        await work.alarms.close(open_ones[1], who, AlarmOutcome.NO_DANGER, "", later)
        counts = await work.figures.alarms(now, now + timedelta(hours=1))
        waits = await work.waits.alarms_taken(now, now + timedelta(hours=1))
    # The noise is one that nobody took.
    assert counts.raised == 4
    assert counts.by_level == {"alarm": 3, "crisis": 1}
    assert counts.outcomes == {AlarmOutcome.SAFE: 1, AlarmOutcome.NO_DANGER: 1, "": 2}
    assert counts.taken == 2
    assert waits == (300, 300)


def test_a_day_in_london_begins_at_its_midnight() -> None:
    assert DAYS.start == datetime(2026, 10, 11, 23, tzinfo=UTC)
    assert DAYS.end == datetime(2026, 11, 9, tzinfo=UTC)
