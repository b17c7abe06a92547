"""Somebody who talks to the bot on a made-up Telegram, so that tests read as transcripts."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fake_telegram import FakeTelegram

BOT = {
    "id": 4242,
    "is_bot": True,
    "first_name": "Front Counter",
    "username": "front_counter_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
PATIENCE = 10.0
"""Seconds a resident waits for an answer before the test fails."""
QUIET = 0.15
"""Seconds without a word after which the bot is taken to have finished."""


@dataclass
class Shown:
    """A message of the bot as its resident sees it."""

    message_id: int
    text: str
    html: str
    buttons: tuple[tuple[str, str], ...]
    """Label and data of each."""
    rows: tuple[int, ...]
    """How many buttons each row has."""
    params: dict[str, Any]
    """What else was asked for."""


class Resident:
    """Somebody who writes to the bot in a private chat, and reads what it says."""

    def __init__(self, telegram: "FakeTelegram", chat_id: int) -> None:
        self._telegram = telegram
        self.chat_id = chat_id
        self.chat = {"id": chat_id, "type": "private", "first_name": "Robin"}
        self.shown: dict[int, Shown] = {}
        self.has_blocked = False
        self._unread: deque[Shown] = deque()
        self._news = asyncio.Event()

    # What they do

    def say(self, text: str) -> int:
        """Write something; the id of the update."""
        command = text.startswith("/")
        length = len(text.split(maxsplit=1)[0]) if command else 0
        entities = [{"type": "bot_command", "offset": 0, "length": length}] if command else []
        return self.send(text=text, **({"entities": entities} if entities else {}))

    def edit(self, text: str) -> int:
        """Change a text sent before."""
        message = self._telegram.message(self.chat, self.chat_id)
        message |= {"text": text, "edit_date": 1_700_000_100}
        return self._telegram.deliver("edited_message", message, self.chat_id)

    def send(self, **content: Any) -> int:
        """Send a message of any content, in the words of the Bot API."""
        message = self._telegram.message(self.chat, self.chat_id) | content
        return self._telegram.deliver("message", message, self.chat_id)

    def press(self, label: str) -> int:
        """Press a button of the latest message that has one of that label."""
        for shown in reversed(self.shown.values()):
            for seen, data in shown.buttons:
                if label in {seen, seen.partition(". ")[2]}:
                    return self.press_data(data, shown.message_id)
        buttons = [seen for shown in self.shown.values() for seen, _ in shown.buttons]
        raise AssertionError(f"no button {label!r} among {buttons}")

    def press_data(self, data: str, message_id: int) -> int:
        """Press a button by what it carries, perhaps one that is shown no more."""
        query = self._telegram.new_query()
        message = self._telegram.message(self.chat, BOT["id"]) | {"message_id": message_id}
        content = {
            "id": query,
            "from": user(self.chat_id),
            "chat_instance": "1",
            "message": message | {"text": "what was asked"},
            "data": data,
        }
        return self._telegram.deliver("callback_query", content, self.chat_id, "user")

    def share_location(self, latitude: float, longitude: float) -> int:
        """Share a place on the map."""
        return self.send(location={"latitude": latitude, "longitude": longitude})

    def send_photo(
        self, data: bytes, caption: str = "", *, size: int | None = None, there: bool = True
    ) -> int:
        """Send a photo; `size` is what Telegram says of it, and `there` whether it can be had."""
        thumb, full = (self._telegram.add_file(part, there) for part in (data[:100], data))
        sizes = [
            {"file_id": thumb, "file_unique_id": "a", "width": 90, "height": 90, "file_size": 100},
            {
                "file_id": full,
                "file_unique_id": "b",
                "width": 1280,
                "height": 960,
                "file_size": len(data) if size is None else size,
            },
        ]
        return self.send(photo=sizes, **({"caption": caption} if caption else {}))

    def block(self) -> None:
        """Block the bot."""
        self.has_blocked = True
        self._telegram.membership(self.chat, self.chat_id, "member", "kicked")

    def unblock(self) -> None:
        """Let the bot in again."""
        self.has_blocked = False
        self._telegram.membership(self.chat, self.chat_id, "kicked", "member")

    # What they see

    def see(self, shown: Shown) -> None:
        """A message of the bot arrives."""
        self.shown[shown.message_id] = shown
        self._unread.append(shown)
        self._news.set()

    async def hears(self) -> list[str]:
        """The texts that come next: at least one, until the bot falls silent."""
        texts = []
        wait = PATIENCE
        while await self._something(wait):
            while self._unread:
                texts.append(self._unread.popleft().text)
            wait = QUIET
        assert texts, "the bot said nothing"
        return texts

    async def hears_about(self, piece: str) -> str:
        """The next text with `piece` in it; those before it are passed over."""
        passed = []
        while await self._something(PATIENCE):
            text = self._unread.popleft().text
            if piece in text:
                return text
            passed.append(text)
        raise AssertionError(f"nothing about {piece!r} in {passed}")

    async def hears_nothing(self) -> None:
        """AssertionError where the bot says something now."""
        assert not await self._something(QUIET), self._unread[0].text

    async def _something(self, seconds: float) -> bool:
        if self._unread:
            return True
        self._news.clear()
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except TimeoutError:
            return False
        return True


def user(user_id: int) -> dict[str, Any]:
    """Somebody, as Telegram describes them."""
    return {"id": user_id, "is_bot": False, "first_name": "Robin", "language_code": "en"}
