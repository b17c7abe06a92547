"""A report as a partner may be told of it: what, where and when; who reported it only if wanted."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from handlers.local_time import LONDON
from handlers.report import Answer, Place

_IDENTITY = frozenset({"name", "phone", "email", "contact-when"})
_NEVER = frozenset({"contact", "safe", "photos", "under-18", "parent-contact", "who", "asides"})
"""What is no partner's business here, or names people who do not know of it."""


def summary_of(
    reference: str,
    kind: str,
    district: str,
    made_at: datetime,
    answers: Sequence[Answer],
    place: Place,
    *,
    with_identity: bool = False,
) -> str:
    """Plain text to copy, a line an answer; skipped questions are left out.

    `kind` and `district` are names. The resident's own words may still name somebody: whoever
    sends it reads it first.
    """
    day = made_at.astimezone(LONDON)
    lines = [f"Police reference: {reference}", f"{kind}, reported on {day.day} {day:%B %Y}"]
    lines.append(f"District: {district}")
    if place.said and not any(answer.question == "where" for answer in answers):
        lines.append(f"Where: {place.said}")
    lines += _told(answers, with_identity)
    if not with_identity:
        lines.append("Who reported it is not passed on.")
    return "\n".join(lines)


def _told(answers: Sequence[Answer], with_identity: bool) -> Iterator[str]:
    hidden = _NEVER if with_identity else _NEVER | _IDENTITY
    for answer in answers:
        if answer.question not in hidden and answer.option != "skip":
            yield f"{answer.summary}: {answer.value}"
