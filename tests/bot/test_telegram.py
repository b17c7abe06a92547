"""The counter on Telegram, against a made-up Telegram over real HTTP: tests read as transcripts."""

import asyncio
import io
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from PIL import Image

from bot.alerts import Alert, NotDelivered
from bot.clock import utc_now
from bot.live import Live
from bot.reflex import CARD, HELD, NOT_RECORDED
from bot.telegram import LARGEST_UPDATE, Connection, Pauses, State, Telegram, open_telegram
from bot.telegram_setup import Webhook
from bot.web.telegram_hook import telegram_hook
from handlers.conversation import Conversation, Step
from handlers.draft import Draft
from handlers.messages import Reply
from knowledge.library import Library
from knowledge.markup import to_plain
from storage.conversations import TELEGRAM, Address, Kept
from storage.work import Store
from tests.chat_desk import DATABASE
from tests.counting import break_journal, counting
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.telegram_resident import Resident

SECRET = "a-secret-of-the-tests"
HURRIED = Pauses(first=0.02, conflict=0.05, outbox=0.02)
CARD_TEXT, NOT_RECORDED_TEXT = to_plain(CARD), to_plain(NOT_RECORDED)
HELD_TEXT = to_plain(HELD)
DANGER = "he has a knife and he is attacking me"
Open = Callable[..., AbstractAsyncContextManager[Telegram]]


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as opened:
        yield opened


@pytest.fixture
def open_bot(fake: FakeTelegram, store: Store, library: Library, tmp_path: Path) -> Open:
    """Starts the bot against the made-up Telegram; each start is a new process's."""

    @asynccontextmanager
    async def opening(
        webhook: Webhook | None = None, token: str = TOKEN, staff_chat_id: int | None = None
    ) -> AsyncIterator[Telegram]:
        live = Live()
        connection = Connection(token, webhook, fake.api_url, HURRIED, staff_chat_id=staff_chat_id)
        async with (
            counting(store, tmp_path, lambda: library, utc_now, live) as counter,
            open_telegram(connection, counter, store, lambda: library, live, utc_now) as telegram,
        ):
            await telegram.settled()
            yield telegram

    return opening


@pytest.fixture
async def bot(open_bot: Open) -> AsyncIterator[Telegram]:
    """The bot, polling."""
    async with open_bot() as telegram:
        yield telegram


@pytest.fixture
def robin(fake: FakeTelegram) -> Resident:
    return fake.resident(7)


async def kept(store: Store, chat_id: int = 7) -> Kept | None:
    async with store.work() as work:
        return await work.conversations.find(Address(TELEGRAM, str(chat_id)))


async def at(store: Store, conversation: Conversation, chat_id: int = 7) -> None:
    """Let a chat stand where the test begins."""
    now = datetime.now(UTC)
    async with store.work() as work:
        found = await work.conversations.load(Address(TELEGRAM, str(chat_id)), now)
        work.conversations.save(found, conversation, now)


def rename(folder: Path, old: str, new: str) -> None:
    """Break the database, or mend it."""
    with sqlite3.connect(folder / DATABASE, timeout=10) as database:
        database.execute(f"ALTER TABLE {old} RENAME TO {new}")
    database.close()


def a_photo(size: int = 400) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), "navy").save(out, "JPEG")
    return out.getvalue()


# Conversations


async def test_start_says_what_this_is_and_where_999_stands(bot: Telegram, robin: Resident) -> None:
    robin.say("/start")
    hello = await robin.hears_about("front counter")
    assert "999" in hello
    robin.press("Make a report")
    assert "999" in await robin.hears_about("What would you like to tell us about?")


async def test_a_pressed_button_is_answered_and_cannot_be_pressed_twice(
    bot: Telegram, robin: Resident, fake: FakeTelegram
) -> None:
    robin.say("/start")
    await robin.hears()
    (welcome,) = robin.shown.values()
    robin.press("Speak to a person")
    await robin.hears_about("101")
    await fake.until(lambda: not welcome.buttons)
    assert [call.status for call in fake.called("answerCallbackQuery")] == [200]


async def test_a_button_works_although_telegram_no_longer_takes_its_answer(
    bot: Telegram, robin: Resident, fake: FakeTelegram
) -> None:
    robin.say("/start")
    await robin.hears()
    fake.fail_next("answerCallbackQuery", 400, "Bad Request: query is too old")
    fake.fail_next("editMessageReplyMarkup", 400, "Bad Request: message can't be edited")
    robin.press("Speak to a person")
    await robin.hears_about("101")
    robin.say("menu")
    await robin.hears_about("What would you like to do?")


