"""A message that was held while nothing could be kept, and is taken in at last."""

from dataclasses import replace
from datetime import datetime

from handlers.conversation import LIVE, Conversation, Outcome
from handlers.effects import AddToReport, Done, Effect, KeepAlarm, KeepReport
from handlers.form import raise_flags
from handlers.local_time import LONDON
from handlers.messages import LONGEST_TEXT, Event, Reply, ReportUpdated
from handlers.report import RECOVERED
from handlers.respond import respond, text_of
from knowledge.library import Library
from knowledge.urgency_frames import LOUD


def take_held(
    event: Event | Done, conversation: Conversation, library: Library, now: datetime
) -> Outcome:
    """As `respond`, but what comes of it is marked: its resident may have rung 101 meanwhile."""
    outcome = respond(event, _marked(conversation, library), library, now)
    effects = tuple(map(_marked_effect, outcome.effects))
    return replace(outcome, conversation=_marked(outcome.conversation, library), effects=effects)


def said_at(library: Library, at: datetime) -> Reply:
    """What was sent at that moment is recorded now."""
    return Reply(library.say("held.recorded", time=_clock(at)))


def take_late(event: Event, conversation: Conversation, library: Library, at: datetime) -> Outcome:
    """Something held here while its resident went on elsewhere: it never undoes a newer answer.

    Their words are kept with the report on its way, or as what told of danger; the rest they are
    asked to send again.
    """
    if isinstance(event, ReportUpdated):
        return Outcome(conversation)
    text = text_of(event)
    if text and conversation.step in LIVE:
        # A handler sees when it was written, and nothing newer is undone by reading it.
        return take_held(event, conversation, library, at)
    draft = conversation.draft
    key = "held.late"
    if text and draft is not None:
        draft = replace(draft, asides=(*draft.asides, text[:LONGEST_TEXT]))
        conversation = _marked(replace(conversation, draft=draft), library)
        key = "held.late_kept"
    urgency = library.assess(text) if text else None
    effects: tuple[Effect, ...] = ()
    if urgency is not None and urgency.level in LOUD:
        effects = (KeepAlarm(text[:LONGEST_TEXT], urgency.category, urgency.level),)
    reply = Reply(library.say(key, time=_clock(at)), conversation.offered)
    return Outcome(conversation, (reply,), effects, keep_text=not effects)


def _marked(conversation: Conversation, library: Library) -> Conversation:
    """The conversation with its draft marked as recovered."""
    draft = conversation.draft
    form = library.forms.get(draft.form) if draft else None
    if draft is None or form is None:
        return conversation
    return replace(conversation, draft=raise_flags(form, draft, {RECOVERED}))


def _marked_effect(effect: Effect) -> Effect:
    match effect:
        case KeepReport(report=report):
            return KeepReport(replace(report, flags=report.flags | {RECOVERED}))
        case AddToReport():
            return replace(effect, recovered=True)
        case _:
            return effect


def _clock(at: datetime) -> str:
    return at.astimezone(LONDON).strftime("%H:%M")
