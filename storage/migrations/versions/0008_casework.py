"""What staff know of a report and do with it: teams, due dates, tags, links, grades, redactions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENTS = ("due_at", "viewed_at", "replied_at", "closed_at", "answer_by", "reminded_at")
_MOST = 3
_INDEXED = (
    ("assignee_id", "status"),
    ("made_at",),
    ("closed_at",),
    ("due_at",),
    ("answer_by",),
    (
        "status", "made_at", "urgent", "restricted", "district", "kind", "assignee_id", "team",
        "channel", "priority", "due_at", "answer_by", "changed_at", "reference",
    ),
)  # fmt: skip

# What was done before is known from the stories.
_CLOSED = """
UPDATE reports SET closed_at = (SELECT max(at) FROM report_events AS e
    WHERE e.reference = reports.reference AND e.kind = 'status' AND e.after = 'closed')
WHERE status = 'closed'
"""
_REPLIED = """
UPDATE reports SET replied_at = (SELECT min(at) FROM report_events AS e
    WHERE e.reference = reports.reference AND e.kind = 'message')
"""
_VIEWED = """
UPDATE reports SET viewed_at = (SELECT min(at) FROM audit
    WHERE audit.about = reports.reference AND audit.what = 'report viewed')
"""
_CHANNEL = """
UPDATE reports SET channel = (SELECT c.channel FROM conversations AS c
    WHERE c.id = reports.conversation_id)
WHERE conversation_id IN (SELECT id FROM conversations)
"""


def upgrade() -> None:
    """Add the columns and tables, and fill in what earlier records tell."""
    _add_columns()
    for known in (_CLOSED, _REPLIED, _VIEWED, _CHANNEL):
        op.execute(known)
    _add_tags_and_links()
    _add_grades_and_redactions()
    _add_changes_and_mentions()
    _add_what_staff_keep()


def _add_columns() -> None:
    for column in (
        sa.Column("channel", sa.String(16), nullable=False, server_default=sa.text("''")),
        sa.Column("team", sa.String(64), nullable=False, server_default=sa.text("''")),
        sa.Column("priority", sa.Integer, nullable=False, server_default=sa.text("0")),
    ):
        op.add_column("reports", column)
    for name in _MOMENTS:
        op.add_column("reports", sa.Column(name, sa.DateTime(timezone=True)))
    for columns in _INDEXED:
        name = "queue" if len(columns) > _MOST else "_".join(columns)
        op.create_index(op.f(f"ix_reports_{name}"), "reports", list(columns))


def _report(name: str = "reference", *, primary_key: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey("reports.reference", ondelete="CASCADE")
    return sa.Column(name, sa.String(11), key, primary_key=primary_key, nullable=False)


def _who_and_when() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
    )


def _add_tags_and_links() -> None:
    op.create_table(
        "report_tags",
        _report(primary_key=True),
        sa.Column("tag", sa.String(32), primary_key=True),
    )
    op.create_index(op.f("ix_report_tags_tag_reference"), "report_tags", ["tag", "reference"])
    op.create_table(
        "report_links",
        _report("first", primary_key=True),
        _report("second", primary_key=True),
        sa.Column("relation", sa.String(16), nullable=False),
        *_who_and_when(),
        sa.CheckConstraint("relation IN ('duplicate', 'same problem', 'merged')", name="relation"),
    )
    op.create_index(op.f("ix_report_links_second"), "report_links", ["second"])
    op.create_table(
        "report_references",
        _report(primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("number", sa.String(32), primary_key=True),
        *_who_and_when(),
        sa.CheckConstraint("kind IN ('incident', 'crime')", name="kind"),
    )
    op.create_index(op.f("ix_report_references_number"), "report_references", ["number"])


def _add_grades_and_redactions() -> None:
    op.create_table(
        "report_grades",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("seal_id", sa.String(32), nullable=False),
        _report(),
        *_who_and_when(),
        sa.Column("grade", sa.String(32), nullable=False),
        sa.Column("reasons", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_report_grades_reference_id"), "report_grades", ["reference", "id"])
    op.create_table(
        "redactions",
        sa.Column("id", sa.String(32), primary_key=True),
        _report(),
        *_who_and_when(),
        sa.Column("why", sa.String(64), nullable=False),
        sa.Column("passage", sa.LargeBinary, nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True)),
    )
    op.create_index(op.f("ix_redactions_reference"), "redactions", ["reference"])
    op.create_table(
        "quarantined",
        sa.Column("file_id", sa.String(32), primary_key=True),
        _report(),
        *_who_and_when(),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
    )
    op.create_index(op.f("ix_quarantined_reference"), "quarantined", ["reference"])


def _add_changes_and_mentions() -> None:
    op.create_table(
        "report_changes",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("seal_id", sa.String(32), nullable=False),
        _report(),
        *_who_and_when(),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_report_changes_reference_id"), "report_changes", ["reference", "id"])
    op.create_table(
        "mentions",
        sa.Column("id", sa.String(32), primary_key=True),
        _report(),
        _staff("staff_id"),
        _staff("by_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
    )
    op.create_index(op.f("ix_mentions_reference"), "mentions", ["reference"])
    op.create_index(op.f("ix_mentions_staff_id_seen_at"), "mentions", ["staff_id", "seen_at"])


def _add_what_staff_keep() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.String(32), primary_key=True),
        _staff("staff_id"),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(op.f("ix_saved_views_staff_id"), "saved_views", ["staff_id"])
    op.create_table(
        "bulk_actions",
        sa.Column("id", sa.String(32), primary_key=True),
        _staff("staff_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
    )
    op.create_index(op.f("ix_bulk_actions_at"), "bulk_actions", ["at"])
    op.create_table(
        "shift_notes",
        sa.Column("id", sa.String(32), primary_key=True),
        _staff("staff_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
    )
    op.create_index(op.f("ix_shift_notes_at"), "shift_notes", ["at"])


def _staff(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey("staff.id"), nullable=False)
