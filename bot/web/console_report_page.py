"""A report's page as it is shown, and the one way in which its forms change the report."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from aiohttp import web
from markupsafe import Markup

from bot.service import Counter
from bot.shelf import Shelf
from bot.web.bodies import Form
from bot.web.charts_map import spot
from bot.web.console_door import FORM
from bot.web.console_exceptions import Exceptions, exceptions_of
from bot.web.console_form import Filled, Slip, by_of, first_time, number, reference_of
from bot.web.console_frame import Frame, SignedIn, who
from bot.web.console_here import Here
from bot.web.console_noticed import Beside
from bot.web.console_replies import answer_by, ready_replies
from bot.web.console_story import Contact, Entry, contact_of, since, story_of
from bot.web.console_text import CHANNELS, district_name, kind_name, until
from bot.web.permissions import Permission
from handlers.report import OPEN, TRANSITIONS, Disposition, NotAllowed, Status
from knowledge.library import Library
from storage.audit import AuditEvent
from storage.casework import StaffReport
from storage.errors import Conflict
from storage.filing import PRIORITIES
from storage.findings import NumberKind, Reasons, Relation
from storage.redaction import Why
from storage.scope import By
from storage.staff import Staff
from storage.teams import Team
from storage.work import Store, Work

_TRAIL = 50

DONE = {
    "status": "The status is saved.",
    "note": "The note is saved. Only staff can read it.",
    "announced": "The message is sent. They will be told that there is an update.",
    "waits": "The message is saved. It waits on the report’s page; nothing was announced.",
    "given": "Saved: who has it.",
    "filed": "Saved.",
    "number": "The number is saved.",
    "linked": "The link is saved. The residents are not told of each other.",
    "unlinked": "The link is taken back.",
    "unlike": "The two are marked as not the same, with your name.",
    "like": "The two may be shown as alike again.",
    "marked": "Who may see the report is saved.",
    "lifted": "The conflict is lifted: the report exists for them again.",
    "graded": "The grade is saved.",
    "redacted": "The passage is blacked out, wherever this report is shown.",
    "shown": "The passage is shown again.",
    "quarantined": "The picture is gone. Its SHA-256 is kept.",
    "taken": "The report is kept. Read the reference and the code out to them now.",
}
"""What a report's page says when a form of it was saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFilled(Filled):
    """The forms of a report's page, as far as somebody filled one in."""

    values: Mapping[str, str] = field(default_factory=dict)
    seen: int | None = None
    """How much of the story they had seen, where somebody else was quicker."""
    stale: tuple[Entry, ...] | None = None
    """What happened meanwhile; None where nothing stood in the way."""

    def value(self, name: str, usual: str = "") -> str:
        """What was filled in there."""
        return self.values.get(name, usual)


class Refused(Exception):  # noqa: N818 - says what is to be put right
    """A form cannot be saved; the slip says why."""

    def __init__(self, slip: Slip) -> None:
        super().__init__()
        self.slip = slip


Act = Callable[[Work, By, datetime], Awaitable[None]]
"""What a form does, in its own transaction."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A report as it was read, with what the page needs beside it."""

    report: StaffReport
    contact: Contact
    trail: tuple[AuditEvent, ...] | None
    """Who opened or changed it, newest first; None where that is not for them."""
    people: tuple[Staff, ...]
    teams: tuple[Team, ...]
    exceptions: Exceptions


