"""The made-up Telegram is as strict as the real one: what it lets pass must be right."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.fake_telegram import TOKEN, FakeTelegram
from tests.telegram_rules import Refused, seen_text


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as opened:
        opened.resident(7)
        yield opened


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def call(
    fake: FakeTelegram, http: ClientSession, method: str, token: str = TOKEN, **params: Any
) -> dict[str, Any]:
    async with http.post(f"{fake.api_url}/bot{token}/{method}", data=params) as answer:
        body: dict[str, Any] = await answer.json()
        assert body["ok"] == (answer.status == 200)
        return body


KEYBOARD = '{"inline_keyboard": [[{"text": "Go", "callback_data": "%s"}]]}'


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"text": "hello"}, None),
        ({"text": "x" * 4096}, None),
        ({"text": "<b>" + "x" * 4096 + "</b>", "parse_mode": "HTML"}, None),
        ({"text": "hello", "reply_markup": KEYBOARD % ("x" * 64)}, None),
        ({"text": "x" * 4097}, "too long"),
        ({"text": "🙂" * 2049}, "too long"),
        ({"text": " \n "}, "text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "text is empty"),
        ({"text": "hello", "colour": "red"}, "unknown parameter"),
        ({}, "parameter text is empty"),
        ({"text": "hello", "disable_notification": "perhaps"}, "can't parse"),
        ({"text": "hello", "reply_markup": KEYBOARD % ("x" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "hello", "reply_markup": KEYBOARD % ""}, "BUTTON_DATA_INVALID"),
        ({"text": "hello", "reply_markup": '{"keyboard": []}'}, "reply keyboard"),
        ({"text": "hello", "parse_mode": "Markdown5"}, "parse_mode"),
    ],
)
async def test_it_takes_a_message_only_as_telegram_would(
    fake: FakeTelegram, http: ClientSession, params: dict[str, Any], error: str | None
) -> None:
    answer = await call(fake, http, "sendMessage", chat_id=7, **params)
    assert answer["ok"] == (error is None)
    if error is not None:
        assert error in answer["description"]


@pytest.mark.parametrize(
    "text",
    [
        "<b>open",
        "<b><i>crossed</b></i>",
        "</b>",
        "a < b",
        "<script>x</script>",
        "<b",
        "<b x=y>z</b>",
    ],
)
def test_html_that_telegram_cannot_read_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="can't parse entities"):
        seen_text(text, "HTML")


def test_html_is_shown_as_residents_read_it() -> None:
    text = '<b>Call <a href="https://a.example/?a=1&amp;b=2">999</a></b> &lt;now&gt; &amp; here'
    assert seen_text(text, "HTML") == "Call 999 <now> & here"
    assert seen_text(text, None) == text


async def test_a_wrong_token_an_unknown_chat_and_an_unknown_method_are_refused(
    fake: FakeTelegram, http: ClientSession
) -> None:
    assert (await call(fake, http, "getMe", token="1:no"))["error_code"] == 401
    assert (await call(fake, http, "getMyself"))["error_code"] == 404
    unknown = await call(fake, http, "sendMessage", chat_id=8, text="hello")
    assert "chat not found" in unknown["description"]


async def test_updates_come_until_they_are_confirmed(
    fake: FakeTelegram, http: ClientSession
) -> None:
    first, second = fake.resident(7).say("one"), fake.resident(7).say("two")
    for _ in range(2):
        answer = await call(fake, http, "getUpdates", timeout=1)
        assert [update["update_id"] for update in answer["result"]] == [first, second]
    answer = await call(fake, http, "getUpdates", timeout=1, offset=first + 1)
    assert [update["update_id"] for update in answer["result"]] == [second]


async def test_polling_and_a_webhook_exclude_each_other(
    fake: FakeTelegram, http: ClientSession
) -> None:
    await call(fake, http, "setWebhook", url="http://127.0.0.1:1/")
    assert (await call(fake, http, "getUpdates"))["error_code"] == 409
    await call(fake, http, "deleteWebhook")
    assert (await call(fake, http, "getUpdates"))["ok"]


async def test_a_resident_who_blocked_the_bot_hears_nothing(
    fake: FakeTelegram, http: ClientSession
) -> None:
    fake.resident(7).block()
    answer = await call(fake, http, "sendMessage", chat_id=7, text="hello")
    assert answer["error_code"] == 403
    assert not fake.resident(7).shown
