"""The API's tokens and requests, webhooks and what they are told; reports by when they changed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables, and the index by which the API lists."""
    op.create_index(op.f("ix_reports_changed_at_reference"), "reports", ["changed_at", "reference"])
    _add_tokens()
    _add_webhooks()
    _add_deliveries()


def _add_tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(48), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("scopes", sa.String(256), nullable=False),
        sa.Column("networks", sa.String(512), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        *(sa.Column(name, _MOMENT) for name in ("expires_at", "used_at", "revoked_at")),
        sa.UniqueConstraint("name", name="uq_api_tokens_name"),
        sa.UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
    )
    op.create_table(
        "api_requests",
        sa.Column(
            "token_id",
            sa.String(32),
            sa.ForeignKey("api_tokens.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("key_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("seal_id", sa.String(32), nullable=False),
        sa.Column("asked", sa.LargeBinary(32), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_index(op.f("ix_api_requests_at"), "api_requests", ["at"])


def _add_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("restricted", sa.Boolean, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "webhook_events",
        sa.Column("event", sa.String(32), primary_key=True),
        _webhook(primary_key=True),
    )
    op.create_index(op.f("ix_webhook_events_webhook_id"), "webhook_events", ["webhook_id"])


def _webhook(*, primary_key: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey("webhooks.id", ondelete="CASCADE")
    return sa.Column("webhook_id", sa.String(32), key, primary_key=primary_key, nullable=False)


def _add_deliveries() -> None:
    nothing, report = sa.text("''"), sa.ForeignKey("reports.reference", ondelete="CASCADE")
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        _webhook(),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("reference", sa.String(11), report),
        sa.Column("alarm_id", sa.String(32)),
        sa.Column("kind", sa.String(64), nullable=False, server_default=nothing),
        sa.Column("district", sa.String(64), nullable=False, server_default=nothing),
        sa.Column("status", sa.String(32), nullable=False, server_default=nothing),
        sa.Column("restricted", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("version", sa.Integer),
        sa.Column("made_at", _MOMENT),
        sa.Column("state", sa.String(16), nullable=False, server_default=sa.text("'waiting'")),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT),
        sa.Column("answer", sa.Integer),
        sa.Column("why", sa.String(32), nullable=False, server_default=nothing),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state"),
        sqlite_autoincrement=True,
    )
    for columns in (("reference",), ("state", "webhook_id", "due_at"), ("at",)):
        name = op.f("ix_webhook_deliveries_" + "_".join(columns))
        op.create_index(name, "webhook_deliveries", list(columns))
