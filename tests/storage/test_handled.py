"""An event is handled once, whatever happens."""

from datetime import datetime, timedelta

import pytest

from storage.work import Store


async def test_an_event_is_new_once_and_only_for_its_source(store: Store, now: datetime) -> None:
    async with store.work() as work:
        assert await work.handled.once("telegram", "1", now)
        assert not await work.handled.once("telegram", "1", now)
        assert await work.handled.once("web", "1", now)
    async with store.work() as work:
        assert not await work.handled.once("telegram", "1", now)


async def test_an_event_whose_work_failed_is_still_new(store: Store, now: datetime) -> None:
    async def fail() -> None:
        async with store.work() as work:
            assert await work.handled.once("telegram", "1", now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with store.work() as work:
        assert await work.handled.once("telegram", "1", now)


async def test_only_old_events_are_purged(store: Store, now: datetime) -> None:
    async with store.work() as work:
        await work.handled.once("telegram", "old", now - timedelta(days=2))
        assert await work.handled.purge(now - timedelta(days=1)) == 1
        assert not await work.handled.once("telegram", "noise", now)
        assert await work.handled.once("telegram", "old", now)
