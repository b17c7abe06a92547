"""Reports: what their residents said, what happened to them, and their pictures."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from storage.tables.base import (
    Blind,
    Moment,
    Number,
    Reference,
    Sealed,
    Token,
    conversation_key,
    metadata,
    report_key,
)

_GROUPS = ("restricted", "kind", "district", "team")
"""By what figures are grouped, and what decides who may see them."""

reports = Table(
    "reports",
    metadata,
    Column("reference", Reference, primary_key=True),
    Column("code_index", Blind, nullable=False, unique=True),
    conversation_key(ondelete="SET NULL", index=True),
    Column("kind", String(64), nullable=False),
    Column("status", String(32), nullable=False),
    Column("disposition", String(32)),
    Column("district", String(64), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("sensitive", Integer, nullable=False, server_default=text("0")),
    Column("continues", Reference, nullable=False, index=True),
    Column("channel", String(16), nullable=False, server_default=text("''")),
    Column("team", String(64), nullable=False, server_default=text("''")),
    Column("priority", Integer, nullable=False, server_default=text("0")),
    Column("assignee_id", Integer, ForeignKey("staff.id")),
    Column("body", Sealed, nullable=False),
    Column("version", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("viewed_at", Moment),
    Column("news_at", Moment),
    Column("replied_at", Moment),
    Column("closed_at", Moment),
    Column("answer_by", Moment),
    Column("reminded_at", Moment),
    Column("erasure_asked_at", Moment),
    Column("reviewed_at", Moment),
    Column("held_at", Moment),
    Column("held_for", String(64)),
    Index(None, "status", "made_at"),
    # Urgent ones that nobody has opened are looked for twice a minute.
    Index(None, "urgent", "viewed_at", "made_at"),
    Index(None, "news_at"),
    # What is due for review is counted on every page of who decides about it.
    Index(None, "status", "changed_at", "reviewed_at"),
    Index(None, "erasure_asked_at"),
    Index(None, "assignee_id", "status"),
    Index(None, "due_at"),
    Index(None, "answer_by"),
    # All that the queue is filtered, ordered and counted by, so that it never reads sealed bodies.
    Index(
        "ix_reports_queue",
        "status",
        "made_at",
        "urgent",
        "restricted",
        "sensitive",
        "district",
        "kind",
        "assignee_id",
        "team",
        "channel",
        "priority",
        "due_at",
        "answer_by",
        "changed_at",
        "reference",
    ),
    # Other systems ask what has changed since they last did.
    Index(None, "changed_at", "reference"),
    # Figures are counted from these alone, without a look at the rows and their sealed bodies.
    Index("ix_reports_figures_made", "made_at", *_GROUPS),
    Index("ix_reports_figures_viewed", "viewed_at", "made_at", *_GROUPS),
    Index("ix_reports_figures_replied", "replied_at", "made_at", *_GROUPS),
    Index("ix_reports_figures_closed", "closed_at", "made_at", *_GROUPS),
)
"""A submitted report. Its access code is nowhere, only an index of it. `urgent` and `restricted`
repeat rows of report_flags, because the queue is ordered by the one and guarded by the other.

`sensitive`: what it is about that only cleared staff may read, as bits of storage/reach.py;
`restricted` where that is not 0. `channel`: where it came in. `team`: the id of the team that has
it; `priority`: 1 for high, -1 for low. `due_at`: when it should be dealt with; `viewed_at` and
`replied_at`: when staff first opened it and first wrote to its resident; `closed_at`: when it was
closed, None for an open one.
`answer_by`: until when its resident was asked to answer, and `reminded_at` when they were reminded.
`reviewed_at`: staff last decided to keep it; `held_at`: since then it must not be erased, and
`held_for` is one of a few reasons (storage/erasure.py). `news_at`: its resident added something
urgent then, and no staff has opened it since."""

report_flags = Table(
    "report_flags",
    metadata,
    report_key(primary_key=True),
    Column("flag", String(32), primary_key=True),
    Index(None, "flag", "reference"),
)
"""A report carries this flag."""

report_events = Table(
    "report_events",
    metadata,
    Column("id", Number, primary_key=True),
    Column("seal_id", Token, nullable=False),
    report_key(nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("words", Sealed),
    Column("before", String(32)),
    Column("after", String(32)),
    Column("disposition", String(32)),
    CheckConstraint("kind IN ('added', 'message', 'note', 'status', 'erasure')", name="kind"),
    Index(None, "reference", "id"),
    sqlite_autoincrement=True,
)
"""Something that happened to a report: words added by its resident, a message to them, a note
among staff, a change of status, a wish to have it erased. No `staff_id`: the resident did it."""

followers = Table(
    "followers",
    metadata,
    report_key(primary_key=True),
    conversation_key(ondelete="CASCADE", primary_key=True, index=True),
)
"""Updates of the report are announced in the conversation, as its resident wished."""

files = Table(
    "files",
    metadata,
    Column("id", Token, primary_key=True),
    conversation_key(ondelete="SET NULL", index=True),
    report_key(index=True),
    Column("media", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Sealed, nullable=False),
    Column("at", Moment, nullable=False),
)
"""A picture: of a draft while it has no reference, of the report from then on."""

file_chunks = Table(
    "file_chunks",
    metadata,
    Column("file_id", Token, ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("data", Sealed, nullable=False),
)
"""A piece of a picture, so that replicas and backups see pictures too."""
