"""A session's conversation as the chat page needs it: read it, take one more turn, end it."""

import logging
from datetime import datetime

from bot.decide import Taken
from bot.patience import within
from bot.service import PATIENCE, CannotKeep, Counter
from bot.web.session import address_of
from handlers.messages import Event, Left, Said
from storage.errors import StorageError
from storage.transcript import Line
from storage.work import Store

log = logging.getLogger(__name__)


class Unreadable(Exception):  # noqa: N818 - reads as the state it is
    """The transcript cannot be read at the moment."""


class Talk:
    """Reads and moves on the conversations of sessions."""

    def __init__(self, counter: Counter, store: Store) -> None:
        self._counter, self._store = counter, store

    def alarms(self, text: str) -> bool:
        """Whether the text alone shows danger; quick, and needs nothing that can break."""
        return self._counter.alarms(Said(text))

    async def lines(self, session: str, after: int = 0) -> tuple[Line, ...]:
        """What was said after the line of that id, oldest first; raises Unreadable."""
        try:
            return await within(PATIENCE, self._lines(session, after))
        except Exception as error:
            log.error("transcript not read: %s", type(error).__name__)
            raise Unreadable from None

    async def wants_photo(self, session: str) -> bool:
        """Whether a picture would be taken now; no where that cannot be found out."""
        try:
            return await self._counter.wants_photo(address_of(session))
        except (StorageError, TimeoutError) as error:
            log.error("not known if a picture is wanted: %s", type(error).__name__)
            return False

    async def take(self, session: str, event_id: str, event: Event, patience: float) -> Taken:
        """Take one event in, held after `patience` seconds; raises CannotKeep."""
        return await self._counter.take(address_of(session), event_id, event, patience=patience)

    async def leave(self, session: str, event_id: str, patience: float) -> None:
        """Forget the conversation; it goes on by itself where that takes longer."""
        try:
            await within(patience, self._forget(session, event_id))
        except (CannotKeep, StorageError, TimeoutError) as error:
            log.error("a chat was left but not erased yet: %s", type(error).__name__)

    async def _lines(self, session: str, after: int) -> tuple[Line, ...]:
        async with self._store.work() as work:
            return await work.transcript.since(address_of(session), after)

    async def _forget(self, session: str, event_id: str) -> None:
        address = address_of(session)
        async with self._store.work() as work:
            known = await work.conversations.find(address) is not None
        if known:
            await self._counter.take(address, event_id, Left())


def idle_since(lines: tuple[Line, ...]) -> datetime | None:
    """When the resident last said something there, or the counter where they never did."""
    theirs = [line.at for line in lines if line.reply is None]
    return max(theirs or [line.at for line in lines], default=None)
