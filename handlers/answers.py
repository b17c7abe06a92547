"""One answer to one question of a form: what was said or pressed, read or kindly refused."""

import re
from dataclasses import dataclass, replace

from handlers.choosing import bare, loosely
from handlers.local import district_choices
from handlers.messages import LONGEST_TEXT, Choice, Chose, Said, SharedPlace
from handlers.report import Answer, Place, read_reference
from handlers.turn import Turn
from knowledge.article import Option, Question
from knowledge.markup import escape
from knowledge.places import Found

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_WORDS_FOR_NUMBERS = ("none", "once", "twice")


@dataclass(frozen=True, slots=True)
class Read:
    """What an answer came to: understood (`answer`), or to be asked again (`problem`)."""

    answer: Answer | None = None
    option: Option | None = None
    place: Place | None = None
    problem: str = ""
    """What to say before asking again, in full."""
    offer: tuple[Choice, ...] = ()
    """The buttons to ask again with; empty for the question's own."""


def read(turn: Turn, question: Question, event: Said | Chose | SharedPlace) -> Read:
    """Read an answer to `question`; never raises, whatever was sent."""
    if isinstance(event, Chose):
        return _pressed(turn, question, event.id)
    if isinstance(event, SharedPlace):
        return _shared(turn, question, event)
    text = event.text.strip()
    if not text:
        return Read(problem=turn.say("answer_problem.empty"))
    if len(text) > LONGEST_TEXT:
        return Read(problem=turn.say("answer_problem.too_long", most=f"{LONGEST_TEXT:,}"))
    match question.kind:
        case "danger" | "choice":
            # What was not calm is kept aside, and the question asked again.
            meant = loosely(text, choices(question)) if turn.calm else None
            if meant is not None:
                return _pressed(turn, question, meant.id)
            return Read(problem=turn.say("answer_problem.choose"))
        case "photos":
            return Read(problem=turn.say("answer_problem.choose"))
        case "place":
            return _place(turn, question, text, turn.library.places.find(text))
        case "number":
            return _number(turn, question, text)
        case "email" if not _EMAIL.fullmatch(text):
            return Read(problem=turn.say("answer_problem.email"))
        case "phone" if not 10 <= sum(char.isdigit() for char in text) <= 15:
            return Read(problem=turn.say("answer_problem.phone"))
        case "reference":
            text = read_reference(text) or text
        case _:
            pass
    return Read(Answer(question.id, question.summary, text))


def choices(question: Question) -> tuple[Choice, ...]:
    """The buttons of a question's options."""
    return tuple(Choice(f"q:{question.id}:{one.id}", one.label) for one in question.options)


def skipped(turn: Turn, question: Question) -> Answer:
    """The answer to an optional question that the resident leaves out."""
    return Answer(question.id, question.summary, turn.say("report.skipped"), "skip")


def _pressed(turn: Turn, question: Question, id: str) -> Read:
    """A button of this question: an option, or one of the place's own."""
    head, _, tail = id.partition(":")
    if head == "q":
        name, _, chosen = tail.partition(":")
        for option in question.options if name == question.id else ():
            if option.id == chosen:
                answer = Answer(question.id, question.summary, option.label, option.id)
                return Read(answer, option)
    if question.kind == "place":
        said = turn.draft.place
        if head == "district" and tail in turn.library.places.districts:
            return _settled(turn, question, replace(said, district=tail, force=""))
        if id == "place:keep":
            return _settled(turn, question, said)
    return Read(problem=turn.say("button_old.in_report"))


def _shared(turn: Turn, question: Question, event: SharedPlace) -> Read:
    """A shared location, where one was asked for."""
    if question.kind != "place":
        return Read(problem=turn.say("answer_problem.no_place_here"))
    found = turn.library.places.at(event.latitude, event.longitude)
    said = turn.say("report.shared_place")
    read = _place(turn, question, said, found)
    if read.place is None:
        return read
    place = replace(read.place, latitude=event.latitude, longitude=event.longitude)
    return replace(read, place=place)


def _place(turn: Turn, question: Question, text: str, found: Found) -> Read:
    """A place in words: settled, or asked about until it is; what was said is never lost."""
    shown = escape(text)
    match found.kind:
        case "district":
            return _settled(turn, question, Place(text, found.district))
        case "ambiguous":
            offer = district_choices(turn, found.candidates)
            problem = turn.say("place.which", place=escape(found.place or text))
            return Read(place=Place(text), problem=problem, offer=offer)
        case "outside":
            force = found.force or turn.say("place.other_force")
            problem = turn.say("place.outside_report", place=shown, force_there=force)
            offer = turn.choices("place:keep", "draft:drop")
            return Read(place=Place(text, "outside", force), problem=problem, offer=offer)
        case _:
            problem = turn.say("place.unknown_report", place=shown)
            return Read(place=Place(text), problem=problem, offer=turn.choices("place:keep"))


def _settled(turn: Turn, question: Question, place: Place) -> Read:
    """The place as it stands in the report, with its district's name where that is known."""
    district = turn.library.places.districts.get(place.district)
    value = f"{place.said} ({district.name})" if district else place.said
    return Read(Answer(question.id, question.summary, value), place=place)


def _number(turn: Turn, question: Question, text: str) -> Read:
    """A count, in figures or as "once" and "twice"."""
    said = bare(text)
    if said in _WORDS_FOR_NUMBERS:
        return Read(Answer(question.id, question.summary, str(_WORDS_FOR_NUMBERS.index(said))))
    found = _NUMBER.search(text)
    if found is None:
        return Read(problem=turn.say("answer_problem.number"))
    return Read(Answer(question.id, question.summary, str(int(found.group()))))
