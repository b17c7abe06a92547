"""The counter is closed for maintenance: it says so, and takes nothing but emergencies."""

from dataclasses import replace

from handlers.choosing import bare
from handlers.conversation import Conversation, Outcome
from handlers.effects import Done
from handlers.messages import (
    Chose,
    Event,
    Opened,
    Reply,
    Said,
    SharedOther,
    SharedPhoto,
    SharedPlace,
)
from handlers.turn import Turn

_ASKS = Opened | Said | Chose | SharedPlace | SharedPhoto | SharedOther
_LEAVING = {"leave", "exit"}


def turned_away(event: Event | Done) -> bool:
    """Whether this is not taken while the counter is closed; leaving in a hurry always is."""
    match event:
        case Said(text=text):
            return bare(text) not in _LEAVING
        case Chose(id=id):
            return id != "menu:leave"
        case _:
            return isinstance(event, _ASKS)


def turn_away(turn: Turn) -> Outcome:
    """Where to turn instead; the draft stays for when the counter opens again."""
    keys = ["closed.lead", *(["closed.draft_kept"] if turn.conversation.draft else [])]
    return Outcome(turn.conversation, (Reply("\n\n".join(map(turn.say, keys))),))


def still_asked(conversation: Conversation, before: Conversation) -> Conversation:
    """The conversation with what was being asked, which is still being asked afterwards."""
    return replace(conversation, asked=before.asked, offered=before.offered)
