"""Replies as Telegram takes them: its HTML, its length, its buttons, its errors."""

import html
import re
from collections.abc import Sequence
from functools import lru_cache

import aiohttp
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.recent import Recent
from bot.sender import Gone, Later, Refused, Unknown
from bot.telegram_clients import seconds_to_wait
from bot.telegram_http import NOT_SENT
from handlers.messages import Choice, Reply
from knowledge.markup import escape, split_for_telegram
from storage.outbox import Outgoing

LONGEST_DATA = 64
"""Bytes of a button's callback_data."""

REMEMBERED = 256
"""Replies that are remembered as Telegram takes them, in memory alone."""

SHORT_LABEL = 16
"""Characters of a label that leave room for a second button beside it on a small phone."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TAG = re.compile(r"<[^>]*>")


class TelegramChannel:
    """Sends replies to Telegram chats."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        # How many parts of a long reply have arrived, so that a new try goes on from there.
        self._arrived = Recent[int]()

    async def send(self, outgoing: Outgoing) -> str:
        """Send one reply, in parts where it is long; the id of its last message."""
        chat_id = int(outgoing.address.key)
        texts = parts(outgoing.reply)
        if not texts:
            raise Refused("empty")
        message_id = 0
        for number in range(min(self._arrived.count(outgoing.id), len(texts) - 1), len(texts)):
            last = number == len(texts) - 1
            markup = keyboard(outgoing.reply.choices) if last else None
            message_id = await self._send_part(chat_id, texts[number], markup)
            self._arrived.add(outgoing.id)
        self._arrived.forget(outgoing.id)
        return str(message_id)

    async def _send_part(self, chat_id: int, text: str, markup: InlineKeyboardMarkup | None) -> int:
        try:
            try:
                return await self._call(chat_id, text, ParseMode.HTML, markup)
            except BadRequest as error:
                if "parse entities" not in error.message:
                    raise
                return await self._call(chat_id, _without_tags(text), None, markup)
        except TelegramError as error:
            raise translated(error) from None

    async def _call(
        self, chat_id: int, text: str, mode: str | None, markup: InlineKeyboardMarkup | None
    ) -> int:
        message = await self._bot.send_message(
            chat_id,
            text,
            parse_mode=mode,
            reply_markup=markup,
            link_preview_options=_NO_PREVIEW,
        )
        return message.message_id


def parts(reply: Reply) -> list[str]:
    """The reply's text as messages; what is too long for a button is listed to be typed."""
    typed = [
        f"{number}\\. {escape(choice.label)}"
        for number, choice in enumerate(reply.choices, start=1)
        if not _fits(choice)
    ]
    text = f"**{escape(reply.by)}:**\n{reply.text}" if reply.by else reply.text
    return list(_split("\n\n".join([text, *typed])))


@lru_cache(REMEMBERED)
def _split(text: str) -> tuple[str, ...]:
    """Most replies are word for word what others were told; reading Markdown is slow."""
    return tuple(split_for_telegram(text))


def keyboard(choices: Sequence[Choice]) -> InlineKeyboardMarkup | None:
    """Buttons with the numbers that residents may type instead; two short ones share a row."""
    rows: list[list[InlineKeyboardButton]] = []
    for number, choice in enumerate(choices, start=1):
        if not _fits(choice):
            continue
        button = InlineKeyboardButton(f"{number}. {choice.label}", callback_data=choice.id)
        short = len(button.text) <= SHORT_LABEL
        if short and rows and len(rows[-1]) == 1 and len(rows[-1][0].text) <= SHORT_LABEL:
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def translated(error: TelegramError) -> Exception:
    """What the sender is to make of an error: Later, Unknown, Gone or Refused."""
    match error:
        case RetryAfter():
            return Later(seconds_to_wait(error))
        case Forbidden():
            return Gone()
        # A BadRequest is a NetworkError to the library, but no network mends it.
        case BadRequest():
            return Gone() if "chat not found" in error.message.lower() else Refused("bad request")
        case ChatMigrated():
            return Refused("migrated")
        case InvalidToken():
            return Later()
        case NetworkError():
            lost = isinstance(error.__cause__, (aiohttp.ClientError, OSError))
            return Unknown() if lost and not isinstance(error.__cause__, NOT_SENT) else Later()
        case _:
            return Unknown()


def _fits(choice: Choice) -> bool:
    return 0 < len(choice.id.encode()) <= LONGEST_DATA


def _without_tags(text: str) -> str:
    return html.unescape(_TAG.sub("", text))
