"""Live chats with a handler, and which handlers are there."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the two tables, and who of the staff wrote a line."""
    op.create_table(
        "hand_overs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String(32),
            sa.ForeignKey("conversations.id", ondelete="SET NULL"),
        ),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("told_at", _MOMENT),
        sa.Column("owner_id", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("taken_at", _MOMENT),
        sa.Column("waited", sa.Integer),
        sa.Column("heard_at", _MOMENT),
        sa.Column("answered_at", _MOMENT),
        sa.Column("alarmed_at", _MOMENT),
        sa.Column("said", sa.LargeBinary),
        sa.Column("note", sa.LargeBinary),
        sa.Column(
            "reference", sa.String(11), sa.ForeignKey("reports.reference", ondelete="SET NULL")
        ),
        sa.Column("ended_at", _MOMENT),
        sa.Column("outcome", sa.String(32)),
        sa.CheckConstraint(
            "state IN ('waiting', 'taken', 'ended')", name=op.f("ck_hand_overs_state")
        ),
    )
    for columns in (
        ("conversation_id",),
        ("asked_at",),
        ("taken_at",),
        ("state", "rank", "asked_at"),
        ("owner_id", "state"),
        ("reference",),
    ):
        op.create_index(op.f(f"ix_hand_overs_{'_'.join(columns)}"), "hand_overs", columns)
    op.create_table(
        "presence",
        sa.Column(
            "staff_id", sa.Integer, sa.ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("ready", sa.Boolean, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
    )
    op.create_index(op.f("ix_presence_ready_seen_at"), "presence", ["ready", "seen_at"])
    op.add_column("messages", sa.Column("staff_id", sa.Integer))
