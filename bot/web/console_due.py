"""The list of the reports that are due for review."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_form import by_of, page_number
from bot.web.console_frame import TO_REVIEW, Frame, who
from bot.web.console_text import kind_name, lasting
from handlers.report import Status, read_reference
from knowledge.library import Library
from storage.erasure import Standing, Waiting
from storage.retention import Retention
from storage.work import Store

PER_PAGE = 25

DONE = {
    "kept": "is kept, and comes up again after another {life}.",
    "kept-asked": "is kept. Its resident asked for it to be erased: write to them on its page.",
    "held": "is on legal hold, and is not erased until that is lifted.",
    "released": "is no longer on legal hold.",
    "erased": "is erased, and stays so when a backup is restored.",
}
"""What was decided to what is said of the report then."""


@dataclass(frozen=True, slots=True)
class Row:
    """One report, as the list shows it."""

    reference: str
    kind: str
    status: Status
    closed_at: datetime | None
    since: datetime
    why: str
    held_at: datetime | None
    held_for: str


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody has just decided."""

    reference: str
    what: str
    there: bool
    """Whether the report can still be opened."""


@dataclass(frozen=True, slots=True)
class View:
    """All that the template shows."""

    rows: tuple[Row, ...]
    waiting: Waiting
    life: str
    done: Done | None
    page: int
    pages: int
    before: str
    after: str


class DuePage:
    """The list, where decisions begin and end."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        clock: Callable[[], datetime],
        frame: Frame,
        limits: Retention,
    ) -> None:
        self._store, self._shelf, self._clock = store, shelf, clock
        self._frame, self._limits = frame, limits

    async def show(self, request: web.Request) -> web.Response:
        """GET /due: what its resident wants erased first, then the oldest, what is held last."""
        page = page_number(request.query.get("page", ""))
        before = self._clock() - self._limits.reports
        by = by_of(who(request))
        async with self._store.work() as work:
            waiting = await work.erasure.waiting(before, by)
            due = await work.erasure.due(before, PER_PAGE, (page - 1) * PER_PAGE, by)
        pages = max(1, -(-(waiting.to_decide + waiting.held) // PER_PAGE))
        if page > pages:
            raise web.HTTPSeeOther(_path(pages))
        life = lasting(self._limits.reports)
        view = View(
            rows=tuple(self._row(each, self._shelf.library) for each in due),
            waiting=waiting,
            life=life,
            done=_done(request, life),
            page=page,
            pages=pages,
            before=_path(page - 1) if page > 1 else "",
            after=_path(page + 1) if page < pages else "",
        )
        return self._frame.page(request, "due.html", view=view)

    def _row(self, one: Standing, library: Library) -> Row:
        return Row(
            reference=one.reference,
            kind=kind_name(library, one.kind),
            status=one.status,
            closed_at=one.closed_at,
            since=one.since(self._limits.reports),
            why=why_due(one, self._limits),
            held_at=one.held_at,
            held_for=one.held_for,
        )


def why_due(one: Standing, limits: Retention) -> str:
    """What makes it due."""
    if one.asked_at is not None:
        return "Its resident asked for erasure"
    what = "last change" if one.reviewed_at is None else "last review"
    return f"{lasting(limits.reports)} since its {what}"


def back_to_list(reference: str, done: str) -> web.HTTPSeeOther:
    """On to the list, which says what was done."""
    return web.HTTPSeeOther(f"{TO_REVIEW}?done={done}&about={reference}")


def _done(request: web.Request, life: str) -> Done | None:
    done = request.query.get("done", "")
    reference = read_reference(request.query.get("about", "")[:40])
    if done not in DONE or reference is None:
        return None
    return Done(reference, DONE[done].format(life=life), there=done != "erased")


def _path(page: int) -> str:
    return f"{TO_REVIEW}?page={page}" if page > 1 else TO_REVIEW
