"""Hello, the menu, small talk, and what to say to a sticker or a voice message."""

from dataclasses import replace

from handlers.choosing import bare, bare_phrases
from handlers.conversation import Conversation, Outcome, Step
from handlers.messages import Choice, Reply, SharedOther
from handlers.turn import Turn

MENU = ("menu:report", "menu:follow", "menu:person", "menu:privacy", "menu:feedback")
_WISHES = ("report", "follow", "person", "help", "feedback", "privacy")
_SMALL_TALK = ("greeting", "thanks", "goodbye", "robot", "insult")


def menu_choices(turn: Turn) -> tuple[Choice, ...]:
    """The menu's buttons; an unfinished report is offered first, and named neutrally."""
    ids = ("draft:resume", *MENU) if turn.conversation.draft else MENU
    return turn.choices(*ids)


def welcome(turn: Turn) -> Outcome:
    """What this is, what it is not, 999, privacy in brief; said once before the first free text."""
    conversation = replace(leave_topic(turn), welcomed=True)
    text = "\n\n".join(turn.say(f"welcome.{part}") for part in ("hello", "not_live", "privacy"))
    if turn.conversation.draft:
        text += "\n\n" + turn.say("draft.unfinished")
    return Outcome(conversation, (Reply(text, menu_choices(turn)),))


def menu(turn: Turn, key: str = "menu.what") -> Outcome:
    """What can be done here; a report on its way waits."""
    text = turn.say(key)
    if turn.conversation.draft:
        text += "\n\n" + turn.say("draft.unfinished")
    return Outcome(leave_topic(turn), (Reply(text, menu_choices(turn)),))


def leave_topic(turn: Turn) -> Conversation:
    """The conversation back at the desk, with no report open on it."""
    return turn.at(Step.ASKING, reference="")


def help_(turn: Turn) -> Outcome:
    """How this works, which words always work, and how to reach a person."""
    return Outcome(leave_topic(turn), (Reply(turn.say("help.how"), menu_choices(turn)),))


def emergency(turn: Turn) -> Outcome:
    """Somebody asked for 999 by name: the card itself is said by respond."""
    return Outcome(turn.conversation, (Reply(turn.say("alarm.and_then"), menu_choices(turn)),))


def small_talk(turn: Turn, text: str) -> Outcome | None:
    """An answer to a greeting, thanks, a goodbye, an insult or "are you a robot"; None if none."""
    said = bare(text)
    for kind in _SMALL_TALK:
        if said in bare_phrases(turn.say(f"small_talk.{kind}_says")):
            return Outcome(
                leave_topic(turn), (Reply(turn.say(f"small_talk.{kind}"), menu_choices(turn)),)
            )
    return None


def wish(turn: Turn, said: str) -> str:
    """The menu's button that a plain wish stands for ("i want to talk to a person"); or empty."""
    for name in _WISHES:
        if said in bare_phrases(turn.say(f"wish.{name}")):
            return f"menu:{name}"
    return ""


def cannot_take(turn: Turn, event: SharedOther) -> Outcome:
    """A voice message, a sticker, a contact …: what to do instead, 999 among it."""
    key = f"cannot_take.{event.kind.replace('-', '_')}"
    text = turn.say(key if turn.library.has(key) else "cannot_take.other")
    return Outcome(turn.conversation, (Reply(text, turn.conversation.offered),))
