"""Deciding one turn inside a transaction: hear, respond, carry out, say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bot.perform import perform
from handlers.conversation import LIVE, Conversation, Step
from handlers.effects import (
    AddToReport,
    AskErasure,
    Effect,
    KeepAlarm,
    KeepReport,
    WaitForPerson,
)
from handlers.held import said_at, take_held, take_late
from handlers.messages import (
    URGENT,
    Chose,
    Event,
    Left,
    Opened,
    Reply,
    ReportUpdated,
    Said,
    SharedOther,
    SharedPhoto,
    SharedPlace,
)
from handlers.open_question import asks_who
from handlers.respond import respond
from knowledge.floats import Floats
from knowledge.library import Library
from knowledge.urgency_frames import ALARM, NONE
from storage.conversations import WEB, Address, Kept
from storage.work import Work

SEEN_BY_STAFF = (KeepReport, AddToReport, AskErasure, KeepAlarm, WaitForPerson)
"""What changes something on the pages that staff keep open."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event as it came in, or as it comes back from the journal."""

    address: Address
    event_id: str
    """The channel's own id of it, the same however often it is sent."""
    event: Event
    at: datetime
    """When it arrived."""
    held: bool = False
    """It waited in the journal, since it could not be kept when it arrived."""
    meaning: Floats | None = field(default=None, compare=False, repr=False)
    """What its words mean, where that was found out."""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other event."""
        return self.address.channel, self.event_id


@dataclass(frozen=True, slots=True)
class Taken:
    """What a turn came to; everything in it is committed, unless it is held."""

    replies: tuple[Reply, ...] = ()
    repeated: bool = False
    """The event had been taken before: nothing was done again."""
    level: str = NONE
    """How urgent it was: ALARM, CRISIS or NONE."""
    queue_changed: bool = False
    """Staff see something new."""
    reported: tuple[str, ...] = ()
    """The forms of the reports submitted."""
    reporting: bool = False
    """A report is being made, or a person answers: what comes next is no question for us."""
    asks_who: bool = False
    """A name, a number or an address is being asked for."""
    held: bool = False
    """It is not recorded yet: it waits in the journal, and the resident is to be told so."""
    set_aside: bool = False
    """No turn could be made of it: the resident is to be told that it is not recorded."""


async def decide(
    arrival: Arrival,
    kept: Kept,
    work: Work,
    library: Library,
    now: datetime,
    *,
    closed: bool = False,
) -> Taken:
    """Take one event of a loaded conversation; nothing of it is final before the commit.

    While the counter is `closed` only what was promised to be recorded is, and every alarm.
    """
    respond_to = (
        take_held if arrival.held else partial(respond, meaning=arrival.meaning, closed=closed)
    )
    answer = partial(respond_to, library=library, now=now)
    conversation, greeting = _welcomed(arrival, kept, library, now)
    late = arrival.held and kept.heard_at is not None and arrival.at < kept.heard_at
    if late:
        outcome = take_late(arrival.event, conversation, library, arrival.at)
    else:
        outcome = answer(arrival.event, conversation)
    work.transcript.say(kept, greeting, now)
    heard = _shown(arrival.event, conversation)
    if heard is not None:
        work.transcript.hear(kept, heard if outcome.keep_text else None, arrival.at)
    replies = [said_at(library, arrival.at)] if arrival.held and not late else []
    effects: list[Effect] = []
    waiting = [outcome]
    while waiting:
        step = waiting.pop(0)
        conversation = step.conversation
        replies += step.replies
        effects += step.effects
        for effect in step.effects:
            done = await perform(effect, work, kept, library.desk, now)
            if done is not None:
                waiting.append(answer(done, conversation))
    work.transcript.say(kept, replies, now)
    work.conversations.save(kept, conversation, now, max(arrival.at, kept.heard_at or arrival.at))
    return Taken(
        tuple(replies),
        level=_level(replies, effects),
        queue_changed=kept.conversation.step in LIVE
        or any(isinstance(it, SEEN_BY_STAFF) for it in effects),
        reported=tuple(it.report.kind for it in effects if isinstance(it, KeepReport)),
        reporting=conversation.step in {Step.REPORTING, *LIVE},
        asks_who=asks_who(conversation, library),
    )


def _welcomed(
    arrival: Arrival, kept: Kept, library: Library, now: datetime
) -> tuple[Conversation, tuple[Reply, ...]]:
    """The conversation after the greeting that the page has shown before anything was kept."""
    begins = kept.version == 0 and kept.address.channel == WEB
    if not begins or isinstance(arrival.event, Opened | Left | ReportUpdated):
        return kept.conversation, ()
    hello = respond(Opened(), kept.conversation, library, now)
    return hello.conversation, hello.replies


def _level(replies: Sequence[Reply], effects: Sequence[Effect]) -> str:
    """How urgent the turn was: by the alarm that is kept of it, or by guidance that has none."""
    kept = (effect.level for effect in effects if isinstance(effect, KeepAlarm))
    return next(kept, ALARM if any(reply.lane == URGENT for reply in replies) else NONE)


def _shown(event: Event, conversation: Conversation) -> str | None:
    """The event as the resident's own line of the transcript; None for what leaves none."""
    live = conversation.step in LIVE
    match event:
        case Said(text=text):
            return text
        case SharedPhoto(caption=caption):
            return caption or "📷"
        case SharedOther(caption=caption) if live:
            return caption or None
        case SharedPlace(latitude=latitude, longitude=longitude) if live:
            return f"📍 {latitude:.5f}, {longitude:.5f}"
        case Chose(id=id):
            return next((each.label for each in conversation.offered if each.id == id), None)
        case _:
            return None
