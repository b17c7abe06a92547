"""Mends what people type on a phone: slang by a table, slips by how likely they are."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from knowledge.english import is_in, stems, usual_words
from knowledge.near_words import NearWords
from knowledge.slips import cost_of_one, cost_of_two

_LONG_RUN = re.compile(r"(.)\1{2,}")
_SHORT = 3
"""Words up to this length are known only if they are usual: too much is one letter from another."""
_USUAL = 2_500
_LONGEST = 30
_TWO_SLIPS = 7
"""From this length on two slips are forgiven."""
_MOST_DOUBTFUL = 30
"""Words of a text that are looked into, at 0.1 to 0.2 ms each; where more are strange, it is no
English."""
_RARE = 2
"""A word that is no English and stands no more often in the knowledge base may be a slip there."""

_OURS = 0.6
"""How much of what is typed comes from the knowledge base's own words, the rest from English."""
_UNHEARD = 25_000
_KNOWN, _STRANGE = 6.0, 2.0
"""What it costs, in nats, to think that a known or a strange word is a slip."""
_MOST = 16.0
"""What a correction may cost in all; beyond that a strange word is let be."""
_TOGETHER, _LACKING_A_SPACE = 1.5, -1.5
_OFTEN = 5
_REMEMBERED = 20_000


class Piece(NamedTuple):
    """Words as typed, and what they are taken for."""

    typed: tuple[str, ...]
    meant: tuple[str, ...]