class ReportPage:
    """Shows a report, and carries out what its forms ask for."""

    def __init__(
        self,
        store: Store,
        counter: Counter,
        shelf: Shelf,
        clock: Callable[[], datetime],
        frame: Frame,
        *,
        beside: Beside,
        here: Here,
    ) -> None:
        self._store, self._counter, self.shelf = store, counter, shelf
        self._clock, self._frame = clock, frame
        self._beside, self._here = beside, here

    async def act(self, request: web.Request, done: str, act: Act) -> web.Response:
        """Do once what a form asks for, and come back with what `done` says.

        Where somebody else was quicker nothing is done, and the page says what happened meanwhile;
        what was filled in stays there.
        """
        form, reference = request[FORM], reference_of(request)
        by, now = by_of(who(request)), self._clock()
        try:
            async with self._store.work() as work:
                if await first_time(work, form, by, now):
                    await act(work, by, now)
        except Conflict:
            filled = self.filled(request, stale=())
            return await self.page(request, filled, status=409)
        except Refused as refused:
            return await self.refuse(request, refused.slip)
        except NotAllowed as refusal:
            closing = form.get("status") == Status.CLOSED and not form.get("disposition")
            return await self.refuse(
                request, Slip("disposition" if closing else "status", str(refusal))
            )
        except LookupError:
            raise web.HTTPNotFound from None
        self._counter.told()
        raise back(reference, done)

    async def refuse(self, request: web.Request, slip: Slip) -> web.Response:
        """The page with what is to be put right, and all that was filled in."""
        return await self.page(request, self.filled(request, problems=(slip,)), status=422)

    def filled(
        self,
        request: web.Request,
        *,
        problems: tuple[Slip, ...] = (),
        stale: tuple[Entry, ...] | None = None,
    ) -> ReportFilled:
        """The forms as they were sent."""
        form: Form = request[FORM]
        return ReportFilled(
            csrf=who(request).csrf,
            values=form,
            problems=problems,
            seen=number(form.get("seen", "")),
            stale=stale,
        )

    async def page(
        self, request: web.Request, filled: ReportFilled, *, status: int = 200, done: str = ""
    ) -> web.Response:
        """The report as it is now, with the forms as they were filled in; looking is recorded."""
        signed_in, now = who(request), self._clock()
        looked = await self._look(reference_of(request), signed_in)
        report, library = looked.report, self.shelf.library
        if filled.stale is not None:
            seen = filled.seen if filled.seen is not None else -1
            filled = replace(filled, stale=since(report, seen))
        replies = ready_replies(library, report, now)
        if (chosen := request.query.get("reply", "")) and not filled.values:
            ready = next((one for one in replies if one.id == chosen), None)
            filled = replace(filled, values={"message": ready.text if ready else ""})
        return self._frame.page(
            request,
            "report.html",
            status=status,
            report=report,
            kind=kind_name(library, report.kind),
            district=district_name(library, report.district),
            channel=CHANNELS.get(report.channel, ""),
            restricted=bool(report.sensitive),
            exceptions=looked.exceptions,
            due=until(report.due_at, now) if report.due_at else "",
            overdue=report.status in OPEN and report.due_at is not None and report.due_at < now,
            unanswered=report.answer_by is not None and report.answer_by < now,
            where=_where(library, report),
            story=story_of(report),
            trail=looked.trail,
            contact=looked.contact,
            others=await self._here.others(report.reference, by_of(signed_in)),
            noticed=await self._beside.of(report.reference, signed_in),
            transitions=TRANSITIONS[report.status],
            people=looked.people,
            teams=looked.teams,
            team_name=next(
                (one.name for one in looked.teams if one.id == report.team), report.team
            ),
            desk=library.desk,
            replies=replies,
            answer_by=answer_by(library, now),
            choices=_CHOICES,
            thrive=_THRIVE,
            form=filled,
            done=done,
            may=_may(signed_in),
        )

    async def _look(self, reference: str, signed_in: SignedIn) -> Looked:
        """Read the report and record that it was read, in one transaction.

        Raises 404 outside of it, so that a refused look is recorded as well.
        """
        by = by_of(signed_in)
        trail = None
        async with self._store.work() as work:
            report = await work.casework.open(reference, by, self._clock())
            if report is not None:
                followers = await work.reports.followers(reference)
                people = await work.staff.colleagues()
                teams = await work.teams.list()
                exceptions = await exceptions_of(work, report, by, signed_in.may)
                if signed_in.may(Permission.SEE_AUDIT):
                    trail = (await work.audit.about(reference))[: -_TRAIL - 1 : -1]
        if report is None:
            raise web.HTTPNotFound
        told = self.shelf.library.say("follow.you_have_an_update").strip().rstrip(".")
        return Looked(report, contact_of(report, followers, told), trail, people, teams, exceptions)


_THRIVE = tuple(part.name for part in fields(Reasons))
_CHOICES = {
    "dispositions": tuple(Disposition),
    "priorities": PRIORITIES,
    "numbers": tuple(NumberKind),
    "relations": tuple(Relation),
    "why": tuple(Why),
}


def _where(library: Library, report: StaffReport) -> Markup:
    """A small map of the district, with a dot where the resident shared a position."""
    outline = library.places.outlines.get(report.district)
    if outline is None:
        return Markup()
    latitude, longitude = report.place.latitude, report.place.longitude
    place = None if latitude is None or longitude is None else (longitude, latitude)
    return spot("where-map", district_name(library, report.district), outline, place)


def _may(signed_in: SignedIn) -> Mapping[str, bool]:
    return {
        "change": signed_in.may(Permission.CHANGE_STATUS),
        "work": signed_in.may(Permission.WORK_ON_REPORT),
        "write": signed_in.may(Permission.WRITE_TO_RESIDENT),
        "note": signed_in.may(Permission.WRITE_NOTE),
        "lift": signed_in.may(Permission.SHOW_REDACTED),
        "decide": signed_in.may(Permission.DECIDE_ERASURE),
    }


def version_of(request: web.Request) -> int:
    """Which version of the report a form was about."""
    return number(request[FORM].get("version", ""))


def back(reference: str, done: str) -> web.HTTPSeeOther:
    """Back to the report, with what is to be said there."""
    return web.HTTPSeeOther(f"/reports/{reference}?done={done}")
