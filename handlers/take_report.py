"""Taking a report: from the choice of a form, question by question, to the review screen."""

from dataclasses import replace

from handlers.answers import Read, read, skipped
from handlers.answers import choices as choices_of
from handlers.choosing import is_no, is_yes
from handlers.conversation import Outcome, Step
from handlers.draft import Draft
from handlers.effects import (
    DraftFound,
    DraftParked,
    DropPhotos,
    Effect,
    ParkDraft,
)
from handlers.form import (
    may_ask_case_review,
    next_open,
    raise_flags,
    with_answers,
    without_the_moot,
)
from handlers.messages import ACKNOWLEDGEMENT, Choice, Chose, Event, Reply, Said, SharedPlace
from handlers.report import RESTRICTED, URGENT, Answer, show_code
from handlers.review import review
from handlers.review import said as review_said
from handlers.turn import Turn
from handlers.welcome import menu_choices
from knowledge.article import Form, Option, Question

_WORDS_OF_A_STORY = 4
"""Words from which on a text may tell of more than a button's label."""


def choose_form(turn: Turn) -> Outcome:
    """Ask what the report is about; an unfinished one is offered first."""
    forms = sorted(turn.library.forms.values(), key=lambda form: form.order)
    choices = tuple(Choice(f"form:{form.id}", form.button) for form in forms)
    if turn.conversation.draft:
        choices = (turn.choice("draft:resume"), *choices)
    return turn.reply("report.what_about", step=Step.CHOOSING_FORM, choices=choices)


def start(turn: Turn, form_id: str) -> Outcome:
    """Begin a form; one that is signposted says where to go instead, and a draft is never lost."""
    form = turn.library.forms.get(form_id)
    if form is None:
        return choose_form(turn)
    if form.instead:
        reply = Reply(turn.say(form.instead), menu_choices(turn))
        return Outcome(turn.at(Step.ASKING), (reply,))
    if turn.conversation.draft is not None:
        choices = turn.choices("draft:resume", "draft:drop")
        return turn.reply("draft.one_at_a_time", choices=choices)
    draft = Draft(form.id, turn.now, flags=frozenset(form.flags))
    intro = "\n\n".join(
        part for part in (turn.library.fill(form.intro), turn.say("report.before")) if part
    )
    return _ask_next(turn, form, draft, intro)


def resume(turn: Turn) -> Outcome:
    """Go on with the unfinished report, now that it was asked for."""
    form = turn.library.forms.get(turn.draft.form)
    if form is None:
        return drop(turn)
    return _ask_next(turn, form, turn.draft, turn.say("draft.resumed"))


def helped(turn: Turn) -> Outcome:
    """How this works, and then the open question once more."""
    form = turn.library.forms[turn.draft.form]
    return _ask_next(turn, form, turn.draft, turn.say("help.how"))


def reply_to(turn: Turn, event: Said | Chose | SharedPlace) -> Outcome:
    """Take an answer to the open question, and ask the next or show the review screen."""
    form = turn.library.forms[turn.draft.form]
    question = form.question(turn.draft.open)
    if question is None:
        return _ask_next(turn, form, turn.draft, "")
    if isinstance(event, Chose) and event.id in {"skip", "photos:done"}:
        may_skip = question.optional or question.kind == "photos"
        if may_skip:
            left_out = skipped(turn, question)
            if turn.draft.photos and question.kind == "photos":
                left_out = replace(left_out, value=turn.draft.pictures, option="")
            return _taken(turn, form, question, Read(left_out))
    understood = read(turn, question, event)
    if understood.answer is None:
        told, draft = aside(turn, form, event)
        if understood.place is not None:
            draft = replace(draft, place=understood.place)
        said = "\n\n".join(part for part in (told, understood.problem) if part)
        return ask(turn, form, draft, question, said, understood.offer)
    return _taken(turn, form, question, understood)


def aside(turn: Turn, form: Form, event: Event) -> tuple[str, Draft]:
    """What to say of danger or abuse told where no words were asked for, and the draft with it."""
    draft = turn.draft
    if not isinstance(event, Said):
        return "", draft
    a_story = len(event.text.split()) >= _WORDS_OF_A_STORY
    told, raised = _disclosed(turn, event.text) if a_story else ("", frozenset[str]())
    if not turn.calm:
        raised |= {URGENT}
    if not raised:
        return "", draft
    draft = replace(draft, asides=(*draft.asides, event.text))
    return told, raise_flags(form, draft, raised)


