"""The last touch to every outcome: guidance first, the safety net last, and what to remember."""

from dataclasses import replace

from handlers.conversation import Conversation, Outcome, Step
from handlers.deaf import for_the_deaf
from handlers.effects import KeepAlarm
from handlers.messages import LONGEST_TEXT, Reply
from handlers.turn import Turn
from handlers.urgent import guidance

REMEMBERED_TEXTS = 3
LONGEST_REMEMBERED = 500
BARE_PLEA = "plea"
"""The category of "help" and "999" alone, which tell staff nothing."""


def greeted(turn: Turn, outcome: Outcome) -> Outcome:
    """The short welcome and privacy words before the first answer, said once."""
    hello = Reply(turn.say("welcome.first_words"))
    conversation = replace(outcome.conversation, welcomed=True)
    return replace(outcome, conversation=conversation, replies=(hello, *outcome.replies))


def finish(turn: Turn, outcome: Outcome, spoken: str) -> Outcome:
    """Guidance first, the safety net last, relay numbers for the deaf, and what to remember."""
    replies = outcome.replies
    if turn.urgency.level == "safety-net" and replies:
        last = replies[-1]
        text = last.text + "\n\n" + turn.say("safety_net.line")
        replies = (*replies[:-1], replace(last, text=text))
    replies = (*guidance(turn), *replies)
    if outcome.conversation.deaf:
        replies = tuple(for_the_deaf(turn.library, reply) for reply in replies)
    effects = outcome.effects
    if spoken and not turn.calm and turn.urgency.category != BARE_PLEA:
        kept = KeepAlarm(spoken[:LONGEST_TEXT], turn.urgency.category)
        effects = (kept, *effects)
    return replace(
        outcome,
        conversation=_remembering(turn, outcome, spoken),
        replies=replies,
        effects=effects,
        keep_text=outcome.keep_text and turn.calm,
    )


def _remembering(turn: Turn, outcome: Outcome, spoken: str) -> Conversation:
    """The conversation with the last question, its buttons, and the latest texts.

    An opened report closes as soon as the resident turns to something else.
    """
    conversation = outcome.conversation
    if conversation.step not in {Step.FOLLOWING, Step.ADDING}:
        conversation = replace(conversation, reference="")
    if spoken and outcome.keep_text and turn.calm:
        recent = (*conversation.recent, spoken[:LONGEST_REMEMBERED])[-REMEMBERED_TEXTS:]
        conversation = replace(conversation, recent=recent)
    if outcome.replies:
        last = outcome.replies[-1]
        # What a list repeats, such as the answers on the review screen, is not being asked.
        asked = "\n".join(line for line in last.text.splitlines() if not line.startswith("- "))
        conversation = replace(conversation, asked=asked[-600:], offered=last.choices)
    return conversation
