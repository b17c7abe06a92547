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
from storage.tables.interfaces import (
    api_requests,
    api_tokens,
    webhook_deliveries,
    webhook_events,
    webhooks,
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
    "api_requests",
    "api_tokens",
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
    "parked",
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
    "tombstones",
    "tries",
    "unanswered",
    "webhook_deliveries",
    "webhook_events",
    "webhooks",
]
