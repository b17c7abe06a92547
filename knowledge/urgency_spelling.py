"""Reads what residents typed, however disguised or misspelt, as the plain words of the frames."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from knowledge.english import is_english

LONGEST = 8192
"""Characters that are judged; of a longer message, the beginning and the end."""

_RAW = 2 * LONGEST
_MOST_STRANGE = 300
"""Words of a message that are looked into; where more are strange, it is not worth the time."""
_SHORTEST_CORRECTED = 4
_SHORTEST_LOST_BEGINNING = 5
"""Letters of a word whose first one may be the slip."""
_LONGEST_JOINED = 60
_LONGEST_PIECE = 14
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef"
    "\u0300-\u036f\u064b-\u0655\u0670]+"
)
# Vowel signs of Indian scripts are no letters to `re`, and no gaps either.
_SIGN = r"(?:[^\W_]|[\u0900-\u0963\u0966-\u0dff])"
_GAP = r"(?:[^\w\u0900-\u0963\u0966-\u0dff]|_){1,3}"
_SPACED = re.compile(rf"(?<!\w)(?:{_SIGN}{_GAP}){{2,}}{_SIGN}(?!\w)")
_GAPS = re.compile(f"({_GAP})")
_SILENT_CALL = re.compile(r"\s*5\s{1,3}5\s*")
"""55, which is pressed where nobody can speak; "5/5" is praise."""
_SURELY_SPACED = 6
"""Letters that stand apart, with wider gaps between words, beyond which chance is ruled out."""
_PIECE = re.compile(
    r"[\u3400-\u9fff]"  # Chinese is written without spaces: every character stands alone
    r"|(?:[^\W_\u3400-\u9fff]|[\u0900-\u0963\u0966-\u0dff]|[@$](?=\w)|(?<=\w)['*](?=\w))+"
    r"|(?<![.])[.](?![.\w])|[!?;\u0964\u0965\u3002\u061f\u06d4]"
)
_APOSTROPHES = frozenset("'\u2019")
_RUN = re.compile(r"(\w)\1{2,}")
_LATIN = re.compile("[a-z]")
_LOOKS_LATIN = re.compile("[\u0370-\u04ff]")
_FOREIGN_SCRIPT = re.compile("[\u0370-\u1fff\u3040-\ud7ff]")
_LEET = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s"}
_HIDDEN = {**_LEET, "*": "aeiou"}
_SAYS_NOTHING = frozenset(".!;\u0964\u06d4\u3002")
"""Marks that some write and most leave out; a question mark asks."""
_ENDS_SENTENCE = frozenset(".!?;\u0964\u0965\u3002\u061f\u06d4")


@dataclass(frozen=True, slots=True)
class Spelling:
    """The tables of spelling.toml."""

    short: Mapping[str, str] = field(default_factory=dict)
    """What stands for other words: contractions, text-message spelling, common misspellings."""
    letters: Mapping[str, str] = field(default_factory=dict)
    """Letters and signs that stand for other letters or words, in any script: ł, emoji."""
    lookalikes: Mapping[str, str] = field(default_factory=dict)
    """Cyrillic and Greek letters and the Latin letter each is mistaken for."""
    light: frozenset[str] = frozenset()
    """Little words that phrases look past: a, the, is, really."""
    glue: frozenset[str] = frozenset()
    """The words of one or two letters that run-together words may be cut into."""
    real: frozenset[str] = frozenset()
    """Ordinary words that must not be taken for a misspelling of ours."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as words, each with the number of the sentence it stands in."""

    words: tuple[str, ...] = ()
    sentences: tuple[int, ...] = ()
    foreign: bool = False
    """Whether any of it is in a script other than Latin."""
    typed: tuple[str, ...] = ()
    """The words before anything was mended, and question marks."""

    def __add__(self, later: "Reading") -> "Reading":
        """Both, one after the other, as one sentence where they meet."""
        shift = self.sentences[-1] if self.sentences else 0
        return Reading(
            self.words + later.words,
            self.sentences + tuple(shift + number for number in later.sentences),
            self.foreign or later.foreign,
            self.typed + later.typed,
        )


