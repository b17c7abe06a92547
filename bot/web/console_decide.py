"""What becomes of a report that is due: it is kept, held, let go again, or erased for good."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web

from bot.service import Counter
from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_due import back_to_list, why_due
from bot.web.console_form import Filled, Slip, by_of, first_time, number, reference_of, slip_of
from bot.web.console_frame import TO_REVIEW, Frame, who
from bot.web.console_text import kind_name, lasting, local
from storage.audit import AuditEvent
from storage.erasure import EraseReason, Held, HoldReason
from storage.errors import Conflict
from storage.retention import Retention
from storage.scope import By
from storage.work import Store, Work

_LOOKS = frozenset({"report viewed", "report view refused", "photo viewed"})
"""Events that change nothing."""
_ERASED = "report erased"
_DECIDE, _ERASE = "decide.html", "erase.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFilled(Filled):
    """The forms about the keeping of a report."""

    reason: str = ""
    stale: bool = False
    """Whether somebody else was quicker."""
    seen: int = -1
    """The number of the last event about the report that they knew of."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one of the forms decides."""

    done: str
    """Which of console_due.DONE it comes to."""
    act: Callable[[Work, By, datetime], Awaitable[None]]
    only_due: bool = True
    """Whether it is only for reports that are due."""
    template: str = _DECIDE
    """The page with its form, for when it cannot be done."""


