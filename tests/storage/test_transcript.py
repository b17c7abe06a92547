"""Transcripts: what was said, in order, and no more of it than may be kept."""

from datetime import datetime, timedelta, timezone

from handlers.messages import ACKNOWLEDGEMENT, Choice, Reply
from storage.conversations import Address
from storage.work import Store, Work

REPLY = Reply("**Hello**", (Choice("1", "One"),), ACKNOWLEDGEMENT, "photos")


async def ids(work: Work, address: Address) -> list[int]:
    return [line.id for line in await work.transcript.read(address)]


async def test_a_page_shows_both_sides_in_order(store: Store, page: Address, now: datetime) -> None:
    async with store.work() as work:
        kept = await work.conversations.load(page, now)
        work.transcript.hear(kept, "hello \ud83d", now)
        work.transcript.say(kept, [REPLY, Reply("And?")], now)
        work.transcript.hear(kept, None, now + timedelta(seconds=1))
        lines = await work.transcript.read(page)
    assert [(line.who, line.text, line.reply) for line in lines] == [
        ("resident", "hello \ud83d", None),
        ("counter", None, REPLY),
        ("counter", None, Reply("And?")),
        ("resident", None, None),
    ]
    assert [line.id for line in lines] == sorted({line.id for line in lines})
    assert lines[3].at == now + timedelta(seconds=1)


async def test_a_page_asks_for_what_came_after(store: Store, page: Address, now: datetime) -> None:
    async with store.work() as work:
        kept = await work.conversations.load(page, now)
        work.transcript.say(kept, [Reply("a"), Reply("b")], now)
        first, second = await ids(work, page)
        assert [line.id for line in await work.transcript.since(page, first)] == [second]
        assert await work.transcript.since(page, second) == ()


async def test_ids_are_never_used_again(store: Store, page: Address, now: datetime) -> None:
    async with store.work() as work:
        kept = await work.conversations.load(page, now)
        work.transcript.say(kept, [Reply("a")], now)
        (last,) = await ids(work, page)
        await work.conversations.forget(kept.id)
        work.transcript.say(kept, [Reply("b")], now)
        (after,) = await ids(work, page)
    assert after > last


async def test_on_telegram_the_residents_words_are_not_kept(
    store: Store, here: Address, now: datetime
) -> None:
    async with store.work() as work:
        kept = await work.conversations.load(here, now)
        work.transcript.hear(kept, "hello", now)
        work.transcript.say(kept, [REPLY], now)
        lines = await work.transcript.read(here)
    assert [line.who for line in lines] == ["counter"]


async def test_saying_nothing_writes_nothing(store: Store, here: Address, now: datetime) -> None:
    async with store.work() as work:
        kept = await work.conversations.load(here, now)
        work.transcript.say(kept, [], now)
        assert await work.transcript.read(here) == ()


async def test_times_come_back_as_they_were_in_utc(
    store: Store, page: Address, now: datetime
) -> None:
    summer = now.astimezone(timezone(timedelta(hours=1)))
    async with store.work() as work:
        work.transcript.hear(await work.conversations.load(page, now), "x", summer)
        (line,) = await work.transcript.read(page)
    assert (line.at, line.at.utcoffset()) == (now, timedelta(0))
