"""The counter: the one place where a message is taken in, and answered for."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from time import perf_counter
from typing import Protocol
from weakref import WeakValueDictionary

from bot.alerts import Alerts
from bot.asked import Asked
from bot.decide import Arrival, Taken
from bot.live import OUTBOX, QUEUE, Live
from bot.logs import where
from bot.patience import within
from bot.recovery import Recovery
from bot.reflex import stands_in
from bot.tell import tell
from bot.turns import Turns
from bot.understanding import Understanding
from handlers.conversation import Conversation, Step
from handlers.messages import Chose, Event, Left, ReportUpdated, Said
from handlers.open_question import is_a_name
from handlers.respond import DANGER_YES, text_of
from knowledge.floats import Floats
from knowledge.library import Library
from knowledge.urgency_frames import ALARM, NONE
from storage.conversations import Address, Kept
from storage.errors import StorageError, Unavailable
from storage.journal import Journal
from storage.work import Store, Work

log = logging.getLogger(__name__)

AtOnce = Callable[[], Awaitable[None]]
"""Sends the reflex's 999 card by the channel's own quickest way."""

PATIENCE = 2.0
"""Seconds for a turn to be kept, and then once more for the journal to hold it."""
GRACE = 8.0
"""Seconds that turns under way have at the end."""


class CannotKeep(Exception):  # noqa: N818 - what happened, as the page will say it
    """Neither database nor journal could keep it in time: the resident is to be told so."""

    def __init__(self, *, urgent: bool) -> None:
        super().__init__("the turn could not be kept")
        self.urgent = urgent


class Tally(Protocol):
    """What counts the turns, for the metrics."""

    def turn(self, channel: str, seconds: float, level: str = NONE, outcome: str = "taken") -> None:
        """Count a turn, its length, how urgent it was, and what became of it."""

    def report(self, kind: str) -> None:
        """Count a submitted report by its form."""


class Counter:
    """Takes events in, from any channel; made by open_counter."""

    def __init__(  # noqa: PLR0913, PLR0917 - each is a part of its own
        self,
        turns: Turns,
        journal: Journal,
        store: Store,
        library: Callable[[], Library],
        clock: Callable[[], datetime],
        live: Live,
        tally: Tally,
        understanding: Understanding,
        alerts: Alerts,
    ) -> None:
        self._turns, self._journal, self._store = turns, journal, store
        self._understanding, self._alerts = understanding, alerts
        # While a message is being understood or held, the next of its chat waits.
        self._in_order: WeakValueDictionary[Address, asyncio.Lock] = WeakValueDictionary()
        self._asked = Asked()
        self._library, self._clock = library, clock
        self._live, self._tally = live, tally
        self._cards: set[asyncio.Task[None]] = set()

    async def take(
        self,
        address: Address,
        event_id: str,
        event: Event,
        at_once: AtOnce | None = None,
        patience: float = PATIENCE,
    ) -> Taken:
        """Take one event in: the reflex, then everything else in one transaction.

        Returns once all is committed, or, where Taken says `held`, in the journal. Raises
        CannotKeep where neither was done in time: then nobody knows that it is kept. Where a disk
        was but slow it may be all the same, and counts as taken when it is sent again.
        """
        began = perf_counter()
        urgent = self.alarms(event, who=self._asked.asks_who(address))
        if urgent and at_once is not None:
            self._send_card(at_once)
        arrival = Arrival(address, event_id, event, self._clock())
        level, outcome = ALARM if urgent else NONE, "not-kept"
        try:
            taken = await self._taken(arrival, patience)
            outcome = _outcome(taken)
            if taken.level != NONE:
                level = taken.level
        except (StorageError, TimeoutError) as error:
            log.error("an event could not even be held: %s", error or type(error).__name__)
            raise CannotKeep(urgent=urgent) from None
        finally:
            self._tally.turn(address.channel, perf_counter() - began, level, outcome)
        return taken

    async def wants_photo(self, address: Address) -> bool:
        """Whether a picture would be taken now, so that unasked ones are not even fetched.

        Raises Unavailable or TimeoutError where that cannot be found out.
        """
        kept = await within(PATIENCE, self._find(address))
        return kept is not None and _awaits_photo(kept.conversation)

    async def announce(self, work: Work, reference: str) -> tuple[Address, ...]:
        """Tell those who follow a report that there is news, inside the caller's transaction.

        Before the caller touches the report: whoever locks both locks conversations first. Hand
        what it returns to `told` once that is committed.
        """
        now = self._clock()
        told = []
        for id in sorted(await work.reports.followers(reference)):
            kept = await work.conversations.resume(id)
            if kept is not None:
                told.append(tell(work, kept, ReportUpdated(reference), self._library(), now))
        return tuple(told)

    def told(self, addresses: Sequence[Address] = ()) -> None:
        """Wake the sender, the queue and these residents' pages after staff changed something."""
        self._live.tell(OUTBOX, QUEUE, *addresses)

    def alarms(self, event: Event, *, who: bool = False) -> bool:
        """The reflex: judge the text alone, before any await; `who` where a name was asked for.

        "Yes, now and then", word for word as a button of ours has it, is no cry for help: should it
        be one all the same, the turn will tell. Should the judge fail, a list of phrases stands in,
        and the operators hear of it.
        """
        if isinstance(event, Chose) and event.id == DANGER_YES:
            return True
        text = text_of(event)
        if not text:
            return False
        try:
            library = self._library()
            if library.is_label(text):
                return False
            verdict = library.assess(text)
            return verdict.level == ALARM and not (who and is_a_name(text, verdict))
        except Exception as error:
            self._alerts.tell(
                "reflex", f"emergencies are recognised by a list of words alone: {where(error)}"
            )
            return stands_in(text)

    async def _taken(self, arrival: Arrival, patience: float) -> Taken:
        address = arrival.address
        async with self._in_order.setdefault(address, asyncio.Lock()):
            if (meaning := await self._meaning(arrival)) is not None:
                arrival = replace(arrival, meaning=meaning)
            # What waits of this conversation goes first, whatever the database says by now.
            if not self._turns.available or self._journal.holds(address):
                return await self._held(arrival, patience)
            waiting = self._turns.add(arrival)
        try:
            taken = await self._turns.outcome(waiting, patience)
        except Unavailable:
            # Should it be committed after all, its id is known when it comes back from the journal.
            return await self._held(arrival, patience)
        if isinstance(arrival.event, Left):
            self._asked.forget(address)
        else:
            self._asked.note(address, taken)
        return taken

    async def _held(self, arrival: Arrival, patience: float) -> Taken:
        await within(
            patience,
            self._journal.add(arrival.address, arrival.event_id, arrival.event, arrival.at),
        )
        return Taken(held=True)

    async def _meaning(self, arrival: Arrival) -> Floats | None:
        """What a question means; nobody in danger waits for that.

        Nor does whoever makes a report, unless their words leave a doubt whether they are; and a
        button means what it does, also where it was typed.
        """
        event = arrival.event
        text = text_of(event)
        if not text or self._is_button(arrival.address, event) or self.alarms(event):
            return None
        answers = not isinstance(event, Said) or self._asked.is_reporting(arrival.address)
        if answers and not self._library().doubts(text):
            return None
        return await self._understanding.of(text)

    def _is_button(self, address: Address, event: Event) -> bool:
        return isinstance(event, Said) and self._asked.is_button(address, event.text)

    async def _find(self, address: Address) -> Kept | None:
        async with self._store.work() as work:
            return await work.conversations.find(address)

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


@asynccontextmanager
async def open_counter(  # noqa: PLR0913 - each is a part of its own
    store: Store,
    journal: Journal,
    library: Callable[[], Library],
    clock: Callable[[], datetime],
    live: Live,
    tally: Tally,
    alerts: Alerts,
    *,
    closed: Callable[[], bool] = lambda: False,
) -> AsyncIterator[Counter]:
    """The counter, taking turns beside the block; at its end what was taken in is finished.

    While it is `closed` it takes nothing but emergencies.
    """

    def settled(arrival: Arrival, taken: Taken) -> None:
        live.tell(OUTBOX, arrival.address, *([QUEUE] if taken.queue_changed else []))
        for kind in taken.reported:
            tally.report(kind)

    turns = Turns(store, library, clock, alerts, settled, closed)
    working = [asyncio.create_task(turns.run()) for _ in range(store.writers)]
    understanding = Understanding(library)
    recovering = asyncio.create_task(Recovery(journal, turns, store, clock).run())
    try:
        yield Counter(turns, journal, store, library, clock, live, tally, understanding, alerts)
    finally:
        understanding.close()
        recovering.cancel()
        turns.close()
        _, unfinished = await asyncio.wait(working, timeout=GRACE)
        for task in unfinished:
            task.cancel()
        turns.give_up()
        await asyncio.gather(recovering, *unfinished, return_exceptions=True)


def _outcome(taken: Taken) -> str:
    """What became of a turn, in a word for the metrics."""
    if taken.repeated:
        return "repeated"
    if taken.held:
        return "held"
    return "set-aside" if taken.set_aside else "taken"


def _awaits_photo(conversation: Conversation) -> bool:
    return (
        conversation.step is Step.REPORTING
        and conversation.draft is not None
        and conversation.draft.open == "photos"
    )
