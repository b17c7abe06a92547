"""What the matcher has learned from the examples of the knowledge base, and how it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.english import general_words, slang
from knowledge.features import Features, Rows
from knowledge.head import Head
from knowledge.meaning import Meaning
from knowledge.spelling import Speller
from knowledge.text import normalise, words

_DATA = Path(__file__).with_name("data")
_READ = 240
"""Words of a message that are looked at: more would say the same again, and hold everybody up."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a question is read, weighed and judged with."""

    counts: Mapping[str, int]
    """How often the material has each word."""
    pairs: Mapping[tuple[str, str], int]
    """Which words stand side by side more than once."""
    features: Features
    rows: Rows
    """The material over the columns of the features."""
    usual: float
    """How many telling words an example has on average."""
    head: Head
    """What decides by the words alone."""
    meaning: Meaning | None = None
    """What decides where a question's vector is known too; None where there is no encoder."""


def typed(text: str) -> list[str]:
    """The words of a text as they were typed, the first few hundred at most."""
    return words(normalise(text))[:_READ]


class Reader:
    """Turns a text into words the way the material was turned into words."""

    def __init__(
        self,
        counts: Mapping[str, int],
        pairs: Mapping[tuple[str, str], int],
        meanings: Mapping[str, object],
    ) -> None:
        self._speller = Speller(counts, general_words() | meanings.keys(), slang(), pairs)

    def read(self, text: str) -> list[str]:
        """The mended words of a text, none where there are none."""
        return self.mend(typed(text))

    def mend(self, words: list[str]) -> list[str]:
        """Words as `typed` gives them, with slang spelt out and slips mended."""
        return self._speller.correct(words)

    def changes(self, text: str) -> tuple[tuple[str, str], ...]:
        """What was typed and what it was taken for, where that is not the same."""
        pieces = self._speller.explain(typed(text))
        return tuple(
            (" ".join(typed), " ".join(meant)) for typed, meant in pieces if typed != meant
        )


def elsewhere() -> tuple[str, ...]:
    """Questions people also ask a chat window, about nothing a police counter answers."""
    lines = (_DATA / "elsewhere.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
