"""Reports are read beside the turns, and looked through for what comes up too often."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.live import Live
from bot.noticing import LONGEST_LIST, Noticing
from handlers.report import URGENT, Answer, NewReport, Place
from handlers.traits import keys_of_search
from knowledge.library import Library
from storage.patterns import What
from storage.work import Store, open_store

DAY = timedelta(days=1)
MUSIC = NewReport(
    "asb",
    (
        Answer("what", "What happens", "Loud music every night"),
        Answer("where", "Where", "Mill Road, Chelmsford"),
        Answer("phone", "Phone", "07700 900123"),
    ),
    Place("Mill Road, Chelmsford", "chelmsford"),
)
QUIET = replace(MUSIC, answers=MUSIC.answers[:1], place=Place("by the river", "chelmsford"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'counter.db'}"
    async with open_store(url, tmp_path / "keys") as opened:
        yield opened


@pytest.fixture
def noticing(store: Store, library: Library, now: datetime) -> Noticing:
    return Noticing(store, lambda: library, lambda: now, Live())


async def keep(store: Store, *reports: tuple[NewReport, datetime]) -> list[str]:
    async with store.work() as work:
        return [work.reports.keep(report, None, at)[0] for report, at in reports]


async def read_all(noticing: Noticing) -> None:
    while await noticing.read():
        pass


async def test_a_report_is_found_by_phone_street_and_danger_once_it_was_read(
    store: Store, noticing: Noticing, library: Library, now: datetime
) -> None:
    danger = Answer("what", "What happens", "He is kicking the door in, he has a knife")
    (reference,) = await keep(store, (replace(MUSIC, answers=(danger, *MUSIC.answers[1:])), now))
    async with store.work() as work:
        assert await work.traces.find(keys_of_search("place", "mill rd", library)) == ()
    assert await noticing.read() == 1
    assert await noticing.read() == 0
    async with store.work() as work:
        for what, text in (("place", "mill rd"), ("reporter", "+44 7700 900 123")):
            assert await work.traces.find(keys_of_search(what, text, library)) == (reference,)
        report = await work.reports.read(reference)
        assert report is not None
        assert report.flags == {URGENT}


async def test_a_series_stands_out_of_its_own_usual_number(
    store: Store, noticing: Noticing, now: datetime
) -> None:
    usual = [(QUIET, now - n * 14 * DAY) for n in range(2, 20)]
    theft = replace(QUIET, kind="theft")
    await keep(store, *usual, *((QUIET, now - DAY) for _ in range(9)), (theft, now - DAY))
    await read_all(noticing)
    await noticing.look_through()
    assert await _what(store) == [(What.SERIES, "asb", 9)]


async def test_a_new_service_calls_nothing_unusual(
    store: Store, noticing: Noticing, now: datetime
) -> None:
    await keep(store, *((QUIET, now - DAY) for _ in range(9)))
    await read_all(noticing)
    await noticing.look_through()
    assert await _what(store) == []


async def test_a_place_is_a_hotspot_or_a_repeat_and_not_both(
    store: Store, noticing: Noticing, now: datetime
) -> None:
    start = (QUIET, now - 300 * DAY)
    elm = replace(
        MUSIC,
        answers=(MUSIC.answers[0], Answer("where", "Where", "Elm Road, Chelmsford")),
        place=Place("Elm Road, Chelmsford", "chelmsford"),
    )
    often = [(elm, now - 40 * DAY)] * 3
    await keep(store, start, *((MUSIC, now - DAY) for _ in range(5)), *often)
    await read_all(noticing)
    await noticing.look_through()
    places = [one for one in await _what(store) if one[0] in {What.HOTSPOT, What.PLACE}]
    assert places == [(What.HOTSPOT, "Mill Road", 5), (What.PLACE, "Elm Road", 3)]


async def test_the_list_does_not_grow_for_ever(
    store: Store, noticing: Noticing, now: datetime
) -> None:
    many = [
        replace(MUSIC, answers=(Answer("phone", "Phone", f"07700 {n:06}"),), place=Place(""))
        for n in range(LONGEST_LIST + 1)
    ]
    await keep(store, *((one, now) for one in many for _ in range(3)))
    await read_all(noticing)
    await noticing.look_through()
    assert len(await _what(store)) == LONGEST_LIST


async def test_one_that_cannot_be_read_holds_up_no_other(
    store: Store, noticing: Noticing, library: Library, now: datetime
) -> None:
    strange = replace(MUSIC, place=Place("here", "chelmsford", latitude=float("nan"), longitude=1))
    await keep(store, (MUSIC, now - DAY), (strange, now))
    await read_all(noticing)
    async with store.work() as work:
        assert len(await work.traces.find(keys_of_search("place", "mill rd", library))) == 1


async def _what(store: Store) -> list[tuple[What, str, int]]:
    """What was found: by its kind or its place, and how many."""
    async with store.work() as work:
        found = await work.patterns.list()
    return [(one.count.what, one.label or one.count.kind, one.count.counts.recent) for one in found]
