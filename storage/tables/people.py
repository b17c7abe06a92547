"""Staff: their accounts, and who is signed in."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
    text,
)

from storage.tables.base import (
    Blind,
    Moment,
    Sealed,
    Token,
    metadata,
)

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
    Column("districts", Text, nullable=False, server_default=text("''")),
    Column("clearances", Integer, nullable=False, server_default=text("0")),
    Column("team", String(64), nullable=False, server_default=text("''")),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("subject", Blind, unique=True),
    CheckConstraint("role IN ('handler', 'supervisor', 'comms', 'auditor', 'admin')", name="role"),
    sqlite_autoincrement=True,
)
"""An account of the console; never deleted, since the audit trail names it. `password` is an
Argon2id hash, or empty for who signs in elsewhere; with `must_change`, somebody else knows it.

`districts` are ids with spaces between, empty for all; `clearances` is a sum of the bits of
storage/reach.py; `subject` is who they are to the identity provider."""

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("id", Token, nullable=False, unique=True),
    Column("staff_id", Integer, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("made_at", Moment, nullable=False, index=True),
    Column("seen_at", Moment, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("via", String(16), nullable=False),
    Column("browser", String(32), nullable=False),
    Column("address", Sealed),
    CheckConstraint("stage IN ('in', 'code')", name="stage"),
    Index(None, "staff_id"),
)
"""Somebody is signed in or, at the stage "code", has still to show a second factor; the token
itself is only in their browser. `browser` is a coarse name of ours, `via` how they signed in."""
