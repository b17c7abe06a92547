"""Exceptions to who sees a report: glass that is broken, conflicts of interest, sensitive kinds."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web

from bot.alerts import Alerts
from bot.service import Counter
from bot.web.console_door import FORM
from bot.web.console_form import Filled, Slip, by_of, first_time, reference_of, slip_of
from bot.web.console_frame import Frame, who
from bot.web.console_text import SENSITIVE_NAMES
from bot.web.permissions import Permission
from storage.casework import StaffReport
from storage.glass import Conflicted
from storage.scope import By
from storage.staff import read_username
from storage.work import Store, Work

SHORTEST_REASON = 10
_ALERT = (
    "Somebody has opened, or tried to open, a report that is not for them, and said why. See the "
    "audit trail of the console."
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A sensitive kind, as the form of a report offers it."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What a report's page says and offers about who sees it."""

    kinds: tuple[Kind, ...] = ()
    """Empty where it is not for them to say."""
    named: tuple[str, ...] = ()
    """What it is about that only cleared colleagues may read, in words."""
    conflicts: tuple[Conflicted, ...] = ()
    may_declare: bool = False
    by_glass: bool = False
    """Whether they see it only because they broke the glass."""


async def exceptions_of(
    work: Work, report: StaffReport, by: By, may: Callable[[Permission], bool]
) -> Exceptions:
    """What to say of one report to somebody."""
    conflicts: tuple[Conflicted, ...] = ()
    if may(Permission.SEE_CONFLICTS):
        conflicts = await work.glass.conflicts(report.reference)
    return Exceptions(
        kinds=_kinds(report) if may(Permission.MARK_SENSITIVE) else (),
        named=tuple(SENSITIVE_NAMES[kind] for kind in report.sensitive),
        conflicts=conflicts,
        may_declare=may(Permission.DECLARE_CONFLICT),
        by_glass=report.reference in by.staff.reach.opened,
    )


class ExceptionPages:
    """The forms that change who sees a report, and the page on which glass is broken."""

    def __init__(
        self,
        store: Store,
        counter: Counter,
        clock: Callable[[], datetime],
        frame: Frame,
        alerts: Alerts,
    ) -> None:
        self._store, self._counter = store, counter
        self._clock, self._frame, self._alerts = clock, frame, alerts

    async def glass(self, request: web.Request) -> web.Response:
        """GET /reports/{reference}/glass: the same whether there is such a report or not."""
        return self._glass(request, Filled(csrf=who(request).csrf))

    async def break_glass(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/glass: it opens for an hour, and somebody is told."""
        form, by, now = request[FORM], by_of(who(request)), self._clock()
        reference, reason = reference_of(request), form.get("note", "").strip()
        unsaid = "Say why you need it, so that others understand."
        slip = slip_of("note", reason, unsaid)
        if slip is None and len(reason) < SHORTEST_REASON:
            slip = Slip("note", unsaid)
        if slip is not None:
            filled = replace(Filled(csrf=who(request).csrf), note=reason, problems=(slip,))
            return self._glass(request, filled, 422)
        async with self._store.work() as work:
            found = not await first_time(work, form, by, now) or await work.glass.break_glass(
                reference, reason, by.staff, now
            )
        self._alerts.tell("break-glass", _ALERT)
        if not found:
            return self._glass(request, Filled(csrf=who(request).csrf), 404, missing=True)
        raise web.HTTPSeeOther(f"/reports/{reference}")

    async def declare(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/conflict: from now on it does not exist for them."""
        reference, by = reference_of(request), by_of(who(request))
        try:
            async with self._store.work() as work:
                await work.glass.declare(reference, by, self._clock())
        except LookupError:
            raise web.HTTPNotFound from None
        self._counter.told()
        raise web.HTTPSeeOther("/")

    async def lift(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/conflict/lift: a supervisor found that there is none."""
        reference, by = reference_of(request), by_of(who(request))
        whose = read_username(request[FORM].get("username", "")[:64])
        try:
            async with self._store.work() as work:
                await work.glass.lift(reference, whose or "", by, self._clock())
        except LookupError:
            raise web.HTTPNotFound from None
        self._counter.told()
        raise web.HTTPSeeOther(f"/reports/{reference}?done=lifted")

    async def mark(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/sensitive: who marks it may thereby lose it from sight."""
        form, by = request[FORM], by_of(who(request))
        reference = reference_of(request)
        kinds = tuple(kind for kind in SENSITIVE_NAMES if f"kind-{kind}" in form)
        try:
            async with self._store.work() as work:
                still = await work.casework.mark(reference, kinds, by, self._clock())
        except LookupError:
            raise web.HTTPNotFound from None
        self._counter.told()
        raise web.HTTPSeeOther(f"/reports/{reference}?done=marked" if still else "/")

    def _glass(
        self, request: web.Request, filled: Filled, status: int = 200, *, missing: bool = False
    ) -> web.Response:
        reference = reference_of(request)
        return self._frame.page(
            request, "glass.html", status=status, reference=reference, form=filled, missing=missing
        )


def _kinds(report: StaffReport) -> tuple[Kind, ...]:
    return tuple(Kind(id, name, id in report.sensitive) for id, name in SENSITIVE_NAMES.items())
