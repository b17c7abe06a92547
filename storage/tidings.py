"""Tidings: what webhooks are told, written together with what they tell of."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Insert, bindparam, insert, literal, or_, select

from storage.connection import Connection
from storage.tables import reports, webhook_deliveries, webhook_events, webhooks
from storage.tables.base import Moment, Token


class Tiding(StrEnum):
    """What may happen; a change is one of these, never two."""

    CREATED = "report.created"
    CHANGED = "report.changed"
    CLOSED = "report.closed"
    ALARM = "alarm.raised"
    TEST = "test"
    """Somebody tries whether a webhook works."""


WANTED = tuple(tiding for tiding in Tiding if tiding is not Tiding.TEST)
"""What a webhook may ask to be told of."""


class Tidings:
    """Leaves a message for each webhook that wants to know, inside the transaction of the event.

    So none is lost where the program stops between the two, and none tells of what was rolled
    back. Where no webhook wants it, nothing is written.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def report(self, what: Tiding, reference: str, now: datetime) -> None:
        """Tell of a report, as it stands when what is put off is written."""
        row = {"event": what, "told_of": reference, "now": now}
        self._connection.later(_OF_REPORT, row)

    def alarm(self, id: str, level: str, now: datetime) -> None:
        """Tell of an alarm: that there is one, and nothing of who or what."""
        row = {"event": Tiding.ALARM, "told_of": id, "level": level, "now": now}
        self._connection.later(_OF_ALARM, row)


_EVENT, _NOW = webhook_events.c.event, bindparam("now", type_=Moment)
_WANTING = webhook_events.join(webhooks, webhooks.c.id == webhook_events.c.webhook_id)


def _delivery(columns: dict[str, Any], source: Any, *where: Any) -> Insert:
    common = {"webhook_id": webhooks.c.id, "event": _EVENT, "at": _NOW, "due_at": _NOW}
    values = common | columns
    wanted = select(*values.values()).select_from(source)
    wanted = wanted.where(bindparam("event") == _EVENT, *where)
    return insert(webhook_deliveries).from_select(list(values), wanted, include_defaults=False)


_OF_REPORT = _delivery(
    {
        "reference": reports.c.reference,
        "kind": reports.c.kind,
        "district": reports.c.district,
        "status": reports.c.status,
        "restricted": reports.c.restricted,
        "version": reports.c.version,
        "made_at": reports.c.made_at,
    },
    _WANTING.join(reports, reports.c.reference == bindparam("told_of")),
    or_(webhooks.c.restricted, reports.c.restricted.is_(False)),
)
_OF_ALARM = _delivery(
    {
        "alarm_id": bindparam("told_of", type_=Token),
        "kind": literal("alarm"),
        "status": bindparam("level", type_=Token),
        "made_at": _NOW,
    },
    _WANTING,
)
