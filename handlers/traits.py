"""What a report is found and compared by: its place, its reporter, vehicles, and telling words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor

from handlers.report import Answer, Place
from knowledge.library import Library
from knowledge.similar import Traits, pack, telling_words
from knowledge.streets import registration, registrations_in, street_in
from knowledge.text import normalise, words

_TOLD = ("what", "asides", "how-often", "effect")
"""Questions whose answers tell what happened; who is suspected is never compared."""
_FACTS = frozenset(
    "where when vehicle own-vehicle name phone email contact-when earlier-reference times".split()
)
"""Answers that state a fact: their few words are not read for danger."""
_VEHICLES = frozenset({"vehicle", "own-vehicle"})
_GRID = 0.001
"""Degrees: a square of the map is 111 m high, and some 69 m wide in Essex."""


class KeyKind(StrEnum):
    """What a report can be found again by, through a blind index."""

    POSTCODE = "postcode"
    STREET = "street"
    SPOT = "spot"
    SQUARE = "square"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    VEHICLE = "vehicle"


PLACES = (KeyKind.POSTCODE, KeyKind.STREET, KeyKind.SQUARE)
"""Small enough to be one place; a spot may be a whole town."""
PEOPLE = (KeyKind.PHONE, KeyKind.EMAIL)
"""What tells a reporter; a name does not, since others have it too."""

Key = tuple[KeyKind, str]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read out of a report."""

    traits: Traits
    keys: tuple[Key, ...]
    urgent_words: str
    """The words that read urgent, as the resident wrote them; empty for none."""


def read_report(
    answers: Sequence[Answer], place: Place, added: Sequence[str], library: Library
) -> Read:
    """Read a report and what its resident `added`; some milliseconds, mostly for its meaning."""
    told = " ".join(answer.value for answer in answers if answer.question in _TOLD)
    where = place.said or _first(answers, "where")
    found = library.places.find(where)
    meaning = library.meaning(told) if told else None
    traits = Traits(
        words=telling_words(told),
        place=telling_words(where),
        postcode=found.place if found.by == "postcode" else "",
        street=street_in(where, found.place),
        spot=found.place if found.by == "place" else "",
        latitude=place.latitude,
        longitude=place.longitude,
        vector=b"" if meaning is None else pack(meaning),
    )
    texts = [*(answer.value for answer in answers if not answer.option), *added]
    tales = [each.value for each in answers if not each.option and each.question not in _FACTS]
    keys = tuple(_keys(traits, answers, texts))
    return Read(traits, keys, _urgent_words([*tales, *added], library))


def square_keys(latitude: float, longitude: float) -> tuple[Key, ...]:
    """The square of the map that a position lies in, first, and the eight around it."""
    row, column = floor(latitude / _GRID), floor(longitude / _GRID)
    around = sorted(
        ((r, c) for r in (-1, 0, 1) for c in (-1, 0, 1)), key=lambda at: (at != (0, 0), at)
    )
    return tuple((KeyKind.SQUARE, f"{row + r} {column + c}") for r, c in around)


def place_keys(traits: Traits) -> tuple[Key, ...]:
    """The keys of where it happened, the most exact first."""
    found = []
    if traits.latitude is not None and traits.longitude is not None:
        found.append(square_keys(traits.latitude, traits.longitude)[0])
    if traits.postcode:
        found.append((KeyKind.POSTCODE, _squeezed(traits.postcode)))
    if traits.street:
        found.append((KeyKind.STREET, traits.street))
    if traits.spot:
        found.append((KeyKind.SPOT, normalise(traits.spot)))
    return tuple(found)


def keys_of_search(what: str, text: str, library: Library) -> tuple[Key, ...]:
    """What somebody searches for: `what` is "vehicle", "reporter" or "place"; any of the keys."""
    said = normalise(text)
    if what == "vehicle":
        return ((KeyKind.VEHICLE, registration(text)),)
    if what == "reporter":
        return (
            (KeyKind.PHONE, _phone(text)),
            (KeyKind.EMAIL, said),
            (KeyKind.NAME, " ".join(words(said))),
        )
    found = library.places.find(text)
    traits = Traits(
        postcode=found.place if found.by == "postcode" else "",
        street=street_in(text, found.place),
        spot=found.place if found.by == "place" else "",
    )
    return place_keys(traits)


def _keys(traits: Traits, answers: Sequence[Answer], texts: Iterable[str]) -> Iterable[Key]:
    yield from place_keys(traits)
    if phone := _phone(_first(answers, "phone")):
        yield KeyKind.PHONE, phone
    if email := normalise(_first(answers, "email")):
        yield KeyKind.EMAIL, email
    if name := " ".join(words(normalise(_first(answers, "name")))):
        yield KeyKind.NAME, name
    about = [answer.value for answer in answers if answer.question in _VEHICLES]
    vehicles = [one for text in about for one in registrations_in(text, about_vehicle=True)]
    vehicles += [one for text in texts for one in registrations_in(text)]
    for vehicle in dict.fromkeys(vehicles):
        yield KeyKind.VEHICLE, vehicle


def _urgent_words(texts: Iterable[str], library: Library) -> str:
    return next((found for text in texts if (found := library.urgent_words(text))), "")


def _first(answers: Sequence[Answer], question: str) -> str:
    """The answer to a question; empty where it was not asked or was skipped."""
    given = (each.value for each in answers if each.question == question and each.option != "skip")
    return next(given, "")


def _phone(text: str) -> str:
    """A phone number as it is compared: digits, with +44 as 0."""
    digits = "".join(char for char in normalise(text) if char.isdigit())
    return digits.replace("44", "0", 1) if digits.startswith("44") else digits


def _squeezed(postcode: str) -> str:
    return postcode.replace(" ", "").lower()
