"""What the store keeps about itself and about what came in."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from storage.tables.base import (
    Blind,
    Moment,
    Number,
    Sealed,
    Token,
    conversation_key,
    metadata,
)

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

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", Token, primary_key=True),
    conversation_key(ondelete="SET NULL", index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("why", String(64), nullable=False),
    Column("event", Sealed, nullable=False),
)
"""An event that no turn could be made of: its resident was told, and somebody has to look."""

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
    Index(None, "at"),
    Index(None, "who", "seq"),
    Index(None, "what", "seq"),
)
"""One thing somebody did, chained to the one before; triggers refuse to change or delete a row."""

tombstones = Table(
    "tombstones",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    CheckConstraint("kind IN ('chat', 'report', 'picture')", name="kind"),
)
"""Something that was erased because somebody said so: a restored backup must not bring it back."""
