"""Chats: where each stands, what was said, drafts that left their chat, and alarms."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
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
    conversation_key(ondelete="CASCADE", nullable=False),
    Column("who", String(8), nullable=False),
    Column("words", Sealed),
    Column("at", Moment, nullable=False, index=True),
    Column("state", String(8), nullable=False),
    Column("lane", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Those of them that may have arrived, or that a mistake of ours ended.
    Column("doubtful", Integer, nullable=False, server_default=text("0")),
    Column("due_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("channel_message_id", String(64)),
    Column("why", String(64)),
    Column("staff_id", Integer),
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
only grow, and are never used again: pages ask for what came after one. `staff_id` is the handler
who wrote it in a live chat; the resident is never told. `seal_id` stands for the id
in the seal, since the id is not known before the row is there."""

alarms = Table(
    "alarms",
    metadata,
    Column("id", Token, primary_key=True),
    conversation_key(ondelete="SET NULL", index=True),
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
