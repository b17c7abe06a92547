"""Which words of a text made it read urgent: the fewest of them, as they were written."""

import re
from collections.abc import Callable

from knowledge.urgency_frames import LOUD
from knowledge.urgency_judge import Urgency

LONGEST = 160
"""Characters that are shown of what reads urgent only as a whole."""
_WORD = re.compile(r"\S+")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_MOST_WORDS = 60
"""Words of a sentence that are tried without, one by one from both ends."""


def urgent_words(text: str, assess: Callable[[str], Urgency]) -> str:
    """The shortest stretch that still says what alarmed; else the sentence, or the beginning.

    Ask only of a text that reads urgent.
    """
    for sentence in _SENTENCE.findall(text):
        if assess(sentence).level in LOUD:
            return _shortest(sentence, assess)
    return _shortest(text, assess)


def _shortest(text: str, assess: Callable[[str], Urgency]) -> str:
    """Without the words at its end and its beginning that the phrase it was known by does not need.

    What was only learned from messages is left whole: a word or two of it say nothing.
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    known_by = _phrase(assess(text))
    if not known_by or len(spans) > _MOST_WORDS:
        return _cut(text)
    first, last = 0, len(spans) - 1
    while first < last and known_by == _phrase(assess(text[spans[first][0] : spans[last - 1][1]])):
        last -= 1
    while first < last and known_by == _phrase(assess(text[spans[first + 1][0] : spans[last][1]])):
        first += 1
    return _cut(text[spans[first][0] : spans[last][1]])


def _phrase(found: Urgency) -> str:
    """The name of the phrase that it is known by; empty where it is not loud, or by no phrase."""
    known = found.level in LOUD and not found.by_likeness
    return found.why[0] if known else ""


def _cut(text: str) -> str:
    text = text.strip()
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"
