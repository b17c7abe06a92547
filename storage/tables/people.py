"""Staff: their accounts, and who is signed in."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from storage.tables.base import (
    Moment,
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
