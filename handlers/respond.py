"""The one table from step to topic: an event and a conversation in, an outcome out, no I/O."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from handlers import (
    ask,
    feedback,
    hand_over,
    leave,
    local,
    photos,
    privacy,
    report_status,
    review,
    take_report,
)
from handlers import welcome as desk
from handlers.choosing import bare, choose
from handlers.closed import still_asked, turn_away, turned_away
from handlers.conversation import LIVE, Conversation, Outcome, Step
from handlers.deaf import says_deaf
from handlers.effects import (
    Done,
    DraftFound,
    DraftParked,
    HandOverGone,
    MineGathered,
    PersonLooked,
    PhotoKept,
    PhotoRefused,
    Queued,
    ReportFound,
    ReportKept,
    ReportNotFound,
)
from handlers.finish import finish, greeted
from handlers.messages import (
    Chose,
    Event,
    FromHandler,
    Left,
    Opened,
    ReportUpdated,
    Said,
    SharedOther,
    SharedPhoto,
    SharedPlace,
)
from handlers.open_question import asks_who, is_a_name, kind_asked
from handlers.report import find_code, read_reference
from handlers.turn import Turn
from knowledge.floats import Floats
from knowledge.library import Library
from knowledge.urgency import Context, Urgency
from knowledge.urgency_frames import ALARM, DANGER_NOW

CALM = Urgency("none")
DANGER_YES = "q:danger:yes"

# The chart of docs/architecture.md shows this table; they move together.
TEXT: dict[Step, Callable[[Turn, str], Outcome]] = {
    Step.ASKING: ask.ask,
    Step.CHOOSING_ARTICLE: ask.ask,
    Step.NAMING_PLACE: local.name_place,
    Step.SAYING_WHY: feedback.why,
    Step.CHOOSING_FORM: ask.ask,
    Step.REPORTING: lambda turn, text: take_report.reply_to(turn, Said(text)),
    Step.STOPPING: take_report.stop_said,
    Step.REVIEWING: take_report.at_review,
    Step.GIVING_CODE: report_status.give_code,
    Step.FOLLOWING: ask.ask,
    Step.ADDING: report_status.add,
    Step.RATING: feedback.rate,
    Step.CONFIRMING_DELETION: lambda turn, _: privacy.confirm(turn),
}
"""At LIVE steps words go to a person: hand_over.during has them."""

BUTTONS: dict[str, Callable[[Turn], Outcome]] = {
    "menu:menu": desk.menu,
    "menu:help": desk.help_,
    "menu:person": hand_over.ask,
    "menu:report": take_report.choose_form,
    "menu:follow": report_status.ask_code,
    "menu:privacy": privacy.explain,
    "menu:feedback": feedback.ask_rating,
    "menu:leave": leave.leave,
    "article:none": ask.none_of_these,
    "helpful:yes": feedback.helpful,
    "helpful:no": feedback.not_helpful,
    "place:council": lambda turn: local.ask_place(turn, "council"),
    "place:team": lambda turn: local.ask_place(turn, "team"),
    "follow:remembered": report_status.open_remembered,
    "update:show": report_status.ask_code,
    "privacy:get": privacy.gather,
    "privacy:delete": privacy.confirm,
    "delete:yes": privacy.forget,
    "delete:no": privacy.keep,
    "live:wait": hand_over.wait,
    "live:stop": hand_over.stop,
    "live:end": hand_over.end,
}
"""Buttons that mean the same wherever they are pressed, yesterday's too."""

WITH_DRAFT: dict[str, Callable[[Turn], Outcome]] = {
    "draft:resume": take_report.resume,
    "draft:later": take_report.put_away,
    "draft:park": take_report.park,
    "draft:drop": take_report.drop,
    "review:send": review.send,
    "review:change": review.what_to_change,
    "review:show": review.show_again,
}
"""Buttons that need an unfinished report."""

WITH_REPORT: dict[str, Callable[[Turn], Outcome]] = {
    "follow:add": lambda turn: report_status.ask_addition(turn, again=False),
    "follow:again": lambda turn: report_status.ask_addition(turn, again=True),
    "follow:here": lambda turn: report_status.follow_here(turn, follow=True),
    "follow:not-here": lambda turn: report_status.follow_here(turn, follow=False),
    "follow:erase": report_status.ask_erasure,
    "follow:close": report_status.close,
}
"""Buttons that need a report opened by its access code."""

NAMING: dict[str, Callable[[Turn, str], Outcome]] = {
    "article": ask.answer_by_id,
    "form": take_report.start,
    "remember": report_status.remember,
}
"""Buttons whose id names something: an article, a form, an access code."""

ALWAYS: dict[str, str] = {
    "help": "menu:help",
    "menu": "menu:menu",
    "start": "menu:menu",
    "leave": "menu:leave",
    "exit": "menu:leave",
}
"""Words that work everywhere, also in the middle of a report."""