class Speller:
    """Takes each word for the likeliest one: how usual that is, against how likely the slip.

    A noisy channel (Kernighan, Church and Gale 1990) in which the words of the knowledge base come
    before general English, and its pairs of neighbouring words decide between equals.

    `own` counts the words of the knowledge base, `pairs` its pairs of neighbouring words; `general`
    are words to leave alone, with or without a regular ending; `table` is as `english.slang`
    returns it.
    """

    def __init__(
        self,
        own: Mapping[str, int],
        general: Iterable[str],
        table: Mapping[tuple[str, ...], tuple[str, ...]],
        pairs: Mapping[tuple[str, str], int] | None = None,
    ) -> None:
        self._own, self._pairs = own, pairs or {}
        self._total = max(sum(own.values()), 1)
        self._general = frozenset(general)
        self._ranks = usual_words()
        self._table = table
        # How many words the longest piece of slang has that begins with this one.
        self._widths: dict[str, int] = {}
        for typed in table:
            self._widths[typed[0]] = max(self._widths.get(typed[0], 0), len(typed))
        # What stands there once or twice and is no English may itself be a slip.
        sure = (word for word, count in own.items() if count > _RARE or self._is_english(word))
        meant = self._general | self._ranks.keys() | set(sure)
        self._words = NearWords(word for word in meant if word.isalpha() and self._is_known(word))
        self._near = lru_cache(_REMEMBERED)(self._search)
        self._settled = lru_cache(_REMEMBERED)(self._is_settled)

    def correct(self, words: Sequence[str]) -> list[str]:
        """The words with slang spelt out and slips mended; a word may become none or several."""
        doubtful = [place for place, word in enumerate(words) if not self._settled(word)]
        slang = any(word in self._widths for word in words)
        if slang or len(doubtful) > _MOST_DOUBTFUL or not all(map(self._is_known, words)):
            return [word for piece in self.explain(words) for word in piece.meant]
        # As most messages are: nothing to spell out, and no space is moved between known words.
        meant: list[str] = []
        done = 0
        for place in doubtful:
            meant += words[done:place]
            before, after = meant[-1] if meant else "", "".join(words[place + 1 : place + 2])
            meant += self._mended(words[place], before, after)
            done = place + 1
        return [*meant, *words[done:]]

    def explain(self, words: Sequence[str]) -> Iterator[Piece]:
        """What was typed and what was taken for it, piece by piece in order, changed or not."""
        pieces, before, start = list(self._spelt_out(words)), "", 0
        doubtful = 0
        while start < len(pieces):
            piece = pieces[start]
            after = pieces[start + 1] if start + 1 < len(pieces) else None
            start += 1
            if piece.meant == piece.typed:
                moved = self._space_moved(piece, after) if after else None
                if moved:
                    piece = moved
                    start += 1
                elif doubtful < _MOST_DOUBTFUL and not self._settled(piece.typed[0]):
                    doubtful += 1
                    following = after.meant[0] if after and after.meant else ""
                    piece = piece._replace(meant=self._mended(piece.typed[0], before, following))
            before = piece.meant[-1] if piece.meant else before
            yield piece

    def _spelt_out(self, words: Sequence[str]) -> Iterator[Piece]:
        """Slang as what it stands for, every other word as it is."""
        start = 0
        while start < len(words):
            for width in range(self._widths.get(words[start], 0), 0, -1):
                typed = tuple(words[start : start + width])
                if typed in self._table:
                    start += len(typed)
                    yield Piece(typed, self._table[typed])
                    break
            else:
                yield Piece((words[start],), (words[start],))
                start += 1

    def _space_moved(self, first: Piece, second: Piece) -> Piece | None:
        """Both words with a letter moved over the space between them, where that mends them."""
        if len(first.typed) + len(second.typed) > 2:
            return None
        one, other = first.typed[0], second.typed[0]
        if self._settled(one) and self._settled(other):
            return None
        if (self._is_known(one) and self._is_known(other)) or not (one + other).isalpha():
            return None
        moved = [(one + other[0], other[1:]), (one[:-1], one[-1] + other)]
        known = [pair for pair in moved if all(word and self._is_known(word) for word in pair)]
        if not known:
            return None
        best = min(known, key=lambda pair: self._surprise(pair[0]) + self._surprise(pair[1]))
        return Piece((one, other), best)

    def _is_known(self, word: str) -> bool:
        """Whether it is a word, as far as we know; what is not made of letters passes for one."""
        if not word.isalpha() or len(word) > _LONGEST:
            return True
        if len(word) == 1:
            return word in "ai" or not word.isascii()
        if len(word) <= _SHORT:
            usual = self._ranks.get(word, _UNHEARD) < _USUAL or word in self._general
            return usual or self._own.get(word, 0) > 1
        return word in self._own or self._is_english(word)

    def _is_english(self, word: str) -> bool:
        return is_in(word, self._general, self._ranks)

    def _mended(self, word: str, before: str, after: str) -> tuple[str, ...]:
        """What a word is taken for between the words before and after it."""
        if _LONG_RUN.search(word):
            for known in (_LONG_RUN.sub(r"\1\1", word), _LONG_RUN.sub(r"\1", word)):
                if (known,) in self._table:
                    return self._table[known,]
                if self._is_known(known):
                    return (known,)
        here = self._cost_of_leaving(word, before, after)
        found: dict[tuple[str, ...], float] = {
            (other,): cost - self._company(before, other, after)
            for other, cost in self._near(word).items()
        }
        if not self._is_known(word):
            found |= self._apart(word)
        best = min(found, key=lambda words: found[words], default=None)
        return best if best is not None and found[best] < here else (word,)

    def _cost_of_leaving(self, word: str, before: str, after: str) -> float:
        """What a correction must cost less than."""
        if not self._is_known(word):
            return _MOST
        doubt = _STRANGE if word in self._own else _KNOWN
        return self._surprise(word) - self._company(before, word, after) - doubt

    def _is_settled(self, word: str) -> bool:
        """Whether nobody need look for what else it may be."""
        if not word.isalpha() or len(word) > _LONGEST:
            return True
        count = self._own.get(word, 0)
        if count > _RARE or len(word) == 1:
            return self._is_known(word)
        return count > 0 and self._is_known(word) and self._is_english(word)

    def _search(self, word: str) -> Mapping[str, float]:
        """The words within one slip, else within two: what the slips and the words cost."""
        costs = {other: cost_of_one(word, other) for other in self._words.one_away(word)}
        if not costs and len(word) >= _TWO_SLIPS:
            costs = {other: cost_of_two(word, other) for other in self._words.two_away(word)}
        return {
            other: cost + self._surprise(other)
            for other, cost in costs.items()
            if not self._akin(word, other)
        }

    def _apart(self, word: str) -> Mapping[tuple[str, ...], float]:
        """Pairs of words that were typed without the space between them."""
        pairs: dict[tuple[str, ...], float] = {}
        for cut in range(1, len(word)):
            one, other = word[:cut], word[cut:]
            often = min(self._own.get(one, 0), self._own.get(other, 0)) > _OFTEN
            if (cut >= _SHORT <= len(word) - cut or often) and (
                self._is_known(one) and self._is_known(other)
            ):
                together = _TOGETHER * math.log1p(self._pairs.get((one, other), 0))
                cost = self._surprise(one) + self._surprise(other) + _LACKING_A_SPACE
                pairs[one, other] = cost - together
        return pairs

    def _akin(self, word: str, other: str) -> bool:
        """Whether two known words are forms of one, so that neither is a slip of the other."""
        return self._is_known(word) and (other in stems(word) or word in stems(other))

    def _surprise(self, word: str) -> float:
        """How unusual a word is, in nats: its own share and Zipf's law for English."""
        english = 1 / (13 * (self._ranks.get(word, _UNHEARD) + 10))
        share = _OURS * self._own.get(word, 0) / self._total + (1 - _OURS) * english
        return -math.log(share)

    def _company(self, before: str, word: str, after: str) -> float:
        """What speaks for a word between two others."""
        times = (self._pairs.get((before, word), 0), self._pairs.get((word, after), 0))
        return _TOGETHER * sum(map(math.log1p, times))
