"""Traces of reports: what they are found again by, and compared by, without opening each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update

from handlers.report import URGENT, Answer, NewReport, Place
from handlers.traits import Key, Read
from knowledge.similar import Traits
from storage.audit import Audit
from storage.codec import from_json, to_json
from storage.connection import Connection
from storage.report_body import open_body
from storage.seal import Keyring
from storage.story import Kind, Story
from storage.tables import report_flags, report_keys, report_traces, reports

READER = "front counter"
"""Who the audit trail names where the program read something itself."""
_BEGIN = insert(report_traces)
MOST_FOUND = 500


@dataclass(frozen=True, slots=True)
class Unread:
    """A report that waits to be read."""

    reference: str
    version: int
    """Hand it back with what was read: where the report changed meanwhile, it is read again."""
    answers: tuple[Answer, ...]
    place: Place
    added: tuple[str, ...]
    """What its resident added later."""


class Traces:
    """What was read out of reports; written with them, filled in a moment later."""

    def __init__(
        self, connection: Connection, keyring: Keyring, story: Story, audit: Audit
    ) -> None:
        self._connection, self._keyring = connection, keyring
        self._story, self._audit = story, audit

    def begin(self, reference: str, report: NewReport, now: datetime) -> None:
        """Note, in the turn that keeps a report, that it is to be read; costs one short row."""
        row = {
            "reference": reference,
            "kind": report.kind,
            "district": report.place.district,
            "made_at": now,
        }
        self._connection.later(_BEGIN, row)

    async def read_anew(self, reference: str) -> None:
        """Its resident added something: it is read again."""
        statement = update(report_traces).where(report_traces.c.reference == reference)
        await self._connection.execute(statement.values(read_at=None))

    async def unread(self, limit: int) -> tuple[Unread, ...]:
        """Reports that wait to be read, the newest first."""
        statement = (
            select(report_traces.c.reference, reports.c.version, reports.c.body)
            .join(reports, reports.c.reference == report_traces.c.reference)
            .where(report_traces.c.read_at.is_(None))
            .order_by(report_traces.c.made_at.desc())
            .limit(limit)
        )
        found = []
        for row in (await self._connection.execute(statement)).all():
            body = open_body(self._keyring, row.reference, row.body)
            story = await self._story.read(row.reference, (Kind.ADDED,))
            added = tuple(happening.text for happening in story)
            found.append(Unread(row.reference, row.version, body.answers, body.place, added))
        return tuple(found)

    async def keep(self, unread: Unread, read: Read, now: datetime) -> None:
        """Keep what was read, unless the report has changed or gone meanwhile.

        One whose words read urgent is marked so, where it was not.
        """
        reference = unread.reference
        statement = select(reports.c.version, reports.c.urgent)
        locked = statement.where(reports.c.reference == reference).with_for_update(key_share=True)
        row = (await self._connection.execute(locked)).one_or_none()
        if row is None or row.version != unread.version:
            return
        seal = self._keyring.seal
        words = read.urgent_words.encode("utf-8", "surrogatepass")
        values = {
            "read_at": now,
            "traits": seal(to_json(read.traits), "report_traces", reference, "traits"),
            "urgent_words": seal(words, "report_traces", reference, "urgent_words")
            if words
            else None,
        }
        mine = report_traces.c.reference == reference
        await self._connection.execute(update(report_traces).where(mine).values(values))
        await self._index(reference, read.keys)
        if words and not row.urgent:
            await self._mark_urgent(reference, now)

    async def find(self, keys: Collection[Key]) -> tuple[str, ...]:
        """References of reports with any of the keys, newest first, restricted ones among them.

        `handlers.traits.keys_of_search` makes the keys of what somebody types.
        """
        if not keys:
            return ()
        statement = (
            select(report_traces.c.reference)
            .join(report_keys, report_keys.c.reference == report_traces.c.reference)
            .where(or_(*(matches(self._keyring, key) for key in keys)))
            .order_by(report_traces.c.made_at.desc())
            .limit(MOST_FOUND)
        )
        return tuple(dict.fromkeys((await self._connection.scalars(statement)).all()))

    async def _index(self, reference: str, keys: Sequence[Key]) -> None:
        gone = delete(report_keys).where(report_keys.c.reference == reference)
        await self._connection.execute(gone)
        rows = [
            {"kind": kind, "value": index_of(self._keyring, (kind, text)), "reference": reference}
            for kind, text in dict.fromkeys(keys)
        ]
        if rows:
            await self._connection.execute(insert(report_keys), rows)

    async def _mark_urgent(self, reference: str, now: datetime) -> None:
        flag = self._connection.insert_once(report_flags)
        self._connection.later(flag, {"reference": reference, "flag": URGENT})
        mine = reports.c.reference == reference
        await self._connection.execute(update(reports).where(mine).values(urgent=True))
        await self._audit.append(READER, "report read as urgent", reference, {}, now)


def index_of(keyring: Keyring, key: Key) -> bytes:
    """The blind index of a key; it lasts through every rotation."""
    kind, text = key
    return keyring.blind_index(f"report {kind}", text)


def matches(keyring: Keyring, key: Key) -> ColumnElement[bool]:
    """Whether a row of report_keys is of that key."""
    value = index_of(keyring, key)
    return and_(report_keys.c.kind == key[0], report_keys.c.value == value)


def open_traits(keyring: Keyring, reference: str, sealed: bytes) -> Traits:
    """What the report of that reference is compared by."""
    return from_json(Traits, keyring.open(sealed, "report_traces", reference, "traits"))