AT_THE_DESK: dict[str, str] = {
    "report": "menu:report",
    "follow": "menu:follow",
    "person": "menu:person",
    "human": "menu:person",
    "privacy": "menu:privacy",
    "feedback": "menu:feedback",
    "show it": "update:show",
}
"""Words that work where no free text is being asked for."""

WORDS_OR_FIGURES = {"number", "text", "reference", "phone", "email"}
"""Kinds of question to which "1" is an answer, and not the number of a button."""

IN_PARTS = {Step.CHOOSING_FORM, Step.REPORTING, Step.STOPPING, Step.REVIEWING, Step.FOLLOWING}
"""Steps at which some words of a button's label will do."""

FREE_TEXT = {Step.REPORTING, Step.ADDING, Step.RATING, Step.SAYING_WHY}


def respond(
    event: Event | Done,
    conversation: Conversation,
    library: Library,
    now: datetime,
    meaning: Floats | None = None,
    *,
    closed: bool = False,
) -> Outcome:
    """Decide what one event leads to; `meaning` is that of its text, where it was found out.

    While the counter is `closed` for maintenance that is a word about it, and whatever an emergency
    calls for.

    Pure and total: any event in any state gives an outcome. An emergency seen in the event's text,
    judged with what was said before, comes first and changes nothing else: what was typed is still
    taken as an answer, and the draft stays.
    """
    event = _as_button(event, conversation, library)
    urgency = _judge(event, conversation, library, meaning)
    turn = Turn(conversation, library, now, urgency, meaning)
    spoken = text_of(event)
    if spoken and says_deaf(library, spoken):
        turn = replace(turn, conversation=replace(conversation, deaf=True))
    away = closed and turned_away(event)
    outcome = turn_away(turn) if away else _decide(turn, event)
    if not conversation.welcomed and isinstance(event, Said | Chose | SharedPlace | SharedPhoto):
        outcome = greeted(turn, outcome)
    finished = finish(turn, outcome, spoken)
    if away:
        return replace(finished, conversation=still_asked(finished.conversation, conversation))
    if isinstance(event, ReportUpdated) and conversation.step is not Step.ASKING:
        # News may come in the middle of anything: what was being asked is still being asked.
        return replace(finished, conversation=conversation)
    return finished


def text_of(event: Event | Done) -> str:
    """What the resident wrote in this event, captions among it."""
    match event:
        case Said(text=text):
            return text
        case SharedPhoto(caption=text) | SharedOther(caption=text):
            return text
        case _:
            return ""


def _as_button(event: Event | Done, conversation: Conversation, library: Library) -> Event | Done:
    """A typed "1", "yes" or label as the button it stands for."""
    if isinstance(event, Said) and not event.edited:
        kind = kind_asked(conversation, library)
        if conversation.step in LIVE and event.text.strip().isdecimal():
            return event
        if kind in WORDS_OR_FIGURES and event.text.strip().isdecimal():
            return event
        partly = conversation.step in IN_PARTS and kind not in WORDS_OR_FIGURES
        choice = choose(event.text, conversation.offered, partly=partly)
        if choice is not None:
            return Chose(choice.id)
    return event


def _judge(
    event: Event | Done, conversation: Conversation, library: Library, meaning: Floats | None
) -> Urgency:
    """How urgent the event is; a yes to the danger question is an alarm by itself."""
    if isinstance(event, Chose):
        return Urgency(ALARM, DANGER_NOW) if event.id == DANGER_YES else CALM
    text = text_of(event)
    if not text:
        return CALM
    # Whoever waits for a person or talks to one does not answer our lines, which name 999.
    asked = "" if conversation.step in LIVE else conversation.asked
    urgency = library.assess(text, Context(asked, conversation.recent), meaning)
    return CALM if asks_who(conversation, library) and is_a_name(text, urgency) else urgency


def _decide(turn: Turn, event: Event | Done) -> Outcome:
    """Hand the event to its topic."""
    draft = turn.conversation.draft
    if draft is not None and draft.form not in turn.library.forms:
        # Comms took the form away meanwhile; nothing that was asked can be asked again.
        return take_report.drop(turn, "draft.form_gone")
    if isinstance(event, FromHandler):
        return hand_over.from_handler(turn, event)
    if turn.conversation.step in LIVE and (live := hand_over.during(turn, event)) is not None:
        return live
    match event:
        case Opened(payload=payload):
            return _opened(turn, payload)
        case Said():
            return _said(turn, event)
        case Chose(id=id):
            return _chose(turn, id)
        case SharedPlace():
            return _shared_place(turn, event)
        case SharedPhoto():
            if turn.conversation.step is Step.REPORTING and turn.conversation.draft:
                return photos.take(turn, event)
            return turn.reply("photo.not_here", choices=turn.conversation.offered)
        case SharedOther():
            return desk.cannot_take(turn, event)
        case Left():
            return leave.left(turn)
        case ReportUpdated():
            return report_status.updated(turn, event)
        case _:
            return _done(turn, event)


