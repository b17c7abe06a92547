"""Recognises an emergency in what a resident writes: alarm, crisis, safety net or none."""

from dataclasses import dataclass
from functools import lru_cache

from knowledge.urgency_frames import LEVELS, NONE, OVER, SAFETY_NET, Frames, Question
from knowledge.urgency_judge import Judge, Said, Urgency, reader_for
from knowledge.urgency_search import Span
from knowledge.urgency_spelling import Reading

__all__ = ["Assessor", "Context", "Urgency", "louder"]

_RECENT = 3
"""Texts before this one that it may go on from."""
_QUESTIONS = 4096
"""Texts of the counter's of which it is remembered which question they ask."""
_HEARD = 256
"""Texts of residents of which it is remembered, in memory alone, what they say."""
_SHORT = 6
"""Words of an answer that adds to what was told before, rather than telling something itself."""


@dataclass(frozen=True, slots=True)
class Context:
    """What was said just before."""

    asked: str = ""
    """The text of the bot's last question; empty for none."""
    recent: tuple[str, ...] = ()
    """The resident's last few texts, oldest first, without the one that is judged."""


def louder(a: Urgency, b: Urgency) -> Urgency:
    """The more urgent of the two; the first where they are equal."""
    return b if LEVELS.index(b.level) > LEVELS.index(a.level) else a


class Assessor:
    """Judges texts by the frames it was built from."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._reader = reader_for(frames)
        self._judge = Judge(frames)
        # The counter asks the same few hundred things over and over; they are its own words.
        self._question = lru_cache(_QUESTIONS)(self._find_question)
        # A text is judged by itself, then with what was said before, then as what was said before.
        self._heard = lru_cache(_HEARD)(self._hear)

    def assess(self, text: str, context: Context | None = None) -> Urgency:
        """How urgent the text is, alone and as a continuation of what was said before.

        Pure and total: any string will do; the first 6,144 and last 2,048 characters count.
        """
        said, verdict = self._heard(text)
        reading = said.whole.reading
        if context is None or not reading.words:
            return verdict
        question = self._question(context.asked)
        if question:
            verdict = louder(verdict, self._answered(question, said))
        if self._is_over(said):
            return louder(verdict, Urgency(SAFETY_NET, why=(OVER,)))
        adds = question is not None and question.goes_on and len(reading.words) <= _SHORT
        if not adds and not self._judge.may_tell(said):
            return verdict
        before = Reading()
        for earlier in context.recent[-_RECENT:]:
            before += self._heard(earlier)[0].whole.reading
        since = 0 if adds else len(before.words)
        return louder(verdict, self._judge.judge(self._judge.hear(before + reading), since))

    def _hear(self, text: str) -> tuple[Said, Urgency]:
        """What the text says, and how urgent it is by itself."""
        said = self._judge.hear(self._reader.read(text))
        return said, self._judge.judge(said)

    def _find_question(self, asked: str) -> Question | None:
        said = self._judge.hear(self._reader.read(asked))
        questions = self._frames.questions
        return next((question for question in questions if any(said.where(question.asks))), None)

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
                verdict = louder(verdict, Urgency(softened, "danger-now", (question.name,)))
        return verdict

    def _softened(self, level: str, span: Span, said: Said) -> str:
        leaves = (circumstance.leaves for circumstance in self._judge.circumstances(span, said))
        return min((level, *leaves), key=LEVELS.index)

    def _is_over(self, said: Said) -> bool:
        everything = (0, len(said.search.reading.words))
        return any(self._judge.circumstances(everything, said, OVER))
