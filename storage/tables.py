"""The tables: what a row of each means, which columns are sealed, and which keys hold promises.

A `Sealed` column holds ciphertext of storage/seal.py, bound to its table, row and column. All else
is plain, and so may hold nothing that a resident wrote and no way of reaching one.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite has no time zones, so there it is naive on disk."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC; raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware of its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC, aware."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


Number = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits; SQLite counts up by itself only in a column that says INTEGER."""
Sealed = LargeBinary
Token = String(32)
"""A random 128-bit id in hexadecimal digits, made before the row is, since sealing needs it."""
Blind = LargeBinary(16)
"""A blind index: finds a sealed value again without telling what it is."""
Reference = String(11)


def _conversation(*, ondelete: str, **options: Any) -> Column[str]:
    key = ForeignKey("conversations.id", ondelete=ondelete)
    return Column("conversation_id", Token, key, **options)


def _report(**options: Any) -> Column[str]:
    key = ForeignKey("reports.reference", ondelete="CASCADE")
    return Column("reference", Reference, key, **options)


meta = Table(
    "meta",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Sealed, nullable=False),
)
"""One fact about the database itself: the value that only our keys open, the audit trail's head."""

handled = Table(
    "handled",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("event_id", String(255), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)
"""An event that was taken in; its key is why the same update twice has one effect."""

conversations = Table(
    "conversations",
    metadata,
    Column("id", Token, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("key_index", Blind, nullable=False),
    Column("key", Sealed, nullable=False),
    Column("state", Sealed, nullable=False),
    Column("drafting", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("blocked", Boolean, nullable=False, server_default=false()),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("heard_at", Moment),
    UniqueConstraint("channel", "key_index"),
    Index(None, "channel", "changed_at"),
)
"""One chat on one channel and where it stands; locking this row keeps its turns in order.
`drafting` repeats from the sealed state that there is a draft, so that old drafts can be found."""

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", Token, primary_key=True),
    _conversation(ondelete="SET NULL", index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("why", String(64), nullable=False),
    Column("event", Sealed, nullable=False),
)
"""An event that no turn could be made of: its resident was told, and somebody has to look."""

parked = Table(
    "parked",
    metadata,
    Column("id", Token, primary_key=True),
    Column("code_index", Blind, nullable=False, unique=True),
    Column("draft", Sealed, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)
"""An unfinished report that left its chat, to be brought back once by its code."""

messages = Table(
    "messages",
    metadata,
    Column("id", Number, primary_key=True),
    Column("seal_id", Token, nullable=False),
    _conversation(ondelete="CASCADE", nullable=False),
    Column("who", String(8), nullable=False),
    Column("words", Sealed),
    Column("at", Moment, nullable=False, index=True),
    Column("state", String(8), nullable=False),
    Column("lane", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("channel_message_id", String(64)),
    Column("why", String(64)),
    CheckConstraint("who IN ('resident', 'counter')", name="who"),
    CheckConstraint(
        "state IN ('heard', 'page', 'queued', 'sent', 'unknown', 'failed')", name="state"
    ),
    Index(None, "conversation_id", "id"),
    Index(None, "state", "conversation_id", "id"),
    sqlite_autoincrement=True,
)
"""One line of a chat. What the counter says is born `queued` for the sender, or `page` where the
chat page shows it; what the resident said is `heard`, without words where they are not kept. Ids
only grow, and are never used again: pages ask for what came after one. `seal_id` stands for the id
in the seal, since the id is not known before the row is there."""

reports = Table(
    "reports",
    metadata,
    Column("reference", Reference, primary_key=True),
    Column("code_index", Blind, nullable=False, unique=True),
    _conversation(ondelete="SET NULL", index=True),
    Column("kind", String(64), nullable=False),
    Column("status", String(32), nullable=False),
    Column("disposition", String(32)),
    Column("district", String(64), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("continues", Reference, nullable=False, index=True),
    Column("assignee_id", Integer, ForeignKey("staff.id")),
    Column("body", Sealed, nullable=False),
    Column("version", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("erasure_asked_at", Moment),
    Column("reviewed_at", Moment),
    Column("held_at", Moment),
    Column("held_for", String(64)),
    Index(None, "status", "made_at"),
    # What is due for review is counted on every page of who decides about it.
    Index(None, "status", "changed_at", "reviewed_at"),
    Index(None, "erasure_asked_at"),
)
"""A submitted report. Its access code is nowhere, only an index of it. `urgent` and `restricted`
repeat rows of report_flags, because the queue is ordered by the one and guarded by the other.
`reviewed_at`: staff last decided to keep it; `held_at`: since then it must not be erased, and
`held_for` is one of a few reasons (storage/erasure.py)."""

report_flags = Table(
    "report_flags",
    metadata,
    _report(primary_key=True),
    Column("flag", String(32), primary_key=True),
    Index(None, "flag", "reference"),
)
"""A report carries this flag."""

report_events = Table(
    "report_events",
    metadata,
    Column("id", Number, primary_key=True),
    Column("seal_id", Token, nullable=False),
    _report(nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("words", Sealed),
    Column("before", String(32)),
    Column("after", String(32)),
    Column("disposition", String(32)),
    CheckConstraint("kind IN ('added', 'message', 'note', 'status', 'erasure')", name="kind"),
    Index(None, "reference", "id"),
    sqlite_autoincrement=True,
)
"""Something that happened to a report: words added by its resident, a message to them, a note
among staff, a change of status, a wish to have it erased. No `staff_id`: the resident did it."""

followers = Table(
    "followers",
    metadata,
    _report(primary_key=True),
    _conversation(ondelete="CASCADE", primary_key=True, index=True),
)
"""Updates of the report are announced in the conversation, as its resident wished."""

files = Table(
    "files",
    metadata,
    Column("id", Token, primary_key=True),
    _conversation(ondelete="SET NULL", index=True),
    _report(index=True),
    Column("media", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Sealed, nullable=False),
    Column("at", Moment, nullable=False),
)
"""A picture: of a draft while it has no reference, of the report from then on."""

file_chunks = Table(
    "file_chunks",
    metadata,
    Column("file_id", Token, ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("data", Sealed, nullable=False),
)
"""A piece of a picture, so that replicas and backups see pictures too."""

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(64), nullable=False, unique=True),
    Column("name", String(128), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    CheckConstraint("role IN ('handler', 'supervisor', 'comms', 'admin')", name="role"),
    sqlite_autoincrement=True,
)
"""An account of the console; never deleted, since the audit trail names it. `password` is an
Argon2id hash."""

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("made_at", Moment, nullable=False, index=True),
    Column("seen_at", Moment, nullable=False),
    Index(None, "staff_id"),
)
"""Somebody is signed in; the token itself is only in their browser."""

tries = Table(
    "tries",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("key", Blind, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
)
"""How often something secret was guessed wrong lately: by account, by address, by conversation."""

audit = Table(
    "audit",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("who", String(64), nullable=False),
    Column("what", String(64), nullable=False),
    Column("about", String(64), nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
)
"""One thing somebody did, chained to the one before; triggers refuse to change or delete a row."""

feedback = Table(
    "feedback",
    metadata,
    Column("id", Token, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("helpful", Boolean),
    Column("article", String(64), nullable=False),
    Column("comment", Sealed),
)
"""What somebody thinks of an answer, or of the service where `article` is empty; not who."""

unanswered = Table(
    "unanswered",
    metadata,
    Column("id", Token, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("words", Sealed, nullable=False),
    Column("nearest", Text, nullable=False),
    Column("asker_index", Blind, index=True),
    Column("passed_at", Moment),
)
"""An ordinary question we had no answer to, and the articles that came nearest.

Not who asked, only whether two were asked by the same; and when a handler passed it on to comms.
"""

answer_counts = Table(
    "answer_counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("article", String(64), primary_key=True),
    Column("outcome", String(32), primary_key=True),
    Column("count", Integer, nullable=False),
)
"""How often an article was served on a day (UTC), or nothing was known."""

alarms = Table(
    "alarms",
    metadata,
    Column("id", Token, primary_key=True),
    _conversation(ondelete="SET NULL", index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("category", String(64), nullable=False),
    Column("words", Sealed, nullable=False),
    Column("level", String(16)),
    Column("channel", String(16)),
    Column("owner", String(64)),
    Column("taken_at", Moment),
    Column("outcome", String(64)),
    Column("note", Sealed),
    Column("closed_at", Moment, index=True),
)
"""A text that raised an alarm or tells of a risk; restricted, and outlives the chat it stood in.
`owner` is who has taken it on, `outcome` and `note` what came of it."""

tombstones = Table(
    "tombstones",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    CheckConstraint("kind IN ('chat', 'report')", name="kind"),
)
"""Something that was erased because somebody said so: a restored backup must not bring it back."""
