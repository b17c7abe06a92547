"""A task to tell a partner has a recipient, a reason and a day, and who told them is recorded."""

from datetime import datetime, timedelta

import pytest

from handlers.report import NewReport
from storage.scope import By
from storage.shares import NewShare, ShareReason
from storage.work import Store
from tests.storage.conftest import World
from tests.storage.noticed import reported, restricted

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def another(store: Store, noise: World, handler: By, now: datetime) -> None:
    """A task about another report, which is always there."""
    async with store.work() as work:
        other = NewShare("noise", ShareReason.OTHER, "noise", False, now)
        await work.shares.add(noise.reference, other, handler, now)


def task(due: datetime, words: str = "they know the family") -> NewShare:
    return NewShare("hub", ShareReason.VULNERABLE, words, False, due)


async def test_it_is_kept_with_its_reason_and_recorded_without_its_words(
    store: Store, noise: World, handler: By, now: datetime
) -> None:
    async with store.work() as work:
        await work.shares.add(noise.reference, task(now + DAY), handler, now)
    async with store.work() as work:
        (mine,) = [
            one
            for one in await work.shares.of(noise.reference, handler)
            if one.task.words != "noise"
        ]
        assert (mine.task, mine.made_by, mine.done_at) == (task(now + DAY), "Hana Handler", None)
        last = (await work.audit.about(noise.reference))[-1]
        assert (last.who, last.what) == ("hana", "sharing planned")
        assert "vulnerable" in last.detail
        assert "family" not in last.detail


async def test_only_the_first_who_says_so_has_done_it(
    store: Store, noise: World, handler: By, supervisor: By, now: datetime
) -> None:
    async with store.work() as work:
        (mine,) = await work.shares.of(noise.reference, handler)
        assert await work.shares.done(noise.reference, mine.id, handler, now)
        assert not await work.shares.done(noise.reference, mine.id, supervisor, now + DAY)
        (done,) = await work.shares.of(noise.reference, handler)
        assert (done.done_at, done.done_by) == (now, "Hana Handler")
        shared = [
            event for event in await work.audit.about(noise.reference) if event.what == "shared"
        ]
        assert len(shared) == 1


async def test_what_is_to_be_done_first_comes_first_and_what_is_done_last(
    store: Store, new_report: NewReport, noise: World, handler: By, now: datetime
) -> None:
    reference = await reported(store, new_report, now)
    async with store.work() as work:
        (done,) = await work.shares.of(noise.reference, handler)
        await work.shares.done(noise.reference, done.id, handler, now)
        for days in (3, 1, 2):
            await work.shares.add(reference, task(now + days * DAY), handler, now)
        assert await work.shares.count(handler) == (4, 3)
        listed = await work.shares.page(handler, 9)
        assert [(one.task.due_at - now).days for one in listed] == [1, 2, 3, 0]
        assert await work.shares.page(handler, 2, 2) == listed[2:]


async def test_those_of_a_restricted_report_do_not_exist_for_who_may_not_see_it(
    store: Store, new_report: NewReport, handler: By, supervisor: By, now: datetime
) -> None:
    secret = await reported(store, restricted(new_report), now)
    async with store.work() as work:
        with pytest.raises(LookupError):
            await work.shares.add(secret, task(now), handler, now)
        await work.shares.add(secret, task(now), supervisor, now)
        (hidden,) = await work.shares.of(secret, supervisor)
        assert await work.shares.of(secret, handler) == ()
        assert await work.shares.count(handler) == (1, 1)
        assert await work.shares.count(supervisor) == (2, 2)
        assert hidden.id not in {one.id for one in await work.shares.page(handler, 9)}
        with pytest.raises(LookupError):
            await work.shares.done(secret, hidden.id, handler, now)


async def test_a_task_is_done_only_under_its_own_report(
    store: Store, new_report: NewReport, noise: World, handler: By, now: datetime
) -> None:
    other = await reported(store, new_report, now)
    async with store.work() as work:
        (mine,) = await work.shares.of(noise.reference, handler)
        with pytest.raises(LookupError):
            await work.shares.done(other, mine.id, handler, now)
