"""What reports are found and compared by, what was noticed of them, and who is told of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables; every report that is there waits to be read."""
    op.create_index(
        op.f("ix_reports_urgent_viewed_at_made_at"), "reports", ["urgent", "viewed_at", "made_at"]
    )
    op.add_column("reports", sa.Column("news_at", _MOMENT))
    op.create_index(op.f("ix_reports_news_at"), "reports", ["news_at"])
    # Nobody is to be alerted of what was there before anybody noted who opened it.
    op.execute("UPDATE reports SET viewed_at = changed_at WHERE viewed_at IS NULL")
    _traces()
    _noticed()
    _shares()
    op.execute(
        "INSERT INTO report_traces (reference, kind, district, made_at) "
        "SELECT reference, kind, district, made_at FROM reports"
    )


def _traces() -> None:
    op.create_table(
        "report_traces",
        _report("report_traces", primary_key=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("district", sa.String(64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False, index=True),
        sa.Column("read_at", _MOMENT),
        sa.Column("traits", sa.LargeBinary),
        sa.Column("urgent_words", sa.LargeBinary),
    )
    for columns in (["district", "kind", "made_at"], ["read_at", "made_at"]):
        name = op.f(f"ix_report_traces_{'_'.join(columns)}")
        op.create_index(name, "report_traces", columns)
    op.create_table(
        "report_keys",
        sa.Column("kind", sa.String(16), primary_key=True, nullable=False),
        sa.Column("value", sa.LargeBinary(16), primary_key=True, nullable=False),
        _report("report_keys", primary_key=True, index=True),
    )


def _noticed() -> None:
    op.create_table(
        "unlike",
        _report("unlike", "first", primary_key=True),
        _report("unlike", "second", primary_key=True, index=True),
        _staff("unlike", "staff_id", nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.String(32), primary_key=True, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("key_kind", sa.String(16), nullable=False),
        sa.Column("key_value", sa.LargeBinary(16)),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("district", sa.String(64), nullable=False),
        sa.Column("label", sa.LargeBinary),
        sa.Column("recent", sa.Integer, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("before", sa.Integer, nullable=False),
        sa.Column("before_days", sa.Integer, nullable=False),
        sa.Column("found_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "what IN ('series', 'hotspot', 'place', 'reporter')", name=op.f("ck_findings_what")
        ),
    )


def _shares() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.String(32), primary_key=True, nullable=False),
        _report("shares", nullable=False, index=True),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("words", sa.LargeBinary),
        sa.Column("with_identity", sa.Boolean, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        _staff("shares", "staff_id", nullable=False),
        sa.Column("done_at", _MOMENT),
        _staff("shares", "done_by"),
    )
    op.create_index(op.f("ix_shares_done_at_due_at"), "shares", ["done_at", "due_at"])


def _report(table: str, column: str = "reference", **options: Any) -> sa.Column[str]:
    name = op.f(f"fk_{table}_{column}_reports")
    key = sa.ForeignKey("reports.reference", ondelete="CASCADE", name=name)
    return sa.Column(column, sa.String(11), key, **{"nullable": False, **options})


def _staff(table: str, column: str, **options: Any) -> sa.Column[int]:
    key = sa.ForeignKey("staff.id", name=op.f(f"fk_{table}_{column}_staff"))
    return sa.Column(column, sa.Integer, key, **options)
