"""What the program knows of English: words, how usual they are, regular endings, and slang."""

import re
import tomllib
from collections.abc import Container, Iterator, Mapping
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("data")
_ENDINGS = ("s", "es", "ed", "er", "ers", "ing", "est", "ly")
_VOWELS = re.compile("[aeiou]")


@cache
def general_words() -> frozenset[str]:
    """The general English words that ship with the program; regular endings are not among them."""
    lines = (_DATA / "words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def usual_words() -> Mapping[str, int]:
    """Some 21,000 words with their rank: 0 is the most usual.

    The vocabulary of the sentence encoder, which stands in the order of how often words occur in
    books and encyclopedias.
    """
    pieces = (_DATA / "wordpieces.txt").read_text(encoding="utf-8").split()
    words = (piece for piece in pieces if piece.isascii() and piece.isalpha())
    words = (word for word in words if len(word) > 1 or word in "ai")
    return {word: rank for rank, word in enumerate(words)}


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


def is_english(word: str) -> bool:
    """Whether a word in small letters is one that the program knows, with any regular ending."""
    return is_in(word, usual_words(), general_words())


def is_in(word: str, *vocabularies: Container[str]) -> bool:
    """Whether one of them has the word, or what it may be without a regular ending."""
    if any(word in vocabulary for vocabulary in vocabularies):
        return True
    return any(stem in vocabulary for stem in stems(word) for vocabulary in vocabularies)
