"""What the machine notices: what reports are found and compared by, and what came of that."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from storage.tables.base import Blind, Moment, Reference, Sealed, Token, metadata, report_key

report_traces = Table(
    "report_traces",
    metadata,
    report_key(primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("district", String(64), nullable=False),
    Column("made_at", Moment, nullable=False, index=True),
    Column("read_at", Moment),
    Column("traits", Sealed),
    Column("urgent_words", Sealed),
    Index(None, "district", "kind", "made_at"),
    Index(None, "read_at", "made_at"),
)
"""What a report is compared by. Born with it, and read a moment later: no `read_at`, and it waits
to be read, for the first time or anew. Kind, district and moment repeat those of the report, so
that one index finds what is near. `urgent_words` are those of its words that read urgent."""

report_keys = Table(
    "report_keys",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("value", Blind, primary_key=True),
    report_key(primary_key=True, index=True),
)
"""By this a report is found again: a postcode, a street, a phone number, a vehicle."""


def _of_report() -> ForeignKey:
    return ForeignKey("reports.reference", ondelete="CASCADE")


unlike = Table(
    "unlike",
    metadata,
    Column("first", Reference, _of_report(), primary_key=True),
    Column("second", Reference, _of_report(), primary_key=True, index=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Moment, nullable=False),
)
"""Staff said that two reports are not the same; `first` comes before `second` in the alphabet."""

findings = Table(
    "findings",
    metadata,
    Column("id", Token, primary_key=True),
    Column("what", String(16), nullable=False),
    Column("key_kind", String(16), nullable=False),
    Column("key_value", Blind),
    Column("kind", String(64), nullable=False),
    Column("district", String(64), nullable=False),
    Column("label", Sealed),
    Column("recent", Integer, nullable=False),
    Column("days", Integer, nullable=False),
    Column("before", Integer, nullable=False),
    Column("before_days", Integer, nullable=False),
    Column("found_at", Moment, nullable=False),
    CheckConstraint("what IN ('series', 'hotspot', 'place', 'reporter')", name="what"),
)
"""Something that came up unusually often when reports were last looked through; made anew daily.
Only of unrestricted reports. `label` names a place as it was read out of a report."""

shares = Table(
    "shares",
    metadata,
    Column("id", Token, primary_key=True),
    report_key(nullable=False, index=True),
    Column("recipient", String(64), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("words", Sealed),
    Column("with_identity", Boolean, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("done_at", Moment),
    Column("done_by", Integer, ForeignKey("staff.id")),
    Index(None, "done_at", "due_at"),
)
"""A task: somebody is to tell a partner of a report. The program sends nothing itself."""
