"""Judges one message by the frames: what it says, and under which circumstances."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.urgency_frames import (
    BEFORE,
    LEVELS,
    MESSAGE,
    NONE,
    SAFETY_NET,
    Circumstance,
    Frame,
    Frames,
)
from knowledge.urgency_phrases import Phrase, Search, Span
from knowledge.urgency_spelling import Reader, Reading

OTHER_LANGUAGE = "other-language"


@dataclass(frozen=True, slots=True)
class Urgency:
    """How urgent a text is, which guidance fits, and why."""

    level: str
    """One of LEVELS: none, safety-net, crisis, alarm."""
    category: str = ""
    why: tuple[str, ...] = ()
    """The names of the frames that were recognised: never the resident's words."""


class Judge:
    """Recognises the frames in a reading, and how loud each may be there."""

    def __init__(self, frames: Frames) -> None:
        self._light = frames.spelling.light
        self._denials = frames.denials
        self._around = frames.padding | frames.spelling.light
        self._circumstances = frames.circumstances
        said = [(frame, phrase) for frame in frames.frames for phrase in frame.says]
        uses = Counter(word for _, phrase in said for word in phrase.words)
        self._frames = [frame for frame, _ in said]
        self._said = _Index([phrase for _, phrase in said], uses)
        self._figures = _Index(frames.figures, uses)

    def judge(self, reading: Reading, since: int = 0) -> Urgency:
        """The loudest of the frames that are said, counting those that reach past word `since`."""
        search = self.search(reading)
        found: dict[str, tuple[int, Frame]] = {}
        for number, spans in self._said.find(search):
            frame = self._frames[number]
            level = max(
                (self._level(frame, span, search) for span in spans if span[1] > since), default=0
            )
            if level > found.get(frame.name, (0, frame))[0]:
                found[frame.name] = level, frame
        if not found:
            return _unread(reading)
        loudest = max(level for level, _ in found.values())
        frames = sorted(
            (frame for level, frame in found.values() if level == loudest),
            key=lambda frame: (frame.order, frame.name),
        )
        return Urgency(LEVELS[loudest], frames[0].category, tuple(frame.name for frame in frames))

    def search(self, reading: Reading) -> Search:
        """The reading to search, without the words that are only a figure of speech."""
        search = Search(reading, self._light, self._denials)
        hidden = {
            place
            for _, spans in self._figures.find(search)
            for start, end in spans
            for place in range(start, end)
        }
        if not hidden:
            return search
        words = ("" if place in hidden else word for place, word in enumerate(reading.words))
        return Search(
            Reading(tuple(words), reading.sentences, reading.foreign), self._light, self._denials
        )

    def circumstances(self, span: Span, search: Search) -> Iterator[Circumstance]:
        """Those that what is said there is said under."""
        return (
            circumstance
            for circumstance in self._circumstances
            if _applies(circumstance, span, search)
        )

    def _level(self, frame: Frame, span: Span, search: Search) -> int:
        """How loud the frame is where it was found, as a place in LEVELS; 0 if it does not hold."""
        if (
            search.before(span[0]) in self._denials
            or (frame.whole and not self._is_whole(span, search))
            or (frame.together and not any(search.find(phrase) for phrase in frame.together))
            or any(_together(phrase, span, search) for phrase in frame.unless)
        ):
            return 0
        level = LEVELS.index(frame.level)
        for circumstance in self.circumstances(span, search):
            if circumstance.name not in frame.despite:
                level = min(level, LEVELS.index(circumstance.leaves))
        return level

    def _is_whole(self, span: Span, search: Search) -> bool:
        words = search.reading.words
        around = {*words[: span[0]], *words[span[1] :]}
        return around <= self._around | set(words[slice(*span)])


class _Index:
    """Phrases by the word that is least used in phrases, so that few are looked for in vain."""

    def __init__(self, phrases: Sequence[Phrase], uses: Counter[str]) -> None:
        self._phrases = phrases
        self._by_word: dict[str, list[int]] = {}
        for number, phrase in enumerate(phrases):
            rarest = min(
                (slot.choices.by_first for slot in phrase.slots),
                key=lambda by_first: sum(uses[word] for word in by_first),
            )
            for word in rarest:
                self._by_word.setdefault(word, []).append(number)

    def find(self, search: Search) -> Iterator[tuple[int, list[Span]]]:
        """Each phrase that is said, by its number, with where."""
        likely = {
            number for word in search.places for number in self._by_word.get(word, ())
        }
        for number in sorted(likely):
            if spans := search.find(self._phrases[number]):
                yield number, spans


def reader_for(frames: Frames) -> Reader:
    """A reader that knows the words of these frames; it corrects towards the English ones only."""
    every = [*_phrases(frames), *frames.figures, *frames.yes, *frames.no, *frames.unsure]
    for circumstance in frames.circumstances:
        every += [*circumstance.says, *circumstance.lifted_by]
    for question in frames.questions:
        every += question.asks
    known = {word for phrase in every for word in phrase.words}
    english = (frame for frame in frames.frames if frame.category != OTHER_LANGUAGE)
    return Reader(
        frames.spelling,
        known | frames.denials | frames.padding,
        {word for frame in english for phrase in frame.says for word in phrase.words},
    )


def _phrases(frames: Frames) -> Iterator[Phrase]:
    for frame in frames.frames:
        yield from (*frame.says, *frame.unless, *frame.together)


def _unread(reading: Reading) -> Urgency:
    """What nobody here could read may be anything, so it gets the line with 999."""
    if reading.foreign:
        return Urgency(SAFETY_NET, OTHER_LANGUAGE, ("unread-script",))
    return Urgency(NONE)


def _applies(circumstance: Circumstance, span: Span, search: Search) -> bool:
    return any(
        _holds(circumstance.where, spans, span, search)
        for phrase in circumstance.says
        if (spans := search.find(phrase))
    ) and not any(_together(phrase, span, search) for phrase in circumstance.lifted_by)


def _holds(where: str, spans: Iterable[Span], span: Span, search: Search) -> bool:
    if where == MESSAGE:
        return True
    sentences = search.reading.sentences
    return any(
        sentences[start] == sentences[span[0]] and (where != BEFORE or end <= span[0])
        for start, end in spans
    )


def _together(phrase: Phrase, span: Span, search: Search) -> bool:
    """Whether the phrase is said in the sentence of the span."""
    sentences = search.reading.sentences
    return any(sentences[start] == sentences[span[0]] for start, _ in search.find(phrase))