def fold(text: str, spelling: Spelling) -> str:
    """Lower case without accents, invisible characters or decorated letters; at most LONGEST long.

    Compatibility forms (full width, mathematical letters) follow Unicode's NFKC and NFKD.
    """
    text = _capped(text, 4 * _RAW)
    if not text.isascii():
        text = _capped(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)), _RAW)
    text = text.casefold()
    if not text.isascii():
        text = "".join(spelling.letters.get(character, character) for character in text)
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKD", _capped(text, _RAW)))
    return _capped(text, LONGEST)


def plain_words(text: str, spelling: Spelling) -> tuple[str, ...]:
    """The words of a phrase from the data: folded, and abbreviations written out, no guessing."""
    words: list[str] = []
    for piece in _PIECE.findall(fold(text, spelling)):
        if piece not in _ENDS_SENTENCE:
            words += _written_out(piece, spelling)
    return tuple(words)


class Reader:
    """Reads messages; knows which words the frames care about, and so what may be meant."""

    def __init__(
        self, spelling: Spelling, known: Iterable[str], correctable: Mapping[str, int]
    ) -> None:
        """`correctable` are words that others may be slips of, and how usual each is."""
        self._spelling = spelling
        self._ours = frozenset(known) | spelling.short.keys() | spelling.light
        self._known = self._ours | spelling.real
        self._english = correctable.keys() | spelling.short.keys() | spelling.light
        self._usual = correctable
        self._shortened = _without_one_letter(
            {word for word in self._english if len(word) >= _SHORTEST_CORRECTED}
        )

    def knows(self, word: str) -> bool:
        """Whether it is a word of everyday English, as it stands."""
        return word in self._english or word in self._spelling.real

    def slips(self, reading: Reading) -> int:
        """How many words were most likely mistyped: they are none of ours and no English.

        None where they are more than the others: that may be anything, or a cat on the keyboard.
        """
        words = {word for word in reading.typed if len(word) > 1 and word.isalpha()}
        strange = [it for it in words - self._known if it.isascii() and not is_english(it)]
        return len(strange) if 2 * len(strange) <= len(words) else 0

    def read(self, text: str, *, mend: bool = True) -> Reading:
        """The message as words; any string is accepted.

        What is not English is better not mended: "toda" is no slip of "today".
        """
        folded = fold(text, self._spelling)
        if _SILENT_CALL.fullmatch(folded):
            folded = "55"
        folded = _SPACED.sub(self._close_up, folded)
        words: list[str] = []
        sentences: list[int] = []
        sentence = 0
        meanings: dict[str, tuple[str, ...]] = {}
        pieces = [self._in_one_script(piece) for piece in _PIECE.findall(folded)]
        strange = 0
        for piece in pieces:
            if piece in _ENDS_SENTENCE:
                sentence += 1
                continue
            if piece not in meanings:
                strange += piece not in self._known
                if strange > _MOST_STRANGE:
                    meanings[piece] = (piece,)
                elif mend:
                    meanings[piece] = self._meant(piece)
                else:
                    meanings[piece] = _written_out(piece, self._spelling)
            meant = meanings[piece]
            words += meant
            sentences += [sentence] * len(meant)
        return Reading(
            tuple(words),
            tuple(sentences),
            _FOREIGN_SCRIPT.search(folded) is not None,
            tuple(piece.replace("'", "") for piece in pieces if piece not in _SAYS_NOTHING),
        )

    def _in_one_script(self, piece: str) -> str:
        """A word without the letters of another script that only look like its own."""
        if not (_LATIN.search(piece) and _LOOKS_LATIN.search(piece)):
            return piece
        return "".join(self._spelling.lookalikes.get(letter, letter) for letter in piece)

    def _close_up(self, spaced: re.Match[str]) -> str:
        """`h e l p  m e` and `h.e.l.p m.e` as `help me`, where that makes words we know.

        And in any language, where many letters stand apart and the gaps between words are wider.
        """
        gaps = ["'" if gap.strip() in _APOSTROPHES else gap for gap in _GAPS.findall(spaced[0])]
        letters = _GAPS.split(spaced[0])[::2]
        if all(map(str.isdecimal, letters)) and not all(map(str.isspace, gaps)):
            return spaced[0]  # a date or a score
        between = [gap for gap in gaps if gap != "'"]
        (usual, times), *_ = Counter(between).most_common() or [("", 0)]
        if times < len(between):
            parts = ["" if gap == usual else gap for gap in gaps] + [""]
            joined = "".join(letter + gap for letter, gap in zip(letters, parts, strict=True))
            wider = usual.isspace() and all(
                len(gap) > len(usual) for gap in between if gap != usual
            )
            if (wider and len(letters) >= _SURELY_SPACED) or any(
                len(word) > 2 and word in self._ours for word in re.split(r"[\W_]+", joined)
            ):
                return joined
        together = "".join(letters)
        pieces = self._cut(together) if len(together) <= _LONGEST_JOINED else ()
        return " ".join(pieces) if pieces else spaced[0]

    def _meant(self, piece: str) -> tuple[str, ...]:
        known = self._known
        if piece in known:
            return _written_out(piece, self._spelling)
        word = piece.replace("'", "")
        if word in known:
            return _written_out(word, self._spelling)
        if len(word) > 3 and word[-1] == "s" and word[:-1] in known:
            return (*_written_out(word[:-1], self._spelling), "is")
        for guess in self._guesses(word):
            if guess in known:
                return _written_out(guess, self._spelling)
        if 9 <= len(word) <= _LONGEST_JOINED and len(parts := self._cut(word)) > 2:
            return tuple(part for joined in parts for part in _written_out(joined, self._spelling))
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

    def _corrected(self, word: str) -> list[str]:
        """Words one slip of the finger away; the likeliest first."""
        if not _SHORTEST_CORRECTED <= len(word) <= _LONGEST_JOINED or not word.isalpha():
            return []
        near = {
            candidate
            for shorter in (word, *_deletions(word))
            for candidate in self._shortened.get(shorter, ())
            if (candidate[0] == word[0] or len(word) >= _SHORTEST_LOST_BEGINNING)
            and OSA.distance(word, candidate, score_cutoff=1) <= 1
        }
        # A letter twice or two letters swapped are likelier than a letter too many or too few, and
        # all of those than another first letter.
        return sorted(
            near,
            key=lambda it: (it[0] != word[0], set(it) != set(word), -self._usual.get(it, 0), it),
        )

    def _cut(self, letters: str) -> tuple[str, ...]:
        """Run-together letters as words we know, in as few pieces as can be; none if impossible."""
        best: list[tuple[str, ...] | None] = [()]
        for end in range(1, len(letters) + 1):
            if not any(way is not None for way in best[-_LONGEST_PIECE:]):
                return ()
            ways = [
                (*way, letters[start:end])
                for start in range(max(0, end - _LONGEST_PIECE), end)
                if (way := best[start]) is not None
                and letters[start:end] in (self._ours if end - start > 2 else self._spelling.glue)
            ]
            best.append(min(ways, key=len, default=None))
        return best[-1] or ()


def _capped(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return text[: longest * 3 // 4] + "\n" + text[-(longest // 4) + 1 :]


def _written_out(word: str, spelling: Spelling) -> tuple[str, ...]:
    return tuple(spelling.short.get(word, word.replace("'", "")).split())


def _unhidden(word: str) -> Iterator[str]:
    """`kn1fe`, `$tabbed` and `k*ll` with letters for the signs; at most eight readings."""
    readings = [""]
    for sign in word:
        readings = [begun + letter for begun in readings for letter in _HIDDEN.get(sign, sign)][:8]
    yield from readings


def _deletions(word: str) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _without_one_letter(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    shortened: dict[str, list[str]] = {}
    for word in sorted(words):
        for near in {word, *_deletions(word)}:
            shortened.setdefault(near, []).append(word)
    return {near: tuple(words) for near, words in shortened.items()}
