"""Following a report: opened by its access code, read, added to, asked to be erased."""

from dataclasses import replace

from handlers.choosing import bare
from handlers.conversation import Outcome, Step
from handlers.effects import (
    AddToReport,
    AskErasure,
    FindReport,
    FollowHere,
    ReportFound,
    ReportNotFound,
)
from handlers.messages import LONGEST_TEXT, Reply, ReportUpdated
from handlers.report import NOT_REMEMBERED, Report, find_code, read_reference
from handlers.turn import Turn
from handlers.welcome import leave_topic, menu_choices
from knowledge.markup import escape

_LAST_UPDATES = 6


def ask_code(turn: Turn) -> Outcome:
    """Ask for the access code; a report this chat was asked to remember can be opened without."""
    choices = turn.choices("menu:menu")
    if turn.conversation.remembered:
        choices = (turn.choice("follow:remembered"), *choices)
    return turn.reply("follow.ask_code", step=Step.GIVING_CODE, choices=choices)


def give_code(turn: Turn, text: str) -> Outcome:
    """Open the report whose code was typed; the code does not stay in the transcript."""
    code = find_code(text)
    if code is not None:
        return Outcome(turn.conversation, (), (FindReport(code),), keep_text=False)
    key = "follow.reference_not_code" if read_reference(text) else "follow.not_a_code"
    return replace(turn.reply(key, choices=turn.choices("menu:menu")), keep_text=False)


def open_remembered(turn: Turn) -> Outcome:
    """Open the report that this chat was asked to remember."""
    if not turn.conversation.remembered:
        return ask_code(turn)
    return Outcome(
        turn.conversation, (), (FindReport(turn.conversation.remembered[-1], remembered=True),)
    )


def remember(turn: Turn, code: str) -> Outcome:
    """Remember a report in this chat, as the resident asked on its receipt."""
    known = tuple(other for other in turn.conversation.remembered if other != code)
    conversation = replace(turn.conversation, remembered=(*known, code)[-5:])
    return Outcome(conversation, (Reply(turn.say("follow.remembered"), menu_choices(turn)),))


def found(turn: Turn, answer: ReportFound) -> Outcome:
    """Show the opened report, and what can be done with it.

    A safety concern may have come since the chat was asked to remember it: then the code is asked.
    """
    if answer.remembered and answer.report.flags & NOT_REMEMBERED:
        return ask_code(replace(turn, conversation=replace(turn.conversation, remembered=())))
    return _show(turn, answer.report)


def not_found(turn: Turn, answer: ReportNotFound) -> Outcome:
    """No report has that code: say so without saying why."""
    key = "follow.too_many" if answer.too_many else "follow.not_found"
    choices = turn.choices("menu:follow", "menu:menu")
    return turn.reply(key, step=Step.GIVING_CODE, choices=choices)


def ask_addition(turn: Turn, again: bool) -> Outcome:
    """Ask what to add, or what happened this time."""
    key = "follow.what_again" if again else "follow.what_to_add"
    return turn.reply(key, step=Step.ADDING, choices=turn.choices("menu:menu"))


def add(turn: Turn, text: str) -> Outcome:
    """Add to the opened report; an urgent addition is marked so that staff see it first."""
    if not bare(text):
        return turn.reply("answer_problem.empty", choices=turn.choices("menu:menu"))
    if len(text) > LONGEST_TEXT:
        return turn.reply("answer_problem.too_long", most=f"{LONGEST_TEXT:,}")
    effect = AddToReport(turn.conversation.reference, text, urgent=not turn.calm)
    choices = turn.choices("follow:add", "menu:menu")
    text = turn.say("follow.added", reference=turn.conversation.reference)
    return Outcome(turn.at(Step.FOLLOWING), (Reply(text, choices),), (effect,), keep_text=False)


def ask_erasure(turn: Turn) -> Outcome:
    """Pass on the wish that a report be erased; staff answer it on the report's page."""
    effect = AskErasure(turn.conversation.reference)
    return turn.reply("follow.erasure_asked", choices=turn.choices("menu:menu"), effects=(effect,))


def follow_here(turn: Turn, follow: bool) -> Outcome:
    """Announce updates in this chat, or stop announcing them."""
    effect = FollowHere(turn.conversation.reference, follow)
    key = "follow.announced_here" if follow else "follow.not_announced"
    other = "follow:not-here" if follow else "follow:here"
    return turn.reply(key, choices=turn.choices(other, "menu:menu"), effects=(effect,))


def updated(turn: Turn, event: ReportUpdated) -> Outcome:
    """Announce that there is news, and nothing of what it is."""
    reply = Reply(turn.say("follow.you_have_an_update"), turn.choices("update:show"))
    return Outcome(turn.conversation, (reply,))


def close(turn: Turn) -> Outcome:
    """Put the report away."""
    return Outcome(leave_topic(turn), (Reply(turn.say("menu.what"), menu_choices(turn)),))


def _show(turn: Turn, report: Report) -> Outcome:
    form = turn.library.forms.get(report.kind)
    parts = [
        turn.say(
            "follow.report",
            reference=report.reference,
            kind=form.title if form else report.kind,
            status=turn.say(f"status.{report.status.replace(' ', '_')}"),
            date=f"{report.made_at.day} {report.made_at:%B %Y}",
        )
    ]
    for update in report.updates[-_LAST_UPDATES:]:
        key = "follow.from_us" if update.by == "staff" else "follow.from_you"
        when = f"{update.at.day} {update.at:%B}"
        parts.append(turn.say(key, date=when) + " " + escape(update.text))
    if not any(update.by == "staff" for update in report.updates):
        parts.append(turn.say("follow.no_news"))
    ids = ("follow:add", "follow:again", "follow:here", "follow:erase", "follow:close")
    conversation = turn.at(Step.FOLLOWING, reference=report.reference)
    return Outcome(conversation, (Reply("\n\n".join(parts), turn.choices(*ids)),))
