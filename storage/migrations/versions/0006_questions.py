"""Which questions without an answer were asked by one and the same, and which a handler passed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; questions kept before were asked by nobody we could tell apart."""
    op.add_column("unanswered", sa.Column("asker_index", sa.LargeBinary(16)))
    op.add_column("unanswered", sa.Column("passed_at", sa.DateTime(timezone=True)))
    op.create_index(op.f("ix_unanswered_asker_index"), "unanswered", ["asker_index"])
