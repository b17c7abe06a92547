"""What a resident is told when a message shows danger or a crisis, whatever they were doing."""

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.conversation import Conversation, Step
from handlers.local_time import staffed
from handlers.messages import URGENT, Reply
from handlers.turn import Turn
from knowledge.article import ALWAYS, NEVER, STAFFED, Force

_WAYS = ("cannot_speak", "cannot_hear")
"""Said in every card, so not once more as its category."""
LATELY = timedelta(hours=1)
"""So long after a card the next one is short."""


def guidance(turn: Turn) -> tuple[Reply, ...]:
    """The 999 card or the crisis card, with what fits its category; empty where all is calm.

    999 comes first. In the resident's own language too, where that is known and we have it.
    """
    if turn.calm:
        return ()
    level, category = turn.urgency.level, turn.urgency.category.replace("-", "_")
    own = (f"{level}.{category}",) if turn.library.has(f"{level}.{category}") else ()
    if category in (*_WAYS, *(("other_language",) if turn.urgency.language else ())):
        own = ()
    if _shown_lately(turn):
        known = turn.urgency.category in turn.conversation.alarmed
        keys = [f"{level}.again", *(() if known else own)]
    else:
        ways = [f"{level}.{way}" for way in _WAYS[: 1 if turn.conversation.deaf else 2]]
        keys = [f"{level}.lead", _watched(turn), *own, *ways]
    if turn.conversation.deaf:
        keys.insert(0, "deaf.lead")
    if turn.conversation.draft is not None:
        keys.append(f"{level}.draft_kept")
    parts = [*translated(turn, level), *map(turn.say, keys)]
    return (Reply("\n\n".join(part for part in parts if part), lane=URGENT),)


def translated(turn: Turn, *keys: str) -> tuple[str, ...]:
    """Texts of the resident's language, and how to get an interpreter; empty for English.

    `keys` are of "alarm", "crisis", "safety_net", "not_english". Nothing is left out of what stands
    in English beneath: a translation may not have been checked yet.
    """
    if not turn.urgency.language:
        return ()
    language = turn.library.languages.get(turn.urgency.language)
    if language is None:
        return (turn.say("language.unknown"),)
    texts = (getattr(language, key) for key in keys)
    return (*texts, turn.say("language.interpreter", language=language.name))


def alarmed(turn: Turn, conversation: Conversation) -> Conversation:
    """The conversation once it is known what was shown."""
    if turn.calm:
        return conversation
    before = turn.conversation.alarmed if _shown_lately(turn) else ()
    kinds = dict.fromkeys((*before, turn.urgency.category))
    return replace(conversation, alarmed=tuple(kinds), alarmed_at=turn.now)


def _shown_lately(turn: Turn) -> bool:
    at = turn.conversation.alarmed_at
    return at is not None and turn.now - at < LATELY


def _watched(turn: Turn) -> str:
    """The wording that says truly who sees this message now."""
    if turn.conversation.step is Step.WITH_HANDLER:
        return "alarm.with_handler"
    force = turn.library.force
    if force.alarms_watched == NEVER:
        return "alarm.watched_never"
    return "alarm.watched" if is_watched(force, turn.now) else "alarm.unstaffed"


def is_watched(force: Force, now: datetime) -> bool:
    """Whether somebody sees alarms as they happen at this moment, as the force has said."""
    if force.alarms_watched == STAFFED:
        return staffed(force, now)
    return force.alarms_watched == ALWAYS
