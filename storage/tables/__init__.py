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
from storage.tables.casework import (
    bulk_actions,
    mentions,
    quarantined,
    redactions,
    report_changes,
    report_grades,
    report_links,
    report_references,
    report_tags,
    saved_views,
    shift_notes,
)
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
from storage.tables.live import (
    hand_overs,
    presence,
)
from storage.tables.notices import (
    findings,
    report_keys,
    report_traces,
    shares,
    unlike,
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
    report_events,
    report_flags,
    reports,
)

__all__ = [
    "Sealed",
    "alarms",
    "answer_counts",
    "api_requests",
    "api_tokens",
    "audit",
    "bulk_actions",
    "conversations",
    "feedback",
    "file_chunks",
    "files",
    "findings",
    "followers",
    "hand_overs",
    "handled",
    "historic_counts",
    "leave",
    "mentions",
    "messages",
    "meta",
    "metadata",
    "openings",
    "parked",
    "passkeys",
    "presence",
    "quality_marks",
    "quality_reviews",
    "quarantined",
    "recovery_codes",
    "redactions",
    "report_changes",
    "report_conflicts",
    "report_events",
    "report_flags",
    "report_grades",
    "report_keys",
    "report_links",
    "report_references",
    "report_tags",
    "report_traces",
    "reports",
    "saved_views",
    "searches",
    "second_factors",
    "sessions",
    "set_aside",
    "shares",
    "shift_notes",
    "staff",
    "staff_teams",
    "team_districts",
    "teams",
    "tombstones",
    "tries",
    "unanswered",
    "unlike",
    "webhook_deliveries",
    "webhook_events",
    "webhooks",
]
