"""Reports are counted by kind, place and reporter; what was found is kept until the next time."""

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.report import NewReport
from handlers.traits import KeyKind
from knowledge.similar import Traits
from storage.findings import What
from storage.queue import By
from storage.work import Store
from tests.storage.noticed import elsewhere, reported, restricted

DAY = timedelta(days=1)
PHONE = (KeyKind.PHONE, "07700900123")


async def test_each_kind_in_each_district_is_counted_with_the_time_before(
    store: Store, new_report: NewReport, now: datetime
) -> None:
    for days in (1, 2, 20, 30, 400):
        await reported(store, new_report, now - days * DAY)
    await reported(store, restricted(new_report), now)
    await reported(store, elsewhere(new_report), now - 40 * DAY)
    await reported(store, elsewhere(new_report, "outside"), now)
    async with store.work() as work:
        counts = await work.findings.by_kind(now, 14, 350)
    found = {(one.kind, one.district): one.counts for one in counts}
    mine = found.pop(("asb", "chelmsford"))
    assert (mine.recent, mine.days, mine.before, mine.before_days) == (2, 14, 2, 350)
    assert found.keys() == {("noise", "noise")}


async def test_places_and_reporters_that_came_up_often_are_counted(
    store: Store, new_report: NewReport, now: datetime
) -> None:
    for days in (1, 2, 3, 50):
        await reported(store, new_report, now - days * DAY, keys=(PHONE,))
    await reported(store, elsewhere(new_report), now)
    await reported(store, restricted(new_report), now, keys=(PHONE,))
    async with store.work() as work:
        (place,) = await work.findings.by_place(now, 28, 2)
        assert (place.counts.recent, place.district, place.key_kind) == (3, "chelmsford", "street")
        with_before = await work.findings.with_before(place, now, 300)
        assert (with_before.counts.before, with_before.counts.before_days) == (1, 300)
        (reporter,) = await work.findings.by_reporter(now, 365, 2)
        assert reporter.counts.recent == 4
        assert await work.findings.by_place(now, 28, 4) == ()


async def test_what_was_found_is_shown_with_its_place_and_latest_reports(
    store: Store, new_report: NewReport, handler: By, now: datetime
) -> None:
    exact = Traits(postcode="CM1 1QH")
    old, new = [await reported(store, new_report, now - n * DAY, traits=exact) for n in (2, 1)]
    async with store.work() as work:
        await work.findings.replace(await work.findings.by_place(now, 28, 2), now)
    async with store.work() as work:
        (found,) = await work.findings.list(handler)
        assert (found.label, found.latest, found.found_at) == ("CM1 1QH", (new, old), now)
        hot = [replace(found.count, what=What.HOTSPOT)]
        await work.findings.replace(hot, now)
    async with store.work() as work:
        assert [one.count.what for one in await work.findings.list(handler)] == [What.HOTSPOT]


async def test_one_that_was_restricted_since_is_not_named(
    store: Store, new_report: NewReport, handler: By, supervisor: By, now: datetime
) -> None:
    await reported(store, restricted(new_report), now, keys=(PHONE,))
    open_one = await reported(store, new_report, now, keys=(PHONE,))
    async with store.work() as work:
        await work.findings.replace(await work.findings.by_reporter(now, 365, 1), now)
    async with store.work() as work:
        for by in (handler, supervisor):
            (found,) = await work.findings.list(by)
            assert (found.count.counts.recent, found.latest) == (1, (open_one,))
            assert found.label == ""
