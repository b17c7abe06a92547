"""Tombstones of pictures that staff locked away; replies of which nobody knows if they arrived."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_KINDS = "kind IN ('chat', 'report', 'picture')"
# Those of before have none yet.
_BURY = (
    "INSERT INTO tombstones (kind, key, at) "
    "SELECT 'picture', quarantined.file_id, quarantined.at FROM quarantined"
)


def upgrade() -> None:
    """Let tombstones be of pictures, and make those of pictures that were locked away before.

    Tries that may have arrived are counted apart from those that surely did not.
    """
    op.add_column(
        "messages", sa.Column("doubtful", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_tombstones_kind"), "tombstones", type_="check")
        op.create_check_constraint(op.f("ck_tombstones_kind"), "tombstones", _KINDS)
    else:
        _anew()
    op.execute(_BURY)


def _anew() -> None:
    """SQLite changes no constraint: the table is made anew, and its rows put back."""
    op.execute("CREATE TEMPORARY TABLE stones_before AS SELECT kind, key, at FROM tombstones")
    op.drop_table("tombstones")
    op.create_table(
        "tombstones",
        sa.Column("kind", sa.String(16), primary_key=True, nullable=False),
        sa.Column("key", sa.String(32), primary_key=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_tombstones_kind")),
    )
    op.create_index(op.f("ix_tombstones_at"), "tombstones", ["at"])
    op.execute("INSERT INTO tombstones (kind, key, at) SELECT kind, key, at FROM stones_before")
    op.execute("DROP TABLE stones_before")
