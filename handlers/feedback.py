"""Was this helpful, and what residents think of the service."""

from handlers.conversation import Outcome, Step
from handlers.effects import KeepFeedback
from handlers.learn import learn_from_answer
from handlers.messages import Reply
from handlers.turn import Turn
from handlers.welcome import menu_choices


def helpful(turn: Turn) -> Outcome:
    """Thank for a yes."""
    effect = KeepFeedback(True, turn.conversation.article)
    reply = Reply(turn.say("feedback.thanks_yes"), menu_choices(turn))
    return Outcome(turn.at(Step.ASKING, article=""), (reply,), (effect,))


def not_helpful(turn: Turn) -> Outcome:
    """Ask, without pressing, what was missing."""
    effects = (KeepFeedback(False, turn.conversation.article), *learn_from_answer(turn))
    reply = Reply(turn.say("feedback.what_missing"), turn.choices("skip", "menu:person"))
    return Outcome(turn.at(Step.SAYING_WHY), (reply,), effects)


def why(turn: Turn, text: str) -> Outcome:
    """Keep what was missing; an alarm in it has been answered before this."""
    effect = KeepFeedback(False, turn.conversation.article, text[:2000])
    reply = Reply(turn.say("feedback.thanks_no"), menu_choices(turn))
    return Outcome(turn.at(Step.ASKING, article=""), (reply,), (effect,), keep_text=False)


def skip(turn: Turn) -> Outcome:
    """No comment is fine."""
    reply = Reply(turn.say("feedback.skipped"), menu_choices(turn))
    return Outcome(turn.at(Step.ASKING, article=""), (reply,))


def ask_rating(turn: Turn) -> Outcome:
    """Ask for feedback on the service: this is a beta, and it helps."""
    return turn.reply("feedback.ask", step=Step.RATING, choices=turn.choices("menu:menu"))


def rate(turn: Turn, text: str) -> Outcome:
    """Keep feedback on the service."""
    effect = KeepFeedback(None, "", text[:2000])
    reply = Reply(turn.say("feedback.thanks"), menu_choices(turn))
    return Outcome(turn.at(Step.ASKING), (reply,), (effect,), keep_text=False)
