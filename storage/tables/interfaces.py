"""Other systems: who may ask us over the API, and whom we tell of what happens to reports."""

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
    text,
)

from storage.tables.base import (
    Moment,
    Number,
    Sealed,
    Token,
    metadata,
    report_key,
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Token, primary_key=True),
    Column("name", String(48), nullable=False, unique=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("scopes", String(256), nullable=False),
    Column("networks", String(512), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
)
"""A system that may ask us, known by a token of which only a hash is kept. `scopes` are words of
storage/api_tokens.py, `networks` the addresses it may ask from, none for any. `staff_id` is the
account by which stories and the audit trail name it; nobody can sign in as that."""

api_requests = Table(
    "api_requests",
    metadata,
    Column("token_id", Token, ForeignKey("api_tokens.id", ondelete="CASCADE"), primary_key=True),
    Column("key_hash", LargeBinary(32), primary_key=True),
    Column("seal_id", Token, nullable=False),
    Column("asked", LargeBinary(32), nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Sealed, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)
"""A request that must not be carried out twice: the hash of its key and of what it asked, and how
it was answered."""

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Token, primary_key=True),
    Column("address", Sealed, nullable=False),
    Column("secret", Sealed, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
)
"""An address that is told; `restricted`: also of reports that few may see."""

webhook_events = Table(
    "webhook_events",
    metadata,
    Column("event", String(32), primary_key=True),
    Column("webhook_id", Token, ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "webhook_id"),
)
"""What a webhook wants to be told of."""

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Number, primary_key=True),
    Column("webhook_id", Token, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("event", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    report_key(index=True),
    Column("alarm_id", Token),
    Column("kind", String(64), nullable=False, server_default=text("''")),
    Column("district", String(64), nullable=False, server_default=text("''")),
    Column("status", String(32), nullable=False, server_default=text("''")),
    Column("restricted", Boolean, nullable=False, server_default=text("false")),
    Column("version", Integer),
    Column("made_at", Moment),
    Column("state", String(16), nullable=False, server_default=text("'waiting'")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("due_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("answer", Integer),
    Column("why", String(32), nullable=False, server_default=text("''")),
    CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state"),
    Index(None, "state", "webhook_id", "due_at"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)
"""Something that a webhook is told, with all that the message holds: no words of anybody.

`due_at`: when it is tried next; `answer`: the HTTP status of the last try, `why` a word of ours
where there was none."""
