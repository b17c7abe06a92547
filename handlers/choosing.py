"""What was typed read as a button: by its number, its label, or a plain yes or no."""

import re
from collections.abc import Sequence
from functools import lru_cache

from handlers.messages import Choice

_YES = frozenset("y yes yeah yep yup ye ya aye ok okay sure correct true".split())
_NO = frozenset("n no nope nah not none false".split())
_NUMBER = re.compile(r"\s*(\d{1,2})[.)]?\s*", re.ASCII)
_SHORTEST_PART = 3
_BARE = re.compile(r"[^\w ]+")
_OWN_WORDS = 4096
"""Labels and phrases of the counter's own that are remembered as they are compared."""


def bare(text: str) -> str:
    """Text as it is compared with words and labels: small letters, one space, no marks."""
    return " ".join(_BARE.sub(" ", text[:200].casefold().replace("'", "").replace("’", "")).split())


@lru_cache(_OWN_WORDS)
def bare_label(label: str) -> str:
    """`bare` for the counter's own words, of which there are few; never for a resident's."""
    return bare(label)


@lru_cache(_OWN_WORDS)
def bare_phrases(wording: str) -> frozenset[str]:
    """The phrases that a wording lists with "|" between them, as `bare` has them."""
    return frozenset(bare(phrase) for phrase in wording.split("|"))


def choose(text: str, offered: Sequence[Choice], *, partly: bool = False) -> Choice | None:
    """The button that `text` stands for among those offered, or None if it is none of them.

    With `partly`, some words of a label will do where no other label has them.
    """
    number = _NUMBER.fullmatch(text[:20])
    if number and 1 <= int(number[1]) <= len(offered):
        return offered[int(number[1]) - 1]
    said = bare(text)
    for choice in offered:
        if said and said == bare_label(choice.label):
            return choice
    if said in _YES:
        return _only(offered, "yes")
    if said in _NO:
        return _only(offered, "no")
    return _part(said, offered) if partly and len(said) >= _SHORTEST_PART else None


def is_yes(text: str) -> bool:
    """Whether the text is a plain yes."""
    return bare(text) in _YES


def is_no(text: str) -> bool:
    """Whether the text is a plain no."""
    return bare(text) in _NO


def _part(said: str, offered: Sequence[Choice]) -> Choice | None:
    """The one button whose label has these words in this order."""
    found = [choice for choice in offered if f" {said} " in f" {bare_label(choice.label)} "]
    return found[0] if len(found) == 1 else None


def _only(offered: Sequence[Choice], word: str) -> Choice | None:
    """The one button whose id ends with `word`; None where there is none, or more than one."""
    found = [choice for choice in offered if choice.id.rpartition(":")[2] == word]
    return found[0] if len(found) == 1 else None
