"""The open question of a report: what kind it is, and whether a few words are a name for it."""

from handlers.conversation import Conversation, Step
from knowledge.article import Question
from knowledge.library import Library
from knowledge.urgency import Urgency

WHO = {"phone", "email"}
"""Kinds of question that ask who somebody is, as does the question `name`."""
LONGEST_NAME = 4
"""Words; whoever writes more in its place may be telling something."""


def kind_asked(conversation: Conversation, library: Library) -> str:
    """The kind of the open question of a report; empty where none is open."""
    question = _open_question(conversation, library)
    return question.kind if question else ""


def asks_who(conversation: Conversation, library: Library) -> bool:
    """Whether the open question of a report asks for a name, a number or an address."""
    question = _open_question(conversation, library)
    return question is not None and (question.id == "name" or question.kind in WHO)


def is_a_name(text: str, urgency: Urgency) -> bool:
    """Whether an answer to that is one: the letters of many a name are like those of a cry."""
    return urgency.by_likeness and len(text.split()) <= LONGEST_NAME


def _open_question(conversation: Conversation, library: Library) -> Question | None:
    draft = conversation.draft
    if draft is None or conversation.step is not Step.REPORTING or draft.form not in library.forms:
        return None
    return library.forms[draft.form].question(draft.open)
