"""Text as the numbers that BERT's uncased models read: words, and pieces of unknown words."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

VOCABULARY = Path(__file__).with_name("data") / "wordpieces.txt"
"""The vocabulary of all-MiniLM-L6-v2, one piece a line, by number; see data/LICENCES.md."""

_UNKNOWN, _BEGIN, _END = "[UNK]", "[CLS]", "[SEP]"
_INSIDE = "##"
_LONGEST_WORD = 100
_REMEMBERED = 20_000
# Chinese characters stand alone, as each is a word to the model.
_IDEOGRAPH = re.compile(
    "([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ebef\U0002f800-\U0002fa1f])"
)


class WordPieces:
    """Reads texts by a vocabulary.

    The rules are those of BERT's reference code (Devlin et al. 2018, tokenization.py): control
    characters out, small letters, accents off, marks and ideographs apart, then the longest piece
    first.
    """

    def __init__(self, pieces: Sequence[str]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._unknown = self._numbers[_UNKNOWN]
        self._begin, self._end = self._numbers[_BEGIN], self._numbers[_END]
        self._word = lru_cache(_REMEMBERED)(self._pieces)

    def numbers(self, text: str, most: int) -> list[int]:
        """The text as at most so many numbers, the first and the last of which only frame it."""
        found = [self._begin]
        for word in _words(text):
            found += self._word(word)
            if len(found) >= most:
                break
        return [*found[: most - 1], self._end]

    def _pieces(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            number, start = self._longest(word, start)
            if number is None:
                return (self._unknown,)
            found.append(number)
        return tuple(found)

    def _longest(self, word: str, start: int) -> tuple[int | None, int]:
        mark = _INSIDE if start else ""
        for end in range(len(word), start, -1):
            number = self._numbers.get(mark + word[start:end])
            if number is not None:
                return number, end
        return None, start


def open_word_pieces() -> WordPieces:
    """The pieces of all-MiniLM-L6-v2."""
    return WordPieces(VOCABULARY.read_text(encoding="utf-8").splitlines())


def _words(text: str) -> Iterator[str]:
    kept = "".join(_kept(text))
    plain = unicodedata.normalize("NFD", _IDEOGRAPH.sub(r" \1 ", kept).lower())
    for run in plain.split():
        word = ""
        for character in run:
            if unicodedata.category(character) == "Mn":
                continue
            if _is_mark(character):
                if word:
                    yield word
                yield character
                word = ""
            else:
                word += character
        if word:
            yield word


def _kept(text: str) -> Iterator[str]:
    """Without control characters; any white space is a space."""
    for character in text:
        if character in "\t\n\r":
            yield " "
        elif character != "\ufffd" and not unicodedata.category(character).startswith("C"):
            yield " " if character.isspace() else character


def _is_mark(character: str) -> bool:
    # All that is no letter or number in ASCII counts as a mark, such as $ and ^.
    if character.isascii():
        return not character.isalnum()
    return unicodedata.category(character).startswith("P")
