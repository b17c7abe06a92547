"""What a knowledge folder becomes once read: articles, contacts, forms; all frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

VERIFIED = "verified"
DATED = "verified-old-or-undated"
UNVERIFIED = "unverified"
OUTDATED = "outdated-do-not-publish"
STATUSES = (VERIFIED, DATED, UNVERIFIED, OUTDATED)


@dataclass(frozen=True, slots=True)
class Contact:
    """A service residents may be sent to: one entry of contacts.toml."""

    id: str
    name: str
    status: str
    phone: str = ""
    text: str = ""
    email: str = ""
    link: str = ""
    hours: str = ""
    note: str = ""
    seen: str = ""
    vital: bool = False
    """Shown even where the article that names it is past its review date."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing an article says, with where it comes from and how far it may be trusted."""

    id: str
    text: str
    status: str
    seen: str = ""
    sources: tuple[str, ...] = ()
    check: str = ""
    """For what may not be served yet: what must be checked, and with whom."""


SENSITIVITIES = ("domestic-abuse", "sexual-offences", "children", "police-staff")
"""What a report may be about that only staff cleared for it may read."""


@dataclass(frozen=True, slots=True)
class Article:
    """One answer of the counter, and the questions it answers."""

    id: str
    title: str
    category: str
    body: str
    """Markdown with {phone:…}, {link:…}, {contact:…}, {seen:…} and {force…} still to be filled."""
    examples: tuple[str, ...]
    owner: str
    checked_on: date
    review_by: date
    urgent: str = ""
    """The line that stands above the answer where danger is near; empty for none."""
    source: str = ""
    """The https page a resident may read more on."""
    sensitive: bool = False
    """The question's text is not kept, and nobody is asked whether the answer helped."""
    form: str = ""
    """The report form it leads to; empty for none."""
    people_only: bool = False
    """Never taken by a form: phone, live chat and support services only."""
    discloses: str = ""
    """One of SENSITIVITIES where a text about this is for cleared staff only; empty for others."""
    council: bool = False
    """A matter for the council: offer to name the right one for a place."""
    media_warning: str = ""
    related: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    """Hard neighbours: questions that sound like this article and belong to another."""
    facts: tuple[Fact, ...] = ()
    file: str = ""

    def fact(self, id: str) -> Fact | None:
        """The fact of that name, or None."""
        return next((fact for fact in self.facts if fact.id == id), None)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer offered to a form's question."""

    id: str
    label: str
    flag: str = ""
    """Marks the report: hate, safeguarding, restricted, under-18, urgent."""
    stop: str = ""
    """The wording key of what to do instead; the report ends there."""
    article: str = ""
    """An article shown beside the next question: the right support, while the report goes on."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a report form."""

    id: str
    kind: str
    """One of QUESTION_KINDS."""
    ask: str
    summary: str
    """Its name on the review screen, in the queue and in the hand-over copy."""
    hint: str = ""
    options: tuple[Option, ...] = ()
    optional: bool = False
    only_if: str = ""
    """Asked only where `question=option` (or `question=a|b`) was answered; empty for always."""
    warning: str = ""
    """Shown before the question, such as what a picture must never show."""


QUESTION_KINDS = (
    "danger", "choice", "text", "place", "reference", "number", "phone", "email", "photos",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of report and the questions it asks."""

    id: str
    title: str
    button: str
    questions: tuple[Question, ...]
    order: int = 50
    intro: str = ""
    article: str = ""
    """What residents may read about it."""
    flags: tuple[str, ...] = ()
    instead: str = ""
    """The wording key shown in place of any question: this kind is signposted, never taken."""
    next_steps: str = ""
    """The wording key of what happens after submitting, where it differs from the usual."""

    def question(self, id: str) -> Question | None:
        """The question of that name, or None."""
        for question in self.questions:  # asked for every answer of every turn
            if question.id == id:
                return question
        return None


NEVER, STAFFED, ALWAYS = "never", "staffed", "always"
WATCHED = (NEVER, STAFFED, ALWAYS)


@dataclass(frozen=True, slots=True)
class Force:
    """The police force that runs the counter: force.toml."""

    names: Mapping[str, str]
    """What {force}, {area}, {website} and the like stand for in every text."""
    colours: Mapping[str, str] = field(default_factory=dict)
    exit_url: str = "https://www.bbc.co.uk/weather"
    alarms_watched: str = NEVER
    """Who sees an alarm as it happens: one of WATCHED. Residents are told so; it must be true."""
    staffed_from: time = time(8)
    staffed_to: time = time(22)
    """The hours in which STAFFED means that somebody watches, in the time of the area."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language other than English in which 999 guidance is given: one of languages.toml."""

    code: str
    """As in IETF BCP 47: pl."""
    name: str
    """In English, as it is said to the operator."""
    alarm: str
    crisis: str
    safety_net: str
    not_english: str
    """What to expect of a chat in English."""
    checked_by: str = ""
    """Who has checked the translation; until somebody has, English stands beside it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in the knowledge folder, in words for the person who edits it."""

    file: str
    line: int
    text: str
    error: bool = True

    def __str__(self) -> str:
        """The line that `front-counter check` prints."""
        kind = "error" if self.error else "warning"
        return f"{self.file}:{self.line}: {kind}: {self.text}"
