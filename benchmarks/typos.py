"""Slips of the finger, the same ones for the same seed."""

import random

_BESIDE = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok",
    "o": "ipl", "p": "ol", "a": "qsz", "s": "adw", "d": "sfe", "f": "dgr", "g": "fht", "h": "gjy",
    "j": "hku", "k": "jli", "l": "ko", "z": "xa", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vng",
    "n": "bmh", "m": "nj",
}  # fmt: skip
"""The keys that a finger may hit instead, on the keyboard of the United Kingdom."""


def with_typos(text: str, count: int, chance: random.Random) -> str:
    """The text with so many letters swapped, dropped, doubled or mistaken for a neighbouring key.

    Each in a place of its own where the text has enough letters.
    """
    for place in sorted(_places(text, count, chance), reverse=True):
        text = text[:place] + _slip(text[place : place + 2], chance) + text[place + 2 :]
    return text


def _places(text: str, count: int, chance: random.Random) -> list[int]:
    letters = [place for place, letter in enumerate(text) if letter.lower() in _BESIDE]
    return chance.sample(letters, min(count, len(letters)))


def _slip(pair: str, chance: random.Random) -> str:
    first, rest = pair[0], pair[1:]
    match chance.randrange(4):
        case 0 if rest:
            return rest + first
        case 1:
            return rest
        case 2:
            return first + first + rest
        case _:
            return chance.choice(_BESIDE[first.lower()]) + rest
