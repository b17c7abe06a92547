"""The short way to a resident: constant words over a connection of their own, past the outbox."""

import asyncio
import logging

from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.pace import Bucket
from bot.reflex import CARD, HELD, NOT_RECORDED
from bot.telegram_clients import seconds_to_wait
from knowledge.markup import to_telegram

log = logging.getLogger(__name__)

PATIENCE = (0.5, 2.0, 5.0)
"""Seconds before each further try; a card that comes twice is better than none."""
LONGEST_WAIT = 60.0


class DirectLine:
    """Sends the 999 card and the honest sentence; waits for nothing else in the program."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        # Made now, so that nothing but the network can keep them back later.
        self._card, self._not_recorded = to_telegram(CARD), to_telegram(NOT_RECORDED)
        self._held = to_telegram(HELD)
        # Together what the sender leaves of Telegram's 30 messages a second. A card never waits
        # behind the sentences that a broken database makes us say to everybody.
        self._card_pace, self._pace = Bucket(rate=4, burst=20), Bucket(rate=4, burst=20)

    async def card(self, chat_id: int) -> bool:
        """Send the 999 card; False where it could not be sent."""
        return await self._say(chat_id, self._card, self._card_pace)

    async def not_recorded(self, chat_id: int) -> bool:
        """Say that nothing was recorded; False where even that could not be sent."""
        return await self._say(chat_id, self._not_recorded, self._pace)

    async def held(self, chat_id: int) -> bool:
        """Say that it is held, and not recorded yet; False where that could not be sent."""
        return await self._say(chat_id, self._held, self._pace)

    async def _say(self, chat_id: int, text: str, pace: Bucket) -> bool:
        wait = pace.delay()
        pace.take()
        for patience in (*PATIENCE, 0.0):
            await asyncio.sleep(wait)
            wait = patience
            try:
                await self._bot.send_message(
                    chat_id,
                    text,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                )
            except RetryAfter as error:
                wait = min(max(wait, seconds_to_wait(error)), LONGEST_WAIT)
                log.warning("direct message has to wait %.0f s", wait)
            except (BadRequest, Forbidden, InvalidToken) as error:
                log.error("direct message refused: %s", type(error).__name__)
                return False
            except TelegramError as error:
                log.warning("direct message not sent yet: %s", type(error).__name__)
            else:
                return True
        log.error("direct message given up")
        return False
