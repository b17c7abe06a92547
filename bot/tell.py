"""Telling a resident what staff did: their conversation moves on outside of a turn of their own."""

from datetime import datetime

from handlers.messages import Event
from handlers.respond import respond
from knowledge.library import Library
from storage.conversations import Address, Kept
from storage.work import Work


def tell(
    work: Work,
    kept: Kept,
    event: Event,
    library: Library,
    now: datetime,
    staff_id: int | None = None,
) -> Address:
    """Let `event` happen in a conversation that is locked; where it is held.

    `staff_id` is the handler whose words it brings. Events of staff have no effects but words.
    """
    outcome = respond(event, kept.conversation, library, now)
    work.conversations.save(kept, outcome.conversation, now)
    work.transcript.say(kept, outcome.replies, now, staff_id)
    return kept.address
