"""Review and legal hold of reports, tombstones, and an append-only audit trail on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_REFUSE = """
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only';
END
$$
"""


def upgrade() -> None:
    """Add the columns and the table; on PostgreSQL the triggers that SQLite has from the start."""
    op.add_column("reports", sa.Column("reviewed_at", sa.DateTime(timezone=True)))
    op.add_column("reports", sa.Column("held_at", sa.DateTime(timezone=True)))
    op.create_table(
        "tombstones",
        sa.Column("kind", sa.String(16), primary_key=True, nullable=False),
        sa.Column("key", sa.String(32), primary_key=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.CheckConstraint("kind IN ('chat', 'report')", name=op.f("ck_tombstones_kind")),
    )
    if op.get_context().dialect.name != "postgresql":
        return
    op.execute(_REFUSE)
    for name, event in (("audit_no_update", "UPDATE"), ("audit_no_delete", "DELETE")):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON audit "
            "FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
        )
