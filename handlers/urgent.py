"""What a resident is told when a message shows danger or a crisis, whatever they were doing."""

from handlers.messages import URGENT, Reply
from handlers.turn import Turn

_WAYS = ("cannot_speak", "cannot_hear")
"""Said in every card, so not once more as its category."""


def guidance(turn: Turn) -> tuple[Reply, ...]:
    """The 999 card or the crisis card, with what fits its category; empty where all is calm."""
    if turn.calm:
        return ()
    level, category = turn.urgency.level, turn.urgency.category.replace("-", "_")
    parts = [turn.say(f"{level}.lead")]
    if category not in _WAYS and turn.library.has(f"{level}.{category}"):
        parts.append(turn.say(f"{level}.{category}"))
    ways = [turn.say(f"{level}.cannot_speak"), turn.say(f"{level}.cannot_hear")]
    if turn.conversation.deaf:
        parts = [turn.say("deaf.lead"), *parts]
        ways = ways[:1]
    parts.extend(ways)
    if turn.conversation.draft is not None:
        parts.append(turn.say(f"{level}.draft_kept"))
    return (Reply("\n\n".join(part for part in parts if part), lane=URGENT),)
