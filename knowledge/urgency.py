"""Recognises an emergency in what a resident writes: alarm, crisis, safety net or none."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from knowledge.floats import Floats
from knowledge.urgency_frames import (
    DANGER_NOW,
    LEVELS,
    LOUD,
    NONE,
    OTHER_LANGUAGE,
    OVER,
    PAST,
    SAFETY_NET,
    Frames,
    Question,
)
from knowledge.urgency_judge import UNKNOWN, Judge, Said, Urgency, reader_for
from knowledge.urgency_language import Tongues
from knowledge.urgency_reading import Reader, Reading
from knowledge.urgency_search import Span
from knowledge.urgency_sense import Opinion, Sense

__all__ = ["Assessor", "Context", "Understood", "Urgency", "louder"]

_RECENT = 3
"""Texts before this one that it may go on from."""
_QUESTIONS = 4096
"""Sentences of the counter's of which it is remembered which question they ask."""
_HEARD = 256
"""Texts of residents of which it is remembered, in memory alone, what they say."""
_TAKEN_APART = 1.3
"""Times more words than were read, from which on a mended text was taken apart, not mended."""
_STANDS_DOWN = 20
"""Words of a message that may say that all is over."""
_SHORT = 6
"""Words of an answer that adds to what was told before, rather than telling something itself."""
_BARE = 2
"""Words of an answer that says nothing without its question."""
_SENTENCES = re.compile(r"(?<=[.!?\n])")


@dataclass(frozen=True, slots=True)
class Context:
    """What was said just before."""

    asked: str = ""
    """The text of the bot's last question; empty for none."""
    recent: tuple[str, ...] = ()
    """The resident's last few texts, oldest first, without the one that is judged."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What was found out about a text beside the reflex: some milliseconds' work."""

    meaning: Floats
    """Its sentence vector."""
    mended: str = ""
    """The text with its slips mended as far as can be; empty where nobody tried."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A text by itself."""

    said: Said
    found: Urgency
    """What the frames found."""
    verdict: Urgency
    """The same once the messages have been asked."""
    over: bool
    """Whether it says that the danger has passed."""
    slips: int
    """How many of its words were mistyped."""
    weight: float
    """How near danger its words are, as the messages taught."""
    alone: str = ""
    """The sentence that is an emergency by itself, where the whole is too calm for one."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a text is taken as it is."""

    verdict: Urgency
    found: Urgency
    """What the frames alone make of it."""
    words: tuple[str, ...]
    """What was read, after disguises and slips were mended."""
    circumstances: tuple[str, ...]
    """What makes an emergency quieter, of what is said anywhere in it."""
    opinion: Opinion | None
    """What the messages make of it; None where there are none to learn from."""
    alone: str
    """The sentence that is an emergency by itself, where the whole is too calm for one."""


def louder(a: Urgency, b: Urgency) -> Urgency:
    """The more urgent of the two; the first where they are equal."""
    return b if LEVELS.index(b.level) > LEVELS.index(a.level) else a


