"""What updates of Telegram mean: pure, without a network."""

import math
from typing import Any

import pytest

from bot.telegram_read import (
    Blocked,
    FromResident,
    InGroup,
    Nothing,
    Picture,
    Press,
    Unreadable,
    read,
)
from handlers.messages import Chose, Event, Opened, Said, SharedOther, SharedPhoto, SharedPlace

CHAT = {"id": 7, "type": "private", "first_name": "Robin"}
USER = {"id": 7, "is_bot": False, "first_name": "Robin"}
BOT = {"id": 4242, "is_bot": True, "first_name": "Front Counter", "username": "counter_bot"}
FILE = {"file_id": "f", "file_unique_id": "u"}
MEDIA = {**FILE, "duration": 3, "width": 9, "height": 9, "length": 9}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 1, "date": 1_700_000_000, "chat": CHAT, "from": USER, **content}


def event_of(**content: Any) -> Event | None:
    incoming = read({"update_id": 1, "message": message(**content)})
    return incoming.event if isinstance(incoming, FromResident) else None


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("My bike was stolen", Said("My bike was stolen")),
        ("/start", Opened("")),
        ("/start report-asb", Opened("report-asb")),
        ("/start@counter_bot form-asb", Opened("form-asb")),
        ("/START", Opened("")),
        ("/start he has a knife", Said("he has a knife")),
        ("/report", Chose("menu:report")),
        ("/report@counter_bot", Chose("menu:report")),
        ("/Help", Chose("menu:help")),
        ("/cancel", Said("cancel")),
        ("/999", Said("999")),
        ("/help he is hitting me", Said("help he is hitting me")),
        ("/help\nhe is hitting me", Said("help he is hitting me")),
        ("/ help", Said("/ help")),
        ("see /report", Said("see /report")),
        ("two\nlines", Said("two\nlines")),
    ],
)
def test_texts_and_commands(text: str, event: Event) -> None:
    assert event_of(text=text) == event


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"voice": MEDIA}, "voice"),
        ({"audio": MEDIA}, "voice"),
        ({"video": MEDIA}, "video"),
        ({"video_note": MEDIA}, "video"),
        ({"animation": MEDIA, "document": FILE}, "video"),
        (
            {"sticker": {**MEDIA, "type": "regular", "is_animated": False, "is_video": False}},
            "sticker",
        ),
        ({"contact": {"phone_number": "07700 900123", "first_name": "A"}}, "contact"),
        ({"document": FILE}, "document"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "other"),
        ({"poll": {"id": "1", "question": "?", "options": []}}, "other"),
        ({"something_of_2030": {"id": 1}}, "other"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_kind(content: dict[str, Any], kind: str) -> None:
    assert event_of(**content) == SharedOther(kind)


def test_words_are_read_whatever_strange_thing_comes_with_them() -> None:
    quoted = {"reply_to_message": {"of": "2030"}, "poll": 7, "entities": "none"}
    assert event_of(text="he has a knife", **quoted) == Said("he has a knife")


def test_a_caption_is_read_with_what_it_belongs_to() -> None:
    assert event_of(video=MEDIA, caption="he is here") == SharedOther("video", "he is here")


def test_a_photo_is_its_largest_size_and_is_not_fetched() -> None:
    sizes = [
        {**FILE, "file_id": "small", "width": 90, "height": 90, "file_size": 900},
        {**FILE, "file_id": "large", "width": 1280, "height": 960, "file_size": 90_000},
    ]
    incoming = read({"update_id": 1, "message": message(photo=sizes, caption="look")})
    assert isinstance(incoming, FromResident)
    assert incoming.event == SharedPhoto(caption="look")
    assert incoming.picture == Picture("large", 90_000)


def test_a_location_and_a_venue_are_places() -> None:
    where = {"latitude": 51.7, "longitude": 0.47}
    venue = {"location": where, "title": "The mill", "address": "Mill Lane"}
    assert event_of(location=where) == SharedPlace(51.7, 0.47)
    assert event_of(location=where, venue=venue) == SharedPlace(51.7, 0.47)


def test_an_edited_message_is_said_again() -> None:
    edited = message(text="he has a knife", edit_date=1_700_000_100)
    incoming = read({"update_id": 1, "edited_message": edited})
    assert isinstance(incoming, FromResident)
    assert incoming.event == Said("he has a knife", edited=True)


def test_an_edited_caption_is_said_again() -> None:
    edited = message(video=MEDIA, caption="he has a knife", edit_date=1_700_000_100)
    incoming = read({"update_id": 1, "edited_message": edited})
    assert isinstance(incoming, FromResident)
    assert incoming.event == Said("he has a knife", edited=True)


def test_a_live_location_that_moves_says_nothing() -> None:
    where = {"latitude": 51.7, "longitude": 0.47, "live_period": 900}
    assert isinstance(read({"update_id": 1, "edited_message": message(location=where)}), Nothing)


@pytest.mark.parametrize(
    "content",
    [
        {"pinned_message": message(text="old")},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"write_access_allowed": {"from_request": True}},
    ],
)
def test_what_telegram_itself_puts_into_a_chat_wants_no_answer(content: dict[str, Any]) -> None:
    assert event_of(**content) is None