class DecisionPages:
    """The page of a report's keeping, its forms, and the page that confirms erasing it.

    Whoever may come here may see the audit trail (permissions.py).
    """

    def __init__(
        self,
        store: Store,
        counter: Counter,
        shelf: Shelf,
        clock: Callable[[], datetime],
        frame: Frame,
        limits: Retention,
    ) -> None:
        self._store, self._counter, self._shelf = store, counter, shelf
        self._clock, self._frame, self._limits = clock, frame, limits

    async def show(self, request: web.Request) -> web.Response:
        """GET /due/{reference}; also of one that is not due, which can be put on hold."""
        return await self._page(request, _DECIDE, DecisionFilled(csrf=who(request).csrf))

    async def confirm(self, request: web.Request) -> web.Response:
        """GET /due/{reference}/erase: what will go and what stays."""
        return await self._page(request, _ERASE, DecisionFilled(csrf=who(request).csrf))

    async def keep(self, request: web.Request) -> web.Response:
        """POST /due/{reference}/keep."""
        reference, version = reference_of(request), _version(request)

        async def act(work: Work, by: By, now: datetime) -> None:
            await work.erasure.keep(reference, by.staff.username, now, version=version)

        asked = bool(request[FORM].get("asked"))
        decision = Decision("kept-asked" if asked else "kept", act)
        return await self._decide(request, DecisionFilled(csrf=who(request).csrf), decision)

    async def hold(self, request: web.Request) -> web.Response:
        """POST /due/{reference}/hold: the reason is for the audit trail, the note is sealed."""
        reference, version = reference_of(request), _version(request)
        note, given = request[FORM].get("note", "").strip(), request[FORM].get("reason", "")
        filled = DecisionFilled(csrf=who(request).csrf, reason=given, note=note)
        reason = HoldReason(given) if given in set(HoldReason) else None
        if reason is None:
            slip: Slip | None = Slip("reason", "Choose why it is held.")
        else:
            unsaid = "Write what the reason is." if reason is HoldReason.OTHER else ""
            slip = slip_of("note", note, unsaid)
        if slip is not None:
            filled = replace(filled, problems=(slip,))
            return await self._page(request, _DECIDE, filled, status=422)

        async def act(work: Work, by: By, now: datetime) -> None:
            username = by.staff.username
            await work.erasure.hold(reference, username, now, reason=reason, version=version)
            if note:
                await work.casework.note(reference, note, by, now)

        return await self._decide(request, filled, Decision("held", act, only_due=False))

    async def release(self, request: web.Request) -> web.Response:
        """POST /due/{reference}/release."""
        reference, version = reference_of(request), _version(request)

        async def act(work: Work, by: By, now: datetime) -> None:
            await work.erasure.hold(reference, by.staff.username, now, on=False, version=version)

        decision = Decision("released", act, only_due=False)
        return await self._decide(request, DecisionFilled(csrf=who(request).csrf), decision)

    async def erase(self, request: web.Request) -> web.Response:
        """POST /due/{reference}/erase: its tombstone is written with it."""
        reference, version = reference_of(request), _version(request)
        given = request[FORM].get("why", "")
        filled = DecisionFilled(csrf=who(request).csrf, reason=given)
        reason = EraseReason(given) if given in set(EraseReason) else None
        if reason is None:
            filled = replace(filled, problems=(Slip("why", "Choose why it is erased."),))
            return await self._page(request, _ERASE, filled, status=422)

        async def act(work: Work, by: By, now: datetime) -> None:
            username = by.staff.username
            await work.erasure.erase(reference, username, now, reason=reason, version=version)

        return await self._decide(request, filled, Decision("erased", act, template=_ERASE))

    async def _decide(
        self, request: web.Request, filled: DecisionFilled, decision: Decision
    ) -> web.Response:
        """Decide once, and go on to the list; whoever comes second is told, and changes nothing."""
        form, reference = request[FORM], reference_of(request)
        by, now = by_of(who(request)), self._clock()
        try:
            async with self._store.work() as work:
                if await first_time(work, form, by, now):
                    await self._check(work, reference, by, now, decision)
                    await decision.act(work, by, now)
        except (Conflict, Held, LookupError):
            # One that is not there was erased by somebody else, and the page says by whom.
            filled = replace(filled, stale=True, seen=number(form.get("seen", "")))
            return await self._page(request, decision.template, filled, status=409)
        self._counter.told()
        raise back_to_list(reference, decision.done)

    async def _check(
        self, work: Work, reference: str, by: By, now: datetime, decision: Decision
    ) -> None:
        """Raise LookupError where there is no such report for them.

        Raises Conflict where there is nothing to decide any more: a form may be days old.
        """
        standing = await work.erasure.find(reference, now - self._limits.reports, by)
        if standing is None:
            raise LookupError("no such report")
        if decision.only_due and not standing.due:
            raise Conflict("the report is not due for review")

    async def _page(
        self, request: web.Request, template: str, filled: DecisionFilled, *, status: int = 200
    ) -> web.Response:
        """The report as it stands now, with the forms as they were filled in."""
        reference, life = reference_of(request), self._limits.reports
        by = by_of(who(request))
        async with self._store.work() as work:
            standing = await work.erasure.find(reference, self._clock() - life, by)
            trail = await work.audit.about(reference)
        if standing is None:
            return self._gone(request, reference, trail)
        can_erase = standing.due and not standing.held
        return self._frame.page(
            request,
            template if can_erase else _DECIDE,
            status=status,
            report=standing,
            kind=kind_name(self._shelf.library, standing.kind),
            why=why_due(standing, self._limits) if standing.due else "",
            since=standing.since(life),
            life=lasting(life),
            tombstones=lasting(self._limits.tombstones),
            hold_reasons=tuple(HoldReason),
            erase_reasons=tuple(EraseReason),
            form=filled,
            seen=trail[-1].seq if trail else 0,
            news=_news(trail, filled.seen) if filled.stale else (),
        )

    def _gone(
        self, request: web.Request, reference: str, trail: tuple[AuditEvent, ...]
    ) -> web.Response:
        """Who erased it; raises 404 where there was never one."""
        erased = next((event for event in reversed(trail) if event.what == _ERASED), None)
        if erased is None:
            raise web.HTTPNotFound
        return self._frame.page(
            request,
            "error.html",
            status=410,
            heading="It is erased already",
            text=f"{reference} was erased by {erased.who} on {local(erased.at)}. "
            "Nothing more was done.",
            kept="",
            way_on=TO_REVIEW,
            way_on_words="Reports due for review",
        )


def _version(request: web.Request) -> int:
    """Which version of the report the form was about."""
    return number(request[FORM].get("version", ""))


def _news(trail: tuple[AuditEvent, ...], seen: int) -> tuple[AuditEvent, ...]:
    """What colleagues did since then; what its resident does is no event."""
    return tuple(event for event in trail if event.seq > seen and event.what not in _LOOKS)