class Assessor:
    """Judges texts by the frames it was built from."""

    def __init__(
        self,
        frames: Frames,
        reader: Reader | None = None,
        sense: Sense | None = None,
        tongues: Tongues | None = None,
    ) -> None:
        self._frames, self._sense, self._tongues = frames, sense, tongues
        self._reader = reader or reader_for(frames)
        self._judge = Judge(frames)
        # The counter asks the same few hundred things over and over; they are its own words.
        self._question = lru_cache(_QUESTIONS)(self._find_question)
        # A text is judged by itself, then with what was said before, then as what was said before.
        self._heard = lru_cache(_HEARD)(self._hear)

    def assess(
        self, text: str, context: Context | None = None, understood: Understood | None = None
    ) -> Urgency:
        """How urgent the text is, alone and as a continuation of what was said before.

        What was `understood` of it may make it more urgent and never less. Pure and total: any
        string will do; the first 6,144 and last 2,048 characters count.
        """
        heard = self._heard(text)
        said, verdict = heard.said, heard.verdict
        reading = said.whole.reading
        if not reading.words:
            return verdict
        if understood is not None:
            before = self._before(context) if context else Reading()
            verdict = louder(verdict, self._reconsidered(heard, before, understood))
        return louder(verdict, self._in_context(heard, context)) if context else verdict

    def explain(self, text: str, understood: Understood | None = None) -> Explanation:
        """How the text is taken by itself, and why."""
        heard = self._heard(text)
        reading = heard.said.whole.reading
        meaning = understood.meaning if understood else None
        opinion = (
            self._sense.opinion(heard.found, reading, meaning, slips=heard.slips)
            if self._sense
            else None
        )
        verdict = louder(heard.verdict, self.assess(text, Context(), understood))
        return Explanation(
            verdict,
            heard.found,
            reading.words,
            self._judge.names(heard.said),
            opinion,
            heard.alone,
        )

    def doubts(self, text: str) -> bool:
        """Whether the text's meaning might make it an alarm, so that it is worth finding out."""
        heard = self._heard(text)
        return self._sense is not None and self._sense.doubts(heard.found, heard.weight)

    def _before(self, context: Context) -> Reading:
        """What was said before, as one."""
        before = Reading()
        for earlier in context.recent[-_RECENT:]:
            before += self._heard(earlier).said.whole.reading
        return before

    def _in_context(self, heard: _Heard, context: Context) -> Urgency:
        """How urgent it is as an answer to what was asked, and together with what was said."""
        said, reading = heard.said, heard.said.whole.reading
        before, verdict = self._before(context), Urgency(NONE)
        question = self._asked(context.asked)
        if question and not (question.if_uneasy and self._is_easy(before + reading)):
            verdict = self._answered(question, said)
        if heard.over:
            return louder(verdict, Urgency(SAFETY_NET, why=(OVER,)))
        denied = question is not None and question.yes in LOUD and any(said.where(self._frames.no))
        if denied or not before.words:
            return verdict
        adds = question is not None and question.goes_on and len(reading.words) <= _SHORT
        if question and question.reads and len(reading.words) <= _BARE:
            reading = self._reader.read(question.reads.replace("…", " ".join(reading.words)))
        if adds:
            verdict = louder(verdict, self._still(context, said))
        if adds or self._judge.may_tell(said):
            verdict = louder(verdict, self._together(before, reading, asked=adds))
        if self._sense is not None:
            verdict = louder(verdict, self._sense.together(heard.found, before, reading))
        return verdict

    def _reconsidered(self, heard: _Heard, before: Reading, understood: Understood) -> Urgency:
        """The second opinion, on the text as it stands and as it was mended."""
        # The encoder and the mending know English alone, and neither hears that all is over.
        reading = heard.said.whole.reading
        if self._sense is None or heard.found.language or heard.over:
            return heard.verdict
        if before.words and self._sense.is_calm(before + reading):
            return heard.verdict
        past = self._says(heard.said, PAST)
        meaning = understood.meaning
        found = self._sense.reconsider(heard.found, reading, heard.weight, meaning, past=past)
        words = len(reading.words)
        if found.level in LOUD or not 0 < understood.mended.count(" ") < _TAKEN_APART * words:
            return found
        mended = self._heard(understood.mended)
        again = self._sense.reconsider(
            mended.found, mended.said.whole.reading, mended.weight, meaning, past=past
        )
        return louder(found, louder(mended.verdict, again))

    def _hear(self, text: str) -> _Heard:
        reading = self._reader.read(text)
        language = self._tongues.of(reading) if self._tongues is not None else ""
        if language and language != UNKNOWN:
            reading = self._reader.read(text, mend=False)
        if self._sense is not None:
            reading = self._sense.gist(reading)
        said = self._judge.hear(reading)
        found = self._judge.judge(said)
        if language:
            found = replace(found, language=language)
            if found.level == NONE:
                found = replace(found, level=SAFETY_NET, category=OTHER_LANGUAGE)
        # Who stands down says so and little else; "I hope you are all right" is mere politeness.
        over = len(reading.words) <= _STANDS_DOWN and self._says(said, OVER)
        slips = 0 if language else self._reader.slips(reading)
        verdict, alone = found, ""
        weight = self._sense.weigh(reading) if self._sense is not None else 0.0
        if self._sense is not None and reading.words:
            verdict = self._sense.settle(found, reading, weight, over=over, slips=slips)
            if verdict.level not in LOUD and not over and not language:
                verdict, alone = self._by_sentence(self._sense, reading, verdict)
        return _Heard(said, found, verdict, over, slips, weight, alone)

    def _by_sentence(self, sense: Sense, reading: Reading, verdict: Urgency) -> tuple[Urgency, str]:
        """The verdict, unless one sentence by itself is louder, and that sentence.

        Somebody may ask about two other things in the same breath, and those make the whole calm.
        That it is over goes for a sentence beside it too, and not for one further away.
        """
        sentences = reading.by_sentence()
        for place, sentence in enumerate(sentences if len(sentences) > 1 else ()):
            weight = sense.weigh(sentence)
            if not sense.may_be_by_itself(weight):
                continue
            found = self._judge.judge(self._judge.hear(sentence))
            alone = sense.by_itself(found, sentence, weight)
            if alone.level in LOUD:
                beside = sum(sentences[max(place - 1, 0) : place + 2], Reading())
                if not self._judge.is_hushed(self._judge.hear(beside)):
                    return alone, " ".join(sentence.words)
        return verdict, ""

    def _still(self, context: Context, said: Said) -> Urgency:
        """The loudest that was told before, unless the answer says that it is past."""
        verdict = Urgency(NONE)
        for earlier in context.recent[-_RECENT:]:
            verdict = louder(verdict, self._heard(earlier).verdict)
        return replace(verdict, level=self._softened(verdict.level, said.everything, said))

    def _together(self, before: Reading, reading: Reading, *, asked: bool) -> Urgency:
        """How urgent both are as one.

        Unless the second was `asked` about the first, only what reaches into it counts.
        """
        both = before + reading
        found = self._judge.judge(self._judge.hear(both), 0 if asked else len(before.words))
        if self._sense is None or found.level == NONE:
            return found
        return self._sense.settle(found, both, self._sense.weigh(both), asked=asked)

    def _is_easy(self, reading: Reading) -> bool:
        return self._sense is not None and not self._sense.is_uneasy(reading)

    def _asked(self, asked: str) -> Question | None:
        """The first of the questions that a text of the counter's asks, in any of its sentences."""
        found = {self._question(sentence) for sentence in _what_it_asks(asked)}
        return next((it for it in self._frames.questions if it.name in found), None)

    def _find_question(self, sentence: str) -> str:
        """The name of the question that it asks; empty for none."""
        said = self._judge.hear(self._reader.read(sentence, mend=False))
        found = (it.name for it in self._frames.questions if any(said.where(it.asks)))
        return next(found, "")

    def _answered(self, question: Question, said: Said) -> Urgency:
        """What the text means as an answer, unless what it confirms is past or a game."""
        verdict = Urgency(NONE)
        for level, sayings in (
            (question.yes, self._frames.yes),
            (question.no, self._frames.no),
            (question.unsure, self._frames.unsure),
        ):
            span = min(said.where(sayings), default=None)
            if level != NONE and span:
                softened = self._softened(level, span, said)
                verdict = louder(verdict, Urgency(softened, DANGER_NOW, (question.name,)))
        return verdict

    def _softened(self, level: str, span: Span, said: Said) -> str:
        leaves = (circumstance.leaves for circumstance in self._judge.circumstances(span, said))
        return min((level, *leaves), key=LEVELS.index)

    def _says(self, said: Said, circumstance: str) -> bool:
        """Whether that is said anywhere in it."""
        return any(self._judge.circumstances(said.everything, said, circumstance))


def _what_it_asks(asked: str) -> list[str]:
    """The sentences that ask, or all where none does.

    "Was this helpful?" may stand below a line about danger that asks nothing; and a reference makes
    every text another, while there are few sentences.
    """
    sentences = _SENTENCES.split(asked)
    return [sentence for sentence in sentences if sentence.endswith("?")] or sentences
