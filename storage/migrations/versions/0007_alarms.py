"""Who has taken an alarm on, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns; alarms of before count as open until somebody closes them."""
    for column in (
        sa.Column("level", sa.String(16)),
        sa.Column("channel", sa.String(16)),
        sa.Column("owner", sa.String(64)),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.String(64)),
        sa.Column("note", sa.LargeBinary),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("alarms", column)
    op.create_index(op.f("ix_alarms_closed_at"), "alarms", ["closed_at"])
