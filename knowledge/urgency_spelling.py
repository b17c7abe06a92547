"""The words of messages and of the data made comparable: what letters and short forms stand for."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

LONGEST = 8192
"""Characters that are judged; of a longer message, the beginning and the end."""

_RAW = 2 * LONGEST
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef"
    "\u0300-\u036f\u064b-\u0655\u0670]+"
)
_PIECE = re.compile(
    r"[\u3400-\u9fff]"  # Chinese is written without spaces: every character stands alone
    r"|(?:[^\W_\u3400-\u9fff]|[\u0900-\u0963\u0966-\u0dff]|[@$](?=\w)|(?<=\w)['*](?=\w))+"
    r"|(?<![.])[.](?![.\w])|[!?;\u0964\u0965\u3002\u061f\u06d4]"
)
ENDS_SENTENCE = frozenset(".!?;\u0964\u0965\u3002\u061f\u06d4")


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

    def written_out(self, word: str) -> tuple[str, ...]:
        """The words that one stands for; most for themselves."""
        return tuple(self.short.get(word, word.replace("'", "")).split())


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
    for piece in pieces_of(fold(text, spelling)):
        if piece not in ENDS_SENTENCE:
            words += spelling.written_out(piece)
    return tuple(words)


def pieces_of(folded: str) -> list[str]:
    """The words of a folded text, and the marks that end its sentences."""
    return _PIECE.findall(folded)


def _capped(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return text[: longest * 3 // 4] + "\n" + text[-(longest // 4) + 1 :]
