"""Unfinished reports under a code of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of parked drafts."""
    op.create_table(
        "parked",
        sa.Column("id", sa.String(32), primary_key=True, nullable=False),
        sa.Column("code_index", sa.LargeBinary(16), nullable=False, unique=True),
        sa.Column("draft", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
