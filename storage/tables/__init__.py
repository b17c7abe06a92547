"""The tables: what a row of each means, which columns are sealed, and which keys hold promises.

A `Sealed` column holds ciphertext of storage/seal.py, bound to its table, row and column. All else
is plain, and so may hold nothing that a resident wrote and no way of reaching one.
"""

from storage.tables.base import Sealed, metadata
from storage.tables.chats import (
    alarms,
    conversations,
    messages,
    parked,
)
from storage.tables.house import (
    audit,
    handled,
    meta,
    set_aside,
    tombstones,
    tries,
)
from storage.tables.oversight import (
    historic_counts,
    leave,
    quality_marks,
    quality_reviews,
    staff_teams,
    team_districts,
    teams,
)
from storage.tables.people import (
    sessions,
    staff,
)
from storage.tables.questions import (
    answer_counts,
    feedback,
    unanswered,
)
from storage.tables.reports import (
    file_chunks,
    files,
    followers,
    quarantined,
    redactions,
    report_events,
    report_flags,
    report_grades,
    report_links,
    report_references,
    report_tags,
    reports,
)

__all__ = [
    "Sealed",
    "alarms",
    "answer_counts",
    "audit",
    "conversations",
    "feedback",
    "file_chunks",
    "files",
    "followers",
    "handled",
    "historic_counts",
    "leave",
    "messages",
    "meta",
    "metadata",
    "parked",
    "quality_marks",
    "quality_reviews",
    "quarantined",
    "redactions",
    "report_events",
    "report_flags",
    "report_grades",
    "report_links",
    "report_references",
    "report_tags",
    "reports",
    "sessions",
    "set_aside",
    "staff",
    "staff_teams",
    "team_districts",
    "teams",
    "tombstones",
    "tries",
    "unanswered",
]
