"""Live chats: the queue, who has whom, and that of two who reach for one chat only one gets it."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from handlers.effects import Ending, HandOverGone, PersonLooked, Queued
from storage.conversations import TELEGRAM, Address
from storage.hand_overs import Terms
from storage.presence import THERE
from storage.retention import Retention, purge
from storage.scope import By
from storage.seal import Unsealable
from storage.tables import hand_overs
from storage.work import Store, Work, open_store
from tests.storage.conftest import OpenAgain, World

MINUTE = timedelta(minutes=1)


async def asks(store: Store, key: str, at: datetime, *said: str) -> str:
    """A resident begins to wait; the id of the hand-over."""
    async with store.work() as work:
        kept = await work.conversations.load(Address(TELEGRAM, key), at)
        await work.hand_overs.join(kept, said, at)
        return next(
            one.id for one in await work.live_desk.waiting() if one.conversation_id == kept.id
        )


async def chat_of(work: Work, key: str, at: datetime) -> str:
    return (await work.conversations.load(Address(TELEGRAM, key), at)).id


async def order(store: Store) -> list[str]:
    async with store.work() as work:
        return [one.id for one in await work.live_desk.waiting()]


class TestTheQueue:
    async def test_first_come_first_served_and_everybody_knows_their_place(
        self, store: Store, now: datetime
    ) -> None:
        first = await asks(store, "first", now)
        second = await asks(store, "second", now + MINUTE)
        assert await order(store) == [first, second]
        async with store.work() as work:
            chat = await chat_of(work, "second", now)
            assert await work.hand_overs.pass_on(chat, now, urgent=False) == Queued(2)
            found = await work.hand_overs.look(now)
            assert (found.waiting, found.ready, found.minutes) == (2, 0, None)

    async def test_asking_twice_is_waiting_once(self, store: Store, now: datetime) -> None:
        await asks(store, "first", now)
        await asks(store, "first", now + MINUTE)
        assert len(await order(store)) == 1

    async def test_who_tells_of_danger_comes_first(self, store: Store, now: datetime) -> None:
        calm = await asks(store, "calm", now)
        pressing = await asks(store, "pressing", now + MINUTE)
        async with store.work() as work:
            chat = await chat_of(work, "pressing", now)
            assert await work.hand_overs.pass_on(chat, now, urgent=True) == Queued(1)
        assert await order(store) == [pressing, calm]

    async def test_who_stops_waiting_is_gone_from_it(self, store: Store, now: datetime) -> None:
        id = await asks(store, "first", now)
        async with store.work() as work:
            chat = await chat_of(work, "first", now)
            await work.hand_overs.finish(chat, Ending.STOPPED, now)
            assert isinstance(await work.hand_overs.pass_on(chat, now, urgent=False), HandOverGone)
            ended = await work.live_desk.find(id)
        assert ended is not None
        assert ended.outcome == "resident stopped waiting"
        assert await order(store) == []

    async def test_the_wait_is_said_once_enough_have_waited(
        self, store: Store, now: datetime, handler: By
    ) -> None:
        for number, minutes in enumerate((1, 3, 30)):
            at = now + number * MINUTE
            id = await asks(store, str(number), at)
            async with store.work() as work:
                known = (await work.hand_overs.look(now)).minutes
                assert known is None
                assert await work.live_desk.take(id, handler.staff, at + minutes * MINUTE)
        async with store.work() as work:
            assert (await work.hand_overs.look(now + 32 * MINUTE)).minutes == 3
            assert (await work.hand_overs.look(now + 200 * MINUTE)).minutes is None

    async def test_where_live_chats_are_off_nobody_is_there(
        self, source: tuple[str, Path, World], now: datetime
    ) -> None:
        url, key_file, world = source
        async with (
            open_store(url, key_file, terms=Terms(open=False)) as store,
            store.work() as work,
        ):
            await work.presence.switch(world.handler.staff, True, now)
            assert await work.hand_overs.look(now) == PersonLooked(False, 0, 0)


class TestTaking:
    async def test_of_two_handlers_at_the_same_moment_one_gets_it(
        self, store: Store, now: datetime, handler: By, supervisor: By
    ) -> None:
        """Each in a transaction of their own, as on two replicas."""
        id = await asks(store, "first", now)

        async def take(by: By) -> bool:
            async with store.work() as work:
                await work.conversations.resume(await chat_of(work, "first", now))
                return await work.live_desk.take(id, by.staff, now)

        took = await asyncio.gather(take(handler), take(supervisor))
        assert sorted(took) == [False, True]
        async with store.work() as work:
            (chat,) = await work.live_desk.taken()
        assert chat.owner == ("Hana Handler" if took[0] else "Sue Pervisor")

    async def test_only_who_has_it_can_write_or_make_a_report_of_it(
        self, store: Store, now: datetime, handler: By, supervisor: By, noise: World
    ) -> None:
        id = await asks(store, "first", now)
        async with store.work() as work:
            assert not await work.live_desk.wrote(id, handler.staff, now), "nobody has it"
            await work.live_desk.take(id, handler.staff, now)
            assert await work.live_desk.wrote(id, handler.staff, now)
            assert not await work.live_desk.wrote(id, supervisor.staff, now)
            assert not await work.live_desk.reported(id, supervisor.staff, noise.reference, now)
            assert await work.live_desk.reported(id, handler.staff, noise.reference, now)
            chat = await work.live_desk.find(id)
        assert chat is not None
        assert chat.reference == noise.reference

    async def test_it_is_seen_who_had_the_last_word(
        self, store: Store, now: datetime, handler: By
    ) -> None:
        id = await asks(store, "first", now)
        async with store.work() as work:
            await work.live_desk.take(id, handler.staff, now)
            chat = await chat_of(work, "first", now)
            for step, unanswered in ((None, True), ("wrote", False), ("heard", True)):
                now += MINUTE
                if step == "wrote":
                    await work.live_desk.wrote(id, handler.staff, now)
                elif step == "heard":
                    assert await work.hand_overs.pass_on(chat, now, urgent=False) is None
                found = await work.live_desk.find(id)
                assert found is not None
                assert found.unanswered is unanswered, step

    async def test_every_step_is_in_the_audit_trail_without_a_word(
        self, store: Store, now: datetime, handler: By, supervisor: By
    ) -> None:
        id = await asks(store, "first", now, "my bike is gone")
        async with store.work() as work:
            desk, by = work.live_desk, handler.staff
            await desk.take(id, by, now)
            await desk.open(id, by, now, by_itself=False)
            await desk.open(id, by, now, by_itself=True)
            await desk.open(id, supervisor.staff, now, by_itself=True)
            await desk.wrote(id, by, now)
            await desk.hand_on(id, by.id, by, supervisor.staff.id, "about a bike", now)
            await desk.put_back(id, supervisor.staff.id, "sue", None, now)
            await desk.end(id, None, "counter", Ending.NOBODY, now)
            trail = await work.audit.about(id)
        assert [(event.who, event.what) for event in trail] == [
            ("hana", "live chat taken"),
            ("hana", "live chat viewed"),
            ("sue", "live chat viewed"),
            ("hana", "live chat line sent"),
            ("hana", "live chat handed on"),
            ("sue", "live chat put back"),
            ("counter", "live chat ended"),
        ]
        assert "bike" not in "".join(event.detail for event in trail)


class TestHandingOn:
    async def test_what_was_said_before_and_the_note_go_along_until_the_end(
        self, store: Store, now: datetime, handler: By, supervisor: By
    ) -> None:
        id = await asks(store, "first", now, "my bike is gone", "from the shed")
        async with store.work() as work:
            desk = work.live_desk
            await desk.take(id, handler.staff, now)
            thief = (
                id,
                handler.staff.id,
                handler.staff,
                supervisor.staff.id,
                "knows the thief",
                now,
            )
            assert await desk.hand_on(*thief)
            assert not await desk.hand_on(*thief), "it is not theirs to give any more"
            opened = await desk.open(id, supervisor.staff, now, by_itself=False)
            assert opened is not None
            assert opened.said == ("my bike is gone", "from the shed")
            assert (opened.note, opened.chat.owner) == ("knows the thief", "Sue Pervisor")
            await desk.end(id, supervisor.staff.id, "sue", Ending.ANSWERED, now)
            assert not await desk.end(id, supervisor.staff.id, "sue", Ending.ANSWERED, now), (
                "it is over"
            )
            opened = await desk.open(id, supervisor.staff, now, by_itself=False)
            assert opened is not None
            assert (opened.said, opened.note) == ((), "")

    async def test_who_comes_back_from_a_handler_is_next(
        self, store: Store, now: datetime, handler: By
    ) -> None:
        back = await asks(store, "back", now + MINUTE)
        async with store.work() as work:
            await work.live_desk.take(back, handler.staff, now)
        other = await asks(store, "other", now)
        async with store.work() as work:
            assert not await work.live_desk.put_back(back, 0, "counter", None, now)
            assert await work.live_desk.put_back(back, handler.staff.id, "counter", None, now)
        assert await order(store) == [back, other]

    async def test_a_restart_loses_nobody(
        self, open_again: OpenAgain, now: datetime, handler: By
    ) -> None:
        async with open_again() as store:
            mine, waits = await asks(store, "mine", now), await asks(store, "waits", now)
            async with store.work() as work:
                await work.live_desk.take(mine, handler.staff, now)
        async with open_again() as store:
            assert await order(store) == [waits]
            async with store.work() as work:
                (chat,) = await work.live_desk.taken()
        assert (chat.id, chat.owner_id) == (mine, handler.staff.id)


class TestPresence:
    async def test_only_who_has_the_switch_on_and_a_page_open_is_ready(
        self, store: Store, now: datetime, handler: By, supervisor: By
    ) -> None:
        async with store.work() as work:
            await work.presence.seen(handler.staff.id, now)
            assert (await work.presence.count(now))[0] == 0
            await work.presence.switch(handler.staff, True, now)
            await work.presence.switch(supervisor.staff, False, now)
            assert await work.presence.count(now + THERE) == (1, 1)
            assert (await work.presence.count(now + THERE + MINUTE))[0] == 0
            await work.presence.seen(handler.staff.id, now + MINUTE)
            assert (await work.presence.count(now + MINUTE))[0] == 1
            await work.presence.leave(handler.staff.id)
            assert (await work.presence.count(now + MINUTE))[0] == 0

    async def test_a_disabled_account_is_not_there(
        self, store: Store, now: datetime, handler: By, supervisor: By
    ) -> None:
        async with store.work() as work:
            await work.presence.switch(handler.staff, True, now)
            (colleague,) = await work.presence.colleagues(supervisor.staff.id, now)
            assert (colleague.name, colleague.ready, colleague.chats) == ("Hana Handler", True, 0)
            await work.staff.disable("hana", now)
            assert (await work.presence.count(now))[0] == 0
            assert await work.presence.colleagues(supervisor.staff.id, now) == ()

    async def test_a_chat_is_deserted_when_its_owner_has_no_page_open(
        self, store: Store, now: datetime, handler: By
    ) -> None:
        id = await asks(store, "first", now)
        async with store.work() as work:
            await work.live_desk.take(id, handler.staff, now)
            await work.presence.arrive(handler.staff.id, now)
            assert await work.live_desk.deserted(now) == ()
            assert [one.id for one in await work.live_desk.deserted(now + MINUTE)] == [id]
            await work.presence.leave(handler.staff.id)
            assert [one.id for one in await work.live_desk.deserted(now)] == [id], "signed out"


class TestErasure:
    async def test_who_erases_their_chat_leaves_no_word_and_no_tie(
        self, store: Store, now: datetime, handler: By
    ) -> None:
        id = await asks(store, "first", now, "my bike is gone")
        async with store.work() as work:
            chat = await chat_of(work, "first", now)
            await work.hand_overs.forget(chat, now)
            await work.conversations.forget(chat)
            opened = await work.live_desk.open(id, handler.staff, now, by_itself=False)
        assert opened is not None
        assert (opened.said, opened.chat.conversation_id) == ((), None)
        assert opened.chat.outcome == "resident erased the chat"

    async def test_a_chat_that_was_erased_by_its_age_is_ended(
        self, store: Store, now: datetime
    ) -> None:
        id = await asks(store, "first", now, "my bike is gone")
        await purge(store, now + timedelta(days=2), Retention(telegram_chats=timedelta(days=1)))
        async with store.work() as work:
            assert await work.live_desk.end_orphans(now) == 1
            chat = await work.live_desk.find(id)
        assert chat is not None
        assert (chat.conversation_id, chat.state) == (None, "ended")
        assert await order(store) == []

    async def test_a_restored_backup_brings_no_words_back(
        self, store: Store, now: datetime, handler: By
    ) -> None:
        id = await asks(store, "first", now, "my bike is gone")
        async with store.work() as work:
            await work.erasure.bury("chat", await chat_of(work, "first", now), now)
            await work.erasure.erase_again(await work.erasure.buried())
            opened = await work.live_desk.open(id, handler.staff, now, by_itself=False)
        assert opened is not None
        assert opened.said == ()

    async def test_what_is_sealed_belongs_to_its_own_row(
        self, store: Store, now: datetime, handler: By
    ) -> None:
        one, other = await asks(store, "one", now, "mine"), await asks(store, "other", now, "x")
        async with store.work() as work:
            sealed = select(hand_overs.c.said).where(hand_overs.c.id == other).scalar_subquery()
            swapped = update(hand_overs).where(hand_overs.c.id == one).values(said=sealed)
            await work.rows.execute(swapped)
            with pytest.raises(Unsealable):
                await work.live_desk.open(one, handler.staff, now, by_itself=False)

    async def test_old_ones_are_forgotten(self, store: Store, now: datetime) -> None:
        id = await asks(store, "first", now - 2 * MINUTE)
        async with store.work() as work:
            assert await work.hand_overs.purge(now - MINUTE) == 1
            assert await work.live_desk.find(id) is None
