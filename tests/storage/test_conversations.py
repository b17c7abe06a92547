"""Conversations: one a chat, moved on in turn, and forgotten when their resident says so."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.conversation import Conversation, Step
from handlers.draft import Draft
from handlers.effects import MineGathered
from handlers.messages import URGENT, Reply, Said
from handlers.report import NewReport
from storage.conversations import TELEGRAM, WEB, Address
from storage.errors import Rejected
from storage.work import Store


async def test_a_new_chat_begins_with_a_fresh_conversation(
    store: Store, here: Address, now: datetime
) -> None:
    async with store.work() as work:
        assert await work.conversations.find(here) is None
        kept = await work.conversations.load(here, now)
        assert (kept.conversation, kept.address) == (Conversation(), here)
        assert await work.conversations.find(here) == kept
        assert await work.conversations.resume(kept.id) == kept
        assert await work.conversations.resume("nobody") is None


async def test_a_draft_survives_until_the_next_start(
    store: Store, here: Address, now: datetime
) -> None:
    draft = Conversation(step=Step.REPORTING, draft=Draft("asb", now, open="where"))
    async with store.work() as work:
        work.conversations.save(await work.conversations.load(here, now), draft, now)
    async with store.work() as work:
        assert (await work.conversations.load(here, now)).conversation == draft


async def test_the_same_key_on_another_channel_is_another_conversation(
    store: Store, now: datetime
) -> None:
    async with store.work() as work:
        one = await work.conversations.load(Address(TELEGRAM, "1"), now)
        other = await work.conversations.load(Address(WEB, "1"), now)
    assert one.id != other.id


async def test_a_conversation_counts_its_turns_and_knows_when_it_was_last_spoken_to(
    store: Store, here: Address, now: datetime
) -> None:
    later = now + timedelta(minutes=1)
    async with store.work() as work:
        kept = await work.conversations.load(here, now)
        assert (kept.version, kept.heard_at) == (0, None)
        kept = work.conversations.save(kept, replace(kept.conversation, asked="a"), later, now)
        # The counter's own words move it on too, but then nobody was heard.
        work.conversations.save(kept, replace(kept.conversation, asked="b"), later)
        found = await work.conversations.find(here)
    assert found is not None
    assert (found.version, found.heard_at, found.conversation.asked) == (2, now, "b")


async def test_many_are_loaded_at_once_old_and_new(
    store: Store, here: Address, page: Address, now: datetime
) -> None:
    async with store.work() as work:
        old = await work.conversations.load(here, now)
        work.conversations.save(old, replace(old.conversation, asked="a"), now)
    async with store.work() as work:
        found = await work.conversations.load_all([page, here], now)
        assert set(found) == {here, page}
        assert (found[here].id, found[here].conversation.asked) == (old.id, "a")
        assert found[page] == await work.conversations.find(page)


async def test_turns_of_one_chat_at_the_same_moment_lose_nothing(
    store: Store, here: Address, now: datetime
) -> None:
    async def turn(text: str) -> None:
        async with store.work() as work:
            kept = await work.conversations.load(here, now)
            said = (*kept.conversation.recent, text)
            work.conversations.save(kept, replace(kept.conversation, recent=said), now)

    texts = [str(number) for number in range(10)]
    await asyncio.gather(*map(turn, texts))
    async with store.work() as work:
        found = await work.conversations.load(here, now)
    assert sorted(found.conversation.recent) == texts


async def test_forgetting_erases_the_chat_and_leaves_the_submitted_report(
    store: Store, page: Address, now: datetime, new_report: NewReport, noise: Any
) -> None:
    async with store.work() as work:
        kept = await work.conversations.load(page, now)
        work.conversations.save(kept, Conversation(draft=Draft("asb", now)), now)
        work.transcript.hear(kept, "my words", now)
        work.transcript.say(kept, [Reply("an answer")], now)
        sent, loose = [await work.files.keep(b"x", "image/png", kept.id, now) for _ in range(2)]
        reference, code = work.reports.keep(replace(new_report, photos=(sent,)), kept.id, now)
        assert await work.conversations.gather(kept.id) == MineGathered(2, 1, draft=True)
    async with store.work() as work:
        work.set_aside.keep(Said("could not be handled"), "KeyError", kept.id, now)
        await work.conversations.forget(kept.id)
        assert await work.set_aside.list(9) == []
    async with store.work() as work:
        after = await work.conversations.load(page, now)
        assert after.conversation == Conversation()
        assert await work.transcript.read(page) == ()
        assert await work.conversations.gather(kept.id) == MineGathered(0, 0, draft=False)
        with pytest.raises(LookupError):
            await work.files.read(loose)
        assert (await work.files.read(sent))[0] == b"x"
        assert await work.reports.followers(reference) == ()
        assert await work.reports.by_code(code, after.id, now) is not None
        other = await work.conversations.find(noise.web)
        assert other is not None
        assert other.conversation == noise.draft
        assert len(await work.transcript.read(noise.web)) == 2
        assert (await work.files.read(noise.photo))[0] == b"noise"
        assert await work.reports.followers(noise.reference)


async def test_forgetting_does_not_take_back_guidance_that_waits_to_be_sent(
    store: Store, here: Address, now: datetime
) -> None:
    async with store.work() as work:
        kept = await work.conversations.load(here, now)
        work.transcript.say(kept, [Reply("ring 999", lane=URGENT)], now)
        await work.conversations.forget(kept.id)
        (waiting,) = await work.outbox.due(now, 10)
    assert waiting.reply.text == "ring 999"


async def test_the_turn_that_forgets_can_still_save_and_say_goodbye(
    store: Store, here: Address, now: datetime
) -> None:
    async with store.work() as work:
        kept = await work.conversations.load(here, now)
        await work.conversations.forget(kept.id)
        kept = work.conversations.save(kept, Conversation(welcomed=True), now)
        work.transcript.say(kept, [Reply("deleted")], now)
    async with store.work() as work:
        assert (await work.conversations.load(here, now)).conversation.welcomed
        assert [line.reply for line in await work.transcript.read(here)] == [Reply("deleted")]


async def test_idle_pages_are_purged_wholly_and_chats_on_telegram_are_not(
    store: Store, page: Address, here: Address, now: datetime, new_report: NewReport, noise: Any
) -> None:
    long_ago = now - timedelta(days=2)
    async with store.work() as work:
        idle = await work.conversations.load(page, long_ago)
        await work.conversations.load(here, long_ago)
        loose = await work.files.keep(b"x", "image/png", idle.id, long_ago)
        reference, _ = work.reports.keep(new_report, idle.id, long_ago)
        work.alarms.keep("knife", "alarm", "violence", (idle.id, "web"), long_ago)
        assert await work.conversations.idle(now - timedelta(days=1)) == (idle.id,)
        assert await work.conversations.purge_idle(now - timedelta(days=1)) == 1
    async with store.work() as work:
        assert await work.conversations.find(page) is None
        assert await work.conversations.find(here) is not None
        assert await work.conversations.find(noise.web) is not None
        with pytest.raises(LookupError):
            await work.files.read(loose)
        assert await work.reports.read(reference) is not None
        alarms = await work.alarms.page(10)
    assert {alarm.category: alarm.chat_kept for alarm in alarms} == {
        "violence": False,
        "noise": True,
    }


async def test_an_idle_telegram_chat_stays_while_it_follows_a_report(
    store: Store, here: Address, now: datetime, noise: Any
) -> None:
    async with store.work() as work:
        await work.conversations.load(here, now)
        assert await work.conversations.purge_idle(now + timedelta(days=999), TELEGRAM) == 1
        assert await work.conversations.find(here) is None
        assert await work.conversations.find(noise.telegram) is not None


async def test_an_old_draft_is_thrown_away_and_the_chat_goes_on(
    store: Store, here: Address, now: datetime, noise: Any
) -> None:
    long_ago = now - timedelta(days=40)
    drafting = Conversation(
        step=Step.REPORTING, deaf=True, recent=("a",), draft=Draft("asb", long_ago)
    )
    async with store.work() as work:
        kept = await work.conversations.load(here, long_ago)
        work.conversations.save(kept, drafting, long_ago)
        loose = await work.files.keep(b"x", "image/png", kept.id, long_ago)
        assert await work.conversations.purge_drafts(now - timedelta(days=30)) == 1
        assert await work.conversations.purge_drafts(now - timedelta(days=30)) == 0
        after = await work.conversations.load(here, now)
        other = await work.conversations.load(noise.web, now)
        with pytest.raises(LookupError):
            await work.files.read(loose)
    assert after.conversation == Conversation(deaf=True)
    assert other.conversation == noise.draft


async def test_nothing_is_kept_of_work_that_fails(
    store: Store, here: Address, now: datetime
) -> None:
    async def fail() -> None:
        async with store.work() as work:
            kept = await work.conversations.load(here, now)
            work.transcript.say(kept, [Reply("never")], now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with store.work() as work:
        assert await work.conversations.find(here) is None


async def test_a_moment_without_a_time_zone_is_refused(store: Store, here: Address) -> None:
    with pytest.raises(Rejected) as caught:
        async with store.work() as work:
            await work.conversations.load(here, datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake
    assert "aware of its time zone" in str(caught.value.__cause__)
