"""What an update of Telegram means to the counter; everything in it is untrusted.

Only what we use is read, straight from the JSON: the library's own types read all of it, and refuse
a whole message for some part they do not know yet, such as what the resident has quoted.
"""

import re
from dataclasses import dataclass
from typing import Any

from handlers.messages import Chose, Event, Opened, Said, SharedOther, SharedPhoto, SharedPlace
from handlers.respond import BUTTONS

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""The updates we ask for; they also are the only words of an update that are logged."""

_GROUPS = frozenset({"group", "supergroup"})
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")

_OTHER = (
    # An animation is a document as well, so it has to come first.
    ("animation", "video"),
    ("voice", "voice"),
    ("audio", "voice"),
    ("video_note", "video"),
    ("video", "video"),
    ("sticker", "sticker"),
    ("contact", "contact"),
    ("document", "document"),
)

_SERVICE = frozenset(
    "pinned_message message_auto_delete_timer_changed chat_background_set write_access_allowed "
    "connected_website boost_added proximity_alert_triggered delete_chat_photo new_chat_photo "
    "new_chat_title successful_payment refunded_payment".split()
)
"""What Telegram itself puts into a chat: nobody said it, so nobody waits for an answer."""


class Unreadable(ValueError):  # noqa: N818 - what it is, and will be however often it comes
    """The update is none that we could ever read; `kind` is one of KINDS, or "unknown"."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"unreadable {kind}")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that has not been fetched."""

    file_id: str
    size: int
    """Bytes, as Telegram says; 0 where it does not."""


@dataclass(frozen=True, slots=True)
class Press:
    """The button behind an event."""

    query_id: str
    message_id: int | None
    """The message that carries it; None where that is too old to be changed."""


@dataclass(frozen=True, slots=True)
class FromResident:
    """Somebody wrote to the bot, in a private chat."""

    update_id: int
    chat_id: int
    event: Event
    picture: Picture | None = None
    press: Press | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody blocked the bot, or let it in again."""

    update_id: int
    chat_id: int
    blocked: bool


@dataclass(frozen=True, slots=True)
class InGroup:
    """The bot is in a group, where it does not belong."""

    update_id: int
    chat_id: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing that anybody waits for an answer to."""

    update_id: int
    chat_id: int = 0


Incoming = FromResident | Blocked | InGroup | Nothing


def read(raw: Any) -> Incoming:
    """One update, from the JSON of the Bot API; raises Unreadable for what is none."""
    kind = kind_of(raw)
    try:
        update_id, content = _whole(raw["update_id"]), raw.get(kind)
        match kind:
            case "message" | "edited_message":
                return _message(update_id, content, edited=kind == "edited_message")
            case "callback_query":
                return _press(update_id, content)
            case "my_chat_member":
                return _membership(update_id, content)
            case _:
                return Nothing(update_id)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        # Without its cause, which quotes what the resident wrote.
        raise Unreadable(kind) from None


def kind_of(raw: Any) -> str:
    """Which of KINDS an update is, for the log."""
    keys = raw if isinstance(raw, dict) else ()
    return next((kind for kind in KINDS if kind in keys), "unknown")


def _message(update_id: int, message: Any, *, edited: bool) -> Incoming:
    chat, chat_id = message["chat"], _whole(message["chat"]["id"])
    if chat["type"] in _GROUPS:
        return InGroup(update_id, chat_id)
    if not _is_private(chat, message.get("from")):
        return Nothing(update_id)
    event, picture = _edit(message) if edited else _event(message)
    if event is None:
        return Nothing(update_id, chat_id)
    return FromResident(update_id, chat_id, event, picture)


def _press(update_id: int, query: Any) -> Incoming:
    message = query.get("message")
    if message is None:
        return Nothing(update_id)
    chat, chat_id = message["chat"], _whole(message["chat"]["id"])
    if chat["type"] in _GROUPS:
        return InGroup(update_id, chat_id)
    if not _is_private(chat, query["from"]):
        return Nothing(update_id)
    # A message without a date can no longer be changed.
    message_id = _whole(message["message_id"]) if message.get("date") else None
    press = Press(_words(query, "id"), message_id)
    return FromResident(update_id, chat_id, Chose(_words(query, "data")), press=press)


def _membership(update_id: int, change: Any) -> Incoming:
    chat, chat_id = change["chat"], _whole(change["chat"]["id"])
    inside = change["new_chat_member"]["status"] not in {"left", "kicked"}
    if chat["type"] in _GROUPS and inside:
        return InGroup(update_id, chat_id)
    if _is_private(chat, change["from"]):
        return Blocked(update_id, chat_id, blocked=not inside)
    return Nothing(update_id, chat_id)


def _is_private(chat: Any, sender: Any) -> bool:
    """In a private chat the two are one; anything else pretends to be somebody."""
    return bool(chat["type"] == "private" and sender and sender["id"] == chat["id"])


def _edit(message: Any) -> tuple[Event | None, None]:
    """Words that were changed; without words, a live location moved or a picture was swapped."""
    text = _words(message, "text") or _words(message, "caption")
    return (Said(_plain_words(text), edited=True) if text else None), None


def _event(message: Any) -> tuple[Event | None, Picture | None]:
    """What was said or shown; None where nobody did anything that wants an answer."""
    caption = _words(message, "caption")
    if text := _words(message, "text"):
        return _said(text), None
    if place := message.get("location"):
        return SharedPlace(_degrees(place["latitude"], 90), _degrees(place["longitude"], 180)), None
    if sizes := message.get("photo"):
        largest = sizes[-1]
        picture = Picture(_words(largest, "file_id"), _whole(largest.get("file_size", 0)))
        return SharedPhoto(caption=caption), picture
    if _SERVICE & message.keys():
        return None, None
    kind = next((kind for name, kind in _OTHER if name in message), "other")
    return SharedOther(kind, caption), None


def _said(text: str) -> Event:
    word, rest = _command(text)
    if word == "start" and _PAYLOAD.fullmatch(rest):
        return Opened(rest)
    # A command of the menu is a button: nobody who looks up /help is calling for help.
    if not rest and f"menu:{word}" in BUTTONS:
        return Chose(f"menu:{word}")
    return Said(_plain_words(text))


def _plain_words(text: str) -> str:
    """`/report@OurBot …` without its marks; what follows stays, since it may tell of danger."""
    word, rest = _command(text)
    if not word:
        return text
    return rest if word == "start" and rest else f"{word} {rest}".strip()


def _command(text: str) -> tuple[str, str]:
    """The command that the text begins with, and what follows; both empty where it is none."""
    found = _COMMAND.fullmatch(text)
    return (found[1].lower(), (found[2] or "").strip()) if found else ("", "")


def _words(content: Any, name: str) -> str:
    value = content.get(name, "")
    if not isinstance(value, str):
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value


def _degrees(value: Any, most: float) -> float:
    if not isinstance(value, int | float) or not -most <= value <= most:
        raise TypeError
    return float(value)
