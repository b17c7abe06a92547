"""Judges one message by the frames: what it says, and under which circumstances."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from knowledge.urgency_frames import (
    BEFORE,
    LEVELS,
    LIKENESS,
    MESSAGE,
    NONE,
    OTHER_LANGUAGE,
    SAFETY_NET,
    Circumstance,
    Frame,
    Frames,
)
from knowledge.urgency_mend import Mender
from knowledge.urgency_phrases import Sayings
from knowledge.urgency_reading import Reader, Reading
from knowledge.urgency_search import PhraseBook, Search, Span
from knowledge.urgency_usage import Usage

UNKNOWN = "unknown"
_USUAL = 5
"""Messages beyond which a word in them is one that another may be a slip of."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """How urgent a text is, which guidance fits, and why."""

    level: str
    """One of LEVELS: none, safety-net, crisis, alarm."""
    category: str = ""
    why: tuple[str, ...] = ()
    """The names of the frames that were recognised: never the resident's words."""
    language: str = ""
    """The code of the language it is in, where that is not English; UNKNOWN where nobody knows."""

    @property
    def by_likeness(self) -> bool:
        """Whether nothing urgent is said in it word by word: it is only like what was urgent."""
        return LIKENESS.issuperset(self.why)


class Said:
    """What a message says, and where; looked for when it is asked for, since most never is."""

    def __init__(self, whole: Search, search: Search, book: PhraseBook) -> None:
        self.whole, self.search = whole, search
        """The message as it was read, and without the words that are only a figure of speech."""
        self._book = book
        self._present: dict[tuple[PhraseBook, Search], int] = {}
        self._spans: dict[Sayings, set[Span]] = {}

    @property
    def everything(self) -> Span:
        """All of its words."""
        return 0, len(self.search.reading.words)

    def may_say(self, book: PhraseBook) -> bool:
        """Whether anything of that book may be said by its words, figures of speech among them."""
        return bool(self._parts(book, self.whole))

    def any_of(self, book: PhraseBook, since: int) -> Mapping[Sayings, set[Span]]:
        """What of that book is said by phrases that reach past word `since`, and where."""
        places = self.search.places
        among = self.search.reading.words[since:] if since else places
        return book.find(self.search, self._parts(book, self.search), among)

    def where(self, sayings: Sayings) -> Iterable[Span]:
        """Where it is said."""
        if sayings not in self._spans:
            present = self._parts(self._book, self.search)
            self._spans[sayings] = self._book.find_one(sayings, self.search, present)
        return self._spans[sayings]

    def _parts(self, book: PhraseBook, search: Search) -> int:
        if (book, search) not in self._present:
            self._present[book, search] = book.present(search.places, search.places)
        return self._present[book, search]

    def beside(self, sayings: Sayings, span: Span) -> Iterator[Span]:
        """Where it is said in the sentence of the span."""
        sentences = self.search.reading.sentences
        here = sentences[span[0]]
        return (found for found in self.where(sayings) if sentences[found[0]] == here)


