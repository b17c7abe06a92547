"""A report waits to be read as soon as it is kept, and is found by what was read out of it."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from handlers.report import URGENT, NewReport
from handlers.traits import KeyKind, Read
from knowledge.similar import Traits
from storage.tables import report_keys, report_traces
from storage.work import Store, Work
from tests.storage.conftest import World
from tests.storage.noticed import MILL, flags_of, read, reported

PLATE = (KeyKind.VEHICLE, "ab12cde")


async def test_it_waits_to_be_read_the_newest_first(
    store: Store, new_report: NewReport, now: datetime
) -> None:
    async with store.work() as work:
        older, _ = work.reports.keep(new_report, None, now)
        newer, _ = work.reports.keep(new_report, None, now + timedelta(minutes=1))
    async with store.work() as work:
        waiting = await work.traces.unread(9)
        assert [one.reference for one in waiting] == [newer, older]
        assert (waiting[0].answers, waiting[0].place) == (new_report.answers, new_report.place)
        assert len(await work.traces.unread(1)) == 1


async def test_it_is_found_by_each_of_its_keys_and_by_no_other(
    store: Store, new_report: NewReport, noise: World, now: datetime
) -> None:
    first = await reported(store, new_report, now, keys=(PLATE,))
    last = await reported(store, new_report, now + timedelta(days=1), keys=(PLATE,))
    async with store.work() as work:
        assert await work.traces.find([PLATE]) == (last, first)
        both = [PLATE, (KeyKind.STREET, "mill road")]
        assert await work.traces.find(both) == (last, first)
        assert await work.traces.find([(KeyKind.NAME, "ab12cde")]) == ()
        assert await work.traces.find([]) == ()
        assert await work.traces.find([(KeyKind.STREET, "noise road")]) == (noise.reference,)


async def test_what_the_resident_adds_has_it_read_anew(
    store: Store, new_report: NewReport, now: datetime
) -> None:
    reference = await reported(store, new_report, now, keys=(PLATE,))
    async with store.work() as work:
        await work.reports.add(reference, "it was green", now)
    async with store.work() as work:
        (unread,) = await work.traces.unread(9)
        assert (unread.reference, unread.added) == (reference, ("it was green",))
    await read(store, now, Read(MILL, (), ""))
    async with store.work() as work:
        assert await work.traces.unread(9) == ()
        assert await work.traces.find([PLATE]) == ()


async def test_what_changed_while_it_was_read_is_read_again(
    store: Store, new_report: NewReport, now: datetime
) -> None:
    async with store.work() as work:
        reference, _ = work.reports.keep(new_report, None, now)
    async with store.work() as work:
        (unread,) = await work.traces.unread(9)
        await work.reports.add(reference, "and now this", now)
        await work.traces.keep(unread, Read(MILL, (PLATE,), ""), now)
    async with store.work() as work:
        assert await work.traces.find([PLATE]) == ()
        (again,) = await work.traces.unread(9)
        assert again.added == ("and now this",)


async def test_one_whose_words_read_urgent_is_marked_and_that_is_recorded(
    store: Store, new_report: NewReport, noise: World, now: datetime
) -> None:
    reference = await reported(store, new_report, now, words="has a knife")
    calm = await reported(store, new_report, now)
    async with store.work() as work:
        assert await flags_of(work, reference) == {URGENT}
        assert URGENT not in await flags_of(work, calm) | await flags_of(work, noise.reference)
        events = [event.what for event in await work.audit.about(reference)]
        assert events == ["report read as urgent"]
        detail = [event.detail for event in await work.audit.about(reference)]
        assert detail == ["{}"]


async def test_it_goes_with_its_report(
    store: Store, new_report: NewReport, noise: World, now: datetime
) -> None:
    async def rows(work: Work) -> list[int]:
        tables = (report_traces, report_keys)
        counts = [select(func.count()).select_from(table) for table in tables]
        return [(await work.rows.scalars(count)).one() for count in counts]

    async with store.work() as work:
        before = await rows(work)
    reference = await reported(store, new_report, now, traits=Traits(), keys=(PLATE,))
    async with store.work() as work:
        assert await rows(work) == [number + 1 for number in before]
        await work.erasure.erase(reference, "sue", now)
        assert await rows(work) == before


async def test_an_urgent_report_that_nobody_opened_is_counted_until_somebody_does(
    store: Store, new_report: NewReport, noise: World, now: datetime
) -> None:
    reference = await reported(store, new_report, now, words="has a knife")
    later = now + timedelta(minutes=1)
    async with store.work() as work:
        assert await work.queue.unopened(now) == 0
        assert await work.queue.unopened(later) == 1
        await work.casework.open(reference, noise.handler, later)
        assert await work.queue.unopened(later) == 0
        await work.reports.add(reference, "they are back with a knife", later, urgent=True)
        assert await work.queue.unopened(later + timedelta(minutes=1)) == 1
