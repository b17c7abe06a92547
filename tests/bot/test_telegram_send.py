"""Replies on their way to Telegram: length, markup, buttons, and what each error means."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from telegram.error import InvalidToken

from bot.sender import Gone, Later, Refused, Unknown
from bot.telegram_clients import Clients, open_clients
from bot.telegram_send import TelegramChannel, keyboard, translated
from handlers.messages import Choice, Reply
from storage.conversations import TELEGRAM, Address
from storage.outbox import Outgoing
from tests.fake_telegram import TOKEN, FakeTelegram
from tests.telegram_resident import Resident

PARSE_ERROR = "Bad Request: can't parse entities: unsupported start tag"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as opened:
        yield opened


@pytest.fixture
async def clients(telegram: FakeTelegram) -> AsyncIterator[Clients]:
    async with open_clients(TOKEN, telegram.api_url) as opened:
        yield opened


@pytest.fixture
def channel(clients: Clients) -> TelegramChannel:
    return TelegramChannel(clients.bot)


@pytest.fixture
def robin(telegram: FakeTelegram) -> Resident:
    return telegram.resident(7)


def outgoing(text: str, *choices: Choice, chat: int = 7) -> Outgoing:
    reply = Reply(text, choices)
    address = Address(TELEGRAM, str(chat))
    return Outgoing(1, "c", address, reply, 0, 0, datetime(2026, 11, 22, tzinfo=UTC))


async def test_markdown_arrives_as_telegrams_html_without_link_previews(
    channel: TelegramChannel, robin: Resident
) -> None:
    sent = await channel.send(
        outgoing("**Call 999** or [look](https://example.com/?a=1&b=2) <now>")
    )
    (shown,) = robin.shown.values()
    assert shown.html == (
        '<b>Call 999</b> or <a href="https://example.com/?a=1&amp;b=2">look</a> &lt;now&gt;'
    )
    assert shown.text == "Call 999 or look <now>"
    assert shown.params["link_preview_options"] == {"is_disabled": True}
    assert sent == str(shown.message_id)


async def test_buttons_are_numbered_and_short_ones_share_a_row(
    channel: TelegramChannel, robin: Resident
) -> None:
    choices = [
        Choice("q:yes", "Yes"),
        Choice("q:no", "No"),
        Choice("q:unsure", "I am not sure about that"),
        Choice("skip", "Skip"),
    ]
    await channel.send(outgoing("Was anybody hurt?", *choices))
    (shown,) = robin.shown.values()
    assert shown.buttons == (
        ("1. Yes", "q:yes"),
        ("2. No", "q:no"),
        ("3. I am not sure about that", "q:unsure"),
        ("4. Skip", "skip"),
    )
    assert shown.rows == (2, 1, 1)


async def test_a_button_telegram_would_refuse_is_listed_to_be_typed(
    channel: TelegramChannel, robin: Resident
) -> None:
    choices = (Choice("a", "Short"), Choice("x" * 65, "Long *one*"))
    await channel.send(outgoing("Which?", *choices))
    (shown,) = robin.shown.values()
    assert shown.text == "Which?\n\n2. Long *one*"
    assert shown.buttons == (("1. Short", "a"),)


async def test_a_button_may_carry_64_bytes(channel: TelegramChannel, robin: Resident) -> None:
    await channel.send(outgoing("Which?", Choice("é" * 32, "This")))
    (shown,) = robin.shown.values()
    assert shown.buttons == (("1. This", "é" * 32),)


async def test_a_long_reply_comes_in_parts_and_the_last_has_the_buttons(
    channel: TelegramChannel, robin: Resident
) -> None:
    text = "\n\n".join(f"**{number}** " + "🙂 word " * 80 for number in range(20))
    sent = await channel.send(outgoing(text, Choice("go", "Go on")))
    shown = list(robin.shown.values())
    assert len(shown) > 2
    assert [bool(one.buttons) for one in shown] == [False] * (len(shown) - 1) + [True]
    assert sent == str(shown[-1].message_id)
    assert "".join(one.text for one in shown).count("🙂") == 1600


async def test_a_new_try_goes_on_with_the_part_that_did_not_arrive(
    telegram: FakeTelegram, channel: TelegramChannel, robin: Resident
) -> None:
    long = outgoing("\n\n".join(f"part {number} " + "x" * 3000 for number in range(3)))
    # The first of three arrives, the second does not.
    telegram.fail_next("sendMessage", 502, after=1)
    with pytest.raises(Later):
        await channel.send(long)
    await channel.send(long)
    assert [shown.text[:6] for shown in robin.shown.values()] == ["part 0", "part 1", "part 2"]
    await channel.send(long)
    assert len(robin.shown) == 6


async def test_html_that_telegram_cannot_read_is_sent_once_more_as_plain_text(
    telegram: FakeTelegram, channel: TelegramChannel, robin: Resident
) -> None:
    telegram.fail_next("sendMessage", 400, PARSE_ERROR)
    await channel.send(outgoing("**Call 999** if 1 < 2 & now", Choice("go", "Go on")))
    (shown,) = robin.shown.values()
    assert shown.html == "Call 999 if 1 < 2 & now"
    assert shown.buttons == (("1. Go on", "go"),)


async def test_a_reply_without_anything_to_see_is_refused(channel: TelegramChannel) -> None:
    with pytest.raises(Refused):
        await channel.send(outgoing(""))


@pytest.mark.parametrize(
    ("status", "description", "meaning"),
    [
        (403, "Forbidden: bot was blocked by the user", Gone),
        (403, "Forbidden: user is deactivated", Gone),
        (400, "Bad Request: chat not found", Gone),
        (400, "Bad Request: BUTTON_DATA_INVALID", Refused),
        (401, "Unauthorized", Later),
        (500, "Internal Server Error", Later),
        (502, "Bad Gateway", Later),
    ],
)
async def test_what_an_answer_of_telegram_means(
    telegram: FakeTelegram,
    channel: TelegramChannel,
    robin: Resident,
    status: int,
    description: str,
    meaning: type[Exception],
) -> None:
    telegram.fail_next("sendMessage", status, description)
    with pytest.raises(meaning):
        await channel.send(outgoing("hello"))
    assert len(telegram.called("sendMessage")) == 1


async def test_a_page_instead_of_json_means_to_try_later(
    telegram: FakeTelegram, channel: TelegramChannel, robin: Resident
) -> None:
    telegram.fail_next("sendMessage", 502, body=b"<html>Bad Gateway</html>")
    with pytest.raises(Later):
        await channel.send(outgoing("hello"))


async def test_a_flood_answer_says_how_long_to_wait(
    telegram: FakeTelegram, channel: TelegramChannel, robin: Resident
) -> None:
    telegram.fail_next("sendMessage", 429, "Too Many Requests", retry_after=17)
    with pytest.raises(Later) as raised:
        await channel.send(outgoing("hello"))
    assert raised.value.seconds == 17


async def test_an_answer_that_got_lost_leaves_us_not_knowing(
    telegram: FakeTelegram, channel: TelegramChannel, robin: Resident
) -> None:
    telegram.fail_next("sendMessage", lost=True)
    with pytest.raises(Unknown):
        await channel.send(outgoing("hello"))
    assert len(robin.shown) == 1


async def test_a_server_that_is_not_there_means_to_try_later() -> None:
    async with FakeTelegram() as gone:
        nowhere = gone.api_url
    async with open_clients(TOKEN, nowhere) as clients:
        with pytest.raises(Later):
            await TelegramChannel(clients.bot).send(outgoing("hello"))


def test_no_error_keeps_the_librarys_words() -> None:
    assert TOKEN not in repr(translated(InvalidToken(f"The token {TOKEN} was rejected")))


def test_no_choices_make_no_keyboard() -> None:
    assert keyboard(()) is None
