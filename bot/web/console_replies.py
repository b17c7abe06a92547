"""Ready-made replies, filled; and until when a resident is asked to answer."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.web.console_text import date, district_name, kind_name
from handlers.local_time import LONDON
from knowledge.library import Library
from storage.casework import StaffReport

_LAST = time(23, 59)


@dataclass(frozen=True, slots=True)
class Ready:
    """A reply as it would be sent."""

    id: str
    title: str
    text: str


def ready_replies(library: Library, report: StaffReport, now: datetime) -> tuple[Ready, ...]:
    """The replies that fit the report, filled with what is known of it."""
    values = {
        "reference": report.reference,
        "kind": kind_name(library, report.kind).lower(),
        "district": district_name(library, report.district),
        "status": str(report.status),
        "answer_by": date(answer_by(library, now)),
    }
    return tuple(
        Ready(reply.id, reply.title, library.fill(reply.text, **values))
        for reply in library.desk.replies
        if reply.fits(report.kind, report.status)
    )


def answer_by(library: Library, now: datetime) -> datetime:
    """The end of the last day on which a resident may answer what is asked now, in UTC."""
    day = now.astimezone(LONDON).date() + timedelta(days=library.desk.answer_days)
    return datetime.combine(day, _LAST, LONDON).astimezone(UTC)
