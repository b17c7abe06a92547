"""A group of staff on Telegram, told that something waits for somebody, and where; never what."""

from telegram import Bot, LinkPreviewOptions
from telegram.error import ChatMigrated, TelegramError

from bot.alerts import Alert, NotDelivered

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class StaffGroup:
    """A way for alerts; `console` is the address that staff open, empty where none is set."""

    def __init__(self, bot: Bot, chat_id: int, console: str) -> None:
        self._bot, self._chat_id, self._console = bot, chat_id, console.rstrip("/")

    async def deliver(self, alert: Alert) -> None:
        """Tell them, where it is for staff rather than for operators; raises NotDelivered."""
        if not alert.page:
            return
        link = f"{self._console}{alert.page}" if self._console else ""
        text = "\n".join(filter(None, (alert.text, link)))
        try:
            await self._bot.send_message(self._chat_id, text, link_preview_options=_NO_PREVIEW)
        except ChatMigrated as moved:
            raise NotDelivered(
                f"the group has a new number: set telegram.staff_chat_id to {moved.new_chat_id}"
            ) from None
        except TelegramError as error:
            raise NotDelivered(f"Telegram refused ({type(error).__name__})") from None
