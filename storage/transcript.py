"""Transcripts: what was said in each chat; what the counter says is also the sender's work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select

from handlers.conversation import LIVE
from handlers.messages import BULK, LANES, Reply
from storage.codec import from_json, to_json
from storage.connection import Connection
from storage.conversations import WEB, Address, Kept, held_at
from storage.seal import Keyring
from storage.tables import conversations, messages
from storage.tokens import new_id


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript; ids grow within a conversation."""

    id: int
    who: str
    """"resident" or "counter"."""
    at: datetime
    reply: Reply | None = None
    """What the counter said."""
    text: str | None = None
    """What the resident said; None where their words were not kept."""
    staff_id: int | None = None
    """Who of the staff wrote it, in a live chat."""


_WRITE = insert(messages)


class Transcript:
    """The lines of all chats, sealed."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring

    def hear(self, kept: Kept, text: str | None, now: datetime) -> None:
        """Keep that the resident spoke, with their words or without (None).

        On Telegram only where a handler reads along, or will: else the chat itself shows it.
        """
        if kept.address.channel != WEB and kept.conversation.step not in LIVE:
            return
        seal_id = new_id()
        words = None if text is None else self._keyring.seal_text(text, *_words(seal_id))
        row = _line(kept, seal_id, words, now) | {"who": "resident", "state": "heard"}
        self._connection.later(_WRITE, row)

    def say(
        self, kept: Kept, replies: Sequence[Reply], now: datetime, staff_id: int | None = None
    ) -> None:
        """Write replies down, in order: for the sender, or on the web for the page.

        `staff_id` is the handler who wrote them.
        """
        state = "page" if kept.address.channel == WEB else "queued"
        for reply in replies:
            seal_id = new_id()
            words = self._keyring.seal(to_json(reply), *_words(seal_id))
            row = _line(kept, seal_id, words, now)
            row |= {"who": "counter", "state": state, "lane": LANES.index(reply.lane)}
            row |= {"staff_id": staff_id}
            self._connection.later(_WRITE, row)

    async def read(self, address: Address) -> tuple[Line, ...]:
        """All that was said there and is still kept, oldest first."""
        return await self.since(address, 0)

    async def since(self, address: Address, after: int) -> tuple[Line, ...]:
        """What was said there after the line of that id, oldest first."""
        statement = (
            select(messages)
            .join(conversations)
            .where(held_at(self._keyring, address), messages.c.id > after)
            .order_by(messages.c.id)
        )
        return tuple(self._read_line(row) for row in await self._connection.execute(statement))

    async def of(self, conversation_id: str, after: int = 0) -> tuple[Line, ...]:
        """What was said in the conversation of that id, for the handler who has it."""
        statement = (
            select(messages)
            .where(messages.c.conversation_id == conversation_id, messages.c.id > after)
            .order_by(messages.c.id)
        )
        return tuple(self._read_line(row) for row in await self._connection.execute(statement))

    async def purge(self, before: datetime) -> int:
        """Erase what was said before then; how many lines that were."""
        statement = delete(messages).where(messages.c.at < before)
        return (await self._connection.execute(statement)).rowcount

    def _read_line(self, row: Row[Any]) -> Line:
        if row.who == "resident":
            sealed = row.words
            text = sealed and self._keyring.open_text(sealed, *_words(row.seal_id))
            return Line(row.id, row.who, row.at, text=text)
        reply = open_reply(self._keyring, row)
        return Line(row.id, row.who, row.at, reply=reply, staff_id=row.staff_id)


def open_reply(keyring: Keyring, row: Row[*tuple[Any, ...]]) -> Reply:
    """The reply in a row of `messages`, which must have its seal_id and words."""
    return from_json(Reply, keyring.open(row.words, *_words(row.seal_id)))


def _words(seal_id: str) -> tuple[str, str, str]:
    return "messages", seal_id, "words"


def _line(kept: Kept, seal_id: str, words: bytes | None, now: datetime) -> dict[str, Any]:
    return {
        "seal_id": seal_id,
        "conversation_id": kept.id,
        "words": words,
        "at": now,
        "lane": LANES.index(BULK),
        "attempts": 0,
        "due_at": now,
        "staff_id": None,
    }
