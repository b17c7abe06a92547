"""What supervisors keep: teams, leave, historic counts, and reviews of closed reports."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from storage.tables.base import Moment, Sealed, Token, metadata, report_key

teams = Table(
    "teams",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(128), nullable=False, unique=True),
)
"""A team that reports can be given to; `reports.team` holds its id."""

team_districts = Table(
    "team_districts",
    metadata,
    Column("team_id", String(64), ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    Column("district", String(64), primary_key=True),
)
"""The team looks after this district."""

staff_teams = Table(
    "staff_teams",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("team_id", String(64), ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "team_id"),
)
"""Somebody works in this team."""

leave = Table(
    "leave",
    metadata,
    Column("id", Token, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    CheckConstraint("first_day <= last_day", name="days"),
)
"""Somebody is not there on these days, both included. `kind` never says more than a rota does:
why somebody is ill is nobody's business here."""

historic_counts = Table(
    "historic_counts",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("first_day", Date, primary_key=True),
    Column("last_day", Date, primary_key=True),
    Column("district", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("source", String(128), nullable=False),
    CheckConstraint("first_day <= last_day", name="days"),
    CheckConstraint("count >= 0", name="count"),
    Index(None, "first_day"),
)
"""How many of a kind there were in a district in days before the counter, by an outside source.
An empty `district` is what the source could not allocate to any."""

quality_reviews = Table(
    "quality_reviews",
    metadata,
    Column("id", Token, primary_key=True),
    report_key(nullable=False),
    Column("week", Date, nullable=False, index=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Sealed),
    Index(None, "reference", "week", unique=True),
)
"""A supervisor has looked at how a closed report was handled. `week` is the Monday of the week in
which it was closed, for whose sample it was drawn."""

quality_marks = Table(
    "quality_marks",
    metadata,
    Column(
        "review_id", Token, ForeignKey("quality_reviews.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("criterion", String(32), primary_key=True),
    Column("mark", String(8), nullable=False),
    CheckConstraint("mark IN ('yes', 'no', 'na')", name="mark"),
)
"""What a review says to one question about the report."""
