"""What supervisors keep, and indexes from which figures are counted and the trail is searched."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_MOMENTS = ("made", "viewed", "replied", "closed")
_GROUPS = ["restricted", "kind", "district", "team"]


def upgrade() -> None:
    """Add the tables and the indexes."""
    _add_teams()
    _add_historic_counts()
    _add_quality()
    for moment in ("made_at", "closed_at"):
        op.drop_index(op.f(f"ix_reports_{moment}"), "reports")
    for moment in _MOMENTS:
        made = [] if moment == "made" else ["made_at"]
        columns = [f"{moment}_at", *made, *_GROUPS]
        op.create_index(op.f(f"ix_reports_figures_{moment}"), "reports", columns)
    for columns in (["at"], ["who", "seq"], ["what", "seq"]):
        op.create_index(op.f("ix_audit_" + "_".join(columns)), "audit", columns)


def _of_team() -> sa.Column[str]:
    key = sa.ForeignKey("teams.id", ondelete="CASCADE")
    return sa.Column("team_id", sa.String(64), key, primary_key=True)


def _days(*, key: bool = False) -> tuple[sa.Column[date], ...]:
    return tuple(
        sa.Column(name, sa.Date(), primary_key=key, nullable=False)
        for name in ("first_day", "last_day")
    )


def _add_teams() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(128), nullable=False, unique=True),
    )
    op.create_table(
        "team_districts", _of_team(), sa.Column("district", sa.String(64), primary_key=True)
    )
    op.create_table(
        "staff_teams",
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), primary_key=True),
        _of_team(),
    )
    op.create_index(op.f("ix_staff_teams_team_id"), "staff_teams", ["team_id"])
    op.create_table(
        "leave",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        *_days(),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name="days"),
    )
    for column in ("staff_id", "last_day"):
        op.create_index(op.f(f"ix_leave_{column}"), "leave", [column])


def _add_historic_counts() -> None:
    op.create_table(
        "historic_counts",
        sa.Column("kind", sa.String(64), primary_key=True),
        *_days(key=True),
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("source", sa.String(128), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name="days"),
        sa.CheckConstraint("count >= 0", name="count"),
    )
    op.create_index(op.f("ix_historic_counts_first_day"), "historic_counts", ["first_day"])


def _add_quality() -> None:
    report = sa.ForeignKey("reports.reference", ondelete="CASCADE")
    review = sa.ForeignKey("quality_reviews.id", ondelete="CASCADE")
    op.create_table(
        "quality_reviews",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("reference", sa.String(11), report, nullable=False),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary),
    )
    op.create_index(op.f("ix_quality_reviews_week"), "quality_reviews", ["week"])
    op.create_index(
        op.f("ix_quality_reviews_reference_week"),
        "quality_reviews",
        ["reference", "week"],
        unique=True,
    )
    op.create_table(
        "quality_marks",
        sa.Column("review_id", sa.String(32), review, primary_key=True),
        sa.Column("criterion", sa.String(32), primary_key=True),
        sa.Column("mark", sa.String(8), nullable=False),
        sa.CheckConstraint("mark IN ('yes', 'no', 'na')", name="mark"),
    )
