"""What staff do to a live chat: the hand-over and the resident's conversation move together.

Each takes the caller's transaction, and locks the conversation before the hand-over changes, as the
resident's own turns do. Hand the address it returns to `Counter.told` once that is committed.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.tell import tell
from handlers.effects import Ending
from handlers.messages import (
    FromHandler,
    HandlerCame,
    HandlerChanged,
    HandlerEnded,
    HandlerReported,
    HandlerWent,
    HandlerWrote,
    LongWait,
)
from handlers.report import NOT_REMEMBERED, NewReport
from knowledge.library import Library
from storage.conversations import Address, Kept
from storage.live_desk import LiveChat
from storage.staff import Staff
from storage.work import Work

COUNTER = "counter"
"""Who the audit trail names where nobody of the staff did it."""
MOST_TRIES = 20
"""How many waiting ones are tried where colleagues take them at the same moment."""


class Lost(Exception):  # noqa: N818 - says what became of the chat
    """The chat is not theirs any more: a colleague has it, or it is over."""


class LiveChats:
    """Moves live chats on."""

    def __init__(self, library: Callable[[], Library], clock: Callable[[], datetime]) -> None:
        self._library, self._clock = library, clock

    # Each raises Lost where the chat does not stand as it has to.

    async def take(self, work: Work, id: str, by: Staff) -> Address:
        """Take a chat that waits."""
        kept, now = await self._locked(work, id), self._clock()
        if not await work.live_desk.take(id, by, now):
            raise Lost
        await work.presence.arrive(by.id, now)
        return self._tell(work, kept, HandlerCame(), by)

    async def take_next(self, work: Work, by: Staff) -> tuple[str, Address]:
        """Take the one that comes next: its id, and the address."""
        for chat in (await work.live_desk.waiting())[:MOST_TRIES]:
            try:
                return chat.id, await self.take(work, chat.id, by)
            except Lost:
                continue
        raise Lost

    async def write(self, work: Work, id: str, by: Staff, text: str) -> Address:
        """Say something to the resident."""
        kept = await self._locked(work, id)
        if not await work.live_desk.wrote(id, by, self._clock()):
            raise Lost
        return self._tell(work, kept, HandlerWrote(text), by)

    async def hand_on(
        self, work: Work, id: str, owner: int, by: Staff, to: int, note: str
    ) -> Address:
        """Give the chat of `owner` to a colleague, by the ids of their accounts."""
        kept = await self._locked(work, id)
        if not await work.live_desk.hand_on(id, owner, by, to, note, self._clock()):
            raise Lost
        return self._tell(work, kept, HandlerChanged(), by)

    async def put_back(
        self, work: Work, id: str, owner: int, by: str = COUNTER, note: str | None = None
    ) -> Address:
        """Put the chat of `owner` at the front of the queue."""
        kept = await self._locked(work, id)
        if not await work.live_desk.put_back(id, owner, by, note, self._clock()):
            raise Lost
        return self._tell(work, kept, HandlerWent())

    async def end(self, work: Work, id: str, owner: int, by: Staff, ending: Ending) -> Address:
        """End the chat of `owner`."""
        kept = await self._locked(work, id)
        if not await work.live_desk.end(id, owner, by.username, ending, self._clock()):
            raise Lost
        return self._tell(work, kept, HandlerEnded())

    async def report(
        self, work: Work, id: str, by: Staff, report: NewReport
    ) -> tuple[str, Address]:
        """Keep a report for the resident, who gets the receipt; its reference, and the address."""
        kept, now = await self._locked(work, id), self._clock()
        reference, code = work.reports.keep(report, kept.id, now)
        if not await work.live_desk.reported(id, by, reference, now):
            raise Lost
        remember = report.contact.safe and not report.flags & NOT_REMEMBERED
        receipt = HandlerReported(reference, code, report.kind, remember)
        return reference, self._tell(work, kept, receipt)

    async def waited_long(self, work: Work, id: str) -> Address:
        """Tell one who has waited for long; where nobody is there any more, let them go."""
        kept, now = await self._locked(work, id), self._clock()
        there = any(await work.presence.count(now))
        change: Awaitable[bool] = (
            work.live_desk.told(id, now)
            if there
            else work.live_desk.end(id, None, COUNTER, Ending.NOBODY, now)
        )
        if not await change:
            raise Lost
        return self._tell(work, kept, LongWait(there))

    async def _locked(self, work: Work, id: str) -> Kept:
        chat: LiveChat | None = await work.live_desk.find(id)
        kept = None
        if chat is not None and chat.conversation_id is not None:
            kept = await work.conversations.resume(chat.conversation_id)
        if kept is None:
            raise Lost
        return kept

    def _tell(self, work: Work, kept: Kept, event: FromHandler, by: Staff | None = None) -> Address:
        staff_id = by.id if by else None
        return tell(work, kept, event, self._library(), self._clock(), staff_id)
