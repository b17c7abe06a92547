"""The turn: the one place where a message is taken in, decided, kept and answered."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Protocol

from bot.live import OUTBOX, QUEUE, Live
from bot.perform import perform
from handlers.conversation import Conversation, Outcome, Step
from handlers.effects import AddToReport, AskErasure, Done, KeepReport
from handlers.messages import Chose, Event, Reply, ReportUpdated, Said, SharedPhoto
from handlers.respond import DANGER_YES, respond, text_of
from knowledge.library import Library
from storage.conversations import Address, Kept
from storage.work import Store, Work

log = logging.getLogger(__name__)

AtOnce = Callable[[], Awaitable[None]]
"""Sends the reflex's 999 card by the channel's own quickest way."""


class CannotKeep(Exception):  # noqa: N818 - what happened, as the page will say it
    """The turn could not be kept: nothing is recorded, and the resident is to be told so."""

    def __init__(self, *, urgent: bool) -> None:
        super().__init__("the turn could not be kept")
        self.urgent = urgent


@dataclass(frozen=True, slots=True)
class Taken:
    """What a turn came to; everything in it is committed."""

    replies: tuple[Reply, ...] = ()
    repeated: bool = False
    """The event had been taken before: nothing was done again."""
    urgent: bool = False


class Tally(Protocol):
    """What counts the turns, for the metrics."""

    def turn(
        self, channel: str, seconds: float, level: str = "none", outcome: str = "taken"
    ) -> None:
        """Count a turn, its length, how urgent it was, and what became of it."""

    def report(self, kind: str) -> None:
        """Count a submitted report by its form."""


class Counter:
    """Takes events in, from any channel."""

    def __init__(
        self,
        store: Store,
        library: Callable[[], Library],
        clock: Callable[[], datetime],
        live: Live,
        tally: Tally,
    ) -> None:
        self._store, self._library, self._clock = store, library, clock
        self._live, self._tally = live, tally
        self._cards: set[asyncio.Task[None]] = set()

    async def take(
        self, address: Address, event_id: str, event: Event, at_once: AtOnce | None = None
    ) -> Taken:
        """Take one event in: reflex, then everything else in one transaction.

        Returns once all is committed. Raises CannotKeep, with nothing recorded, where it is not.
        """
        began = perf_counter()
        urgent = self.alarms(event)
        level = "alarm" if urgent else "none"
        if urgent and at_once is not None:
            self._send_card(at_once)
        try:
            taken, touched = await self._turn(address, event_id, event)
        except Exception as error:
            # Whatever it was, the resident gets the honest sentence. The error's text may quote
            # them, so only its kind is logged.
            log.error("turn not kept: %s", type(error).__name__)
            self._tally.turn(address.channel, perf_counter() - began, level, "not-kept")
            raise CannotKeep(urgent=urgent) from None
        outcome = "repeated" if taken.repeated else "taken"
        self._tally.turn(address.channel, perf_counter() - began, level, outcome)
        self._live.tell(address)
        self._live.tell(OUTBOX)
        if touched:
            self._live.tell(QUEUE)
        return Taken(taken.replies, taken.repeated, urgent or taken.urgent)

    async def wants_photo(self, address: Address) -> bool:
        """Whether a picture would be taken now, so that unasked ones are not even fetched."""
        async with self._store.work() as work:
            kept = await work.conversations.find(address)
        return kept is not None and self._awaits_photo(kept.conversation)

    async def announce(self, work: Work, reference: str) -> tuple[Address, ...]:
        """Tell those who follow a report that there is news, inside the caller's transaction.

        Hand what it returns to `told` once that is committed.
        """
        now = self._clock()
        told = []
        for id in await work.reports.followers(reference):
            kept = await work.conversations.resume(id)
            if kept is None:
                continue
            outcome = respond(ReportUpdated(reference), kept.conversation, self._library(), now)
            kept = await work.conversations.save(kept, outcome.conversation, now)
            await work.transcript.say(kept, outcome.replies, now)
            told.append(kept.address)
        return tuple(told)

    def told(self, addresses: Sequence[Address] = ()) -> None:
        """Wake the sender, the queue and these residents' pages after staff changed something."""
        for address in addresses:
            self._live.tell(address)
        self._live.tell(OUTBOX)
        self._live.tell(QUEUE)

    def alarms(self, event: Event) -> bool:
        """The reflex: judge the text alone, before any await; a failing judge alarms nobody."""
        if isinstance(event, Chose) and event.id == DANGER_YES:
            return True
        text = text_of(event)
        if not text:
            return False
        try:
            return self._library().assess(text).level == "alarm"
        except Exception as error:
            log.error("reflex failed: %s", type(error).__name__)
            return False

    def _send_card(self, at_once: AtOnce) -> None:
        """Send the card beside the turn, so that neither waits for the other."""
        task = asyncio.create_task(self._card(at_once))
        self._cards.add(task)
        task.add_done_callback(self._cards.discard)

    async def _card(self, at_once: AtOnce) -> None:
        try:
            await at_once()
        except Exception as error:
            log.error("card not sent: %s", type(error).__name__)

    async def _turn(self, address: Address, event_id: str, event: Event) -> tuple[Taken, bool]:
        """One transaction: once, load, respond, keep, outbox."""
        now = self._clock()
        # Taken once: comms may swap it in the middle, and a turn is to be of one mind.
        library = self._library()
        async with self._store.work() as work:
            if not await work.handled.once(address.channel, event_id, now):
                return Taken(repeated=True), False
            kept = await work.conversations.load(address, now)
            outcome = respond(event, kept.conversation, library, now)
            await self._hear(work, kept, event, outcome)
            replies, touched = await self._follow(work, kept, outcome, library, now)
        urgent = any(reply.lane == "urgent" for reply in replies)
        return Taken(replies, urgent=urgent), touched

    async def _hear(self, work: Work, kept: Kept, event: Event, outcome: Outcome) -> None:
        """Put what the resident said into the transcript, without its words where they must go."""
        heard = _shown(event, kept.conversation)
        if heard is not None:
            text = heard if outcome.keep_text else None
            await work.transcript.hear(kept, text, self._clock())

    async def _follow(
        self, work: Work, kept: Kept, outcome: Outcome, library: Library, now: datetime
    ) -> tuple[tuple[Reply, ...], bool]:
        """Perform the effects, hand their answers back to `respond`, keep what was said.

        Returns all replies, and whether the staff's queue has changed.
        """
        replies: tuple[Reply, ...] = ()
        touched = False
        waiting = [outcome]
        conversation = outcome.conversation
        while waiting:
            step = waiting.pop(0)
            conversation = step.conversation
            replies += step.replies
            for effect in step.effects:
                touched |= isinstance(effect, KeepReport | AddToReport | AskErasure)
                if isinstance(effect, KeepReport):
                    self._tally.report(effect.report.kind)
                done: Done | None = await perform(effect, work, kept, now)
                if done is not None:
                    waiting.append(respond(done, conversation, library, now))
        kept = await work.conversations.save(kept, conversation, now)
        await work.transcript.say(kept, replies, now)
        return replies, touched

    @staticmethod
    def _awaits_photo(conversation: Conversation) -> bool:
        return (
            conversation.step is Step.REPORTING
            and conversation.draft is not None
            and conversation.draft.open == "photos"
        )


def _shown(event: Event, conversation: Conversation) -> str | None:
    """The event as the resident's own line of the transcript; None for what leaves none."""
    if isinstance(event, Said):
        return event.text
    if isinstance(event, SharedPhoto):
        return event.caption or "📷"
    chosen = getattr(event, "id", None)
    if chosen is not None:
        return next((choice.label for choice in conversation.offered if choice.id == chosen), None)
    return None
