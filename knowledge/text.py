"""The one way text is made comparable: phrases and messages of residents both pass here."""

import re
import unicodedata

LONGEST = 10_000
"""Characters that are looked at; Telegram's own limit for a message is 4,096."""
_TAIL = 2_000

# Before NFKC: it takes U+00B4 apart into a space and an accent.
_APOSTROPHES = re.compile(
    "['`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201a\u201b\u2032\u2035\uff07]"
)
_WHITE = re.compile(r"[\s\x1c-\x1f\x85]+")
_PLAIN = re.compile(r"[\t\n\r -~]*")
_RARE = re.compile(r"[^\t\n\r -~]")
# Accents, strokes, keycaps and emoji variants; not the vowel signs of Indic or Semitic scripts,
# which are letters to their readers.
_MARKS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
_WORD = re.compile(r"[^\W_]+")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_QUOTES = re.compile("[\u201c-\u201f\u00ab\u00bb]")


def normalise(text: str) -> str:
    """Lower-case, unaccented, single-spaced text without apostrophes or invisible characters.

    NFKC and case folding as in Unicode Standard Annex 15 and the Unicode Standard 3.13, minus
    format characters (zero width, bidirectional, tags), controls and lone surrogates; digits of
    every script become 0-9. Punctuation stays. Of a text longer than `LONGEST` characters the
    beginning and the end are kept, since a cry for help may stand last. Idempotent; raises nothing.
    """
    text = _APOSTROPHES.sub("", _shorten(text))
    if not _PLAIN.fullmatch(text):
        text = _fold(text)
    return _WHITE.sub(" ", _shorten(text.lower())).strip()


def words(text: str) -> list[str]:
    """The runs of letters and digits of an already normalised text, in order."""
    return _WORD.findall(text)


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKD", _WHITE.sub(" ", text))
    text = _MARKS.sub("", text).casefold()
    # Case folding can leave marks behind (U+0130 becomes i and a dot), so once more.
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text))
    text = _QUOTES.sub('"', _DASHES.sub("-", text))
    return _RARE.sub(_visible, text)


def _visible(found: re.Match[str]) -> str:
    """The character itself, its ASCII digit, or nothing where it cannot be seen."""
    character = found[0]
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    return "" if kind in {"Cc", "Cf", "Cs"} else character


def _shorten(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - _TAIL - 1]} {text[-_TAIL:]}"
