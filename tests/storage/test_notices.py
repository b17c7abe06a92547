"""What stands beside a report: what may be the same, who and where again; nothing out of bounds."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers.report import NewReport
from handlers.traits import KeyKind
from knowledge.similar import Traits
from storage.conversations import Address
from storage.notices import CHAT, Beside
from storage.scope import By
from storage.work import Store
from tests.storage.conftest import World
from tests.storage.noticed import elsewhere, reported, restricted

DAY = timedelta(days=1)
PHONE = (KeyKind.PHONE, "07700900123")
NAME = (KeyKind.NAME, "margaret hale")


async def beside(store: Store, reference: str, by: By, now: datetime) -> Beside:
    async with store.work() as work:
        return await work.notices.beside(reference, by, now)


def others(found: Beside) -> set[str]:
    return {other.reference for other in found.others}


async def test_the_same_kind_nearby_and_any_kind_at_the_place_are_compared(
    store: Store, new_report: NewReport, handler: By, now: datetime
) -> None:
    here = await reported(store, new_report, now)
    soon = await reported(store, new_report, now - 10 * DAY, traits=Traits(street="elm road"))
    at_place = await reported(store, replace(new_report, kind="drugs"), now - 60 * DAY)
    await reported(store, new_report, now - 20 * DAY, traits=Traits(street="elm road"))
    await reported(store, new_report, now - 100 * DAY)
    await reported(store, elsewhere(new_report), now, traits=Traits(street="elm road"))
    found = await beside(store, here, handler, now)
    assert others(found) == {soon, at_place}
    assert found.case is not None
    assert found.case.traits.street == "mill road"
    assert found.reporter == (), "nobody said who they are"


async def test_a_position_is_compared_with_those_across_the_border_of_its_square(
    store: Store, new_report: NewReport, handler: By, now: datetime
) -> None:
    spot = Traits(latitude=51.70005, longitude=0.50005)
    here = await reported(store, new_report, now, traits=spot)
    there = await reported(
        store, elsewhere(new_report), now, traits=replace(spot, latitude=51.69995)
    )
    await reported(store, elsewhere(new_report), now, traits=replace(spot, latitude=51.6979))
    assert others(await beside(store, here, handler, now)) == {there}


async def test_what_waits_to_be_read_is_not_compared(
    store: Store, new_report: NewReport, handler: By, now: datetime
) -> None:
    here = await reported(store, new_report, now)
    async with store.work() as work:
        waiting, _ = work.reports.keep(new_report, None, now)
    assert others(await beside(store, here, handler, now)) == set()
    assert await beside(store, waiting, handler, now) == Beside()


async def test_the_same_reporter_is_told_by_phone_name_or_chat_and_how_is_said(
    store: Store, new_report: NewReport, handler: By, here: Address, now: datetime
) -> None:
    old = await reported(store, elsewhere(new_report), now - 300 * DAY, keys=(PHONE,))
    await reported(store, elsewhere(new_report), now - 400 * DAY, keys=(PHONE,))
    chatted = await reported(store, elsewhere(new_report), now - DAY, chat=here)
    named = await reported(store, elsewhere(new_report), now - 2 * DAY, keys=(NAME,))
    mine = await reported(store, new_report, now, keys=(PHONE, NAME), chat=here)
    found = await beside(store, mine, handler, now)
    assert [(one.by, one.count, one.latest) for one in found.reporter] == [
        (CHAT, 1, (chatted,)),
        (KeyKind.PHONE, 1, (old,)),
        (KeyKind.NAME, 1, (named,)),
    ]


async def test_a_place_that_comes_up_again_is_counted_once_by_its_most_exact_key(
    store: Store, new_report: NewReport, handler: By, now: datetime
) -> None:
    exact = Traits(postcode="CM1 1QH", street="mill road")
    before = [await reported(store, new_report, now - n * DAY, traits=exact) for n in (3, 2, 1)]
    await reported(store, new_report, now - 4 * DAY)
    await reported(store, elsewhere(new_report), now - DAY)
    here = await reported(store, new_report, now, traits=exact)
    (place,) = (await beside(store, here, handler, now)).place
    assert (place.by, place.count) == (KeyKind.POSTCODE, 3)
    assert place.latest == tuple(reversed(before))


async def test_a_street_of_another_district_is_another_street(
    store: Store, new_report: NewReport, handler: By, now: datetime
) -> None:
    await reported(store, elsewhere(new_report, "harlow"), now)
    here = await reported(store, new_report, now)
    assert (await beside(store, here, handler, now)).place == ()


async def test_what_is_restricted_is_neither_shown_nor_counted_nor_named(
    store: Store, new_report: NewReport, handler: By, supervisor: By, now: datetime
) -> None:
    secret = await reported(store, restricted(new_report), now, keys=(PHONE,))
    here = await reported(store, new_report, now, keys=(PHONE,))
    seen = await beside(store, here, supervisor, now)
    assert others(seen) == {secret}
    assert (seen.reporter[0].count, seen.place[0].count) == (1, 1)
    async with store.work() as work:
        await work.notices.not_same(here, secret, supervisor, now)
    for_handler = await beside(store, here, handler, now)
    assert (for_handler.others, for_handler.reporter) == ((), ())
    assert (for_handler.place, for_handler.unlike) == ((), ())
    assert await beside(store, secret, handler, now) == Beside()


async def test_said_to_be_another_problem_it_is_shown_no_more_until_that_is_taken_back(
    store: Store, new_report: NewReport, handler: By, now: datetime
) -> None:
    here, other = [await reported(store, new_report, now) for _ in range(2)]
    async with store.work() as work:
        await work.notices.not_same(here, other, handler, now)
        await work.notices.not_same(other, here, handler, now)
    for one, two in ((here, other), (other, here)):
        found = await beside(store, one, handler, now)
        assert others(found) == set()
        assert [(pair.reference, pair.who) for pair in found.unlike] == [(two, "Hana Handler")]
    async with store.work() as work:
        events = [(event.who, event.what) for event in await work.audit.about(here)]
        assert ("hana", "marked as not the same") in events
        await work.notices.not_same(here, other, handler, now, so=False)
    assert others(await beside(store, here, handler, now)) == {other}


@pytest.mark.parametrize("missing", ["FC-ABC-DEFX", ""])
async def test_nothing_is_said_of_a_report_that_is_not_there_or_not_for_them(
    store: Store, new_report: NewReport, handler: By, missing: str, now: datetime
) -> None:
    here = await reported(store, new_report, now)
    other = missing or await reported(store, restricted(new_report), now)
    async with store.work() as work:
        with pytest.raises(LookupError):
            await work.notices.not_same(here, other, handler, now)


async def test_a_report_that_goes_on_from_another_is_linked_already(
    store: Store, new_report: NewReport, handler: By, noise: World, now: datetime
) -> None:
    first = await reported(store, new_report, now)
    second = await reported(store, replace(new_report, continues=first), now)
    assert others(await beside(store, first, handler, now)) == set()
    assert others(await beside(store, second, handler, now)) == set()


async def test_the_words_that_read_urgent_are_there(
    store: Store, new_report: NewReport, handler: By, now: datetime
) -> None:
    here = await reported(store, new_report, now, words="kicking the door")
    assert (await beside(store, here, handler, now)).urgent_words == "kicking the door"
