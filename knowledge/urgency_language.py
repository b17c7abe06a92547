"""Tells which language a message is in, so that 999 is said in it too: by letters of its words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Self

import numpy as np

from knowledge.arrays import Arrays, from_lines, lines
from knowledge.floats import Halves
from knowledge.urgency_judge import UNKNOWN
from knowledge.urgency_messages import ENGLISH, MIXED, Message
from knowledge.urgency_reading import Reader, Reading
from knowledge.urgency_signs import letters_of

_FEWEST = 2
"""Times that a run of letters must stand in a language to speak for it."""
_SMOOTH = 0.3
_MOST_ENGLISH = 6_000
"""Messages; the others have a few hundred each, and more would only take longer."""
_FAMILIAR = 0.7
"""A message of which so many words are known here is English."""
_FAMILIAR_MENDED = 0.9
"""The same once its slips are mended: more, since of any language a few words become English."""
_SURE = 6.0
"""How many nats another language must be likelier than English."""
_SURE_OF_ONE = 10.0
"""The same of a single word."""
_SEEN = 0.5
"""Share of the letters that must be known to a language, lest it be a stranger to all."""
_WEIGHED = 60
"""Words of a message that are looked at."""


@dataclass(frozen=True, slots=True)
class Letters:
    """How often each language has which runs of letters."""

    names: tuple[str, ...]
    languages: tuple[str, ...]
    """Their codes, English among them."""
    chances: Halves
    """Log probabilities: one row per run, one column per language."""

    def pack(self) -> Arrays:
        """As arrays, for a file."""
        return {
            "names": lines(self.names),
            "languages": lines(self.languages),
            "chances": self.chances,
        }

    @classmethod
    def unpack(cls, kept: Arrays) -> Self:
        """From arrays; KeyError or ValueError where they are others."""
        return cls(
            names=tuple(from_lines(kept["names"])),
            languages=tuple(from_lines(kept["languages"])),
            chances=kept["chances"].astype(np.float16, copy=False),
        )


def learn_letters(messages: Sequence[Message], readings: Sequence[Reading]) -> Letters:
    """Count, and smooth (Cavnar and Trenkle 1994, with a multinomial in place of ranks)."""
    words: dict[str, Counter[str]] = {}
    english = 0
    for message, reading in zip(messages, readings, strict=True):
        english += message.language == ENGLISH
        if message.language == MIXED:
            continue
        if message.language != ENGLISH or english <= _MOST_ENGLISH:
            words.setdefault(message.language, Counter()).update(reading.typed)
    counts = {language: _runs_in(said) for language, said in words.items()}
    languages = tuple(sorted(counts))
    often: Counter[str] = Counter()
    for counted in counts.values():
        often.update(counted)
    names = tuple(sorted(run for run, times in often.items() if times >= _FEWEST))
    table = np.array(
        [[counts[code].get(run, 0) for code in languages] for run in names], np.float32
    )
    table = table.reshape(len(names), len(languages)) + _SMOOTH
    return Letters(names, languages, np.log(table / table.sum(0)).astype(np.float16))


def _runs_in(words: Counter[str]) -> Counter[str]:
    """How often each run of letters stands in words that stand so often."""
    runs: Counter[str] = Counter()
    for word, times in words.items():
        for run in letters_of(word):
            runs[run] += times
    return runs


class Tongues:
    """Tells languages apart."""

    def __init__(self, letters: Letters, reader: Reader) -> None:
        self._letters, self._reader = letters, reader
        self._rows = {name: row for row, name in enumerate(letters.names)}
        self._english = letters.languages.index(ENGLISH) if ENGLISH in letters.languages else -1

    def of(self, reading: Reading) -> str:
        """The code of a language other than English, UNKNOWN, or empty for English and for none."""
        words = _with_letters(reading.typed)
        if not words or self._english < 0 or self._familiar(words) >= _FAMILIAR:
            return ""
        if self._familiar(_with_letters(reading.words)) >= _FAMILIAR_MENDED:
            return ""
        runs = [run for word in words for run in letters_of(word)]
        known = [self._rows[run] for run in runs if run in self._rows]
        if len(known) < _SEEN * len(runs):
            return UNKNOWN if reading.foreign or len(words) > 2 else ""
        chances = self._letters.chances[known].sum(0, np.float32)
        best = int(np.argmax(chances))
        sure = _SURE if len(words) > 1 else _SURE_OF_ONE
        if best == self._english or chances[best] - chances[self._english] < sure:
            return ""
        return self._letters.languages[best]

    def _familiar(self, words: Sequence[str]) -> float:
        """Which share of them is everyday English."""
        return sum(map(self._reader.knows, words)) / max(len(words), 1)


def _with_letters(words: Sequence[str]) -> Sequence[str]:
    return list(islice((word for word in words if any(map(str.isalpha, word))), _WEIGHED))