def query(**changes: Any) -> dict[str, Any]:
    content = {
        "id": "q",
        "from": USER,
        "chat_instance": "1",
        "data": "menu:report",
        "message": {**message(text="?"), "from": BOT, "message_id": 55},
    }
    return {"update_id": 9, "callback_query": {**content, **changes}}


def test_a_pressed_button_is_a_choice() -> None:
    expected = FromResident(9, 7, Chose("menu:report"), press=Press("q", 55))
    assert read(query()) == expected


def test_a_button_of_a_message_that_is_too_old_to_change_still_counts() -> None:
    old = {"message_id": 55, "date": 0, "chat": CHAT}
    assert read(query(message=old)) == FromResident(
        9, 7, Chose("menu:report"), press=Press("q", None)
    )


def test_a_button_without_a_message_says_nothing() -> None:
    update = query()
    del update["callback_query"]["message"]
    assert isinstance(read(update), Nothing)


@pytest.mark.parametrize("kind", ["group", "supergroup"])
def test_a_message_in_a_group_is_no_residents(kind: str) -> None:
    group = {"id": -100, "type": kind, "title": "A street"}
    update = {"update_id": 1, "message": message(text="help", chat=group)}
    assert read(update) == InGroup(1, -100)
    assert read(query(message={**message(text="?"), "chat": group})) == InGroup(9, -100)


def test_channels_and_strangers_are_not_listened_to() -> None:
    channel = {"id": -100, "type": "channel", "title": "News"}
    post = message(text="x", chat=channel)
    del post["from"]
    assert isinstance(read({"update_id": 1, "channel_post": post}), Nothing)
    assert isinstance(read({"update_id": 1, "message": post}), Nothing)
    forged = message(text="x", chat={**CHAT, "id": 8})
    assert isinstance(read({"update_id": 1, "message": forged}), Nothing)
    assert isinstance(read(query(**{"from": {**USER, "id": 8}})), Nothing)


def membership(chat: dict[str, Any], status: str) -> dict[str, Any]:
    until = {"until_date": 0} if status == "kicked" else {}
    change = {
        "chat": chat,
        "from": USER,
        "date": 1_700_000_000,
        "old_chat_member": {"user": BOT, "status": "member"},
        "new_chat_member": {"user": BOT, "status": status, **until},
    }
    return {"update_id": 3, "my_chat_member": change}


def test_blocking_and_letting_in_again() -> None:
    assert read(membership(CHAT, "kicked")) == Blocked(3, 7, blocked=True)
    assert read(membership(CHAT, "member")) == Blocked(3, 7, blocked=False)


def test_being_added_to_a_group_and_leaving_it() -> None:
    group = {"id": -100, "type": "supergroup", "title": "A street"}
    assert read(membership(group, "member")) == InGroup(3, -100)
    assert isinstance(read(membership(group, "left")), Nothing)
    assert isinstance(read(membership(group, "kicked")), Nothing)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        7,
        [],
        {},
        {"update_id": "7"},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "message": {"message_id": 1}},
        {"update_id": 1, "message": message(location={"latitude": 1})},
        {"update_id": 1, "message": message(location={"latitude": "1", "longitude": "2"})},
        {"update_id": 1, "message": message(location={"latitude": 91, "longitude": 0})},
        {"update_id": 1, "message": message(location={"latitude": math.nan, "longitude": 0})},
        {"update_id": 1, "message": message(text=["no", "text"])},
        {"update_id": 1, "message": message(photo=["no size"])},
        {"update_id": 1, "callback_query": []},
    ],
)
def test_what_is_no_update_is_unreadable(raw: Any) -> None:
    with pytest.raises(Unreadable):
        read(raw)


def test_an_unreadable_update_is_named_by_its_kind_alone() -> None:
    with pytest.raises(Unreadable) as raised:
        read({"update_id": 1, "message": {"text": "what a resident wrote"}})
    assert str(raised.value) == "unreadable message"


def test_an_update_of_a_kind_we_did_not_ask_for_says_nothing() -> None:
    assert isinstance(read({"update_id": 1, "brand_new_thing": {"id": 1}}), Nothing)
