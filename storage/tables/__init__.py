"""The tables: what a row of each means, which columns are sealed, and which keys hold promises.

A `Sealed` column holds ciphertext of storage/seal.py, bound to its table, row and column. All else
is plain, and so may hold nothing that a resident wrote and no way of reaching one.
"""

from storage.tables.accounts import (
    openings,
    passkeys,
    recovery_codes,
    report_conflicts,
    searches,
    second_factors,
)
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
    "messages",
    "meta",
    "metadata",
    "openings",
    "parked",
    "passkeys",
    "quarantined",
    "recovery_codes",
    "redactions",
    "report_conflicts",
    "report_events",
    "report_flags",
    "report_grades",
    "report_links",
    "report_references",
    "report_tags",
    "reports",
    "searches",
    "second_factors",
    "sessions",
    "set_aside",
    "staff",
    "tombstones",
    "tries",
    "unanswered",
]
