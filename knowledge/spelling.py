"""Mends what people type on a phone: slang and short forms by a table, slips by edit distance."""

import math
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

_DATA = Path(__file__).with_name("data")
_ENDINGS = ("s", "es", "ed", "er", "ers", "ing", "est", "ly")
_VOWELS = re.compile("[aeiou]")
_RUN = re.compile(r"(.)\1+")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

_SHORTEST = 4
"""Shorter words are left alone: too many of them are one letter from another."""
_TWO_SLIPS = 8
"""From this length on two slips are forgiven."""
_LONGEST = 30
_FREQUENT = 40
_REMEMBERED = 20_000


def general_words() -> frozenset[str]:
    """The general English words that ship with the program; regular endings are not among them."""
    lines = (_DATA / "words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def slang() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Slang and short forms of one to three words, and the plain words they stand for."""
    tables = tomllib.loads((_DATA / "slang.toml").read_text(encoding="utf-8"))
    return {
        tuple(typed.split()): tuple(meant.split())
        for table in tables.values()
        for typed, meant in table.items()
    }


def stems(word: str) -> Iterator[str]:
    """What a word may be without a regular English ending: more guesses than there are stems."""
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3 or stem[-1] == ending:
            continue
        yield stem
        if ending not in {"s", "ly"}:
            yield f"{stem}e"
        if stem[-1] == "i":
            yield f"{stem[:-1]}y"
        if stem[-1] == stem[-2] and _VOWELS.match(stem, len(stem) - 3):
            yield stem[:-1]


class Speller:
    """Corrects words towards those of the knowledge base first, towards general English second.

    `own` counts the words of the knowledge base; `general` are words to leave alone, with or
    without a regular ending, and to correct to where the knowledge base has nothing near; `table`
    is as `slang` returns it.
    """

    def __init__(
        self,
        own: Mapping[str, int],
        general: Iterable[str],
        table: Mapping[tuple[str, ...], tuple[str, ...]],
    ) -> None:
        self._own = own
        self._general = frozenset(general)
        self._table = table
        # How many words the longest piece of slang has that begins with this one.
        self._widths: dict[str, int] = {}
        for typed in table:
            self._widths[typed[0]] = max(self._widths.get(typed[0], 0), len(typed))
        # By first letter and length; under no letter at all, those of the knowledge base.
        self._shelves: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(self._general | own.keys()):
            if word.isalpha():
                self._shelves[word[0], len(word)].append(word)
                if word in own:
                    self._shelves["", len(word)].append(word)
        self._find = lru_cache(_REMEMBERED)(self._search)

    def correct(self, words: Sequence[str]) -> list[str]:
        """The words with slang spelt out and slips mended; a word may become none or several."""
        mended: list[str] = []
        for _, meant in self.explain(words):
            mended += meant
        return mended

    def explain(self, words: Sequence[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """What was typed and what was taken for it, piece by piece in order, changed or not."""
        start = 0
        while start < len(words):
            word = words[start]
            for width in range(self._widths.get(word, 0), 0, -1):
                typed = tuple(words[start : start + width])
                if typed in self._table:
                    start += len(typed)
                    yield typed, self._table[typed]
                    break
            else:
                start += 1
                yield (word,), self._word(word)

    def _word(self, word: str) -> tuple[str, ...]:
        short = not _SHORTEST <= len(word) <= _LONGEST
        return (word,) if short or word in self._general or not word.isalpha() else self._find(word)

    def _search(self, word: str) -> tuple[str, ...]:
        """The best word or pair of words for one that is not known, or the word itself."""
        if word in self._own:
            return (self._slip_of_ours(word),)
        for known in (_LONG_RUN.sub(r"\1\1", word), _LONG_RUN.sub(r"\1", word)):
            if (known,) in self._table:
                return self._table[known,]
            if self._is_known(known):
                return (known,)
        near = self._near(word, 1)
        if near is None and (pair := self._apart(word)):
            return pair
        if near is None and len(word) >= _TWO_SLIPS:
            near = self._near(word, 2)
        return (near or word,)

    def _is_known(self, word: str) -> bool:
        return (
            word in self._own or word in self._general or not self._general.isdisjoint(stems(word))
        )

    def _slip_of_ours(self, word: str) -> str:
        """A misspelling inside the knowledge base counts as the word that it sounds like there."""
        if self._own[word] > 2 or len(word) < 6 or not self._general.isdisjoint(stems(word)):
            return word
        near = self._near(word, 1, but=word)
        if near is None:
            return word
        alike = _skeleton(near) == _skeleton(word)
        return near if self._own.get(near, 0) > (1 if alike else _FREQUENT) else word

    def _near(self, word: str, slips: int, but: str = "") -> str | None:
        """The best candidate within so many slips (optimal string alignment), if there is any."""
        # The first letter is seldom wrong, so only our own words may differ there.
        letters = (word[0],) if slips > 1 or len(word) == _SHORTEST else (word[0], "")
        found = [
            (self._cost(word, other), other)
            for letter in letters
            for length in range(len(word) - slips, len(word) + slips + 1)
            for other, _, _ in process.extract(
                word,
                self._shelves.get((letter, length), ()),
                scorer=OSA.distance,
                score_cutoff=slips,
                limit=None,
            )
            if other != but and (len(word) > _SHORTEST or self._sure(word, other))
        ]
        return min(found)[1] if found else None

    def _sure(self, word: str, other: str) -> bool:
        """Whether a candidate for a very short word is more than chance."""
        if sorted(word) == sorted(other) or _skeleton(word) == _skeleton(other):
            return True
        return len(other) > len(word) and self._own.get(other, 0) > 2

    def _cost(self, word: str, other: str) -> float:
        """What speaks against a candidate; the weights only order candidates of one distance."""
        cost = 0.5 * (word[0] != other[0]) + 0.4 * (other not in self._own)
        cost -= 0.4 * (sorted(word) == sorted(other) or _skeleton(word) == _skeleton(other))
        cost -= 0.3 * _beside(word, other)
        return cost - 0.15 * math.log1p(self._own.get(other, 0))

    def _apart(self, word: str) -> tuple[str, ...]:
        """Two words typed without the space between them, at least one of the knowledge base."""
        pairs = []
        for cut in range(3, len(word) - 2):
            pair = word[:cut], word[cut:]
            ours = [self._own.get(part, 0) for part in pair]
            plain = [len(part) > 3 and part in self._general for part in pair]
            if max(ours) > 1 and all(n > 1 or known for n, known in zip(ours, plain, strict=True)):
                pairs.append((sum(ours), pair))
        return max(pairs)[1] if pairs else ()


def _skeleton(word: str) -> str:
    """Consonants without doubling: what a spelling mistake by ear leaves standing."""
    return _RUN.sub(r"\1", word[0] + _VOWELS.sub("", word[1:]))


def _beside(word: str, other: str) -> bool:
    """Whether the words differ in one letter, and the two letters lie side by side on the keys."""
    if len(word) != len(other):
        return False
    differ = [pair for pair in zip(word, other, strict=True) if pair[0] != pair[1]]
    if len(differ) != 1:
        return False
    places = [
        (row.find(letter), n)
        for letter in differ[0]
        for n, row in enumerate(_KEYS)
        if letter in row
    ]
    return len(places) == 2 and all(abs(a - b) <= 1 for a, b in zip(*places, strict=True))
