"""Tells Telegram who we are when we start: where updates go, the commands, the words about us."""

import logging
import re
from dataclasses import dataclass, field

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, TelegramError

from bot.telegram_clients import TokenRefused
from bot.telegram_read import KINDS
from knowledge.library import Library
from knowledge.markup import to_plain

log = logging.getLogger(__name__)

COMMANDS = ("menu", "report", "follow", "person", "privacy", "help", "leave")

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")

MOST_CONNECTIONS = 40
"""Webhook requests that Telegram may have open at once."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram sends updates to, and the secret it has to show there."""

    url: str
    secret: str = field(repr=False)
    """1 to 256 letters, digits, `_` or `-`."""


async def set_up(bot: Bot, library: Library, webhook: Webhook | None) -> None:
    """Say where updates go, by polling where there is no webhook, and then who we are.

    Waiting updates are kept. Raises TokenRefused, and TelegramError where Telegram cannot be
    reached.
    """
    if not _TOKEN.fullmatch(bot.token):
        raise TokenRefused
    try:
        await bot.get_me()
        if webhook is None:
            await bot.delete_webhook(drop_pending_updates=False)
        else:
            await bot.set_webhook(
                webhook.url,
                secret_token=webhook.secret,
                allowed_updates=KINDS,
                max_connections=MOST_CONNECTIONS,
                drop_pending_updates=False,
            )
    except InvalidToken:
        raise TokenRefused from None
    try:
        await _introduce(bot, library)
    except (TelegramError, KeyError) as error:
        # Telegram counts these calls strictly, and nobody is worse off with yesterday's words.
        log.warning("commands or description not set: %s", type(error).__name__)


async def _introduce(bot: Bot, library: Library) -> None:
    """Set the commands and descriptions, each only where it is not so already."""
    scope = BotCommandScopeAllPrivateChats()
    commands = tuple(
        BotCommand(name, to_plain(library.say(f"telegram.command_{name}"))) for name in COMMANDS
    )
    if await bot.get_my_commands(scope) != commands:
        await bot.set_my_commands(commands, scope)
    description = to_plain(library.say("telegram.description"))
    if (await bot.get_my_description()).description != description:
        await bot.set_my_description(description)
    about = to_plain(library.say("telegram.about"))
    if (await bot.get_my_short_description()).short_description != about:
        await bot.set_my_short_description(about)
