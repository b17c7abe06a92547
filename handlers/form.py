"""A form's order of questions: which comes next, which no longer applies, what the rules add."""

from collections.abc import Collection
from dataclasses import replace

from handlers.draft import Draft
from handlers.report import HATE, Answer, NewReport, SafeContact, read_reference
from knowledge.article import Form, Question

REPEATS_FOR_REVIEW = 3
"""Reports in six months from which an ASB case review may be asked for; one where it is hate.
Source: safercolchester and PFCC pages, notes of September 2024 (article asb-case-review)."""


def applies(question: Question, draft: Draft) -> bool:
    """Whether `question` is to be asked, by its `only_if` and what has been answered."""
    if not question.only_if:
        return True
    name, _, wanted = question.only_if.partition("=")
    answer = draft.answer(name)
    return answer is not None and answer.option in wanted.split("|")


def next_open(form: Form, draft: Draft) -> str:
    """The id of the first question that applies and has no answer; empty when all are answered."""
    for question in form.questions:
        if draft.answer(question.id) is None and applies(question, draft):
            return question.id
    return ""


def without_the_moot(form: Form, draft: Draft) -> Draft:
    """The draft without answers to questions that a changed answer has made moot."""
    kept = tuple(
        answer
        for answer in draft.answers
        if (question := form.question(answer.question)) and applies(question, draft)
    )
    return draft if len(kept) == len(draft.answers) else with_answers(form, draft, kept)


def with_answers(form: Form, draft: Draft, answers: tuple[Answer, ...]) -> Draft:
    """The draft with other answers, and the flags that follow from them."""
    return replace(draft, answers=answers, flags=_flags_of(form, answers, draft.raised))


def raise_flags(form: Form, draft: Draft, flags: Collection[str]) -> Draft:
    """The draft with flags that what was said has raised, and that no changed answer takes back."""
    raised = draft.raised.union(flags)
    return replace(draft, raised=raised, flags=_flags_of(form, draft.answers, raised))


def _flags_of(form: Form, answers: tuple[Answer, ...], raised: frozenset[str]) -> frozenset[str]:
    """A report's flags: the form's, the chosen options', and those raised by what was said."""
    chosen = {
        option.flag
        for answer in answers
        if (question := form.question(answer.question))
        for option in question.options
        if option.id == answer.option and option.flag
    }
    return raised | set(form.flags) | chosen


def may_ask_case_review(draft: Draft) -> bool:
    """Whether the ASB case review is to be offered: three reports in six months, one if hate."""
    times = draft.answer("times")
    count = int(times.value) if times and times.value.isdecimal() else 0
    return count >= REPEATS_FOR_REVIEW or (HATE in draft.flags and count >= 1)


def submitted(draft: Draft, also_said: str) -> NewReport:
    """The draft as the report that staff will read; `also_said` names what stood beside it."""
    asides = (Answer("asides", also_said, "\n".join(draft.asides)),) if draft.asides else ()
    earlier = draft.answer("earlier-reference")
    return NewReport(
        kind=draft.form,
        answers=draft.answers + asides,
        place=draft.place,
        flags=draft.flags,
        contact=contact_of(draft),
        photos=draft.photos,
        continues=read_reference(earlier.value) or "" if earlier else "",
    )


def contact_of(draft: Draft) -> SafeContact:
    """How the resident said they may be reached; not asked means only on the report's page."""
    how, safe, when = (draft.answer(name) for name in ("contact", "safe", "contact-when"))
    return SafeContact(
        how=how.option if how and how.option else "none",
        safe=safe is None or safe.option == "yes",
        when=when.value if when and when.option != "skip" else "",
    )
