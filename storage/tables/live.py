"""Live chats: who waits for a person and who has taken them, and which handlers are there."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from storage.tables.base import Moment, Reference, Sealed, Token, conversation_key, metadata

hand_overs = Table(
    "hand_overs",
    metadata,
    Column("id", Token, primary_key=True),
    conversation_key(ondelete="SET NULL", index=True),
    Column("channel", String(16), nullable=False),
    Column("state", String(8), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("asked_at", Moment, nullable=False, index=True),
    Column("told_at", Moment),
    Column("owner_id", Integer, ForeignKey("staff.id")),
    Column("taken_at", Moment, index=True),
    Column("waited", Integer),
    Column("heard_at", Moment),
    Column("answered_at", Moment),
    Column("alarmed_at", Moment),
    Column("said", Sealed),
    Column("note", Sealed),
    Column("reference", Reference, ForeignKey("reports.reference", ondelete="SET NULL")),
    Column("ended_at", Moment),
    Column("outcome", String(32)),
    CheckConstraint("state IN ('waiting', 'taken', 'ended')", name="state"),
    Index(None, "state", "rank", "asked_at"),
    Index(None, "owner_id", "state"),
    Index(None, "reference"),
)
"""One wish to talk to a person, from asking to its end. Waiting ones are served by `rank`, the
highest first, then by `asked_at`. `waited` is the seconds until it was taken for the first time,
`said` what the resident wrote last before they asked, `note` what a handler wrote for the next;
both go when it ends. What is said meanwhile is in `messages`."""

presence = Table(
    "presence",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    Column("ready", Boolean, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index(None, "ready", "seen_at"),
)
"""A member of staff with a page of the console open: when it was last heard of, and whether they
are ready for live chats."""
