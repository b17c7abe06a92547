"""All that the counter knows, as one frozen value: answers, wording, matching, urgency, places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from knowledge.article import Article, Contact, Force, Form, Language, Problem
from knowledge.desk import Desk
from knowledge.fill import Filler, markdown_link
from knowledge.floats import Floats
from knowledge.match import Match, Matcher
from knowledge.partners import Partner
from knowledge.places import Places
from knowledge.urgency import Assessor, Context, Explanation, Understood, Urgency
from knowledge.urgency_frames import LOUD
from knowledge.urgency_words import urgent_words

WORDING = ("answer.months", "answer.media", "answer.checked", "answer.overdue", "answer.source")
"""The wording that answers need, besides what filling needs."""


@dataclass(frozen=True, slots=True)
class Library:
    """What one knowledge folder came to; made by `knowledge.load.load`."""

    articles: Mapping[str, Article]
    contacts: Mapping[str, Contact]
    forms: Mapping[str, Form]
    force: Force
    places: Places
    wording: Mapping[str, str]
    languages: Mapping[str, Language]
    """999 guidance in other languages, by their codes."""
    desk: Desk
    """What staff work with."""
    filler: Filler
    matcher: Matcher
    assessor: Assessor
    content_hash: str
    """The same wherever the folder holds the same bytes."""
    partners: Mapping[str, Partner] = field(default_factory=dict)
    """Whom staff may tell of a report, by their ids."""
    problems: tuple[Problem, ...] = ()
    """Warnings; with an error there is no library."""
    labels: frozenset[str] = frozenset()
    """The labels of several words that forms and their answers have, as `is_label` compares."""

    def has(self, key: str) -> bool:
        """Whether there is wording of that key, such as "welcome.hello"."""
        return key in self.wording

    def say(self, key: str, **values: Any) -> str:
        """The wording of that key as Markdown, filled; KeyError with the name of what is missing.

        `escape` values that residents wrote.
        """
        return self.filler.fill(self.wording[key], values)

    def fill(self, text: str, **values: Any) -> str:
        """Text of a form, filled in the same way."""
        return self.filler.fill(text, values)

    def is_label(self, text: str) -> bool:
        """Whether the text is, word for word, a form's or an answer's button of several words."""
        return text.strip().casefold() in self.labels

    def meaning(self, text: str) -> Floats | None:
        """What a question means, for `match`; None where that cannot be told. Some milliseconds."""
        return self.matcher.meaning(text)

    def match(self, text: str, meaning: Floats | None = None) -> Match:
        """The article that answers a question, a few that may, or none."""
        return self.matcher.match(text, meaning)

    def assess(
        self, text: str, context: Context | None = None, meaning: Floats | None = None
    ) -> Urgency:
        """How urgent a text is; asked of every text a resident writes."""
        return self.assessor.assess(text, context, self._understood(text, meaning))

    def why_urgent(self, text: str) -> Explanation:
        """How urgent a text is by itself and why, for who owns the files; some milliseconds."""
        return self.assessor.explain(text, self._understood(text, self.meaning(text)))

    def urgent_words(self, text: str) -> str:
        """The words that make a text read urgent; empty where it does not. Some milliseconds."""
        loud = bool(text) and self.why_urgent(text).verdict.level in LOUD
        return urgent_words(text, self.assess) if loud else ""

    def doubts(self, text: str) -> bool:
        """Whether a text's meaning might show an emergency that its words do not."""
        return self.assessor.doubts(text)

    def answer(self, article_id: str, today: date) -> str:
        """One article as it is served on `today`, in Markdown; KeyError for an unknown one.

        Past its review date, numbers that are not vital are left out and it says when it was
        last checked.
        """
        return serve(self.articles[article_id], today, self.filler)

    def day(self, day: date) -> str:
        """A day in words: 22 November 2026."""
        return day_in_words(day, self.wording)

    def _understood(self, text: str, meaning: Floats | None) -> Understood | None:
        return None if meaning is None else Understood(meaning, self.matcher.spoken(text))


def day_in_words(day: date, wording: Mapping[str, str]) -> str:
    """A day as GOV.UK writes it: 22 November 2026."""
    return f"{day.day} {wording['answer.months'].split()[day.month - 1]} {day.year}"


def serve(article: Article, today: date, filler: Filler) -> str:
    """The Markdown of one answer: urgent line, warning, body, when it was checked, source."""
    wording = filler.wording
    overdue = today > article.review_by
    parts = []
    if article.urgent:
        parts.append(f"**{article.urgent}**")
    if article.media_warning:
        parts.append(filler.fill(wording["answer.media"], {"warning": article.media_warning}))
    parts.append(article.body)
    filled = [filler.fill(part, article=article, withhold=overdue) for part in parts]
    checked = wording["answer.overdue" if overdue else "answer.checked"]
    last = filler.fill(checked, {"date": day_in_words(article.checked_on, wording)})
    if article.source:
        site = (urlsplit(article.source).hostname or article.source).removeprefix("www.")
        link = markdown_link(site, article.source)
        last += " " + filler.fill(wording["answer.source"], {"link": link})
    return "\n\n".join([*filled, last])


def labels_of(forms: Iterable[Form]) -> frozenset[str]:
    """The labels of several words on the buttons of forms, in small letters."""
    labels = (
        label
        for form in forms
        for label in (form.button, *(o.label for it in form.questions for o in it.options))
    )
    return frozenset(label.strip().casefold() for label in labels if " " in label.strip())
