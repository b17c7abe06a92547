"""What happened to a report, in sentences for staff; and how its resident may be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.report import UNDER_18, SafeContact
from storage.casework import StaffReport
from storage.story import Happening, Kind

RESIDENT, COUNTER = "The resident", "The counter"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    kind: str
    what: str
    at: datetime
    text: str = ""
    """Words of the resident or of a colleague."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How a resident may be reached, and what becomes of a message to them."""

    rule: str
    how: str
    happens: str
    parents: str
    """What holds for parents and carers of somebody under 18; empty for adults."""


def story_of(report: StaffReport) -> tuple[Entry, ...]:
    """The story of a report, the newest first."""
    received = Entry("received", "Report received", report.made_at)
    return (*(_entry(one) for one in reversed(report.story)), received)


def since(report: StaffReport, seen: int) -> tuple[Entry, ...]:
    """What happened after the first `seen` entries, in order, without the words themselves."""
    new = report.story[seen:] if 0 <= seen <= len(report.story) else report.story[-1:]
    return tuple(Entry(one.kind, _what(one), one.at) for one in new)


def contact_of(report: StaffReport, followers: Sequence[str], announcement: str) -> Contact:
    """The rule of safe contact; `announcement` is what followers are told: "You have an update"."""
    contact = report.contact
    chosen = {answer.question: answer.option for answer in report.answers}
    return Contact(
        rule=_rule(contact, asked="contact" in chosen),
        how=_HOW.get(contact.how, contact.how),
        happens=_happens(contact, bool(followers), announcement),
        parents=_parents(chosen.get("parent-contact", "")) if UNDER_18 in report.flags else "",
    )


_HOW = {
    "here": "In the chat, and when they open this report",
    "phone": "By phone; the number is among their answers. Speak to nobody else, leave no message",
    "email": "By e-mail; the address is among their answers. Write nothing of what it is about",
    "none": "Only when they open this report themselves",
}


def _rule(contact: SafeContact, *, asked: bool) -> str:
    if not contact.safe:
        return "Do not send this person any notice. They said that it is not safe."
    if contact.how != "none":
        return "They said that it is safe to contact them, as follows."
    return "They asked not to be contacted." if asked else "They were not asked how to reach them."


def _parents(option: str) -> str:
    """The rule for parents and carers; without a yes it is a no."""
    if option == "yes":
        return "They are under 18, and said that we may talk to their parent or carer."
    return "They are under 18. Do not talk to their parent or carer about this."


def _happens(contact: SafeContact, followed: bool, announcement: str) -> str:
    if not contact.safe:
        return (
            "Waits on the report’s page only. Nothing is announced, because they said that is "
            "not safe."
        )
    if followed:
        return (
            f"Announced on their channel as “{announcement}”, and nothing more. They read your "
            "words after opening the report with its access code."
        )
    return (
        "Waits on the report’s page only: no chat follows this report, so they see it when they "
        "next look."
    )


def _entry(one: Happening) -> Entry:
    said = "" if one.kind is Kind.WORK else one.text
    return Entry(one.kind, _what(one), one.at, said)


def _what(one: Happening) -> str:
    by = one.by or RESIDENT
    match one.kind:
        case Kind.ADDED:
            return f"{by} added"
        case Kind.MESSAGE:
            return f"{by} wrote to the resident"
        case Kind.NOTE:
            return f"{by} made an internal note"
        case Kind.WORK:
            return f"{one.by or COUNTER} {one.text}"
        case Kind.ERASURE:
            return f"{by} asked for this report to be erased"
        case Kind.STATUS:
            came = f", {one.disposition}" if one.disposition else ""
            return f"{by} changed the status from “{one.before}” to “{one.after}”{came}"
