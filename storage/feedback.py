"""What the counter learns from: feedback, questions without an answer, and counts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import delete, insert, select, update

from storage.audit import Audit
from storage.connection import Connection
from storage.seal import Keyring
from storage.tables import answer_counts, feedback, unanswered
from storage.tokens import new_id


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody thinks of an answer, or of the service where `article` is empty."""

    at: datetime
    helpful: bool | None
    article: str
    comment: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An ordinary question that was not answered well, and the nearest articles, nearest first."""

    id: str
    at: datetime
    text: str
    nearest: tuple[str, ...]
    asker: str
    """The same for all questions of one resident; says nothing else."""
    passed: bool
    """Whether a handler has passed it on to comms although nobody else asked it."""


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How often on a day (UTC) an article was served, or nothing was known."""

    day: date
    article: str
    outcome: str
    count: int


ASKER = "asker"
"""The kind of blind index by which a resident's questions are known as one resident's."""
_KEEP_OPINION = insert(feedback)
_KEEP_UNANSWERED = insert(unanswered)


class Feedback:
    """What comms and supervisors learn from; nothing of it names a conversation."""

    def __init__(self, connection: Connection, keyring: Keyring, audit: Audit) -> None:
        self._connection = connection
        self._keyring = keyring
        self._audit = audit

    def keep(self, helpful: bool | None, article: str, comment: str, now: datetime) -> None:
        """Keep an opinion."""
        id = new_id()
        sealed = self._keyring.seal_text(comment, "feedback", id, "comment") if comment else None
        row = {"id": id, "at": now, "helpful": helpful, "article": article, "comment": sealed}
        self._connection.later(_KEEP_OPINION, row)

    async def opinions(self, limit: int) -> tuple[Opinion, ...]:
        """The latest opinions, newest first."""
        rows = await self._connection.execute(
            select(feedback).order_by(feedback.c.at.desc(), feedback.c.id).limit(limit)
        )
        return tuple(
            Opinion(row.at, row.helpful, row.article, self._comment(row.id, row.comment))
            for row in rows
        )

    def keep_unanswered(
        self, text: str, nearest: Sequence[str], conversation_id: str, now: datetime
    ) -> None:
        """Keep a question that was not answered well; of the conversation only a blind index."""
        id = new_id()
        self._connection.later(
            _KEEP_UNANSWERED,
            {
                "id": id,
                "at": now,
                "words": self._keyring.seal_text(text, "unanswered", id, "words"),
                "nearest": json.dumps(list(nearest)),
                "asker_index": self._keyring.blind_index(ASKER, conversation_id),
            },
        )

    async def unanswered(self, who: str, now: datetime, limit: int) -> tuple[Unanswered, ...]:
        """The latest questions without an answer, newest first; that `who` looked is audited."""
        rows = await self._connection.execute(
            select(unanswered).order_by(unanswered.c.at.desc(), unanswered.c.id).limit(limit)
        )
        found = tuple(
            Unanswered(
                id=row.id,
                at=row.at,
                text=self._keyring.open_text(row.words, "unanswered", row.id, "words"),
                nearest=tuple(json.loads(row.nearest)),
                # One that was kept before askers were told apart counts as asked by itself.
                asker=row.asker_index.hex() if row.asker_index else row.id,
                passed=row.passed_at is not None,
            )
            for row in rows
        )
        await self._audit.append(who, "questions viewed", "", {"texts": len(found)}, now)
        return found

    async def pass_unanswered(self, id: str, who: str, now: datetime) -> None:
        """Let comms see a question that only one resident asked; LookupError if there is none."""
        passed = await self._connection.execute(
            update(unanswered).where(unanswered.c.id == id).values(passed_at=now)
        )
        if not passed.rowcount:
            raise LookupError("no such question")
        await self._audit.append(who, "question passed on", "", {}, now)

    def count(self, article: str, outcome: str, now: datetime) -> None:
        """Count one more."""
        row = {"day": now.astimezone(UTC).date(), "article": article, "outcome": outcome}
        self._connection.later(
            self._connection.count_up(answer_counts, "count"), row | {"count": 1}
        )

    async def counts(self, first: date, last: date) -> tuple[AnswerCount, ...]:
        """The counts of those days, both included, by day, article and outcome."""
        statement = (
            select(answer_counts)
            .where(answer_counts.c.day.between(first, last))
            .order_by(answer_counts.c.day, answer_counts.c.article, answer_counts.c.outcome)
        )
        return tuple(AnswerCount(*row) for row in await self._connection.execute(statement))

    async def purge(self, before: datetime) -> int:
        """Erase older opinions."""
        return (
            await self._connection.execute(delete(feedback).where(feedback.c.at < before))
        ).rowcount

    async def purge_unanswered(self, before: datetime) -> int:
        """Erase older questions."""
        return (
            await self._connection.execute(delete(unanswered).where(unanswered.c.at < before))
        ).rowcount

    def _comment(self, id: str, sealed: bytes | None) -> str:
        return self._keyring.open_text(sealed, "feedback", id, "comment") if sealed else ""
