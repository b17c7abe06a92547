"""A session's conversation as the chat page needs it: read it, take one more turn, end it."""

import asyncio
import logging
from datetime import datetime

from bot.service import CannotKeep, Counter, Taken
from bot.web.session import address_of
from handlers.messages import Event, Left, Opened, Said
from storage.transcript import Line
from storage.work import Store

log = logging.getLogger(__name__)


class Slow(Exception):  # noqa: N818 - what happened, as the page will say it
    """The turn is still under way, and nobody knows yet whether it will be kept."""


class Unreadable(Exception):  # noqa: N818 - reads as the state it is
    """The transcript cannot be read at the moment."""


class Talk:
    """Reads and moves on the conversations of sessions."""

    def __init__(self, counter: Counter, store: Store) -> None:
        self._counter, self._store = counter, store
        self._turns: set[asyncio.Task[Taken]] = set()

    def alarms(self, text: str) -> bool:
        """Whether the text alone shows danger; quick, and needs nothing that can break."""
        return self._counter.alarms(Said(text))

    async def lines(self, session: str, after: int = 0) -> tuple[Line, ...]:
        """What was said after the line of that id, oldest first; raises Unreadable."""
        try:
            async with self._store.work() as work:
                return await work.transcript.since(address_of(session), after)
        except Exception as error:
            log.error("transcript not read: %s", type(error).__name__)
            raise Unreadable from None

    async def wants_photo(self, session: str) -> bool:
        """Whether a picture would be taken now; no where that cannot be found out."""
        try:
            return await self._counter.wants_photo(address_of(session))
        except Exception as error:
            log.error("not known if a picture is wanted: %s", type(error).__name__)
            return False

    async def take(self, session: str, event_id: str, event: Event, patience: float) -> Taken:
        """Take one event in; raises CannotKeep, or Slow after `patience` seconds.

        A slow turn goes on by itself: the same event sent again is then taken once all the same.
        """
        turn = asyncio.create_task(self._turn(session, event_id, event))
        self._turns.add(turn)
        turn.add_done_callback(self._ended)
        done, _ = await asyncio.wait({turn}, timeout=patience)
        if not done:
            raise Slow
        return turn.result()

    async def leave(self, session: str, event_id: str, patience: float) -> None:
        """Forget the conversation; one that cannot be forgotten in time has lost its cookie."""
        try:
            if await self._known(session):
                await self.take(session, event_id, Left(), patience)
        except (CannotKeep, Slow) as error:
            log.error("a chat was left but not erased yet: %s", type(error).__name__)

    async def finish(self) -> None:
        """Wait for the turns that are under way."""
        if self._turns:
            await asyncio.wait(tuple(self._turns))

    async def _turn(self, session: str, event_id: str, event: Event) -> Taken:
        """The event, after the greeting that the page has shown where nothing was kept yet."""
        address = address_of(session)
        if not await self._known(session):
            await self._counter.take(address, f"{event_id}:hello", Opened())
        return await self._counter.take(address, event_id, event)

    async def _known(self, session: str) -> bool:
        """Whether there is a conversation of this session; raises CannotKeep."""
        try:
            async with self._store.work() as work:
                return await work.conversations.find(address_of(session)) is not None
        except Exception as error:
            log.error("conversation not found out: %s", type(error).__name__)
            raise CannotKeep(urgent=False) from None

    def _ended(self, turn: asyncio.Task[Taken]) -> None:
        self._turns.discard(turn)
        if not turn.cancelled():
            turn.exception()  # seen, so that nobody is warned of it


def idle_since(lines: tuple[Line, ...]) -> datetime | None:
    """When the resident last said something there, or the counter where they never did."""
    theirs = [line.at for line in lines if line.reply is None]
    return max(theirs or [line.at for line in lines], default=None)
