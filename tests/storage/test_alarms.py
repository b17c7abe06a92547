"""Alarms wait until somebody has said what came of them, and every look at one leaves a trace."""

from datetime import datetime, timedelta

from storage.alarms import AlarmOutcome
from storage.conversations import Address
from storage.work import Store

MINUTE = timedelta(minutes=1)


async def raised(store: Store, here: Address, at: datetime, text: str = "he has a knife") -> str:
    """The id of an alarm just raised."""
    async with store.work() as work:
        chat = await work.conversations.load(here, at)
        before = {one.id for one in await work.alarms.page(99)}
        work.alarms.keep(text, "alarm", "weapon", (chat.id, here.channel), at)
    async with store.work() as work:
        (new,) = {one.id for one in await work.alarms.page(99)} - before
    return new


async def test_an_alarm_is_read_with_a_trace_that_has_none_of_its_words(
    store: Store, here: Address, now: datetime
) -> None:
    id = await raised(store, here, now)
    async with store.work() as work:
        opened = await work.alarms.open(id, "sue", now)
        assert opened is not None
        assert (opened.text, opened.alarm.category, opened.alarm.chat_kept) == (
            "he has a knife",
            "weapon",
            True,
        )
        (looked,) = await work.audit.about(id)
        assert (looked.who, looked.what, looked.detail) == ("sue", "alarm viewed", "{}")
        assert await work.alarms.open("0" * 32, "sue", now) is None


async def test_it_waits_until_somebody_says_what_came_of_it(
    store: Store, here: Address, now: datetime
) -> None:
    id = await raised(store, here, now)
    async with store.work() as work:
        waiting = await work.alarms.count_open()
        assert await work.alarms.take(id, "sue", now)
        assert await work.alarms.take(id, "hana", now)
        done = AlarmOutcome.CONTROL_ROOM
        assert await work.alarms.close(id, "hana", done, "EP-1234", now + MINUTE)
        assert await work.alarms.count_open() == waiting - 1
        opened = await work.alarms.open(id, "sue", now)
        assert opened is not None
        assert (opened.alarm.owner, opened.alarm.outcome, opened.note) == ("hana", done, "EP-1234")
        assert not await work.alarms.take(id, "sue", now)
        assert not await work.alarms.close(id, "sue", AlarmOutcome.SAFE, "", now)


async def test_open_ones_come_first_the_oldest_of_them_first(
    store: Store, here: Address, now: datetime
) -> None:
    late = await raised(store, here, now + MINUTE)
    early = await raised(store, here, now)
    closed = await raised(store, here, now - MINUTE)
    async with store.work() as work:
        await work.alarms.close(closed, "sue", AlarmOutcome.NO_DANGER, "", now)
        order = [one.id for one in await work.alarms.page(99)]
    assert [id for id in order if id in {late, early, closed}] == [early, late, closed]


async def test_what_nobody_takes_on_or_closes_is_late(
    store: Store, here: Address, now: datetime
) -> None:
    async with store.work() as work:
        for one in await work.alarms.page(99):
            await work.alarms.close(one.id, "sue", AlarmOutcome.SAFE, "", now)
    id = await raised(store, here, now)
    async with store.work() as work:
        assert await work.alarms.waiting(now, now - MINUTE) == 0
        assert await work.alarms.waiting(now + MINUTE, now - MINUTE) == 1
        await work.alarms.take(id, "sue", now + MINUTE)
        assert await work.alarms.waiting(now + 2 * MINUTE, now) == 0
        assert await work.alarms.waiting(now + 9 * MINUTE, now + 2 * MINUTE) == 1
        await work.alarms.close(id, "sue", AlarmOutcome.SAFE, "", now + 3 * MINUTE)
        assert await work.alarms.waiting(now + 9 * MINUTE, now + 8 * MINUTE) == 0


async def test_old_ones_are_erased(store: Store, here: Address, now: datetime) -> None:
    id = await raised(store, here, now - 2 * MINUTE)
    async with store.work() as work:
        assert await work.alarms.purge(now - MINUTE) == 1
        assert await work.alarms.open(id, "sue", now) is None
