"""When a conversation was last moved on by its resident, and events that were set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the moment to conversations, and make the table of events set aside."""
    op.add_column("conversations", sa.Column("heard_at", sa.DateTime(timezone=True)))
    op.create_table(
        "set_aside",
        sa.Column("id", sa.String(32), primary_key=True, nullable=False),
        sa.Column(
            "conversation_id",
            sa.String(32),
            sa.ForeignKey("conversations.id", ondelete="SET NULL"),
            index=True,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("why", sa.String(64), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
    )
