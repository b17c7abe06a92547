"""The invented words and people of `front-counter demo`, read from demo.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.findings import Reasons


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes on in one street, reported again and again."""

    form: str
    street: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Danger:
    """A message that raised an alarm."""

    text: str
    level: str
    category: str


@dataclass(frozen=True, slots=True)
class Thought:
    """What residents think of an article, or of the service where it is empty."""

    article: str
    helpful: bool
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What residents asked and thought of the answers."""

    opinions: tuple[Thought, ...]
    answered: tuple[str, ...]
    """Ids of articles."""
    unanswered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """All of demo.toml."""

    forms: tuple[str, ...]
    shares: tuple[int, ...]
    by_form: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]
    messages: tuple[str, ...]
    names: tuple[str, ...]
    streets: tuple[str, ...]
    troubles: tuple[Trouble, ...]
    dangers: tuple[Danger, ...]
    alarm_notes: tuple[str, ...]
    reasons: Reasons
    asked: Asked
    shift_notes: tuple[str, ...]


def read_texts() -> Texts:
    """The file beside this module."""
    path = Path(__file__).with_name("demo.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds, people, streets = data["kind"], data["people"], data["streets"]
    return Texts(
        forms=tuple(kind["form"] for kind in kinds),
        shares=tuple(kind["share"] for kind in kinds),
        by_form={kind["form"]: tuple(kind["texts"]) for kind in kinds},
        notes=tuple(data["notes"]["texts"]),
        messages=tuple(data["messages"]["texts"]),
        names=_pairs(people["first"], people["last"]),
        streets=_pairs(streets["names"], streets["kinds"]),
        troubles=tuple(
            Trouble(one["form"], one["street"], tuple(one["texts"])) for one in data["trouble"]
        ),
        dangers=tuple(Danger(**one) for one in data["alarm"]),
        alarm_notes=tuple(data["alarms"]["notes"]),
        reasons=Reasons(**data["thrive"]),
        asked=_asked(data),
        shift_notes=tuple(data["shifts"]["notes"]),
    )


def _asked(data: Mapping[str, Any]) -> Asked:
    return Asked(
        opinions=tuple(
            Thought(one["article"], one["helpful"], tuple(one["comments"]))
            for one in data["opinion"]
        ),
        answered=tuple(data["questions"]["answered"]),
        unanswered=tuple(data["questions"]["unanswered"]),
    )


def _pairs(ones: list[str], others: list[str]) -> tuple[str, ...]:
    return tuple(f"{one} {other}" for one in ones for other in others)
