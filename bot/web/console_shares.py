"""Sharing a report with a partner: the task to tell them, the text to send, and that it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_form import (
    Filled,
    Slip,
    by_of,
    first_time,
    id_of,
    page_number,
    reference_of,
    slip_of,
)
from bot.web.console_frame import SHARES, Frame, who
from bot.web.console_text import district_name, kind_name
from handlers.report import RESTRICTED
from handlers.summary import summary_of
from knowledge.partners import Partner, partners_in
from storage.casework import StaffReport
from storage.shares import NewShare, Share, ShareReason
from storage.work import Store

PER_PAGE = 25
WITHIN = {"1": "1 day", "3": "3 days", "7": "1 week", "14": "2 weeks"}
"""Days to the day by which the partner is to be told, and how they are said."""
_USUAL = "7"

DONE = {
    "planned": "The task is set. Nothing has been sent: tell the partner in the agreed way.",
    "told": "It is recorded that you have told them.",
    "already": "A colleague has said already that they were told.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareFilled(Filled):
    """The form that sets a task."""

    recipient: str = ""
    reason: str = ""
    within: str = _USUAL
    with_identity: bool = False


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A task, as pages show it."""

    share: Share
    partner: str
    overdue: bool
    text: str = ""
    """What to send; empty where the page does not show it."""


@dataclass(frozen=True, slots=True)
class View:
    """All that the list shows."""

    rows: tuple[ShareRow, ...]
    to_do: int
    page: int
    pages: int
    before: str
    after: str


class SharePages:
    """The list of tasks, and those of a report with the form that sets one."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def list(self, request: web.Request) -> web.Response:
        """GET /shares: what is to be done first, by when; then what was done."""
        page, by = page_number(request.query.get("page", "")), by_of(who(request))
        async with self._store.work() as work:
            total, to_do = await work.shares.count(by)
            found = await work.shares.page(by, PER_PAGE, (page - 1) * PER_PAGE)
        pages = max(1, -(-total // PER_PAGE))
        if page > pages:
            raise web.HTTPSeeOther(_path(pages))
        partners, now = self._shelf.library.partners, self._clock()
        view = View(
            rows=tuple(share_row(one, partners, now) for one in found),
            to_do=to_do,
            page=page,
            pages=pages,
            before=_path(page - 1) if page > 1 else "",
            after=_path(page + 1) if page < pages else "",
        )
        return self._frame.page(request, "shares.html", view=view)

    async def show(self, request: web.Request) -> web.Response:
        """GET /reports/{reference}/shares; it shows what was said, so looking is recorded."""
        done = DONE.get(request.query.get("done", ""), "")
        return await self._page(request, ShareFilled(csrf=who(request).csrf), done=done)

    async def add(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/shares: set a task."""
        form, reference = request[FORM], reference_of(request)
        filled = ShareFilled(
            csrf=who(request).csrf,
            recipient=form.get("recipient", ""),
            reason=form.get("reason", ""),
            note=form.get("note", "").strip(),
            within=form.get("within", ""),
            with_identity=form.get("with_identity", "") == "yes",
        )
        slips = _slips(filled, self._shelf.library.partners)
        if slips:
            return await self._page(request, replace(filled, problems=slips), status=422)
        by, now = by_of(who(request)), self._clock()
        task = NewShare(
            filled.recipient,
            ShareReason(filled.reason),
            filled.note,
            filled.with_identity,
            now + timedelta(days=int(filled.within)),
        )
        try:
            async with self._store.work() as work:
                if await first_time(work, form, by, now):
                    await work.shares.add(reference, task, by, now)
        except LookupError:
            raise web.HTTPNotFound from None
        raise _back(reference, "planned")

    async def done(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/shares/{id}/done: the partner was told, by whoever says so."""
        reference, id = reference_of(request), id_of(request)
        by, now = by_of(who(request)), self._clock()
        try:
            async with self._store.work() as work:
                done = await work.shares.done(reference, id, by, now)
        except LookupError:
            raise web.HTTPNotFound from None
        raise _back(reference, "told" if done else "already")

    async def _page(
        self, request: web.Request, filled: ShareFilled, *, status: int = 200, done: str = ""
    ) -> web.Response:
        by, now = by_of(who(request)), self._clock()
        async with self._store.work() as work:
            report = await work.casework.open(reference_of(request), by, now)
            tasks = () if report is None else await work.shares.of(report.reference, by)
        if report is None:
            raise web.HTTPNotFound
        library = self._shelf.library
        rows = (share_row(one, library.partners, now) for one in tasks)
        return self._frame.page(
            request,
            "share.html",
            status=status,
            report=report,
            kind=kind_name(library, report.kind),
            restricted=RESTRICTED in report.flags,
            rows=tuple(replace(row, text=self._text(report, row.share)) for row in rows),
            partners=partners_in(library.partners, report.district),
            reasons=tuple(ShareReason),
            within=WITHIN,
            form=filled,
            done=done,
        )

    def _text(self, report: StaffReport, share: Share) -> str:
        """What to send: empty once it is done."""
        if share.done_at is not None:
            return ""
        library = self._shelf.library
        return summary_of(
            report.reference,
            kind_name(library, report.kind),
            district_name(library, report.district),
            report.made_at,
            report.answers,
            report.place,
            with_identity=share.task.with_identity,
        )


def share_row(share: Share, partners: Mapping[str, Partner], now: datetime) -> ShareRow:
    """A task with the name of its partner, or the id where that has gone since."""
    partner = partners.get(share.task.recipient)
    overdue = share.done_at is None and share.task.due_at < now
    return ShareRow(share, partner.name if partner else share.task.recipient, overdue)


def _slips(filled: ShareFilled, partners: Mapping[str, Partner]) -> tuple[Slip, ...]:
    unsaid = "Write what the reason is." if filled.reason == ShareReason.OTHER else ""
    if filled.with_identity and not unsaid:
        unsaid = "Write why they need to know who reported it."
    found = (
        None if filled.recipient in partners else Slip("recipient", "Choose whom to tell."),
        None if filled.reason in set(ShareReason) else Slip("reason", "Choose why."),
        None if filled.within in WITHIN else Slip("within", "Choose by when."),
        slip_of("note", filled.note, unsaid),
    )
    return tuple(slip for slip in found if slip is not None)


def _back(reference: str, done: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/reports/{reference}/shares?done={done}")


def _path(page: int) -> str:
    return f"{SHARES}?page={page}" if page > 1 else SHARES