def back(turn: Turn) -> Outcome:
    """Go back one question, or to the review it came from; from the first, out of the report."""
    form = turn.library.forms[turn.draft.form]
    if turn.draft.changing:
        return review(turn, form, turn.draft)
    if not turn.draft.answers:
        return drop(turn, "draft.nothing_yet")
    last = turn.draft.answers[-1]
    draft = with_answers(form, turn.draft, turn.draft.answers[:-1])
    question = form.question(last.question)
    if question is None:
        return _ask_next(turn, form, draft, "")
    return ask(turn, form, draft, question, turn.say("report.back"))


def stop_or_go_on(turn: Turn) -> Outcome:
    """Cancelled: keep it for later, throw it away, or go on after all."""
    choices = turn.choices("draft:resume", "draft:later", "draft:park", "draft:drop")
    return turn.reply("draft.stop", step=Step.STOPPING, choices=choices)


def park(turn: Turn) -> Outcome:
    """Keep the unfinished report under a code, to go on with after leaving or on another device.

    Pictures stay behind: they belong to this chat.
    """
    without = tuple(answer for answer in turn.draft.answers if answer.question != "photos")
    draft = replace(turn.draft, answers=without, photos=(), photo_words=(), changing=False)
    dropped: tuple[Effect, ...] = (DropPhotos(turn.draft.photos),) if turn.draft.photos else ()
    return Outcome(turn.conversation, (), (*dropped, ParkDraft(draft)))


def parked(turn: Turn, done: DraftParked) -> Outcome:
    """Say the code; the unfinished report is no longer in this chat."""
    after = replace(turn, conversation=turn.at(Step.ASKING, draft=None))
    text = turn.say("draft.parked", code=show_code(done.code))
    reply = Reply(text, menu_choices(after), lane=ACKNOWLEDGEMENT)
    return Outcome(after.conversation, (reply,), keep_text=False)


def unpark(turn: Turn, found: DraftFound) -> Outcome:
    """Go on with an unfinished report that was kept under a code."""
    if turn.conversation.draft is not None:
        return turn.reply("draft.one_at_a_time", choices=turn.choices("draft:resume", "draft:drop"))
    return resume(replace(turn, conversation=turn.at(Step.REPORTING, draft=found.draft)))


def stop_said(turn: Turn, text: str) -> Outcome:
    """What was typed when asked whether to stop; what is no answer to that goes nowhere."""
    if is_no(text):
        return resume(turn)
    return put_away(turn) if is_yes(text) else stop_or_go_on(turn)


def put_away(turn: Turn) -> Outcome:
    """Keep the unfinished report for later."""
    reply = Reply(turn.say("draft.kept"), menu_choices(turn))
    return Outcome(turn.at(Step.ASKING), (reply,))


def drop(turn: Turn, key: str = "draft.dropped") -> Outcome:
    """Throw the unfinished report away, pictures and all."""
    draft = turn.conversation.draft
    effects: tuple[Effect, ...] = (DropPhotos(draft.photos),) if draft and draft.photos else ()
    after = replace(turn, conversation=turn.at(Step.ASKING, draft=None))
    return Outcome(after.conversation, (Reply(turn.say(key), menu_choices(after)),), effects)


def at_review(turn: Turn, text: str) -> Outcome:
    """What was typed at the review; danger or abuse told there goes with the report."""
    form = turn.library.forms[turn.draft.form]
    told, draft = aside(turn, form, Said(text))
    if draft is turn.draft:
        return review_said(turn, text)
    return review(turn, form, draft, told)


def change(turn: Turn, question_id: str) -> Outcome:
    """Ask one question again from the review screen."""
    form = turn.library.forms[turn.draft.form]
    question = form.question(question_id)
    if question is None:
        return review(turn, form, turn.draft)
    return ask(turn, form, replace(turn.draft, changing=True), question, "")


