"""What must not be seen any more: passages blacked out, with history, and pictures locked away."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select, update

from storage.case_file import CaseFile
from storage.connection import Connection
from storage.erasure import PICTURE, Erasure
from storage.files import Files
from storage.report_body import open_body
from storage.scope import By
from storage.seal import Keyring
from storage.story import Story
from storage.tables import quarantined, redactions, staff
from storage.tokens import new_id

BLACK = "[redacted]"
_TELLING = 4
"""Letters that two texts must share at their ends to be about the same words."""


class Why(StrEnum):
    """Why a passage is blacked out: fixed words, since the history is open to all who may read."""

    THIRD_PARTY = "about somebody who is not involved"
    IDENTITY = "would tell who somebody is"
    SENSITIVE = "too sensitive for all who read this"
    UNRELATED = "does not belong here"


@dataclass(frozen=True, slots=True)
class Redaction:
    """A passage that is blacked out wherever the report is shown."""

    id: str
    passage: str
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A picture that is gone: only what proves which it was is left."""

    sha256: str
    by: str
    at: datetime


class Redactions:
    """Blacking out and locking away; changes raise LookupError and Conflict as casework does."""

    def __init__(
        self,
        connection: Connection,
        keyring: Keyring,
        files: Files,
        story: Story,
        case_file: CaseFile,
        erasure: Erasure,
    ) -> None:
        self._connection, self._keyring = connection, keyring
        self._files, self._story, self._case = files, story, case_file
        self._erasure = erasure

    async def redact(
        self, reference: str, passage: str, why: Why, by: By, now: datetime, version: int
    ) -> None:
        """Black a passage out, wherever it stands in the report."""
        await self._case.lock(reference, by, version)
        id = new_id()
        row = {
            "id": id,
            "reference": reference,
            "at": now,
            "staff_id": by.staff.id,
            "why": why,
            "passage": self._keyring.seal_text(passage, "redactions", id, "passage"),
        }
        await self._connection.execute(insert(redactions).values(row))
        await self._case.change(reference, now)
        await self._case.tell(
            reference, "redacted", f"blacked out a passage: {why}", by, now, why=why
        )

    async def stands(self, reference: str, passage: str, by: By) -> bool:
        """Whether the passage stands anywhere in the report; raises LookupError."""
        row = await self._case.lock(reference, by)
        body = open_body(self._keyring, reference, row.body)
        texts = [*(answer.value for answer in body.answers), body.place.said]
        texts += [one.text for one in await self._story.read(reference)]
        return any(passage.casefold() in text.casefold() for text in texts)

    async def lift(self, reference: str, id: str, by: By, now: datetime, version: int) -> None:
        """Show the passage again; LookupError as well where there is no such redaction."""
        await self._case.lock(reference, by, version)
        mine = (redactions.c.id == id, redactions.c.reference == reference)
        held = update(redactions).where(*mine, redactions.c.lifted_at.is_(None))
        if not (await self._connection.execute(held.values(lifted_at=now))).rowcount:
            raise LookupError("no such redaction")
        await self._case.change(reference, now)
        await self._case.tell(reference, "redacted", "showed a passage again", by, now)

    async def of(self, reference: str) -> tuple[Redaction, ...]:
        """The passages that are blacked out now, the longest first."""
        statement = (
            select(redactions, staff.c.name)
            .outerjoin(staff, staff.c.id == redactions.c.staff_id)
            .where(redactions.c.reference == reference, redactions.c.lifted_at.is_(None))
        )
        found = [
            Redaction(
                row.id,
                self._keyring.open_text(row.passage, "redactions", row.id, "passage"),
                row.why,
                row.name or "",
                row.at,
            )
            for row in await self._connection.execute(statement)
        ]
        return tuple(sorted(found, key=lambda one: -len(one.passage)))

    async def quarantine(
        self, reference: str, file_id: str, by: By, now: datetime, version: int
    ) -> None:
        """Destroy a picture, and keep its SHA-256; LookupError as well where there is none such."""
        await self._case.lock(reference, by, version)
        if file_id not in {photo.id for photo in await self._files.of(reference)}:
            raise LookupError("no such picture")
        await self._files.destroy(file_id, by.staff.id, now)
        # A backup has it still.
        await self._erasure.bury(PICTURE, file_id, now)
        await self._case.change(reference, now)
        await self._case.tell(
            reference, "quarantined", "locked a picture away", by, now, file=file_id
        )

    async def quarantined(self, reference: str) -> tuple[Quarantined, ...]:
        """The pictures that are gone, in order."""
        statement = (
            select(quarantined, staff.c.name)
            .outerjoin(staff, staff.c.id == quarantined.c.staff_id)
            .where(quarantined.c.reference == reference)
            .order_by(quarantined.c.at)
        )
        return tuple(
            Quarantined(
                self._keyring.open_text(row.sha256, "quarantined", row.file_id, "sha256"),
                row.name or "",
                row.at,
            )
            for row in await self._connection.execute(statement)
        )


def redacted(text: str, passages: Iterable[Redaction]) -> str:
    """The text with those passages blacked out, in whatever capitals they stand."""
    for passage in passages:
        text = re.sub(re.escape(passage.passage), BLACK, text, flags=re.IGNORECASE)
    return text


def quoted(words: str, passages: Iterable[Redaction]) -> str:
    """A quotation from the report with those passages blacked out; all of it where they overlap."""
    said = words.casefold()
    passages = tuple(passages)
    if any(_overlap(said, passage.passage.casefold()) for passage in passages):
        return BLACK
    return redacted(words, passages)


def _overlap(words: str, passage: str) -> bool:
    """Whether the words stand in the passage, or either begins with how the other ends."""
    shorter = min(len(words), len(passage))
    return bool(words and words in passage) or any(
        words.endswith(passage[:size]) or passage.endswith(words[:size])
        for size in range(_TELLING, shorter)
    )
