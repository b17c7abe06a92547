"""A report: what was said, its statuses, how they may change, and references to read out."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from knowledge.article import SENSITIVITIES


class Status(StrEnum):
    """Where a report stands in the queue."""

    NEW = "new"
    IN_TRIAGE = "in triage"
    IN_PROGRESS = "in progress"
    AWAITING_REPORTER = "awaiting reporter"
    FORWARDED = "forwarded"
    CLOSED = "closed"
    REOPENED = "reopened"


class Disposition(StrEnum):
    """What came of a report; needed to close it."""

    ADVICE_GIVEN = "advice given"
    SIGNPOSTED = "signposted"
    PASSED_TO_TEAM = "passed to neighbourhood team"
    RECORDED = "recorded on force system"
    DUPLICATE = "duplicate"
    NO_FURTHER_ACTION = "no further action"
    NOT_POLICE = "not a police matter"
    MISUSE = "misuse"
    ESCALATED = "escalated as urgent"


TRANSITIONS: dict[Status, tuple[Status, ...]] = {
    Status.NEW: (Status.IN_TRIAGE, Status.IN_PROGRESS, Status.CLOSED),
    Status.IN_TRIAGE: (
        Status.IN_PROGRESS,
        Status.AWAITING_REPORTER,
        Status.FORWARDED,
        Status.CLOSED,
    ),
    Status.IN_PROGRESS: (Status.AWAITING_REPORTER, Status.FORWARDED, Status.CLOSED),
    Status.AWAITING_REPORTER: (Status.IN_PROGRESS, Status.FORWARDED, Status.CLOSED),
    Status.FORWARDED: (Status.IN_PROGRESS, Status.AWAITING_REPORTER, Status.CLOSED),
    Status.CLOSED: (Status.REOPENED,),
    Status.REOPENED: (Status.IN_TRIAGE, Status.IN_PROGRESS, Status.CLOSED),
}
"""The allowed changes of status; docs/architecture.md has the chart, and they move together."""

OPEN = tuple(status for status in Status if status is not Status.CLOSED)

URGENT, RESTRICTED, SAFEGUARDING, UNDER_18, HATE, RECOVERED = (
    "urgent",
    "restricted",
    "safeguarding",
    "under-18",
    "hate",
    "recovered",
)


SENSITIVE = frozenset({RESTRICTED, *SENSITIVITIES})
"""With one of these, a report exists only for staff who are cleared for it. RESTRICTED alone says
that something was disclosed that is none of the kinds that have a name."""

NOT_REMEMBERED = frozenset({URGENT, SAFEGUARDING}) | SENSITIVE
"""With one of these, a report never opens without its code."""


class NotAllowed(ValueError):  # noqa: N818 - reads as the sentence it is
    """A change of status outside the table, or a closing without a disposition."""


def check_change(now: Status, to: Status, disposition: Disposition | None) -> None:
    """Raise NotAllowed, in words for staff, unless a report may go from `now` to `to`."""
    if to not in TRANSITIONS[now]:
        allowed = ", ".join(TRANSITIONS[now])
        raise NotAllowed(f"A report that is “{now}” can become: {allowed}. Not “{to}”.")
    if to is Status.CLOSED and disposition is None:
        raise NotAllowed("Choose a disposition to close a report.")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered question, in the resident's own words or the option they chose."""

    question: str
    summary: str
    """The question's name when it was asked; forms change, reports do not."""
    value: str
    """What staff and the resident read."""
    option: str = ""
    """The id of the chosen option, for rules."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happened: the resident's words and what they were found to mean."""

    said: str
    district: str = ""
    """The id of a district, "outside" or "" for not known."""
    force: str = ""
    """The force it belongs to where that is not ours."""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class SafeContact:
    """How the resident may be reached without putting them in danger."""

    how: str = "here"
    """"here" (chat and report page), "phone", "email" or "none"."""
    safe: bool = True
    """Whether "You have an update" may be announced on their channel."""
    when: str = ""


@dataclass(frozen=True, slots=True)
class NewReport:
    """What a resident submits: everything staff will see, before it has a reference."""

    kind: str
    answers: tuple[Answer, ...]
    place: Place
    flags: frozenset[str] = frozenset()
    contact: SafeContact = field(default_factory=SafeContact)
    photos: tuple[str, ...] = ()
    """Ids of kept files."""
    continues: str = ""
    """The reference of an earlier report about the same problem; empty for none."""


@dataclass(frozen=True, slots=True)
class Update:
    """One entry of a report's story that its resident may read."""

    at: datetime
    by: str
    """"resident" or "staff"."""
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A kept report as its resident may see it: no notes, no names of staff."""

    reference: str
    kind: str
    status: Status
    made_at: datetime
    answers: tuple[Answer, ...]
    flags: frozenset[str] = frozenset()
    updates: tuple[Update, ...] = ()


# A reference is read out over the phone, so: digits and letters that nobody mistakes for another
# (no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V), and a check character.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
_BASE = len(ALPHABET)
REFERENCE_LENGTH = 7
_LONGEST_WITH_CODE = 200
_GROUPS = re.compile(r"\b(?:[A-Z0-9]{4}[ -]?){4}\b")
_CODE = re.compile(_GROUPS.pattern, re.IGNORECASE)
HIDDEN = "•••• •••• •••• ••••"
CODE_LENGTH = 16


def check_character(body: str) -> str:
    """The character that makes `body` a valid reference; `body` is of ALPHABET only.

    A weighted sum over a prime base, as ISBN-10 does it: the weights are distinct and never 0,
    so one wrong character, or two neighbours swapped, always changes the sum.
    """
    total = sum(
        weight * ALPHABET.index(letter) for weight, letter in enumerate(reversed(body), start=2)
    )
    return ALPHABET[-total % _BASE]


def reference_of(letters: str) -> str:
    """`letters` (6 of ALPHABET) with its check character, as residents see it: FC-ABC-DEFX."""
    body = letters + check_character(letters)
    return f"FC-{body[:3]}-{body[3:]}"


def read_reference(text: str) -> str | None:
    """The reference in what somebody typed, however spaced, or None where none is valid."""
    letters = "".join(char for char in text.upper() if char.isalnum())
    if len(letters) == REFERENCE_LENGTH + 2:
        letters = letters.removeprefix("FC")
    if len(letters) != REFERENCE_LENGTH or any(char not in ALPHABET for char in letters):
        return None
    if check_character(letters[:-1]) != letters[-1]:
        return None
    return reference_of(letters[:-1])


def read_code(text: str) -> str | None:
    """The access code in what somebody typed, without spaces and dashes, or None if it is none."""
    letters = "".join(char for char in text.upper() if char.isalnum())
    if len(letters) != CODE_LENGTH or any(char not in ALPHABET for char in letters):
        return None
    return letters


def find_code(text: str) -> str | None:
    """The access code that stands somewhere in a short text, or None."""
    whole = read_code(text)
    if whole is not None or len(text) > _LONGEST_WITH_CODE:
        return whole
    found = (read_code(each) for each in _GROUPS.findall(text.upper()))
    return next((code for code in found if code is not None), None)


def hide_codes(text: str) -> str:
    """The text with every access code in it made unreadable, for who is not to have them."""
    return _CODE.sub(lambda found: HIDDEN if read_code(found[0]) else found[0], text)


def show_code(code: str) -> str:
    """An access code in groups of four, for reading and copying."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