def _taken(turn: Turn, form: Form, question: Question, read: Read) -> Outcome:
    """An understood answer goes into the draft; its option may end the report or add support."""
    if read.answer is None:
        raise ValueError("only an understood answer is taken")
    draft = _with(form, turn.draft, read.answer)
    if read.place is not None:
        draft = replace(draft, place=read.place)
    if not turn.calm:
        draft = raise_flags(form, draft, {URGENT})
    if read.option is not None and read.option.stop:
        return _stopped(turn, read.option)
    said, raised = _support(turn, question, read)
    if raised:
        draft = raise_flags(form, draft, raised)
    if question.id == "times" and may_ask_case_review(draft):
        said = "\n\n".join(part for part in (said, turn.say("report.case_review")) if part)
    draft = without_the_moot(form, draft)
    return _ask_next(turn, form, replace(draft, changing=False) if draft.changing else draft, said)


def _with(form: Form, draft: Draft, answer: Answer) -> Draft:
    """The draft with this answer in place of an earlier one, which keeps its position."""
    if draft.answer(answer.question) is None:
        return with_answers(form, draft, (*draft.answers, answer))
    changed = tuple(answer if old.question == answer.question else old for old in draft.answers)
    return with_answers(form, draft, changed)


def _support(turn: Turn, question: Question, read: Read) -> tuple[str, frozenset[str]]:
    """What to show beside the next question when an answer needs more than a form, and flags.

    Abuse, a missing person and the like are never taken by a form: where one is disclosed inside
    another, what was said is kept, marked restricted, and the right ways are offered.
    """
    today = turn.now.date()
    if read.option is not None and read.option.article:
        return turn.library.answer(read.option.article, today), frozenset()
    if question.kind != "text" or read.answer is None or read.answer.option:
        return "", frozenset()
    return _disclosed(turn, read.answer.value)


def _disclosed(turn: Turn, text: str) -> tuple[str, frozenset[str]]:
    """The ways to people, and the flags, where the text tells of what is never taken by a form."""
    article = turn.library.articles.get(turn.library.match(text).article or "")
    if article is None or not article.people_only:
        return "", frozenset()
    said = turn.say("report.disclosed") + "\n\n" + turn.library.answer(article.id, turn.now.date())
    return said, frozenset({RESTRICTED, article.discloses} - {""})


def _stopped(turn: Turn, option: Option) -> Outcome:
    """Say whose matter it is instead, and put the draft aside; from the review it stays."""
    district = turn.library.places.districts.get(turn.draft.place.district)
    council = district.council if district else turn.say("place.your_council")
    text = turn.say(option.stop, council=council)
    if turn.draft.changing:
        # A whole report is not thrown away over one changed answer.
        shown = review(turn, turn.library.forms[turn.draft.form], turn.draft)
        return replace(shown, replies=(Reply(text), *shown.replies))
    photos = turn.draft.photos
    effects: tuple[Effect, ...] = (DropPhotos(photos),) if photos else ()
    after = replace(turn, conversation=turn.at(Step.ASKING, draft=None))
    return Outcome(after.conversation, (Reply(text, menu_choices(after)),), effects)


def _ask_next(turn: Turn, form: Form, draft: Draft, before: str) -> Outcome:
    """Ask the first unanswered question, or show the review screen when there is none."""
    question = form.question(next_open(form, draft))
    if question is None:
        return review(turn, form, draft, before)
    return ask(turn, form, draft, question, before)


def ask(
    turn: Turn,
    form: Form,
    draft: Draft,
    question: Question,
    before: str,
    offer: tuple[Choice, ...] = (),
) -> Outcome:
    """Ask `question`, with `before` said first and the buttons of `offer` or its own."""
    asked = f"**{turn.library.fill(question.ask)}**"
    parts = [before, turn.library.fill(question.warning), asked, turn.library.fill(question.hint)]
    choices = offer or choices_of(question)
    if question.kind == "photos":
        choices = (turn.choice("photos:done" if draft.photos else "skip"),)
    elif question.optional and not offer:
        choices = (*choices, turn.choice("skip"))
    conversation = turn.at(Step.REPORTING, draft=replace(draft, open=question.id))
    takes = question.kind if question.kind in {"photos", "place"} else ""
    reply = Reply("\n\n".join(part for part in parts if part), choices, takes=takes)
    return Outcome(conversation, (reply,))
