"""What we keep about a resident: told, shown, deleted."""

from handlers.conversation import Conversation, Outcome, Step
from handlers.effects import ExportMine, ForgetMe, MineGathered
from handlers.messages import Reply
from handlers.turn import Turn
from handlers.welcome import leave_topic, menu_choices


def explain(turn: Turn) -> Outcome:
    """What is kept, why and how long, and the two things a resident can do about it."""
    choices = turn.choices("privacy:get", "privacy:delete", "menu:menu")
    return Outcome(leave_topic(turn), (Reply(turn.say("privacy.what_we_keep"), choices),))


def gather(turn: Turn) -> Outcome:
    """Ask storage what is kept about this chat."""
    return Outcome(turn.conversation, (), (ExportMine(),))


def show(turn: Turn, mine: MineGathered) -> Outcome:
    """Say what is kept about this chat; a report's words need its access code."""
    draft = turn.say("privacy.a_draft" if mine.draft else "privacy.no_draft")
    text = turn.say("privacy.yours", messages=mine.messages, reports=mine.reports, draft=draft)
    choices = turn.choices("menu:follow", "privacy:delete", "menu:menu")
    return Outcome(turn.conversation, (Reply(text, choices),))


def confirm(turn: Turn) -> Outcome:
    """Say what deleting does and does not do, and ask once."""
    choices = turn.choices("delete:yes", "delete:no")
    return turn.reply("privacy.confirm", step=Step.CONFIRMING_DELETION, choices=choices)


def forget(turn: Turn) -> Outcome:
    """Erase this conversation, and start as if we had never met."""
    reply = Reply(turn.say("privacy.deleted"), turn.choices("menu:menu"))
    return Outcome(Conversation(welcomed=True), (reply,), (ForgetMe(),), keep_text=False)


def keep(turn: Turn) -> Outcome:
    """Nothing is deleted."""
    reply = Reply(turn.say("privacy.kept"), menu_choices(turn))
    return Outcome(leave_topic(turn), (reply,))
