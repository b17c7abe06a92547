"""Pictures of a report: taken only where its form asks for them, kept with the words under them."""

from dataclasses import replace

from handlers.conversation import Outcome
from handlers.effects import KeepPhoto, PhotoKept, PhotoRefused
from handlers.form import raise_flags
from handlers.messages import SharedPhoto
from handlers.report import URGENT
from handlers.review import review
from handlers.take_report import ask
from handlers.turn import Turn

MOST_PHOTOS = 5


def take(turn: Turn, event: SharedPhoto) -> Outcome:
    """A picture, taken only where the form asks for one and after its warning."""
    form = turn.library.forms[turn.draft.form]
    question = form.question(turn.draft.open)
    if question is None or question.kind != "photos":
        return turn.reply("photo.not_here", choices=turn.conversation.offered)
    if event.problem:
        return ask(turn, form, turn.draft, question, turn.say(f"photo.{_key(event.problem)}"))
    if len(turn.draft.photos) >= MOST_PHOTOS:
        return ask(turn, form, turn.draft, question, turn.say("photo.too_many", most=MOST_PHOTOS))
    draft = turn.draft
    if not turn.calm:
        draft = raise_flags(form, draft, {URGENT})
    keep = KeepPhoto(event.data, event.media, event.caption.strip())
    return Outcome(turn.at(turn.conversation.step, draft=draft), (), (keep,))


def kept(turn: Turn, photo: PhotoKept) -> Outcome:
    """One more picture is part of the draft."""
    form = turn.library.forms[turn.draft.form]
    words = (photo.words,) if photo.words else ()
    draft = replace(
        turn.draft,
        photos=(*turn.draft.photos, photo.file),
        photo_words=turn.draft.photo_words + words,
    )
    question = form.question(draft.open)
    if question is None:
        return review(turn, form, draft)
    return ask(turn, form, draft, question, turn.say("photo.kept", count=len(draft.photos)))


def refused(turn: Turn, photo: PhotoRefused) -> Outcome:
    """The bytes were no picture, or too many: say what to do."""
    form = turn.library.forms[turn.draft.form]
    text = turn.say(f"photo.{_key(photo.why)}", most=MOST_PHOTOS)
    question = form.question(turn.draft.open)
    if question is None:
        return review(turn, form, turn.draft, text)
    return ask(turn, form, turn.draft, question, text)


def _key(why: str) -> str:
    """A reason as a wording key."""
    return why.replace("-", "_")
