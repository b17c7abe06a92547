"""Reads what residents typed, however disguised or misspelt, as the plain words of the frames."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, compress

from knowledge.english import is_english
from knowledge.urgency_mend import LONGEST_JOINED, Mender
from knowledge.urgency_spelling import ENDS_SENTENCE, Spelling, fold, pieces_of

_MOST_STRANGE = 80
"""Words of a message that are looked into; where more are strange, it is not worth the time."""
# Vowel signs of Indian scripts are no letters to `re`, and no gaps either.
_SIGN = r"(?:[^\W_]|[\u0900-\u0963\u0966-\u0dff])"
_GAP = r"(?:[^\w\u0900-\u0963\u0966-\u0dff]|_){1,3}"
_SPACED = re.compile(rf"(?<!\w)(?:{_SIGN}{_GAP}){{2,}}{_SIGN}(?!\w)")
_GAPS = re.compile(f"({_GAP})")
_SILENT_CALL = re.compile(r"\s*5\s{1,3}5\s*")
"""55, which is pressed where nobody can speak; "5/5" is praise."""
_SURELY_SPACED = 6
"""Letters that stand apart, with wider gaps between words, beyond which chance is ruled out."""
_APOSTROPHES = frozenset("'\u2019")
_LATIN = re.compile("[a-z]")
_LOOKS_LATIN = re.compile("[\u0370-\u04ff]")
_FOREIGN_SCRIPT = re.compile("[\u0370-\u1fff\u3040-\ud7ff]")
_RUNS_ON = 20
"""Words from which on a sentence may be several without their marks."""
_BREATH, _STRIDE = 12, 3
"""Words of each stretch of such a one, and by how many the next begins later."""
_SAYS_NOTHING = frozenset(".!;\u0964\u06d4\u3002")
"""Marks that some write and most leave out; a question mark asks."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as words, each with the number of the sentence it stands in."""

    words: tuple[str, ...] = ()
    sentences: tuple[int, ...] = ()
    foreign: bool = False
    """Whether any of it is in a script other than Latin."""
    typed: tuple[str, ...] = ()
    """The words before anything was mended, and question marks."""
    typed_in: tuple[int, ...] = ()
    """The number of the sentence of each of those."""

    def __add__(self, later: "Reading") -> "Reading":
        """Both, one after the other, as one sentence where they meet."""
        shift = self.sentences[-1] if self.sentences else 0
        return Reading(
            self.words + later.words,
            self.sentences + tuple(shift + number for number in later.sentences),
            self.foreign or later.foreign,
            self.typed + later.typed,
            self.typed_in + tuple(shift + number for number in later.typed_in),
        )

    def by_sentence(self) -> list["Reading"]:
        """Its sentences in order, each as a reading; those of marks alone left out.

        Who is in fear writes no marks: a sentence that runs on comes in stretches that overlap.
        """
        numbers = dict.fromkeys(self.sentences)
        return [part for number in numbers for part in self._of(number)._in_breaths()]

    def _of(self, sentence: int) -> "Reading":
        words = tuple(compress(self.words, map(sentence.__eq__, self.sentences)))
        typed = tuple(compress(self.typed, map(sentence.__eq__, self.typed_in)))
        numbers = (sentence,) * len(words), (sentence,) * len(typed)
        return Reading(words, numbers[0], self.foreign, typed, numbers[1])

    def _in_breaths(self) -> list["Reading"]:
        count = len(self.words)
        if count <= _RUNS_ON:
            return [self]
        starts = (*range(0, count - _BREATH, _STRIDE), count - _BREATH)
        return [self._stretch(start, start + _BREATH) for start in starts]

    def _stretch(self, start: int, end: int) -> "Reading":
        # Mending joins and parts few words: what was typed stands about as far along.
        share = len(self.typed) / len(self.words)
        typed = slice(round(start * share), round(end * share))
        return Reading(
            self.words[start:end],
            self.sentences[start:end],
            self.foreign,
            self.typed[typed],
            self.typed_in[typed],
        )


class Reader:
    """Reads messages."""

    def __init__(self, spelling: Spelling, mender: Mender) -> None:
        self._spelling = spelling
        self._mender = mender

    def knows(self, word: str) -> bool:
        """Whether it is a word of everyday English, as it stands."""
        return self._mender.knows(word)

    def slips(self, reading: Reading) -> int:
        """How many words were most likely mistyped: they are none of ours and no English.

        None where they are more than the others: that may be anything, or a cat on the keyboard.
        """
        words = {word for word in reading.typed if len(word) > 1 and word.isalpha()}
        strange = [it for it in words - self._mender.known if it.isascii() and not is_english(it)]
        return len(strange) if 2 * len(strange) <= len(words) else 0

    def read(self, text: str, *, mend: bool = True) -> Reading:
        """The message as words; any string is accepted.

        What is not English is better not mended: "toda" is no slip of "today".
        """
        folded = fold(text, self._spelling)
        if _SILENT_CALL.fullmatch(folded):
            folded = "55"
        folded = _SPACED.sub(self._close_up, folded)
        pieces = pieces_of(folded)
        if not folded.isascii():
            pieces = list(map(self._in_one_script, pieces))
        words: list[str] = []
        sentences: list[int] = []
        sentence = 0
        meanings: dict[str, tuple[str, ...]] = {}
        strange = 0
        for piece in self._mender.spaces_moved_back(pieces) if mend else pieces:
            if piece in ENDS_SENTENCE:
                sentence += 1
                continue
            if piece not in meanings:
                strange += piece not in self._mender.known
                if strange > _MOST_STRANGE:
                    meanings[piece] = (piece,)
                elif mend:
                    meanings[piece] = self._mender.meant(piece)
                else:
                    meanings[piece] = self._spelling.written_out(piece)
            meant = meanings[piece]
            words += meant
            sentences += [sentence] * len(meant)
        ends = accumulate((piece in ENDS_SENTENCE for piece in pieces), initial=0)
        typed = [
            (piece.replace("'", ""), number)
            for piece, number in zip(pieces, ends, strict=False)
            if piece not in _SAYS_NOTHING
        ]
        return Reading(
            tuple(words),
            tuple(sentences),
            _FOREIGN_SCRIPT.search(folded) is not None,
            tuple(piece for piece, _ in typed),
            tuple(number for _, number in typed),
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
                len(word) > 2 and word in self._mender.ours for word in re.split(r"[\W_]+", joined)
            ):
                return joined
        together = "".join(letters)
        pieces = self._mender.cut(together) if len(together) <= LONGEST_JOINED else ()
        return " ".join(pieces) if pieces else spaced[0]
