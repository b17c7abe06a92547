"""The review screen: every answer to be read and changed, then submitted."""

from dataclasses import replace

from handlers.choosing import is_no, is_yes
from handlers.conversation import Outcome, Step
from handlers.draft import Draft
from handlers.effects import KeepReport, ReportKept
from handlers.form import contact_of, submitted
from handlers.local_time import LONDON
from handlers.messages import ACKNOWLEDGEMENT, Choice, Reply
from handlers.report import NOT_REMEMBERED, show_code
from handlers.turn import Turn
from handlers.welcome import menu_choices
from handlers.working_time import WorkingTime
from knowledge.article import Form
from knowledge.markup import escape


def review(turn: Turn, form: Form, draft: Draft, before: str = "") -> Outcome:
    """Show all answers; submit, change one, or stop."""
    lines = [f"- **{answer.summary}**: {escape(answer.value)}" for answer in draft.answers]
    if draft.asides:
        asides = escape("; ".join(draft.asides))
        lines.append(f"- **{turn.say('report.also_said')}**: {asides}")
    parts = (before, turn.say("report.review", form=form.title), "\n".join(lines))
    text = "\n\n".join(part for part in (*parts, turn.say("report.send_when_right")) if part)
    choices = turn.choices("review:send", "review:change", "draft:later", "draft:drop")
    conversation = turn.at(Step.REVIEWING, draft=replace(draft, open="", changing=False))
    return Outcome(conversation, (Reply(text, choices),))


def show_again(turn: Turn) -> Outcome:
    """The review screen once more, after something that was no button of it."""
    form = turn.library.forms[turn.draft.form]
    return review(turn, form, turn.draft, turn.say("report.press_send"))


def said(turn: Turn, text: str) -> Outcome:
    """What was typed at the review: a plain yes sends it, a plain no asks what to change."""
    if is_yes(text):
        return send(turn)
    return what_to_change(turn) if is_no(text) else show_again(turn)


def what_to_change(turn: Turn) -> Outcome:
    """Ask which answer is to be changed."""
    choices = tuple(
        Choice(f"change:{answer.question}", answer.summary) for answer in turn.draft.answers
    )
    return turn.reply(
        "report.which_answer", choices=(*choices, turn.choice("review:show")), step=Step.REVIEWING
    )


def send(turn: Turn) -> Outcome:
    """Submit: nothing is said until storage has answered with a reference."""
    report = submitted(turn.draft, turn.say("report.also_said"))
    return Outcome(turn.conversation, (), (KeepReport(report),))


def kept(turn: Turn, report: ReportKept) -> Outcome:
    """The receipt: reference, access code, what happens next and what to do if it gets worse."""
    draft = turn.draft
    form = turn.library.forms[draft.form]
    text = receipt(turn, form, report)
    conversation = turn.at(Step.ASKING, draft=None)
    choices = menu_choices(replace(turn, conversation=conversation))
    contact = contact_of(draft)
    if not draft.flags & NOT_REMEMBERED and contact.safe:
        # The code waits in the button, so that a chat remembers it only when asked to.
        choices = (turn.choice_for(f"remember:{report.code}", "remember"), *choices)
    reply = Reply(text, choices, lane=ACKNOWLEDGEMENT)
    return Outcome(conversation, (reply,))


def receipt(turn: Turn, form: Form, report: ReportKept) -> str:
    """What whoever has made a report is told, in Markdown."""
    parts = (
        turn.say("receipt.reference", reference=report.reference),
        turn.say("receipt.code", code=show_code(report.code)),
        turn.say(form.next_steps or "receipt.next"),
        _closed(turn),
        turn.say("receipt.worse"),
    )
    return "\n\n".join(part for part in parts if part)


def _closed(turn: Turn) -> str:
    """Out of hours, when somebody is back; empty while the desk is open."""
    hours = WorkingTime(turn.library.desk)
    if hours.is_open(turn.now):
        return ""
    back = hours.after(turn.now, 0).astimezone(LONDON)
    return turn.say("receipt.closed", day=turn.library.day(back.date()), time=f"{back:%H:%M}")
