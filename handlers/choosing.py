"""What was typed read as a button: by its number, its label, or a plain yes or no."""

import re
from collections.abc import Sequence
from functools import lru_cache

from handlers.messages import Choice

_YES = frozenset("y yes yeah yep yup ye ya aye ok okay sure correct true".split())
_NO = frozenset("n no nope nah not none false".split())
_DOUBT = re.compile(
    r"\b(?:dunno|idk|no idea|(?:do not|dont) know|not sure|unsure|cant (?:say|remember))\b"
)
_FEW = 8
"""Words of an answer that is a choice in other words, and no story."""
_LITTLE = frozenset(
    "a an the i it its is was to of on in at for and or me my no not yes just us we you".split()
)
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


def loosely(text: str, offered: Sequence[Choice]) -> Choice | None:
    """The one button that a few words of somebody's own can only mean; None where it is not plain.

    "dunno" is "I am not sure", "no its over now" the only no, "just the once" the one label that
    says once. Ask it of what was judged before: nobody reads these words again.
    """
    said = bare(text)
    words = said.split()
    if not 0 < len(words) <= _FEW:
        return None
    if _DOUBT.search(said):
        return _only(offered, "unsure")
    for answers, id in ((_YES, "yes"), (_NO, "no")):
        if words[0] in answers:
            begun = [each for each in offered if bare_label(each.label).split()[:1] == [id]]
            return begun[0] if len(begun) == 1 else _one_that_says(words, begun)
    return _one_that_says(words, offered)


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


def _one_that_says(words: Sequence[str], offered: Sequence[Choice]) -> Choice | None:
    """The one button whose label has any of these words, little ones aside."""
    telling = set(words) - _LITTLE
    found = [each for each in offered if not telling.isdisjoint(bare_label(each.label).split())]
    return found[0] if len(found) == 1 else None


def _only(offered: Sequence[Choice], word: str) -> Choice | None:
    """The one button whose id ends with `word`; None where there is none, or more than one."""
    found = [choice for choice in offered if choice.id.rpartition(":")[2] == word]
    return found[0] if len(found) == 1 else None
