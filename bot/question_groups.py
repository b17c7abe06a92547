"""Questions without an answer, grouped by what they ask for, and who may see which."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.unanswered import Question
from knowledge.groups import grouped
from knowledge.library import Library

ENOUGH = 3
"""Residents who ask for the same before comms see what they wrote."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask for the same."""

    questions: tuple[Question, ...]

    @property
    def askers(self) -> int:
        """By how many residents."""
        return len({question.asker for question in self.questions})

    @property
    def seen_by_comms(self) -> bool:
        """Whether enough residents asked it, or a handler has passed one of them."""
        return self.askers >= ENOUGH or any(question.passed for question in self.questions)

    def texts_for_comms(self) -> list[str]:
        """What comms may read of it."""
        return [q.text for q in self.questions if self.askers >= ENOUGH or q.passed]

    def nearest(self) -> list[str]:
        """The articles that came nearest, the most frequent first."""
        counts = Counter(id for question in self.questions for id in question.nearest[:1])
        return [id for id, _ in counts.most_common()]


def groups_of(questions: Sequence[Question], library: Library) -> tuple[Group, ...]:
    """The questions by what they ask for, the largest group first.

    Their vectors are made here and forgotten again: they could tell as much as the words.
    """
    meant = [library.matcher.understood(question.text) for question in questions]
    if not questions:
        return ()
    groups = grouped(np.stack(meant))
    return tuple(Group(tuple(questions[number] for number in group)) for group in groups)
