"""The last touch to every outcome: guidance first, the safety net last, and what to remember."""

from dataclasses import replace

from handlers.conversation import LIVE, Conversation, Outcome, Step
from handlers.deaf import for_the_deaf
from handlers.effects import KeepAlarm
from handlers.messages import LONGEST_TEXT, Reply
from handlers.turn import Turn
from handlers.urgent import alarmed, guidance, translated
from knowledge.urgency_frames import PLEA

REMEMBERED_TEXTS = 3
LONGEST_REMEMBERED = 500
FEW = 2
"""Words of a bare plea that tell staff nothing."""


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
        lines = (*translated(turn, "not_english", "safety_net"), turn.say("safety_net.line"))
        text = "\n\n".join((last.text, *lines))
        replies = (*replies[:-1], replace(last, text=text))
    replies = (*guidance(turn), *replies)
    if outcome.conversation.deaf:
        # What a person wrote stands as they wrote it.
        replies = tuple(
            reply if reply.by else for_the_deaf(turn.library, reply) for reply in replies
        )
    effects = outcome.effects
    urgency = turn.urgency
    bare = urgency.category == PLEA and len(spoken.split()) <= FEW
    if spoken and not turn.calm and not bare:
        kept = KeepAlarm(spoken[:LONGEST_TEXT], urgency.category, urgency.level)
        effects = (kept, *effects)
    # A handler has to see at once what was written, above all where it shows danger.
    read_now = turn.conversation.step in LIVE
    return replace(
        outcome,
        conversation=alarmed(turn, _remembering(turn, outcome, spoken)),
        replies=replies,
        effects=effects,
        keep_text=outcome.keep_text and (turn.calm or read_now),
    )


def _remembering(turn: Turn, outcome: Outcome, spoken: str) -> Conversation:
    """The conversation with the last question, its buttons, and the latest texts.

    An opened report closes as soon as the resident turns to something else.
    """
    conversation = outcome.conversation
    reference, recent = conversation.reference, conversation.recent
    asked, offered = conversation.asked, conversation.offered
    if conversation.step not in {Step.FOLLOWING, Step.ADDING}:
        reference = ""
    if spoken and outcome.keep_text and turn.calm:
        recent = (*recent, spoken[:LONGEST_REMEMBERED])[-REMEMBERED_TEXTS:]
    if outcome.replies:
        last = outcome.replies[-1]
        # What a list repeats, such as the answers on the review screen, is not being asked.
        said = "\n".join(line for line in last.text.splitlines() if not line.startswith("- "))
        asked, offered = said[-600:], last.choices
    return replace(conversation, reference=reference, recent=recent, asked=asked, offered=offered)
