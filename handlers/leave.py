"""Leaving in a hurry: the draft and the transcript go, and nothing is said of either."""

from handlers.conversation import Conversation, Outcome
from handlers.effects import ForgetMe
from handlers.messages import Reply
from handlers.turn import Turn


def leave(turn: Turn) -> Outcome:
    """Forget this chat; one bland line that says how to delete what the messenger shows."""
    reply = Reply(turn.say("leave.bland"), turn.choices("menu:menu"))
    return Outcome(Conversation(welcomed=True), (reply,), (ForgetMe(),), keep_text=False)


def left(turn: Turn) -> Outcome:
    """Forget this chat without a word: its page is gone, or the bot is blocked."""
    return Outcome(Conversation(), (), (ForgetMe(),), keep_text=False)
