"""What residents ask and think of the answers; never who."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    String,
    Table,
    Text,
)

from storage.tables.base import (
    Blind,
    Moment,
    Sealed,
    Token,
    metadata,
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Token, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("helpful", Boolean),
    Column("article", String(64), nullable=False),
    Column("comment", Sealed),
)
"""What somebody thinks of an answer, or of the service where `article` is empty; not who."""

unanswered = Table(
    "unanswered",
    metadata,
    Column("id", Token, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("words", Sealed, nullable=False),
    Column("nearest", Text, nullable=False),
    Column("asker_index", Blind, index=True),
    Column("passed_at", Moment),
)
"""An ordinary question we had no answer to, and the articles that came nearest.

Not who asked, only whether two were asked by the same; and when a handler passed it on to comms.
"""

answer_counts = Table(
    "answer_counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("article", String(64), primary_key=True),
    Column("outcome", String(32), primary_key=True),
    Column("count", Integer, nullable=False),
)
"""How often an article was served on a day (UTC), or nothing was known."""
