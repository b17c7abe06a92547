"""How likely a slip of the finger is: what it costs to take one word for another."""

import re
from collections import Counter

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWEL_LETTERS = frozenset("aeiou")
_VOWELS = re.compile("[aeiou]")
_RUN = re.compile(r"(.)\1+")

_DROPPED, _KEY, _VOWEL, _ADDED, _OTHER = 0.3, 0.4, 1.0, 2.5, 3.0
_AT_THE_START = 0.7
"""The first letter is seldom wrong."""
_TWO, _TWO_ALIKE = 4.0, 2.0


def _neighbours() -> dict[str, frozenset[str]]:
    at = {letter: (row, n) for row, keys in enumerate(_KEYS) for n, letter in enumerate(keys)}
    return {
        letter: frozenset(
            other
            for other, (there, place) in at.items()
            if other != letter and abs(there - row) <= 1 and abs(place - n) <= 1
        )
        for letter, (row, n) in at.items()
    }


_BESIDE = _neighbours()
"""The letters around each letter of a British keyboard."""


def cost_of_one(typed: str, meant: str) -> float:
    """What a single slip costs, in nats: swapped or doubled letters nothing, rare slips most.

    The words are one edit apart (optimal string alignment). Costs are those of a noisy channel
    (Kernighan, Church and Gale 1990), rounded; only their order and rough size matter (measured).
    """
    if len(typed) == len(meant):
        differ = [n for n, pair in enumerate(zip(typed, meant, strict=True)) if len({*pair}) > 1]
        at = differ[0]
        if len(differ) == 2:
            return _AT_THE_START / 2 * (at == 0)
        return _substituted(typed[at], meant[at]) + _AT_THE_START * (at == 0)
    at = _parting(typed, meant)
    if len(typed) < len(meant):
        return _DROPPED + _AT_THE_START * (at == 0)
    if typed[at] == typed[at - 1 : at] or typed[at] == meant[at : at + 1]:
        return 0.0
    return _ADDED + _AT_THE_START * (at == 0)


def cost_of_two(typed: str, meant: str) -> float:
    """What two slips in a long word cost; the first letter is the same."""
    alike = sorted(typed) == sorted(meant) or _skeleton(typed) == _skeleton(meant)
    return _TWO_ALIKE if alike else _TWO


def are_of_the_finger(typed: str, meant: str) -> bool:
    """Whether letters were only swapped, doubled, dropped, or mistaken for one beside them.

    "disowned" is two letters from "drowned", and yet nobody mistypes one for the other.
    """
    added, dropped = Counter(typed) - Counter(meant), Counter(meant) - Counter(typed)
    for letter in added.elements():
        beside = [
            other for other in dropped if dropped[other] and _substituted(letter, other) < _ADDED
        ]
        if beside:
            dropped[beside[0]] -= 1
        elif letter not in meant:
            return False
    return True


def _substituted(typed: str, meant: str) -> float:
    if typed in _BESIDE.get(meant, ()):
        return _KEY
    return _VOWEL if {typed, meant} <= _VOWEL_LETTERS else _OTHER


def _parting(one: str, other: str) -> int:
    """The place from which on the words differ."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _skeleton(word: str) -> str:
    """Consonants without doubling: what a spelling mistake by ear leaves standing."""
    return _RUN.sub(r"\1", word[0] + _VOWELS.sub("", word[1:]))
