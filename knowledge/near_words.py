"""Finds the words that lie a slip or two from what was typed, by how they begin and end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import OSA

_MOST_LETTERS = 3
"""Letters that a shelf goes by; with more there would be a shelf for every word."""

_Shelf: TypeAlias = tuple[str, int]
"""Some letters, and the length of what was typed."""


class NearWords:
    """Words of one letter or more, each on every shelf where one with a slip would be looked for.

    A shelf has words that begin, or end, in like letters and differ little in length: a look at one
    costs less the fewer there are on it.
    """

    def __init__(self, words: Iterable[str]) -> None:
        beginning: defaultdict[_Shelf, list[str]] = defaultdict(list)
        ending: defaultdict[_Shelf, list[str]] = defaultdict(list)
        first: defaultdict[_Shelf, list[str]] = defaultdict(list)
        self._words = frozenset(words)
        for word in sorted(self._words):
            for length in range(len(word) - 2, len(word) + 3):
                first[word[0], length].append(word)
            for length in range(len(word) - 1, len(word) + 2):
                size = _letters_looked_at(length)
                beginning[word[:size], length].append(word)
                if size:
                    ending[word[-size:], length].append(word)
        self._beginning: Mapping[_Shelf, Sequence[str]] = dict(beginning)
        self._ending: Mapping[_Shelf, Sequence[str]] = dict(ending)
        self._first: Mapping[_Shelf, Sequence[str]] = dict(first)

    def one_away(self, word: str) -> list[str]:
        """The words that one slip makes of it: a letter more, less or another, or two swapped."""
        size, length = _letters_looked_at(len(word)), len(word)
        found = list(_within(word, 1, self._beginning.get((word[:size], length), ())))
        if size:
            found += _within(word, 1, self._ending.get((word[-size:], length), ()))
        if length == 2 * size:
            # The one slip that touches both halves.
            swapped = word[: size - 1] + word[size] + word[size - 1] + word[size + 1 :]
            if swapped != word and swapped in self._words:
                found.append(swapped)
        return list(dict.fromkeys(found))

    def two_away(self, word: str) -> list[str]:
        """The words that two such slips, or fewer, make of it; the first letter is right."""
        return list(_within(word, 2, self._first.get((word[0], len(word)), ())))


def _letters_looked_at(length: int) -> int:
    """So many at either end that one slip touches both only by swapping the middle two."""
    return min(length // 2, _MOST_LETTERS)


def _within(word: str, slips: int, words: Sequence[str]) -> Iterator[str]:
    """Those so many slips away at most (optimal string alignment), except the word itself."""
    if words:
        near = process.extract(word, words, scorer=OSA.distance, score_cutoff=slips, limit=None)
        yield from (other for other, distance, _ in near if distance)
