"""The first schema; storage/tables.py says what a row of each table means."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Frozen here on purpose: a version of the schema must not change when storage/tables.py does.
_moment = sa.DateTime(timezone=True)
_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_sealed = sa.LargeBinary()
_blind = sa.LargeBinary(16)
_token = sa.String(32)
_reference = sa.String(11)


def upgrade() -> None:
    """Make every table, and on SQLite the triggers that keep the audit trail append-only."""
    _about_itself()
    _staff()
    _conversations()
    _reports()
    _files()
    _learning()
    if op.get_context().dialect.name == "sqlite":
        _guard_audit()


def _column(name: str, kind: Any, *args: Any, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *args, **{"nullable": False} | options)


def _of_conversation(ondelete: str, **options: Any) -> sa.Column[Any]:
    key = sa.ForeignKey("conversations.id", ondelete=ondelete)
    return sa.Column("conversation_id", _token, key, **options)


def _of_report(**options: Any) -> sa.Column[Any]:
    key = sa.ForeignKey("reports.reference", ondelete="CASCADE")
    return sa.Column("reference", _reference, key, **options)


def _about_itself() -> None:
    op.create_table(
        "meta",
        _column("name", sa.String(32), primary_key=True),
        _column("value", _sealed),
    )
    op.create_table(
        "handled",
        _column("source", sa.String(32), primary_key=True),
        _column("event_id", sa.String(255), primary_key=True),
        _column("at", _moment, index=True),
    )
    op.create_table(
        "audit",
        _column("seq", _number, primary_key=True, autoincrement=False),
        _column("at", _moment),
        _column("who", sa.String(64)),
        _column("what", sa.String(64)),
        _column("about", sa.String(64), index=True),
        _column("detail", sa.Text()),
        _column("mac", sa.LargeBinary(32)),
    )


def _staff() -> None:
    op.create_table(
        "staff",
        _column("id", sa.Integer(), primary_key=True),
        _column("username", sa.String(64), unique=True),
        _column("name", sa.String(128)),
        _column("role", sa.String(16)),
        _column("password", sa.Text()),
        _column("made_at", _moment),
        _column("disabled_at", _moment, nullable=True),
        sa.CheckConstraint("role IN ('handler', 'supervisor', 'comms', 'admin')", name="role"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sessions",
        _column("token_hash", sa.LargeBinary(32), primary_key=True),
        _column("staff_id", sa.Integer(), sa.ForeignKey("staff.id", ondelete="CASCADE")),
        _column("made_at", _moment, index=True),
        _column("seen_at", _moment),
        sa.Index(None, "staff_id"),
    )
    op.create_table(
        "tries",
        _column("kind", sa.String(16), primary_key=True),
        _column("key", _blind, primary_key=True),
        _column("count", sa.Integer()),
        _column("last_at", _moment, index=True),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        _column("id", _token, primary_key=True),
        _column("channel", sa.String(16)),
        _column("key_index", _blind),
        _column("key", _sealed),
        _column("state", _sealed),
        _column("drafting", sa.Boolean()),
        _column("version", sa.Integer()),
        _column("blocked", sa.Boolean(), server_default=sa.false()),
        _column("made_at", _moment),
        _column("changed_at", _moment),
        sa.UniqueConstraint("channel", "key_index"),
        sa.Index(None, "channel", "changed_at"),
    )
    op.create_table(
        "messages",
        _column("id", _number, primary_key=True),
        _column("seal_id", _token),
        _of_conversation("CASCADE", nullable=False),
        _column("who", sa.String(8)),
        _column("words", _sealed, nullable=True),
        _column("at", _moment, index=True),
        _column("state", sa.String(8)),
        _column("lane", sa.Integer()),
        _column("attempts", sa.Integer()),
        _column("due_at", _moment),
        _column("done_at", _moment, nullable=True),
        _column("channel_message_id", sa.String(64), nullable=True),
        _column("why", sa.String(64), nullable=True),
        sa.CheckConstraint("who IN ('resident', 'counter')", name="who"),
        sa.CheckConstraint(
            "state IN ('heard', 'page', 'queued', 'sent', 'unknown', 'failed')", name="state"
        ),
        sa.Index(None, "conversation_id", "id"),
        sa.Index(None, "state", "conversation_id", "id"),
        sqlite_autoincrement=True,
    )


def _reports() -> None:
    op.create_table(
        "reports",
        _column("reference", _reference, primary_key=True),
        _column("code_index", _blind, unique=True),
        _of_conversation("SET NULL", index=True),
        _column("kind", sa.String(64)),
        _column("status", sa.String(32)),
        _column("disposition", sa.String(32), nullable=True),
        _column("district", sa.String(64)),
        _column("urgent", sa.Boolean()),
        _column("restricted", sa.Boolean()),
        _column("continues", _reference, index=True),
        _column("assignee_id", sa.Integer(), sa.ForeignKey("staff.id"), nullable=True),
        _column("body", _sealed),
        _column("version", sa.Integer()),
        _column("made_at", _moment),
        _column("changed_at", _moment),
        _column("erasure_asked_at", _moment, nullable=True),
        sa.Index(None, "status", "made_at"),
    )
    op.create_table(
        "report_flags",
        _of_report(primary_key=True),
        _column("flag", sa.String(32), primary_key=True),
        sa.Index(None, "flag", "reference"),
    )
    op.create_table(
        "report_events",
        _column("id", _number, primary_key=True),
        _column("seal_id", _token),
        _of_report(nullable=False),
        _column("kind", sa.String(16)),
        _column("at", _moment),
        _column("staff_id", sa.Integer(), sa.ForeignKey("staff.id"), nullable=True),
        _column("words", _sealed, nullable=True),
        _column("before", sa.String(32), nullable=True),
        _column("after", sa.String(32), nullable=True),
        _column("disposition", sa.String(32), nullable=True),
        sa.CheckConstraint(
            "kind IN ('added', 'message', 'note', 'status', 'erasure')", name="kind"
        ),
        sa.Index(None, "reference", "id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "followers",
        _of_report(primary_key=True),
        _of_conversation("CASCADE", primary_key=True, index=True),
    )


def _files() -> None:
    op.create_table(
        "files",
        _column("id", _token, primary_key=True),
        _of_conversation("SET NULL", index=True),
        _of_report(index=True),
        _column("media", sa.String(64)),
        _column("size", sa.Integer()),
        _column("sha256", _sealed),
        _column("at", _moment),
    )
    op.create_table(
        "file_chunks",
        _column("file_id", _token, sa.ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
        _column("number", sa.Integer(), primary_key=True, autoincrement=False),
        _column("data", _sealed),
    )


def _learning() -> None:
    op.create_table(
        "feedback",
        _column("id", _token, primary_key=True),
        _column("at", _moment, index=True),
        _column("helpful", sa.Boolean(), nullable=True),
        _column("article", sa.String(64)),
        _column("comment", _sealed, nullable=True),
    )
    op.create_table(
        "unanswered",
        _column("id", _token, primary_key=True),
        _column("at", _moment, index=True),
        _column("words", _sealed),
        _column("nearest", sa.Text()),
    )
    op.create_table(
        "answer_counts",
        _column("day", sa.Date(), primary_key=True),
        _column("article", sa.String(64), primary_key=True),
        _column("outcome", sa.String(32), primary_key=True),
        _column("count", sa.Integer()),
    )
    op.create_table(
        "alarms",
        _column("id", _token, primary_key=True),
        _of_conversation("SET NULL", index=True),
        _column("at", _moment, index=True),
        _column("category", sa.String(64)),
        _column("words", _sealed),
    )


def _guard_audit() -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )
