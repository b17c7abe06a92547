"""The outbox: in order within a chat, pressing ones first between chats, nothing twice."""

from datetime import datetime, timedelta

from sqlalchemy import update

from handlers.messages import ACKNOWLEDGEMENT, CHAT, URGENT, Reply
from storage.conversations import TELEGRAM, Address
from storage.tables import messages
from storage.work import Store, Work


async def say(work: Work, key: str, now: datetime, *replies: Reply) -> tuple[int, ...]:
    kept = await work.conversations.load(Address(TELEGRAM, key), now)
    before = await work.transcript.read(kept.address)
    work.transcript.say(kept, replies, now)
    lines = await work.transcript.read(kept.address)
    return tuple(line.id for line in lines[len(before) :])


async def due(work: Work, now: datetime) -> list[str]:
    return [line.reply.text for line in await work.outbox.due(now, 10)]


async def test_what_is_due_says_where_it_goes(store: Store, here: Address, now: datetime) -> None:
    async with store.work() as work:
        (id,) = await say(work, here.key, now, Reply("hello"))
        (line,) = await work.outbox.due(now + timedelta(seconds=1), 10)
    assert (line.id, line.address, line.reply) == (id, here, Reply("hello"))
    assert (line.attempts, line.created_at) == (0, now)


async def test_one_chat_gets_its_replies_one_after_the_other(store: Store, now: datetime) -> None:
    async with store.work() as work:
        first, second = await say(work, "a", now, Reply("one"), Reply("two"))
        assert await due(work, now) == ["one"]
        work.outbox.sent(first, "77", now)
        assert await due(work, now) == ["two"]
        work.outbox.sent(second, "78", now)
        assert await due(work, now) == []


async def test_an_urgent_reply_brings_its_chat_to_the_front_in_order(
    store: Store, now: datetime
) -> None:
    async with store.work() as work:
        await say(work, "a", now, Reply("chat", lane=CHAT))
        await say(work, "b", now, Reply("receipt", lane=ACKNOWLEDGEMENT))
        before, _ = await say(work, "c", now, Reply("before"), Reply("ring 999", lane=URGENT))
        assert await due(work, now) == ["before", "receipt", "chat"]
        work.outbox.sent(before, "1", now)
        assert await due(work, now) == ["ring 999", "receipt", "chat"]


async def test_nothing_overtakes_a_reply_that_has_to_be_tried_again(
    store: Store, now: datetime
) -> None:
    later = now + timedelta(seconds=30)
    async with store.work() as work:
        first, _ = await say(work, "a", now, Reply("one"), Reply("two"))
        await say(work, "b", now, Reply("other"))
        work.outbox.retry(first, later)
        assert await due(work, now) == ["other"]
        again, _ = await work.outbox.due(later, 10)
    assert (again.reply.text, again.attempts) == ("one", 1)


async def test_what_failed_or_may_have_arrived_is_not_sent_again(
    store: Store, now: datetime
) -> None:
    async with store.work() as work:
        one, two, _ = await say(work, "a", now, Reply("one"), Reply("two"), Reply("three"))
        work.outbox.failed(one, "refused", now)
        assert await due(work, now) == ["two"]
        work.outbox.unknown(two, now)
        assert await due(work, now) == ["three"]
        work.outbox.retry(one, now)
        assert await due(work, now) == ["three"]


async def test_a_page_needs_no_sender(store: Store, page: Address, now: datetime) -> None:
    async with store.work() as work:
        work.transcript.say(await work.conversations.load(page, now), [Reply("x")], now)
        assert await due(work, now) == []


async def test_nothing_is_sent_to_who_blocked_us_and_old_news_not_afterwards(
    store: Store, here: Address, now: datetime
) -> None:
    async with store.work() as work:
        await say(work, here.key, now, Reply("old news"))
        await say(work, "another", now, Reply("other"))
        await work.conversations.mark_blocked(here, True)
        assert await due(work, now) == ["other"]
        await say(work, here.key, now, Reply("meanwhile"))
        assert await due(work, now) == ["other"]
        await work.conversations.mark_blocked(here, False)
        assert sorted(await due(work, now)) == ["meanwhile", "other"]


async def test_no_more_than_asked_for(store: Store, now: datetime) -> None:
    async with store.work() as work:
        for key in "abc":
            await say(work, key, now, Reply(key))
        assert [line.reply.text for line in await work.outbox.due(now, 2)] == ["a", "b"]


async def test_a_reply_that_nobody_can_read_holds_up_nobody(store: Store, now: datetime) -> None:
    async with store.work() as work:
        spoilt, _ = await say(work, "a", now, Reply("spoilt"), Reply("behind it"))
        await say(work, "b", now, Reply("other"))
    async with store.work() as work:
        words = update(messages).where(messages.c.id == spoilt).values(words=b"nothing")
        await work.rows.execute(words)
        assert await due(work, now) == ["other"]
        assert sorted(await due(work, now)) == ["behind it", "other"]