def _done(turn: Turn, done: Done) -> Outcome:
    """What storage answered to an effect."""
    match done:
        case ReportKept():
            return review.kept(turn, done)
        case ReportFound():
            return report_status.found(turn, done)
        case ReportNotFound():
            return report_status.not_found(turn, done)
        case DraftParked():
            return take_report.parked(turn, done)
        case DraftFound():
            return take_report.unpark(turn, done)
        case PhotoKept():
            return photos.kept(turn, done)
        case PhotoRefused():
            return photos.refused(turn, done)
        case MineGathered():
            return privacy.show(turn, done)
        case PersonLooked():
            return hand_over.looked(turn, done)
        case Queued():
            return hand_over.queued(turn, done)
        case HandOverGone():
            return hand_over.gone(turn)


def _opened(turn: Turn, payload: str) -> Outcome:
    """A first hello, or a deep link to an article, a form or the menu."""
    outcome = desk.welcome(turn)
    after = replace(turn, conversation=outcome.conversation)
    if payload in turn.library.articles:
        linked = ask.answer_by_id(after, payload)
    elif payload.removeprefix("form-") in turn.library.forms:
        linked = take_report.start(after, payload.removeprefix("form-"))
    else:
        return outcome
    greeting = replace(outcome.replies[0], choices=())
    return replace(linked, replies=(greeting, *linked.replies))


def _said(turn: Turn, event: Said) -> Outcome:
    """Free text: a word that always works, small talk, or the step's own business."""
    step, text = turn.conversation.step, event.text
    if event.edited:
        return _edited(turn)
    word = bare(text)
    if word.replace(" ", "") in {"999", "112"}:
        return desk.emergency(turn)
    if word in {"cancel", "stop", "back", "quit"}:
        return _cancelled(turn, word)
    if word == "help" and step is Step.REPORTING and turn.conversation.draft:
        return take_report.helped(turn)
    if word in ALWAYS:
        return BUTTONS[ALWAYS[word]](turn)
    if step not in FREE_TEXT:
        if find_code(text) is not None or read_reference(text):
            return report_status.give_code(turn, text)
        button = AT_THE_DESK.get(word) or desk.wish(turn, word)
        if button:
            return BUTTONS[button](turn)
        chat = desk.small_talk(turn, text) if step is not Step.GIVING_CODE else None
        if chat is not None:
            return chat
        if not word:
            return turn.reply("answer_problem.empty", choices=turn.conversation.offered)
    if says_deaf(turn.library, text) and step not in FREE_TEXT:
        return ask.answer_by_id(turn, "deaf-bsl-contact")
    return TEXT[step](turn, text)


def _edited(turn: Turn) -> Outcome:
    """An edited message is judged again for danger; what was kept stays as it was sent."""
    choices = turn.conversation.offered
    return turn.reply("cannot_take.edited", choices=choices)


def _cancelled(turn: Turn, word: str) -> Outcome:
    """Cancel or back, in a report and elsewhere."""
    if turn.conversation.draft and turn.conversation.step in {Step.REPORTING, Step.REVIEWING}:
        return take_report.back(turn) if word == "back" else take_report.stop_or_go_on(turn)
    return desk.menu(turn, "menu.stopped")


def _chose(turn: Turn, id: str) -> Outcome:
    """A button, perhaps from an old message."""
    head, _, tail = id.partition(":")
    conversation = turn.conversation
    if id in BUTTONS:
        return BUTTONS[id](turn)
    if head in NAMING:
        return NAMING[head](turn, tail)
    if id in WITH_DRAFT and conversation.draft:
        if head == "review" and conversation.step is not Step.REVIEWING:
            # A button of an earlier review: the report on its way may be another, and unfinished.
            return take_report.resume(turn)
        return WITH_DRAFT[id](turn)
    if id in WITH_REPORT and conversation.reference:
        return WITH_REPORT[id](turn)
    if conversation.step is Step.NAMING_PLACE and head == "district":
        return local.choose_district(turn, tail)
    if conversation.step is Step.SAYING_WHY and id == "skip":
        return feedback.skip(turn)
    if conversation.draft and conversation.step is Step.REVIEWING and head == "change":
        return take_report.change(turn, tail)
    if conversation.draft and conversation.step is Step.REPORTING:
        return take_report.reply_to(turn, Chose(id))
    return turn.reply("button_old.gone", choices=conversation.offered or desk.menu_choices(turn))


def _shared_place(turn: Turn, event: SharedPlace) -> Outcome:
    """A location, for the open question of a report or to name the local team."""
    if turn.conversation.draft and turn.conversation.step is Step.REPORTING:
        return take_report.reply_to(turn, event)
    return local.share_place(turn, event)
