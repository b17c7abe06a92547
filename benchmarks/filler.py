"""Fills a database with chats that made a report each, as the program would have kept them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from handlers.conversation import Conversation
from handlers.effects import KeepReport
from handlers.messages import Reply, Said
from handlers.report import NewReport
from handlers.respond import respond
from knowledge.library import Library
from storage.conversations import WEB, Address
from storage.errors import Rejected
from storage.work import Store, open_store

_TOGETHER = 200
"""Chats a transaction."""


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat from the menu to the receipt."""

    said: tuple[str, ...]
    replies: tuple[tuple[Reply, ...], ...]
    """What each of those was answered."""
    after: Conversation
    report: NewReport


def chat_of(steps: tuple[str, ...], library: Library) -> Chat:
    """The chat in which those are typed; ValueError where no report comes of it."""
    now, conversation = datetime.now(UTC), Conversation(welcomed=True)
    replies = []
    for text in steps:
        outcome = respond(Said(text), conversation, library, now)
        conversation = outcome.conversation
        replies.append(outcome.replies)
        for effect in outcome.effects:
            if isinstance(effect, KeepReport):
                return Chat(steps, tuple(replies), conversation, effect.report)
    raise ValueError("no report was made")


async def fill(url: str, key_file: Path, chat: Chat, times: int) -> None:
    """Keep the chat so many times, each with a reader and a report of its own."""
    async with open_store(url, key_file) as store:
        done = 0
        while done < times:
            # Of so many references two may be equal; then all of these are made anew.
            with suppress(Rejected):
                await _keep(store, chat, min(_TOGETHER, times - done))
                done += _TOGETHER


async def _keep(store: Store, chat: Chat, times: int) -> None:
    now = datetime.now(UTC)
    async with store.work() as work:
        addresses = [Address(WEB, uuid4().hex) for _ in range(times)]
        for kept in (await work.conversations.load_all(addresses, now)).values():
            for text, replies in zip(chat.said, chat.replies, strict=True):
                work.handled.take(WEB, uuid4().hex, now)
                work.transcript.hear(kept, text, now)
                work.transcript.say(kept, replies, now)
            work.reports.keep(chat.report, kept.id, now)
            work.conversations.save(kept, chat.after, now, now)
