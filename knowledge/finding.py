"""Finding what somebody looks for in the words of a report, and where it stands."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.text import normalise

_AROUND = 60
"""Characters shown on each side of what was found."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: every word of it, each as the beginning of a word."""

    words: tuple[str, ...]

    @staticmethod
    def of(text: str) -> "Wanted":
        """What somebody typed; there are no words in what has neither letters nor digits."""
        words = (word for word in normalise(text).split() if any(map(str.isalnum, word)))
        return Wanted(tuple(dict.fromkeys(words)))

    def within(self, texts: Iterable[str]) -> str | None:
        """A piece around what was found where every word stands in one of the texts, else None."""
        whole = "\n".join(texts)
        low = whole.lower()
        if len(low) != len(whole):  # in a few scripts letters grow, and the places would not fit
            whole = low
        found = [re.search(rf"(?<!\w){re.escape(word)}", low) for word in self.words]
        if not found or None in found:
            return None
        first = min(place.start() for place in found if place is not None)
        start, end = max(0, first - _AROUND), first + _AROUND
        piece = " ".join(whole[start:end].split())
        return ("…" if start else "") + piece + ("…" if end < len(whole) else "")
