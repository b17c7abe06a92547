"""A report's page: everything the resident said, what was done, and what staff can do next."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web

from bot.service import Counter
from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_exceptions import Exceptions, exceptions_of
from bot.web.console_form import Filled, Slip, by_of, first_time, number, reference_of, slip_of
from bot.web.console_frame import Frame, SignedIn, who
from bot.web.console_story import Contact, Entry, contact_of, since, story_of
from bot.web.console_text import district_name, kind_name
from bot.web.permissions import Permission
from handlers.report import (
    TRANSITIONS,
    Disposition,
    NotAllowed,
    Status,
)
from storage.audit import AuditEvent
from storage.casework import StaffReport
from storage.conversations import Address
from storage.errors import Conflict
from storage.work import Store

_TRAIL = 50

DONE = {
    "status": "The status is saved.",
    "note": "The note is saved. Only staff can read it.",
    "announced": "The message is sent. They will be told that there is an update.",
    "marked": "Who may see the report is saved.",
    "lifted": "The conflict is lifted: the report exists for them again.",
    "waits": "The message is saved. It waits on the report’s page; nothing was announced.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFilled(Filled):
    """The forms of a report's page."""

    status: str = ""
    disposition: str = ""
    message: str = ""
    seen: int | None = None
    """How much of the story they had seen, where somebody else was quicker."""
    stale: tuple[Entry, ...] | None = None
    """What happened meanwhile; None where nothing stood in the way."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A report as it was read, with what the page needs beside it."""

    report: StaffReport
    contact: Contact
    trail: tuple[AuditEvent, ...] | None
    """Who opened or changed it, newest first; None where that is not for them."""
    exceptions: Exceptions


class ReportPages:
    """The page of a report and its three forms."""

    def __init__(
        self,
        store: Store,
        counter: Counter,
        shelf: Shelf,
        clock: Callable[[], datetime],
        frame: Frame,
    ) -> None:
        self._store, self._counter, self._shelf = store, counter, shelf
        self._clock, self._frame = clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /reports/{reference}."""
        done = DONE.get(request.query.get("done", ""), "")
        return await self._page(request, ReportFilled(csrf=who(request).csrf), done=done)

    async def change_status(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/status."""
        form = request[FORM]
        filled = ReportFilled(
            csrf=who(request).csrf,
            status=form.get("status", ""),
            disposition=form.get("disposition", ""),
            seen=number(form.get("seen", "")),
        )
        to = Status(filled.status) if filled.status in set(Status) else None
        if to is None:
            slip = Slip("status", "Choose what the status is to be.")
            return await self._page(request, replace(filled, problems=(slip,)), status=422)
        known = filled.disposition in set(Disposition)
        disposition = Disposition(filled.disposition) if known else None
        reference, by, now = reference_of(request), by_of(who(request)), self._clock()
        version = number(form.get("version", ""))
        try:
            async with self._store.work() as work:
                if await first_time(work, form, by, now):
                    await work.casework.change_status(reference, to, disposition, by, now, version)
        except Conflict:
            return await self._page(request, replace(filled, stale=()), status=409)
        except NotAllowed as refusal:
            name = "disposition" if to is Status.CLOSED and disposition is None else "status"
            slip = Slip(name, str(refusal))
            return await self._page(request, replace(filled, problems=(slip,)), status=422)
        except LookupError:
            raise web.HTTPNotFound from None
        self._counter.told()
        raise _back(reference, "status")

    async def write_note(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/notes."""
        form = request[FORM]
        text = form.get("note", "").strip()
        if (slip := slip_of("note", text, "Write the note first.")) is not None:
            filled = ReportFilled(csrf=who(request).csrf, note=text, problems=(slip,))
            return await self._page(request, filled, status=422)
        reference, by, now = reference_of(request), by_of(who(request)), self._clock()
        try:
            async with self._store.work() as work:
                if await first_time(work, form, by, now):
                    await work.casework.note(reference, text, by, now)
        except LookupError:
            raise web.HTTPNotFound from None
        self._counter.told()
        raise _back(reference, "note")

    async def write_message(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/messages: kept and announced in one transaction."""
        form = request[FORM]
        text = form.get("message", "").strip()
        if (slip := slip_of("message", text, "Write the message first.")) is not None:
            filled = ReportFilled(csrf=who(request).csrf, message=text, problems=(slip,))
            return await self._page(request, filled, status=422)
        reference, by, now = reference_of(request), by_of(who(request)), self._clock()
        told: tuple[Address, ...] = ()
        try:
            async with self._store.work() as work:
                if await first_time(work, form, by, now):
                    told = await self._counter.announce(work, reference)
                    await work.casework.message(reference, text, by, now)
                # Storage names none where it is not safe to announce anything.
                announced = bool(await work.reports.followers(reference))
        except LookupError:
            raise web.HTTPNotFound from None
        self._counter.told(told)
        raise _back(reference, "announced" if announced else "waits")

    async def _page(
        self, request: web.Request, filled: ReportFilled, *, status: int = 200, done: str = ""
    ) -> web.Response:
        """The report as it is now, with the forms as they were filled in; looking is recorded."""
        signed_in = who(request)
        looked = await self._look(reference_of(request), signed_in)
        report, library = looked.report, self._shelf.library
        if filled.stale is not None:
            seen = filled.seen if filled.seen is not None else -1
            filled = replace(filled, stale=since(report, seen))
        return self._frame.page(
            request,
            "report.html",
            status=status,
            report=report,
            kind=kind_name(library, report.kind),
            district=district_name(library, report.district),
            restricted=bool(report.sensitive),
            exceptions=looked.exceptions,
            story=story_of(report),
            trail=looked.trail,
            contact=looked.contact,
            transitions=TRANSITIONS[report.status],
            dispositions=tuple(Disposition),
            form=filled,
            done=done,
            may={
                "change": signed_in.may(Permission.CHANGE_STATUS),
                "write": signed_in.may(Permission.WRITE_TO_RESIDENT),
                "note": signed_in.may(Permission.WRITE_NOTE),
                "decide": signed_in.may(Permission.DECIDE_ERASURE),
            },
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
                exceptions = await exceptions_of(work, report, by, signed_in.may)
                if signed_in.may(Permission.SEE_AUDIT):
                    trail = (await work.audit.about(reference))[: -_TRAIL - 1 : -1]
        if report is None:
            raise web.HTTPNotFound
        told = self._shelf.library.say("follow.you_have_an_update").strip().rstrip(".")
        return Looked(report, contact_of(report, followers, told), trail, exceptions)


def _back(reference: str, done: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/reports/{reference}?done={done}")
