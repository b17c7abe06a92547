"""Streets and vehicle registrations in what residents write, in one form however they are typed."""

import re

from knowledge.text import normalise, words

_KINDS = {
    "road": "road", "rd": "road", "street": "street", "st": "street", "lane": "lane", "ln": "lane",
    "avenue": "avenue", "ave": "avenue", "drive": "drive", "close": "close", "crescent": "crescent",
    "cres": "crescent", "way": "way", "terrace": "terrace", "gardens": "gardens", "gdns": "gardens",
    "grove": "grove", "mews": "mews", "rise": "rise", "broadway": "broadway", "hill": "hill",
}  # fmt: skip
_NO_NAME = frozenset(
    "a an the on in at near by of off to from and or along down up behind opposite outside our my "
    "this that same main side whole other next half no flat flats number corner end top bottom "
    "his her their your both all street road any some little".split()
)
_LONGEST_NAME = 3
_NUMBER = re.compile(r"\d+[a-z]?")
_ALONE = frozenset({"broadway"})
"""Names that stand without another word."""

# DVLA's current series, and those of 1963 to 2001, which look like ordinary words more often.
_CURRENT = re.compile(r"\b([a-z]{2}[ ]?[0-9oi]{2}[ ]?[a-z]{3})\b")
_FORMER = re.compile(r"\b([a-z][ ]?[0-9]{1,3}[ ]?[a-z]{3}|[a-z]{3}[ ]?[0-9]{1,3}[ ]?[a-z])\b")
_MISREAD = str.maketrans("oi", "01")


def street_in(text: str, town: str = "") -> str:
    """The first street that a text names, such as "mill road"; empty for none.

    The name of the `town` is no part of it: "Braintree High Street" is "high street".
    """
    towns = words(normalise(town))
    for part in re.split(r"[,;.]", normalise(text)):
        named = words(part)
        for place, word in enumerate(named):
            # "St" is a saint unless nothing follows it.
            is_street = word in _KINDS and (word != "st" or place == len(named) - 1)
            name = _name_before(named, place) if is_street else []
            if towns and name[: len(towns)] == towns and len(name) > len(towns):
                name = name[len(towns) :]
            if name or (is_street and word in _ALONE):
                return " ".join([*name, _KINDS[word]])
    return ""


def registrations_in(text: str, *, about_vehicle: bool = False) -> tuple[str, ...]:
    """The vehicle registrations in a text, each once; older shapes only where it is about one.

    Letters O and I become digits, since people take them for each other.
    """
    said = normalise(text)
    found = _CURRENT.findall(said) + (_FORMER.findall(said) if about_vehicle else [])
    return tuple(dict.fromkeys(registration(each) for each in found))


def registration(text: str) -> str:
    """A registration as it is compared."""
    return "".join(words(normalise(text))).translate(_MISREAD)


def _name_before(named: list[str], place: int) -> list[str]:
    name: list[str] = []
    for word in reversed(named[max(0, place - _LONGEST_NAME) : place]):
        if word in _NO_NAME or _NUMBER.fullmatch(word):
            break
        name.insert(0, word)
    return name
