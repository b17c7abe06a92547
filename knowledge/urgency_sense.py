"""What the messages taught, as one opinion: how likely danger is, beside what the frames found."""

from dataclasses import dataclass, replace

from knowledge.floats import Floats
from knowledge.urgency_frames import (
    ALARM,
    CRISIS,
    DANGER_NOW,
    LEARNED,
    LOUD,
    MEANING,
    NONE,
    PLEA,
    SAFETY_NET,
    TOGETHER,
)
from knowledge.urgency_hunch import Hunch
from knowledge.urgency_judge import Urgency
from knowledge.urgency_reading import Reading
from knowledge.urgency_weigh import Weigher

CALM = Urgency(NONE)

_FRAME = 3.0
"""What a recognised frame is worth, in log odds, beside the messages."""
_OVER = 3.0
"""How much saying that it is over and everybody safe speaks against an alarm."""
_SLIP = 1.2
"""What a mistyped word is worth: it may be the one that tells danger, and hands that shake slip."""
_MOST_SLIPS = 2
_ASKED = 3.0
"""What it is worth that a frame goes through what was told and what was answered about it."""
_EBB = 1.0
"""How much calmer the last of several messages may make them and still not calm them."""
_MEANING = 0.5
"""What the log odds by meaning are worth beside those by words."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which log odds on a message is taken how; measured on messages of other writers."""

    alarm: float = 0.15
    with_meaning: float = -1.2
    together: float = 1.8
    by_itself: float = 2.5
    """From which one sentence of several is an emergency though the whole is none."""
    by_itself_unnamed: float = 3.5
    """The same where no frame is said in it."""
    safety_net: float = -0.8
    no_net: float = -6.0
    """Below that a frame that is itself no alarm is not worth a word about 999."""
    calm: float = -5.5
    uneasy: float = -3.0
    """From which something may be dangerous if it is still so."""
    doubt: float = -2.2
    """Below that hardly any meaning would make it an alarm, so nobody need ask for that.

    No bound, but measured: of 570 emergencies ten are raised by their meaning, none from below
    -1.2. It is asked of answers in a report alone, which are read once more when it is made.
    """


@dataclass(frozen=True, slots=True)
class Opinion:
    """What made a verdict, for the people who own the files."""

    odds: float
    """By the words, as learned from the messages."""
    bonus: float
    """What a recognised frame adds."""
    slips: float
    """What mistyped words add."""
    hunch: float | None
    """By the meaning; None where it was not asked for."""
    telling: tuple[tuple[str, float], ...]
    """The signs that count most, and what each adds to the odds."""
    thresholds: Thresholds


class Sense:
    """Settles how urgent a reading is, of which the frames have said what they found."""

    def __init__(
        self, weigher: Weigher, hunch: Hunch | None = None, thresholds: Thresholds | None = None
    ) -> None:
        self._weigher, self._hunch = weigher, hunch
        self._thresholds = thresholds or Thresholds()

    def gist(self, reading: Reading) -> Reading:
        """What is judged of it: all, unless it is very long."""
        return self._weigher.gist(reading)

    def weigh(self, reading: Reading) -> float:
        """How near danger its words are, in log odds: what `weight` is below.

        It takes longer than all else here, so that who asks several things of a reading asks once.
        """
        return self._weigher.score(reading)

    def settle(
        self,
        found: Urgency,
        reading: Reading,
        weight: float,
        *,
        over: bool = False,
        asked: bool = False,
        slips: int = 0,
    ) -> Urgency:
        """The frames' verdict, raised where the messages say so, and softened where both doubt.

        What is softened keeps the line with 999. `over` is whether they say that it is over,
        `asked` whether the end is an answer to what was asked about an emergency told of before,
        and `slips` how many words were mistyped.
        """
        odds = _odds(found, weight) - (_OVER if over else 0.0)
        odds += _worth(slips)
        odds += _ASKED if asked and found.level in LOUD else 0.0
        if odds >= self._thresholds.alarm:
            return found if found.level in LOUD else self._raised(found, reading, LEARNED)
        if found.level in LOUD or (found.level == NONE and odds >= self._thresholds.safety_net):
            return replace(found, level=SAFETY_NET, why=found.why or (LEARNED,))
        worried = found.level == SAFETY_NET and not found.language
        return CALM if worried and odds < self._thresholds.no_net else found

    def may_be_by_itself(self, weight: float) -> bool:
        """Whether one sentence of several may be an emergency, should a frame be said in it."""
        return weight + _FRAME >= self._thresholds.by_itself

    def by_itself(self, found: Urgency, sentence: Reading, weight: float) -> Urgency:
        """What one sentence of several is; a bare "please help" is none beside what it is about."""
        limits = self._thresholds
        least = limits.by_itself if found.level != NONE else limits.by_itself_unnamed
        if _odds(found, weight) < least:
            return CALM
        raised = found if found.level in LOUD else self._raised(found, sentence, LEARNED)
        return CALM if raised.category == PLEA else raised

    def together(self, found: Urgency, before: Reading, reading: Reading) -> Urgency:
        """An emergency that only shows in several messages, of which the last makes it plainer."""
        both = before + reading
        odds = self._weigher.score(both)
        # Most are calm, and of those no more need be known.
        if odds < self._thresholds.together or odds < self._weigher.score(before) - _EBB:
            return CALM
        return self._raised(found, both, TOGETHER)

    def reconsider(
        self,
        found: Urgency,
        reading: Reading,
        weight: float,
        meaning: Floats,
        *,
        past: bool = False,
    ) -> Urgency:
        """What the second opinion makes of it: an alarm, or nothing that was not known before.

        It has no ear for what is `past`, so there both together must be as sure as words alone.
        """
        if self._hunch is None:
            return CALM
        odds = _odds(found, weight) + _MEANING * self._hunch.score(meaning)
        if odds < (self._thresholds.alarm if past else self._thresholds.with_meaning):
            return CALM
        return found if found.level in LOUD else self._raised(found, reading, MEANING)

    def doubts(self, found: Urgency, weight: float) -> bool:
        """Whether the meaning of a message might make it an alarm that its words do not."""
        return self._hunch is not None and _odds(found, weight) >= self._thresholds.doubt

    def is_calm(self, reading: Reading) -> bool:
        """Whether a reading is so far from any emergency that its meaning makes it none."""
        return self._weigher.score(reading) < self._thresholds.calm

    def is_uneasy(self, reading: Reading) -> bool:
        """Whether a reading is near enough to an emergency that it is one if it is still so."""
        return self._weigher.score(reading) >= self._thresholds.uneasy

    def opinion(
        self, found: Urgency, reading: Reading, meaning: Floats | None = None, *, slips: int = 0
    ) -> Opinion:
        """What it thinks of a reading, in figures."""
        hunch = self._hunch.score(meaning) if self._hunch and meaning is not None else None
        odds = self._weigher.score(reading)
        bonus = _FRAME if found.level in LOUD else 0.0
        telling = self._weigher.telling(reading)
        return Opinion(odds, bonus, _worth(slips), hunch, telling, self._thresholds)

    def _raised(self, found: Urgency, reading: Reading, why: str) -> Urgency:
        kind = self._weigher.kind(reading)
        level, category = (CRISIS, "suicide") if kind == CRISIS else (ALARM, kind or DANGER_NOW)
        return Urgency(level, category, (why,), found.language)


def _odds(found: Urgency, weight: float) -> float:
    return weight + (_FRAME if found.level in LOUD else 0.0)


def _worth(slips: int) -> float:
    return _SLIP * min(slips, _MOST_SLIPS)
