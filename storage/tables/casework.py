"""What staff know of a report and do with it, and what they hand to each other."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from storage.tables.base import (
    Moment,
    Number,
    Reference,
    Sealed,
    Token,
    metadata,
    report_key,
)

report_tags = Table(
    "report_tags",
    metadata,
    report_key(primary_key=True),
    Column("tag", String(32), primary_key=True),
    Index(None, "tag", "reference"),
)
"""A report carries this tag, one of a list that supervisors keep."""

report_links = Table(
    "report_links",
    metadata,
    Column(
        "first", Reference, ForeignKey("reports.reference", ondelete="CASCADE"), primary_key=True
    ),
    Column(
        "second", Reference, ForeignKey("reports.reference", ondelete="CASCADE"), primary_key=True
    ),
    Column("relation", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    CheckConstraint("relation IN ('duplicate', 'same problem', 'merged')", name="relation"),
    Index(None, "second"),
)
"""Staff found that `second` belongs to `first`: reported twice, the same problem, or worked on
there. Its residents are never told that another report exists."""

report_references = Table(
    "report_references",
    metadata,
    report_key(primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("number", String(32), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    CheckConstraint("kind IN ('incident', 'crime')", name="kind"),
    Index(None, "number"),
)
"""What the report is called on the force's own systems."""

report_grades = Table(
    "report_grades",
    metadata,
    Column("id", Number, primary_key=True),
    Column("seal_id", Token, nullable=False),
    report_key(nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("grade", String(32), nullable=False),
    Column("reasons", Sealed, nullable=False),
    Index(None, "reference", "id"),
    sqlite_autoincrement=True,
)
"""A THRIVE assessment by one of staff, and why; the last one holds, those before stay."""

redactions = Table(
    "redactions",
    metadata,
    Column("id", Token, primary_key=True),
    report_key(nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("why", String(64), nullable=False),
    Column("passage", Sealed, nullable=False),
    Column("lifted_at", Moment),
)
"""A passage of a report that is blacked out wherever the report is shown or copied."""

quarantined = Table(
    "quarantined",
    metadata,
    Column("file_id", Token, primary_key=True),
    report_key(nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("sha256", Sealed, nullable=False),
)
"""A picture that nobody may look at any more: it is gone, its SHA-256 is kept as evidence."""

report_changes = Table(
    "report_changes",
    metadata,
    Column("id", Number, primary_key=True),
    Column("seal_id", Token, nullable=False),
    report_key(nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("what", String(16), nullable=False),
    Column("words", Sealed, nullable=False),
    Index(None, "reference", "id"),
    sqlite_autoincrement=True,
)
"""Something staff did with a report beside writing and moving it on: gave it to somebody, tagged
it, graded it. `what` is a fixed word, `words` the sentence that follows a name."""

mentions = Table(
    "mentions",
    metadata,
    Column("id", Token, primary_key=True),
    report_key(nullable=False, index=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("by_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("seen_at", Moment),
    Index(None, "staff_id", "seen_at"),
)
"""Somebody was named in a note on a report, and has opened it since or not."""

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Token, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("name", Sealed, nullable=False),
    Column("query", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
"""A filter of the queue that somebody kept under a name; the query holds ids of ours alone."""

bulk_actions = Table(
    "bulk_actions",
    metadata,
    Column("id", Token, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("what", String(32), nullable=False),
    Column("before", Text, nullable=False),
    Column("undone_at", Moment),
)
"""Something done to many reports at once, and how each stood before, as JSON of plain ids."""

shift_notes = Table(
    "shift_notes",
    metadata,
    Column("id", Token, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("words", Sealed, nullable=False),
)
"""What somebody at the end of a shift hands over to the next."""