class Judge:
    """Recognises the frames in a reading, and how loud each may be there."""

    def __init__(self, frames: Frames) -> None:
        self._light = frames.spelling.light
        self._denials = frames.denials
        self._around = frames.padding | frames.spelling.light
        self._circumstances = frames.circumstances
        self._frame_of = {frame.says: frame for frame in frames.frames}
        self._figures = PhraseBook([frames.figures])
        self._telling = PhraseBook([frame.says for frame in frames.frames])
        self._book = PhraseBook(_sayings(frames))

    def hear(self, reading: Reading) -> Said:
        """What the reading says, without the words that are only a figure of speech."""
        search = whole = Search(reading, self._light, self._denials)
        hidden = {
            place
            for spans in self._figures.find_all(search).values()
            for start, end in spans
            for place in range(start, end)
        }
        if hidden:
            words = ("" if place in hidden else word for place, word in enumerate(reading.words))
            bare = Reading(tuple(words), reading.sentences, reading.foreign)
            search = Search(bare, self._light, self._denials)
        return Said(whole, search, self._book)

    def may_tell(self, said: Said) -> bool:
        """Whether a frame may be said by its words; where not, none ends in it."""
        return said.may_say(self._telling)

    def judge(self, said: Said, since: int = 0) -> Urgency:
        """The loudest of the frames that are said, counting those that reach past word `since`."""
        found = [
            (self._loudest(frame, (span for span in spans if span[1] > since), said), frame)
            for says, spans in said.any_of(self._telling, since).items()
            if (frame := self._frame_of.get(says))
        ]
        loudest = max((level for level, _ in found), default=0)
        if not loudest:
            return _unread(said.search.reading)
        frames = sorted(
            (frame for level, frame in found if level == loudest),
            key=lambda frame: (frame.order, frame.name),
        )
        return Urgency(LEVELS[loudest], frames[0].category, tuple(frame.name for frame in frames))

    def circumstances(self, span: Span, said: Said, name: str = "") -> Iterator[Circumstance]:
        """Those under which what is said there is said; only those of a name, if one is given."""
        return (
            it
            for it in self._circumstances
            if (not name or it.name == name) and _applies(it, span, said)
        )

    def is_hushed(self, said: Said) -> bool:
        """Whether something is said that makes all of the message quieter."""
        return any(it.where == MESSAGE for it in self.circumstances(said.everything, said))

    def names(self, said: Said) -> tuple[str, ...]:
        """The names of all circumstances that are said anywhere in the message."""
        if not said.search.reading.words:
            return ()
        return tuple(it.name for it in self.circumstances(said.everything, said))

    def _loudest(self, frame: Frame, spans: Iterable[Span], said: Said) -> int:
        """How loud the frame is where it is loudest, as a place in LEVELS."""
        loudest = 0
        for span in spans:
            loudest = max(loudest, self._level(frame, span, said))
            if LEVELS[loudest] == frame.level:
                break
        return loudest

    def _level(self, frame: Frame, span: Span, said: Said) -> int:
        """How loud the frame is where it was found, as a place in LEVELS; 0 if it does not hold."""
        if (
            said.search.before(span[0]) in self._denials
            or (frame.whole and not self._is_whole(span, said.search))
            or (frame.together.phrases and not said.where(frame.together))
            or any(said.beside(frame.unless, span))
        ):
            return 0
        level = LEVELS.index(frame.level)
        for circumstance in self.circumstances(span, said):
            if circumstance.name not in frame.despite:
                level = min(level, LEVELS.index(circumstance.leaves))
        return level

    def _is_whole(self, span: Span, search: Search) -> bool:
        words = search.reading.words
        around = {*words[: span[0]], *words[span[1] :]}
        return around <= self._around | set(words[slice(*span)])


def reader_for(frames: Frames, usage: Usage | None = None) -> Reader:
    """A reader that knows the words of these frames; it corrects towards the English ones only.

    The words of `usage` are taken to be spelt right, and those that come often are what others may
    be slips of.
    """
    english = (frame for frame in frames.frames if frame.category != OTHER_LANGUAGE)
    times = usage.times if usage else {}
    ours = _words(_sayings(frames)) | _words([frames.figures]) | frames.denials | frames.padding
    mender = Mender(
        frames.spelling,
        ours | times.keys(),
        dict.fromkeys(_words(frame.says for frame in english), 1)
        | {word: often for word, often in times.items() if often > _USUAL and word.isascii()},
    )
    return Reader(frames.spelling, mender)


def _sayings(frames: Frames) -> Iterator[Sayings]:
    """All but the figures of speech."""
    for frame in frames.frames:
        yield from (frame.says, frame.unless, frame.together)
    for circumstance in frames.circumstances:
        yield from (circumstance.says, circumstance.lifted_by)
    for question in frames.questions:
        yield question.asks
    yield from (frames.yes, frames.no, frames.unsure)


def _words(sayings: Iterable[Sayings]) -> frozenset[str]:
    # Many phrases share their parts, so each is looked at once.
    parts = {slot.choices for each in sayings for one in each.phrases for slot in one.slots}
    return frozenset(word for choices in parts for word in choices.words)


def _unread(reading: Reading) -> Urgency:
    """What nobody here could read may be anything, so it gets the line with 999."""
    if reading.foreign:
        return Urgency(SAFETY_NET, OTHER_LANGUAGE, ("unread-script",))
    return Urgency(NONE)


def _applies(circumstance: Circumstance, span: Span, said: Said) -> bool:
    spans: Iterable[Span] = said.where(circumstance.says)
    if not spans:
        return False
    if circumstance.where != MESSAGE:
        spans = said.beside(circumstance.says, span)
    last = span[0] if circumstance.where == BEFORE else len(said.search.reading.words)
    return any(end <= last for _, end in spans) and not any(
        said.beside(circumstance.lifted_by, span)
    )
