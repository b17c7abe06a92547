"""Takes what was mistyped, hidden or run together for the words that the frames care about."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from knowledge.english import is_english
from knowledge.near_words import NearWords
from knowledge.slips import are_of_the_finger, cost_of_two
from knowledge.urgency_spelling import Spelling

_SHORTEST_CORRECTED = 4
_SHORTEST_LOST_BEGINNING = 5
"""Letters of a word whose first one may be the slip."""
_SHORTEST_TWO_SLIPS = 7
"""Letters of a word in which two slips are forgiven."""
LONGEST_JOINED = 60
"""Letters of run-together words that are taken apart."""
_LONGEST_PIECE = 14
_MOST_TRIED = 20
"""Strange words of which a letter may have gone over the space, at up to 0.05 ms each."""
_A_WORD = 2
"""How much sense there is in a word; in one that can be mended there is half as much."""
_RUN = re.compile(r"(\w)\1{2,}")
_LEET = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s"}
_HIDDEN = {**_LEET, "*": "aeiou"}


class Mender:
    """Knows which words the frames care about, and so what may be meant."""

    def __init__(
        self, spelling: Spelling, known: Iterable[str], correctable: Mapping[str, int]
    ) -> None:
        """`correctable` are words that others may be slips of, and how usual each is."""
        self._spelling = spelling
        # Words of frames and messages; and with them those that are no slips of these.
        self.ours = frozenset(known) | spelling.short.keys() | spelling.light
        self.known = self.ours | spelling.real
        self._english = correctable.keys() | spelling.short.keys() | spelling.light
        self._usual = correctable
        self._near = NearWords(it for it in self._english if len(it) >= _SHORTEST_CORRECTED)

    def knows(self, word: str) -> bool:
        """Whether it is a word of everyday English, as it stands."""
        return word in self._english or word in self._spelling.real

    def spaces_moved_back(self, pieces: Sequence[str]) -> list[str]:
        """The pieces of a message, with a letter that went over a space where it came from.

        Only where that makes much more sense: "stabbe dsomeone" is "stabbed someone".
        """
        moved = list(pieces)
        strange = (
            place
            for place, piece in enumerate(pieces)
            if piece.isalpha() and not self._is_word(piece)
        )
        for place in islice(strange, _MOST_TRIED):
            for start in (place - 1, place):
                if 0 <= start < len(moved) - 1:
                    moved[start : start + 2] = self._parted(*moved[start : start + 2])
        return [piece for piece in moved if piece]

    def _parted(self, one: str, other: str) -> tuple[str, str]:
        """Two words, with the space between them where it makes most sense."""
        if not (one and other and one.isalpha() and other.isalpha()):
            return one, other
        ways = ((one + other[0], other[1:]), (one[:-1], one[-1] + other))
        likely = [way for way in ways if any(map(self._is_word, way))]
        best = max(likely, key=self._sense, default=(one, other))
        return best if self._sense(best) >= self._sense((one, other)) + _A_WORD else (one, other)

    def _sense(self, words: Iterable[str]) -> int:
        """How much sense there is in words: in each none, some where it can be mended, or all."""
        return sum(
            _A_WORD if self._is_word(word) else bool(self._corrected(word)) for word in words
        )

    def _is_word(self, word: str) -> bool:
        return word in self.known or is_english(word)

    def meant(self, piece: str) -> tuple[str, ...]:
        """The words that one was most likely meant for; itself where nothing is likely."""
        known = self.known
        if piece in known:
            return self._spelling.written_out(piece)
        word = piece.replace("'", "")
        if word in known:
            return self._spelling.written_out(word)
        if len(word) > 3 and word[-1] == "s" and word[:-1] in known:
            return (*self._spelling.written_out(word[:-1]), "is")
        for guess in self._guesses(word):
            if guess in known:
                return self._spelling.written_out(guess)
        if 9 <= len(word) <= LONGEST_JOINED and len(parts := self.cut(word)) > 2:
            return tuple(part for joined in parts for part in self._spelling.written_out(joined))
        return (word,)

    def _guesses(self, word: str) -> Iterator[str]:
        if _RUN.search(word):
            doubled, word = _RUN.sub(r"\1\1", word), _RUN.sub(r"\1", word)
            if word in self._english:
                yield word
            yield doubled
            yield word
        if not word.isalpha():
            yield from _unhidden(word)
        if word.endswith("in"):
            yield word + "g"
        yield from self._corrected(word)
        if len(word) >= _SHORTEST_TWO_SLIPS and word.isalpha() and not is_english(word):
            near = (it for it in self._near.two_away(word) if are_of_the_finger(word, it))
            yield from sorted(near, key=lambda it: (cost_of_two(word, it), -self._usual.get(it, 0)))

    def _corrected(self, word: str) -> list[str]:
        """Words one slip of the finger away; the likeliest first."""
        if not _SHORTEST_CORRECTED <= len(word) <= LONGEST_JOINED or not word.isalpha():
            return []
        near = [
            candidate
            for candidate in self._near.one_away(word)
            if candidate[0] == word[0] or len(word) >= _SHORTEST_LOST_BEGINNING
        ]
        # A letter twice or two letters swapped are likelier than a letter too many or too few, and
        # all of those than another first letter.
        return sorted(
            near,
            key=lambda it: (it[0] != word[0], set(it) != set(word), -self._usual.get(it, 0), it),
        )

    def cut(self, letters: str) -> tuple[str, ...]:
        """Run-together letters as words we know, in as few pieces as can be; none if impossible."""
        best: list[tuple[str, ...] | None] = [()]
        for end in range(1, len(letters) + 1):
            if not any(way is not None for way in best[-_LONGEST_PIECE:]):
                return ()
            ways = [
                (*way, letters[start:end])
                for start in range(max(0, end - _LONGEST_PIECE), end)
                if (way := best[start]) is not None
                and letters[start:end] in (self.ours if end - start > 2 else self._spelling.glue)
            ]
            best.append(min(ways, key=len, default=None))
        return best[-1] or ()


def _unhidden(word: str) -> Iterator[str]:
    """`kn1fe`, `$tabbed` and `k*ll` with letters for the signs; at most eight readings."""
    readings = [""]
    for sign in word:
        readings = [begun + letter for begun in readings for letter in _HIDDEN.get(sign, sign)][:8]
    yield from readings
