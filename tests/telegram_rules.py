"""What Telegram's Bot API refuses: unknown parameters, wrong types, broken HTML, long texts.

The rules are those of https://core.telegram.org/bots/api, as far as this project uses it.
"""

import html
import json
import re
from collections.abc import Mapping
from typing import Any

Kinds = Mapping[str, type]

METHODS: Mapping[str, tuple[Kinds, Kinds]] = {
    "getMe": ({}, {}),
    "getUpdates": ({}, {"offset": int, "limit": int, "timeout": int, "allowed_updates": list}),
    "setWebhook": (
        {"url": str},
        {
            "ip_address": str,
            "max_connections": int,
            "allowed_updates": list,
            "drop_pending_updates": bool,
            "secret_token": str,
        },
    ),
    "deleteWebhook": ({}, {"drop_pending_updates": bool}),
    "getWebhookInfo": ({}, {}),
    "sendChatAction": ({"chat_id": int, "action": str}, {}),
    "sendMessage": (
        {"chat_id": int, "text": str},
        {
            "parse_mode": str,
            "entities": list,
            "link_preview_options": dict,
            "disable_notification": bool,
            "protect_content": bool,
            "reply_parameters": dict,
            "reply_markup": dict,
        },
    ),
    "editMessageText": (
        {},
        {
            "text": str,
            "chat_id": int,
            "message_id": int,
            "parse_mode": str,
            "entities": list,
            "link_preview_options": dict,
            "reply_markup": dict,
        },
    ),
    "editMessageReplyMarkup": ({}, {"chat_id": int, "message_id": int, "reply_markup": dict}),
    "answerCallbackQuery": (
        {"callback_query_id": str},
        {"text": str, "show_alert": bool, "url": str, "cache_time": int},
    ),
    "deleteMessage": ({"chat_id": int, "message_id": int}, {}),
    "deleteMessages": ({"chat_id": int, "message_ids": list}, {}),
    "getFile": ({"file_id": str}, {}),
    "leaveChat": ({"chat_id": int}, {}),
    "setMyCommands": ({"commands": list}, {"scope": dict, "language_code": str}),
    "getMyCommands": ({}, {"scope": dict, "language_code": str}),
    "setMyDescription": ({}, {"description": str, "language_code": str}),
    "getMyDescription": ({}, {"language_code": str}),
    "setMyShortDescription": ({}, {"short_description": str, "language_code": str}),
    "getMyShortDescription": ({}, {"language_code": str}),
}
"""By method: the parameters that must be there, and those that may be."""

_TAGS = frozenset(
    "b strong i em u ins s strike del a code pre blockquote tg-spoiler tg-emoji span".split()
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-z-]+(?:=\"[^\"<>]*\")?)*)\s*>")
_ENTITY = re.compile(r"&(lt|gt|amp|quot|#[0-9]+|#x[0-9a-fA-F]+);")


class Refused(Exception):  # noqa: N818 - what the server does with it
    """The request is answered with an error."""

    def __init__(
        self,
        status: int,
        description: str,
        retry_after: int | None = None,
        body: bytes | None = None,
    ) -> None:
        super().__init__(description)
        self.status, self.description = status, description
        self.retry_after, self.body = retry_after, body


def bad_request(why: str) -> Refused:
    """The answer to a request that is wrong."""
    return Refused(400, f"Bad Request: {why}")


def read_params(method: str, given: Mapping[str, str]) -> dict[str, Any]:
    """The parameters as values; raises Refused for any that the method does not have or lacks."""
    required, optional = METHODS[method]
    kinds = {**required, **optional}
    if unknown := sorted(set(given) - set(kinds)):
        raise bad_request(f"unknown parameter {unknown[0]}")
    if missing := sorted(set(required) - set(given)):
        raise bad_request(f"parameter {missing[0]} is empty")
    return {name: _value(name, text, kinds[name]) for name, text in given.items()}


def _value(name: str, text: str, kind: type) -> Any:
    if kind is str:
        return text
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, kind):
        raise bad_request(f"can't parse {name}: {kind.__name__} expected")
    return value


def seen_text(text: str, parse_mode: str | None) -> str:
    """The text as the resident reads it; raises Refused where Telegram would not take it."""
    if parse_mode not in {None, "HTML"}:
        raise bad_request("unsupported parse_mode")
    seen = (_parse(text) if parse_mode else text).strip()
    if not seen:
        raise bad_request("message text is empty")
    if len(seen.encode("utf-16-le")) // 2 > 4096:
        raise bad_request("message is too long")
    return seen


def _parse(text: str) -> str:
    """The visible text of Telegram's HTML."""
    seen, opened, at = "", [], 0
    while at < len(text):
        if text[at] != "<":
            end = text.find("<", at)
            end = len(text) if end < 0 else end
            seen += _ENTITY.sub(lambda found: html.unescape(found[0]), text[at:end])
            at = end
            continue
        tag = _TAG.match(text, at)
        if tag is None or tag[2].lower() not in _TAGS:
            raise bad_request(f"can't parse entities: unsupported start tag at byte offset {at}")
        name = tag[2].lower()
        if not tag[1]:
            opened.append(name)
        elif not opened or opened.pop() != name:
            raise bad_request(f"can't parse entities: unmatched end tag at byte offset {at}")
        at = tag.end()
    if opened:
        raise bad_request(
            f"can't parse entities: can't find end tag for start tag \"{opened[-1]}\""
        )
    return seen


def check_keyboard(markup: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The (label, data) of each inline button; raises Refused for what Telegram would refuse."""
    rows = markup.get("inline_keyboard")
    if set(markup) != {"inline_keyboard"} or not isinstance(rows, list):
        raise bad_request("can't parse reply keyboard markup JSON object")
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100 or any(len(row) > 8 for row in rows):
        raise bad_request("reply markup is too long")
    for button in buttons:
        if set(button) != {"text", "callback_data"} or not button["text"].strip():
            raise bad_request("can't parse inline keyboard button")
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
    return tuple((button["text"], button["callback_data"]) for button in buttons)


def check_commands(commands: list[Any]) -> None:
    """Raise Refused unless Telegram would show these commands."""
    for command in commands:
        if set(command) != {"command", "description"}:
            raise bad_request("can't parse BotCommand")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
