"""A live chat on Telegram: waited for, talked in, seen typing, ended, on a made-up Telegram."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import utc_now
from bot.live import HANDLER, TYPING_THERE, Live, Typing
from bot.live_chats import LiveChats
from bot.telegram import Connection, Pauses, open_telegram
from handlers.effects import Ending
from knowledge.library import Library
from storage.conversations import TELEGRAM, Address
from storage.staff import HANDLER as A_HANDLER
from storage.staff import Staff
from storage.work import Store
from tests.counting import counting
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.telegram_resident import Resident

ROBIN = 4711
HURRIED = Pauses(first=0.02, conflict=0.05, outbox=0.02)


@pytest.fixture
async def live() -> Live:
    return Live()


@pytest.fixture
async def fake(
    store: Store, library: Library, tmp_path: Path, live: Live
) -> AsyncIterator[FakeTelegram]:
    """A Telegram, and the bot on it."""
    async with FakeTelegram() as telegram:
        connection = Connection(TOKEN, None, telegram.api_url, HURRIED)
        async with (
            counting(store, tmp_path, lambda: library, utc_now, live) as counter,
            open_telegram(connection, counter, store, lambda: library, live, utc_now) as bot,
        ):
            await bot.settled()
            yield telegram


@pytest.fixture
async def hana(store: Store) -> Staff:
    """A handler who is ready."""
    async with store.work() as work:
        staff = await work.staff.add("hana", "Hana", "correct horse battery", A_HANDLER, utc_now())
        await work.presence.switch(staff, True, utc_now())
    return staff


async def test_from_the_wish_for_a_person_to_the_end(
    fake: FakeTelegram, store: Store, library: Library, live: Live, hana: Staff
) -> None:
    robin, chats = fake.resident(ROBIN), LiveChats(lambda: library, utc_now)
    robin.say("/person")
    await robin.hears_about("Somebody is at the counter now")
    robin.press("Wait for a person")
    await robin.hears_about("You are next")
    async with store.work() as work:
        id, address = await chats.take_next(work, hana)
    live.tell("outbox", address)
    await robin.hears_about("A person at the counter:")
    robin.say("how do i report a drone?")
    async with store.work() as work:
        await chats.write(work, id, hana, "Is it <still> there?")
    live.tell("outbox", address)
    assert (await robin.hears())[0].endswith("Is it <still> there?"), "the counter was silent"
    await _is_seen_typing(fake, live, robin)
    robin.say("he has a knife and he is attacking me")
    await robin.hears_about("999")
    async with store.work() as work:
        await chats.end(work, id, hana.id, hana, Ending.ANSWERED)
        spoken = [line.text for line in await work.transcript.read(Address(TELEGRAM, str(ROBIN)))]
    live.tell("outbox", address)
    await robin.hears_about("Nobody reads this live any more")
    assert "how do i report a drone?" in spoken
    assert "he has a knife and he is attacking me" in spoken


async def test_typing_that_cannot_be_shown_harms_nothing(
    fake: FakeTelegram, store: Store, library: Library, live: Live, hana: Staff
) -> None:
    robin = fake.resident(ROBIN)
    robin.say("/person")
    await robin.hears()
    robin.press("Wait for a person")
    await robin.hears()
    async with store.work() as work:
        await LiveChats(lambda: library, utc_now).take_next(work, hana)
    fake.fail_next("sendChatAction", 429, "Too Many Requests", retry_after=1)
    await _is_seen_typing(fake, live, robin)
    robin.say("leave")
    await robin.hears_about("Chat cleared")


async def _is_seen_typing(fake: FakeTelegram, live: Live, robin: Resident) -> None:
    live.tell(Typing(Address(TELEGRAM, str(robin.chat_id)), HANDLER), TYPING_THERE)
    await fake.until(lambda: bool(fake.called("sendChatAction")))
    (call,) = fake.called("sendChatAction")
    assert call.params == {"chat_id": robin.chat_id, "action": "typing"}
