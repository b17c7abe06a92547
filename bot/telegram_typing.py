"""Shows a resident on Telegram that the handler is typing."""

import logging

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.live import HANDLER, TYPING_THERE, Live, Typing
from bot.logs import where
from storage.conversations import TELEGRAM, Address
from storage.work import Store

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds after which it is looked whether the program is stopping."""


class TypingShown:
    """Hands on what the console tells; nothing of it is kept, and a failed call is not repeated."""

    def __init__(self, bot: Bot, store: Store, live: Live) -> None:
        self._bot, self._store, self._live = bot, store, live
        self._shown: dict[Address, float] = {}

    async def run(self) -> None:
        """Show until the program stops, or until cancelled."""
        async with self._live.listen(TYPING_THERE) as listener:
            while not self._live.closing:
                if await listener.news(PATIENCE):
                    await self._look()

    async def _look(self) -> None:
        """Look which of the chats that a handler has it is: replicas tell no addresses."""
        try:
            async with self._store.work() as work:
                addresses = await work.live_desk.addresses(TELEGRAM)
        except Exception as error:
            log.warning("not known who is typing: %s", where(error))
            return
        shown, self._shown = self._shown, {}
        for address in addresses:
            at = self._live.typed_at(Typing(address, HANDLER))
            if at is None:
                continue
            if at != shown.get(address):
                await self._show(int(address.key))
            self._shown[address] = at

    async def _show(self, chat_id: int) -> None:
        try:
            await self._bot.send_chat_action(chat_id, ChatAction.TYPING)
        except TelegramError as error:
            log.warning("typing not shown: %s", type(error).__name__)
