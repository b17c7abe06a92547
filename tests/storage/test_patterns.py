"""Reports are counted by kind, place and reporter; what was found is kept until the next time."""

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.report import NewReport
from handlers.traits import KeyKind
from knowledge.similar import Traits
from knowledge.unusual import Counts
from storage.patterns import Count, What
from storage.work import Store, Work
from tests.storage.noticed import elsewhere, reported, restricted

DAY = timedelta(days=1)
PHONE = (KeyKind.PHONE, "07700900123")


async def place_of(work: Work, now: datetime, days: int) -> Count:
    """The one place in Chelmsford that came up in the last days."""
    found = await work.patterns.at_places(now - days * DAY, now)
    ((place, count),) = [item for item in found.items() if item[0][2] == "chelmsford"]
    return Count(What.PLACE, Counts(count, days, 0, 0), "", place[2], place[0], place[1])


async def test_each_kind_in_each_district_is_counted_with_the_time_before(
    store: Store, new_report: NewReport, now: datetime
) -> None:
    for days in (1, 2, 20, 30, 400):
        await reported(store, new_report, now - days * DAY)
    await reported(store, restricted(new_report), now)
    await reported(store, elsewhere(new_report), now - 40 * DAY)
    await reported(store, elsewhere(new_report, "outside"), now)
    async with store.work() as work:
        counts = await work.patterns.by_kind(now, 14)
        found = {(one.kind, one.district): one for one in counts}
        assert found.keys() == {("asb", "chelmsford"), ("noise", "noise")}
        mine = await work.patterns.with_before(found["asb", "chelmsford"], now, 350)
    assert mine.counts == Counts(2, 14, 2, 350)


async def test_places_are_counted_by_district_with_the_time_before(
    store: Store, new_report: NewReport, now: datetime
) -> None:
    for days in (1, 2, 3, 50):
        await reported(store, new_report, now - days * DAY)
    await reported(store, elsewhere(new_report), now)
    await reported(store, restricted(new_report), now)
    async with store.work() as work:
        place = await place_of(work, now, 28)
        assert (place.counts.recent, place.key_kind) == (3, "street")
        whole = await work.patterns.with_before(place, now, 300)
        assert (whole.counts.before, whole.counts.before_days) == (1, 300)


async def test_reporters_are_counted_wherever_they_report_from(
    store: Store, new_report: NewReport, now: datetime
) -> None:
    await reported(store, new_report, now - DAY, keys=(PHONE,))
    await reported(store, elsewhere(new_report), now, keys=(PHONE,))
    await reported(store, new_report, now - 400 * DAY, keys=(PHONE,))
    await reported(store, restricted(new_report), now, keys=(PHONE,))
    async with store.work() as work:
        (reporter,) = await work.patterns.by_reporter(now, 365, 2)
        assert (reporter.counts.recent, reporter.district) == (2, "")
        assert await work.patterns.by_reporter(now, 365, 3) == ()


async def test_what_was_found_is_shown_with_its_place_and_latest_reports(
    store: Store, new_report: NewReport, now: datetime
) -> None:
    exact = Traits(postcode="CM1 1QH")
    old, new = [await reported(store, new_report, now - n * DAY, traits=exact) for n in (2, 1)]
    async with store.work() as work:
        place = await place_of(work, now, 28)
        await work.patterns.replace([place], now)
    async with store.work() as work:
        (found,) = await work.patterns.list()
        assert (found.label, found.latest, found.found_at) == ("CM1 1QH", (new, old), now)
        await work.patterns.replace([replace(place, what=What.HOTSPOT)], now)
    async with store.work() as work:
        assert [one.count.what for one in await work.patterns.list()] == [What.HOTSPOT]


async def test_none_of_the_latest_is_restricted_and_no_reporter_is_named(
    store: Store, new_report: NewReport, now: datetime
) -> None:
    await reported(store, restricted(new_report), now, keys=(PHONE,))
    open_one = await reported(store, new_report, now, keys=(PHONE,))
    async with store.work() as work:
        await work.patterns.replace(await work.patterns.by_reporter(now, 365, 1), now)
    async with store.work() as work:
        (found,) = await work.patterns.list()
        assert (found.count.counts.recent, found.latest) == (1, (open_one,))
        assert found.label == ""
