"""Unfinished reports under a code: brought back once, by nobody without the code."""

from datetime import datetime, timedelta

from handlers.draft import Draft
from handlers.report import show_code
from storage.work import Store


async def test_a_parked_draft_comes_back_once_however_its_code_is_typed(
    store: Store, now: datetime
) -> None:
    draft = Draft("theft", now, open="what")
    async with store.work() as work:
        code = work.parked.keep(draft, now)
        work.parked.keep(Draft("noise", now), now)
    async with store.work() as work:
        assert await work.parked.take(show_code(code).lower()) == draft
    async with store.work() as work:
        assert await work.parked.take(code) is None


async def test_a_wrong_code_brings_nothing(store: Store, now: datetime) -> None:
    async with store.work() as work:
        work.parked.keep(Draft("theft", now), now)
        assert await work.parked.take("YYYYYYYYYYYYYYYY") is None
        assert await work.parked.take("no code at all") is None


async def test_drafts_nobody_came_back_for_are_thrown_away(store: Store, now: datetime) -> None:
    async with store.work() as work:
        old = work.parked.keep(Draft("theft", now), now - timedelta(days=31))
        fresh = work.parked.keep(Draft("asb", now), now)
        assert await work.parked.purge(now - timedelta(days=30)) == 1
        assert await work.parked.take(old) is None
        assert await work.parked.take(fresh) is not None
