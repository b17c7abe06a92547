"""Questions without an answer as they leave the counter for the command that groups them."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from storage.work import Store

MOST = 2_000
_SHORTEST_ID = 8


@dataclass(frozen=True, slots=True)
class Question:
    """One question, by whom we do not know."""

    id: str
    at: str
    """The day it was asked."""
    text: str
    nearest: tuple[str, ...]
    asker: str
    passed: bool


def read_questions(rows: Iterable[dict[str, Any]]) -> tuple[Question, ...]:
    """The questions that `questions_as_json` wrote."""
    return tuple(Question(**{**row, "nearest": tuple(row["nearest"])}) for row in rows)


async def questions_as_json(store: Store, who: str, now: datetime) -> str:
    """The latest questions as JSON; that `who` looked is recorded."""
    async with store.work() as work:
        found = await work.feedback.unanswered(who, now, MOST)
    return json.dumps(
        [
            asdict(Question(q.id, f"{q.at:%Y-%m-%d}", q.text, q.nearest, q.asker, q.passed))
            for q in found
        ]
    )


async def pass_on(store: Store, id: str, who: str, now: datetime) -> str:
    """Let comms see one question, named by the first letters of its id; the text to print.

    Raises ValueError with a sentence where that names none, or more than one.
    """
    async with store.work() as work:
        known = await work.feedback.unanswered(who, now, MOST)
        named = [q.id for q in known if len(id) >= _SHORTEST_ID and q.id.startswith(id)]
        if len(named) != 1:
            raise ValueError(
                f"“{id}” names no question. Take the {_SHORTEST_ID} letters that stand before it "
                "in: front-counter unanswered waiting"
            )
        await work.feedback.pass_unanswered(named[0], who, now)
    return "Passed on: comms see this question from now on."
