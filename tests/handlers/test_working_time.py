"""Due dates run in working time: not at night, at weekends or on bank holidays."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from handlers.local_time import LONDON
from handlers.working_time import WorkingTime, bank_holidays, easter_sunday
from knowledge.desk import Desk

WORK = WorkingTime(Desk())


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


# From https://www.gov.uk/bank-holidays, England and Wales.
@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (2023, "01-02 04-07 04-10 05-01 05-29 08-28 12-25 12-26"),
        (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
        (2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
        # Christmas Day on a Sunday: its substitute comes after Boxing Day.
        (2033, "01-03 04-15 04-18 05-02 05-30 08-29 12-26 12-27"),
    ],
)
def test_the_bank_holidays_are_those_of_gov_uk(year: int, days: str) -> None:
    assert bank_holidays(year) == {date.fromisoformat(f"{year}-{day}") for day in days.split()}


def test_easter_is_right_at_its_ends() -> None:
    assert easter_sunday(1818) == date(1818, 3, 22)
    assert easter_sunday(2038) == date(2038, 4, 25)


@pytest.mark.parametrize(
    ("at", "hours", "due"),
    [
        ("2026-11-24T10:00", 4, "2026-11-24T14:00"),
        # It ends with the day, to the minute.
        ("2026-11-24T10:00", 10, "2026-11-24T20:00"),
        ("2026-11-24T18:00", 4, "2026-11-25T10:00"),
        # Before the doors open and after they close.
        ("2026-11-24T03:00", 1, "2026-11-24T09:00"),
        ("2026-11-24T23:00", 1, "2026-11-25T09:00"),
        # Over a weekend.
        ("2026-11-27T19:00", 2, "2026-11-30T09:00"),
        # Over Good Friday and Easter Monday, and the clocks going forward before them.
        ("2024-03-28T19:00", 2, "2024-04-02T09:00"),
        # Over Christmas, when 26 December is a Saturday.
        ("2026-12-24T19:30", 1, "2026-12-29T08:30"),
    ],
)
def test_it_is_due_when_so_many_working_hours_have_passed(at: str, hours: int, due: str) -> None:
    found = WORK.after(london(at), hours)
    assert found == london(due)
    assert found.tzinfo is UTC


def test_a_day_may_be_named_a_holiday_or_be_none() -> None:
    coronation, moved = date(2023, 5, 8), date(2023, 5, 1)
    special = WorkingTime(
        replace(Desk(), extra_holidays=frozenset({coronation}), not_holidays=frozenset({moved}))
    )
    assert not special.is_working_day(coronation)
    assert special.is_working_day(moved)
    assert WORK.is_working_day(coronation)
    assert not WORK.is_working_day(moved)


def test_it_is_open_from_the_first_minute_to_the_last_before_closing() -> None:
    assert WORK.is_open(london("2026-11-24T08:00"))
    assert WORK.is_open(london("2026-11-24T19:59"))
    assert not WORK.is_open(london("2026-11-24T20:00"))
    assert not WORK.is_open(london("2026-11-28T12:00"))


def test_a_calendar_without_a_working_day_is_refused_and_does_not_hang() -> None:
    never = WorkingTime(replace(Desk(), weekdays=frozenset(), closes=time(9)))
    with pytest.raises(ValueError, match="no working days"):
        never.after(london("2026-11-24T10:00"), 1)