async def test_a_number_can_be_typed_in_place_of_a_button(bot: Telegram, robin: Resident) -> None:
    robin.say("/start")
    await robin.hears()
    (welcome,) = robin.shown.values()
    number = next(label for label, _ in welcome.buttons if "person" in label).partition(".")[0]
    robin.say(number)
    await robin.hears_about("You can also reach a person")


async def test_two_residents_do_not_get_each_others_answers(
    bot: Telegram, fake: FakeTelegram
) -> None:
    one, two = fake.resident(1), fake.resident(2)
    one.say("/start")
    two.say("/privacy")
    await one.hears_about("front counter")
    await two.hears_about("What we keep")
    assert all("What we keep" not in shown.text for shown in one.shown.values())


async def test_messages_of_one_chat_are_answered_in_their_order(
    bot: Telegram, robin: Resident, store: Store
) -> None:
    await at(store, Conversation(welcomed=True))
    for word in ("/person", "/privacy", "/help"):
        robin.say(word)
    await robin.hears_about("How this works")
    person, privacy, help_ = (shown.text for shown in robin.shown.values())
    assert "You can also reach a person" in person
    assert "What we keep" in privacy
    assert "How this works" in help_


async def test_a_voice_message_is_told_how_to_get_help_now(bot: Telegram, robin: Resident) -> None:
    robin.send(voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
    assert "999" in await robin.hears_about("cannot listen to voice messages")


async def test_a_place_on_the_map_is_taken(bot: Telegram, robin: Resident) -> None:
    robin.say("/start")
    await robin.hears()
    robin.share_location(51.7361, 0.4798)
    await robin.hears_about("Chelmsford")


async def test_every_command_of_the_menu_is_answered_and_none_raises_an_alarm(
    bot: Telegram, fake: FakeTelegram, store: Store
) -> None:
    await fake.until(lambda: "commands" in fake.profile)
    for number, command in enumerate(fake.profile["commands"]):
        resident = fake.resident(100 + number)
        await at(store, Conversation(welcomed=True), 100 + number)
        resident.say(f"/{command['command']}")
        texts = await resident.hears()
        assert len(texts) == 1
        assert CARD_TEXT not in texts


# Danger


async def test_danger_is_answered_with_the_card_and_with_fuller_guidance(
    bot: Telegram, robin: Resident
) -> None:
    robin.say(DANGER)
    first, second = [await robin.hears_about("Call 999 now") for _ in range(2)]
    assert CARD_TEXT in {first, second}
    assert first != second


async def test_the_card_does_not_wait_for_the_database(
    bot: Telegram, robin: Resident, store: Store
) -> None:
    async with store.work():
        # On SQLite there is one transaction at a time: this one holds everybody up.
        robin.say(DANGER)
        assert await robin.hears_about("Call 999 now") == CARD_TEXT
        await robin.hears_nothing()
    assert "999" in await robin.hears_about("Call 999 now")


async def test_an_edited_message_is_judged_again(bot: Telegram, robin: Resident) -> None:
    robin.edit(DANGER)
    assert await robin.hears_about("Call 999 now") == CARD_TEXT


async def test_the_card_is_sent_again_until_it_arrives(
    bot: Telegram, robin: Resident, fake: FakeTelegram, store: Store
) -> None:
    async with store.work():
        fake.fail_next("sendMessage", 502)
        robin.say(DANGER)
        await robin.hears_about("Call 999 now")


async def test_with_a_broken_database_danger_gets_the_card_once_and_the_honest_sentence(
    bot: Telegram, robin: Resident, tmp_path: Path
) -> None:
    await asyncio.to_thread(rename, tmp_path, "conversations", "gone")
    robin.say(DANGER)
    await robin.hears_about("not in our records yet")
    assert [shown.text for shown in robin.shown.values()] == [CARD_TEXT, HELD_TEXT]
    await robin.hears_nothing()


async def test_after_a_broken_turn_the_chat_goes_on(
    bot: Telegram, robin: Resident, fake: FakeTelegram, tmp_path: Path
) -> None:
    await asyncio.to_thread(rename, tmp_path, "conversations", "gone")
    robin.say("hello")
    assert await robin.hears() == [HELD_TEXT]
    await asyncio.to_thread(rename, tmp_path, "gone", "conversations")
    await robin.hears_about("is now with us")
    robin.say("/start")
    await robin.hears_about("This is the Essex Police front counter")


# What is promised of every update


async def test_an_update_is_confirmed_only_after_its_turn_is_committed(
    bot: Telegram, robin: Resident, fake: FakeTelegram, store: Store
) -> None:
    async with store.work():
        update_id = robin.say("/start")
        await asyncio.sleep(0.1)
        assert all(call.params["offset"] <= update_id for call in fake.called("getUpdates"))
        assert fake.updates.pending
    await robin.hears_about("front counter")
    await fake.until(lambda: not fake.updates.pending)


async def test_an_update_that_was_not_confirmed_is_taken_by_the_next_process_once(
    open_bot: Open, robin: Resident, fake: FakeTelegram
) -> None:
    async with open_bot():
        robin.say("/start")
        await robin.hears_about("front counter")
        await fake.until(lambda: not fake.updates.pending)
    update = {"update_id": 900, "message": fake.message(robin.chat, 7) | {"text": "/privacy"}}
    fake.updates.add(update, ("chat", 7))
    async with open_bot():
        await robin.hears_about("What we keep")
        await fake.until(lambda: not fake.updates.pending)
    # The confirmation got lost: Telegram sends it again.
    fake.updates.add(update, ("chat", 7))
    async with open_bot():
        await fake.until(lambda: not fake.updates.pending)
        await robin.hears_nothing()


async def test_an_unreadable_update_spoils_neither_its_neighbours_nor_the_log(
    bot: Telegram, robin: Resident, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    fake.deliver("message", {"text": "what a resident wrote"}, 7)
    robin.say("/start")
    await robin.hears_about("front counter")
    await fake.until(lambda: not fake.updates.pending)
    assert "update not readable: message" in caplog.text
    assert "what a resident wrote" not in caplog.text


async def test_stopping_does_not_wait_for_the_open_question(
    open_bot: Open, fake: FakeTelegram
) -> None:
    async with asyncio.timeout(3):
        async with open_bot():
            await fake.until(lambda: True)


async def test_stopping_takes_what_has_been_fetched_to_its_end(
    open_bot: Open, robin: Resident, store: Store
) -> None:
    has_card = asyncio.Event()

    async def open_and_close() -> None:
        async with open_bot():
            robin.say(DANGER)
            # Once the card is out, the turn has begun.
            await robin.hears_about("Call 999 now")
            has_card.set()

    async with store.work():
        closing = asyncio.create_task(open_and_close())
        await has_card.wait()
        done, _ = await asyncio.wait((closing,), timeout=0.3)
        assert not done
    await closing
    assert await kept(store) is not None


async def test_a_webhook_address_telegram_does_not_take_is_explained(
    open_bot: Open, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    fake.fail_next("setWebhook", 400, "Bad Request: bad webhook: An HTTPS URL must be provided")
    opening = asyncio.create_task(_open(open_bot, Webhook("http://example.com/", SECRET)))
    await fake.until(lambda: "telegram.webhook_url" in caplog.text)
    opening.cancel()
    await asyncio.wait((opening,))
    assert SECRET not in caplog.text


async def _open(open_bot: Open, webhook: Webhook) -> None:
    async with open_bot(webhook):
        pass


# Groups, strangers, and those who leave


async def test_in_a_group_it_says_999_and_where_to_write_and_leaves(
    bot: Telegram, fake: FakeTelegram, store: Store
) -> None:
    fake.group_says(-100, 7, "hello bot")
    fake.group_says(-100, 8, "hello again")
    await fake.until(lambda: -100 in fake.left)
    (text,) = fake.group_texts[-100]
    assert "999" in text
    assert "t.me/front_counter_bot" in text
    assert await kept(store, -100) is None
    assert await kept(store, 7) is None


async def test_added_to_a_group_it_does_not_stay(bot: Telegram, fake: FakeTelegram) -> None:
    fake.group_adds_bot(-200, 7)
    await fake.until(lambda: -200 in fake.left)
    assert len(fake.group_texts[-200]) == 1


async def test_the_group_of_staff_is_told_what_waits_and_where_and_nothing_else(
    open_bot: Open, fake: FakeTelegram, robin: Resident
) -> None:
    async with open_bot(staff_chat_id=-300) as telegram:
        fake.group_says(-300, 7, "hello bot")
        robin.say("/start")
        await robin.hears_about("999")
        group = telegram.staff_group("https://console.example/")
        assert group is not None
        await group.deliver(Alert("alarms", "2 alarms wait.", page="/alarms"))
        await group.deliver(Alert("outbox", "Replies wait."))
        assert fake.group_texts[-300] == ["2 alarms wait.\nhttps://console.example/alarms"]
        assert -300 not in fake.left, "it stays in this one"
        fake.fail_next("sendMessage", 403, "Forbidden: bot was kicked", chat_id=-300)
        with pytest.raises(NotDelivered, match="Forbidden"):
            await group.deliver(Alert("alarms", "2 alarms wait.", page="/alarms"))


async def test_who_blocks_the_bot_is_forgotten_and_gets_nothing_until_they_come_back(
    bot: Telegram, robin: Resident, fake: FakeTelegram, store: Store
) -> None:
    robin.say("/start")
    await robin.hears()
    robin.press("Make a report")
    await robin.hears()
    robin.block()
    await fake.until(lambda: not fake.updates.pending)
    found = await kept(store)
    assert found is not None
    assert found.conversation == Conversation()
    calls = len(fake.called("sendMessage"))
    async with store.work() as work:
        work.transcript.say(found, [Reply("You have an update.")], datetime.now(UTC))
    await robin.hears_nothing()
    assert len(fake.called("sendMessage")) == calls
    robin.unblock()
    robin.say("/start")
    await robin.hears_about("front counter")


async def test_who_writes_again_gets_answers_although_nobody_told_us_they_are_back(
    bot: Telegram, robin: Resident, fake: FakeTelegram
) -> None:
    robin.say("/start")
    await robin.hears()
    robin.block()
    await fake.until(lambda: not fake.updates.pending)
    robin.has_blocked = False
    robin.say("/start")
    await robin.hears_about("front counter")


# Pictures


def reporting(question: str) -> Conversation:
    draft = Draft("asb", datetime.now(UTC), open=question)
    return Conversation(step=Step.REPORTING, welcomed=True, draft=draft)


async def test_a_picture_is_taken_where_a_report_asks_for_it(
    bot: Telegram, robin: Resident, store: Store
) -> None:
    await at(store, reporting("photos"))
    robin.send_photo(a_photo())
    await robin.hears_about("I have 1 of your pictures")
    found = await kept(store)
    assert found is not None
    assert found.conversation.draft is not None
    assert len(found.conversation.draft.photos) == 1


async def test_a_picture_nobody_asked_for_is_not_even_fetched(
    bot: Telegram, robin: Resident, fake: FakeTelegram, store: Store
) -> None:
    await at(store, Conversation(welcomed=True))
    robin.send_photo(a_photo())
    await robin.hears_about("I have not kept it")
    assert not fake.called("getFile")


async def test_a_picture_that_is_too_big_is_not_fetched(
    bot: Telegram, robin: Resident, fake: FakeTelegram, store: Store
) -> None:
    await at(store, reporting("photos"))
    robin.send_photo(a_photo(), size=11 * 1024 * 1024)
    await robin.hears_about("too big")
    assert not fake.called("getFile")


async def test_a_picture_that_cannot_be_fetched_is_asked_for_again(
    bot: Telegram, robin: Resident, store: Store
) -> None:
    await at(store, reporting("photos"))
    robin.send_photo(a_photo(), there=False)
    await robin.hears_about("could not get that picture")


async def test_what_is_no_picture_is_not_kept(bot: Telegram, robin: Resident, store: Store) -> None:
    await at(store, reporting("photos"))
    robin.send_photo(b"MZ this is a program" * 20)
    await robin.hears_about("cannot read that as a picture")


async def test_danger_in_a_caption_gets_the_card_before_the_picture_is_fetched(
    bot: Telegram, robin: Resident, fake: FakeTelegram, store: Store
) -> None:
    await at(store, reporting("photos"))
    async with store.work():
        robin.send_photo(a_photo(), DANGER)
        assert await robin.hears_about("Call 999 now") == CARD_TEXT
        assert not fake.called("getFile")
    await robin.hears_about("I have 1 of your pictures")
    assert [shown.text for shown in robin.shown.values()].count(CARD_TEXT) == 1


# Beginning, and trouble


async def test_at_the_start_telegram_is_told_who_we_are(bot: Telegram, fake: FakeTelegram) -> None:
    assert bot.state == State.POLLING
    await fake.until(lambda: "short_description" in fake.profile)
    assert fake.profile["scope"] == "all_private_chats"
    commands = {command["command"] for command in fake.profile["commands"]}
    assert {"report", "follow", "help", "privacy", "person", "leave", "menu"} == commands
    assert "999" in fake.profile["description"]
    assert "999" in fake.profile["short_description"]


async def test_what_telegram_knows_already_is_not_said_again(
    open_bot: Open, fake: FakeTelegram
) -> None:
    for _ in range(2):
        async with open_bot():
            pass
    for method in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
        assert len(fake.called(method)) == 1


async def test_what_waited_while_we_were_away_is_answered(open_bot: Open, robin: Resident) -> None:
    robin.say("/start")
    async with open_bot():
        await robin.hears_about("front counter")


async def test_a_refused_token_is_said_in_one_sentence_without_the_token(
    open_bot: Open, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_bot(token="4242:wrong") as telegram:
        assert telegram.state == State.REFUSED
    assert "The Telegram token was refused" in caplog.text
    assert "4242:wrong" not in caplog.text


@pytest.mark.parametrize("token", ["", "no token at all", "4242:with\nline", "4242:é"])
async def test_what_cannot_be_a_token_is_refused_without_asking(
    open_bot: Open, fake: FakeTelegram, token: str
) -> None:
    async with open_bot(token=token) as telegram:
        assert telegram.state == State.REFUSED
    assert not fake.called("getMe")


async def test_a_token_revoked_later_ends_the_polling(
    bot: Telegram, fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    fake.token = "4242:another"
    fake.deliver("message", {}, 7)
    await fake.until(lambda: bot.state == State.REFUSED)
    assert "The Telegram token was refused" in caplog.text


async def test_it_starts_although_telegram_cannot_be_reached_yet(
    open_bot: Open, fake: FakeTelegram, robin: Resident
) -> None:
    fake.fail_next("getMe", 502, times=2)
    fake.fail_next("getUpdates", 500, times=2)
    fake.fail_next("getUpdates", 200, body=b"<html>")
    robin.say("/start")
    async with open_bot():
        await robin.hears_about("front counter")


async def test_descriptions_that_are_not_taken_keep_nobody_from_talking(
    open_bot: Open, fake: FakeTelegram, robin: Resident
) -> None:
    fake.fail_next("setMyCommands", 429, retry_after=3600)
    robin.say("/start")
    async with open_bot():
        await robin.hears_about("front counter")


async def test_another_poller_is_reported_and_waited_for(
    bot: Telegram, fake: FakeTelegram, robin: Resident, caplog: pytest.LogCaptureFixture
) -> None:
    fake.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    robin.say("/start")
    await robin.hears()
    robin.say("/help")
    await robin.hears_about("How this works")
    assert "Another program is polling" in caplog.text


async def test_a_flood_answer_to_one_chat_does_not_slow_another(
    bot: Telegram, fake: FakeTelegram, robin: Resident
) -> None:
    fake.fail_next("sendMessage", 429, retry_after=3600, chat_id=8)
    fake.resident(8).say("/start")
    await fake.until(lambda: any(call.status == 429 for call in fake.calls))
    robin.say("/start")
    await robin.hears_about("front counter")
    assert not fake.resident(8).shown


async def test_the_token_and_what_residents_write_never_reach_a_log(
    open_bot: Open, fake: FakeTelegram, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    robin = fake.resident(7)
    fake.fail_next("getUpdates", 500)
    fake.fail_next("getUpdates", 409, "Conflict")
    fake.fail_next("sendMessage", 400, "Bad Request: can't parse entities: hopscotch")
    fake.fail_next("sendMessage", lost=True)
    async with open_bot():
        await at(store, reporting("photos"))
        robin.send_photo(a_photo(), "hopscotch", there=False)
        robin.say("hopscotch")
        fake.deliver("message", {"text": "hopscotch"}, 7)
        robin.say("/start")
        await fake.until(lambda: not fake.updates.pending)
        await robin.hears()
    assert TOKEN not in caplog.text
    assert TOKEN.partition(":")[2] not in caplog.text
    assert "hopscotch" not in caplog.text


# Webhook


@pytest.fixture
async def hooked(open_bot: Open, fake: FakeTelegram) -> AsyncIterator[tuple[Telegram, str]]:
    """The bot behind a webhook, and the webhook's address."""
    app = web.Application()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    handlers: list[Telegram] = []

    async def handle(raw: bytes, secret: str) -> int:
        return await handlers[0].handle(raw, secret)

    app.add_routes([telegram_hook("/telegram", handle, LARGEST_UPDATE)])
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    try:
        async with open_bot(Webhook(url, SECRET)) as telegram:
            handlers.append(telegram)
            yield telegram, url
    finally:
        await runner.cleanup()


async def test_by_webhook_the_same_conversation_works(
    hooked: tuple[Telegram, str], fake: FakeTelegram, robin: Resident
) -> None:
    hook = fake.updates.hook
    assert hook is not None
    assert hook.secret == SECRET
    assert set(hook.allowed) == {"message", "edited_message", "callback_query", "my_chat_member"}
    robin.say("/start")
    await robin.hears_about("front counter")
    robin.press("Make a report")
    await robin.hears_about("What would you like to tell us about?")
    assert not fake.called("getUpdates")
    assert {push.status for push in fake.updates.pushes} == {200}


async def test_the_webhook_answers_only_after_the_commit(
    hooked: tuple[Telegram, str], fake: FakeTelegram, robin: Resident, store: Store
) -> None:
    async with store.work():
        robin.say("/start")
        await asyncio.sleep(0.1)
        assert not fake.updates.pushes
    await robin.hears_about("front counter")


async def test_what_cannot_be_kept_is_asked_for_again_and_given_up_after_three_tries(
    hooked: tuple[Telegram, str], fake: FakeTelegram, robin: Resident, tmp_path: Path
) -> None:
    await asyncio.to_thread(rename, tmp_path, "conversations", "gone")
    break_journal(tmp_path)
    robin.say("hello")
    assert await robin.hears() == [NOT_RECORDED_TEXT]
    await fake.until(lambda: not fake.updates.pending)
    assert [(push.status, push.retry_after) for push in fake.updates.pushes] == [
        (503, "1"),
        (503, "1"),
        (200, None),
    ]


async def test_a_turn_that_works_at_the_second_try_is_answered_once_and_nothing_is_regretted(
    hooked: tuple[Telegram, str], fake: FakeTelegram, robin: Resident, tmp_path: Path
) -> None:
    fake.updates.retry_delay = 0.5
    await asyncio.to_thread(rename, tmp_path, "conversations", "gone")
    break_journal(tmp_path)
    robin.say("/start")
    await fake.until(lambda: bool(fake.updates.pushes))
    await asyncio.to_thread(rename, tmp_path, "gone", "conversations")
    texts = await robin.hears()
    assert len(texts) == 1
    assert "front counter" in texts[0]


async def post(url: str, body: bytes, secret: str | None) -> int:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with (
        ClientSession() as session,
        session.post(url, data=io.BytesIO(body), headers=headers) as answer,
    ):
        return answer.status


async def test_who_does_not_know_the_secret_is_turned_away(
    hooked: tuple[Telegram, str], store: Store
) -> None:
    update = b'{"update_id": 1, "message": {"message_id": 1, "date": 1, "text": "/start",'
    update += b'"chat": {"id": 7, "type": "private"}, "from": {"id": 7}}}'
    for secret in (None, "", "wrong", SECRET + "x", SECRET[:-1], "gehe\u00efm"):
        assert await post(hooked[1], update, secret) == 403
    assert await kept(store) is None
    assert await post(hooked[1], update, SECRET) == 200
    assert await kept(store) is not None


async def test_what_will_never_be_readable_is_not_asked_for_again(
    hooked: tuple[Telegram, str],
) -> None:
    bodies = [
        b"",
        b"no json",
        b"\xff\xfe",
        b"null",
        b"[" * 100_000,
        b'{"update_id": 1, "message": {}}',
        b"x" * (LARGEST_UPDATE + 1),
        b'{"update_id": 2, "message": "' + b"x" * 2_000_000 + b'"}',
    ]
    for body in bodies:
        assert await post(hooked[1], body, SECRET) == 200, body[:30]


async def test_while_polling_the_webhook_lets_nobody_in(bot: Telegram) -> None:
    assert await bot.handle(b"{}", "") == 403
    assert await bot.handle(b"{}", SECRET) == 403
