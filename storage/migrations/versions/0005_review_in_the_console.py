"""Why a report is held, and indexes that find what is due for review."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column and the indexes."""
    op.add_column("reports", sa.Column("held_for", sa.String(64)))
    for columns in (("status", "changed_at", "reviewed_at"), ("erasure_asked_at",)):
        op.create_index(op.f(f"ix_reports_{'_'.join(columns)}"), "reports", columns)
