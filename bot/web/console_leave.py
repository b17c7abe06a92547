"""Leave: who is away on which days, so that nobody's reports wait for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.web.console_door import FORM
from bot.web.console_form import Filled, Slip, by_of, first_time, id_of, number
from bot.web.console_frame import Frame, who
from bot.web.figures_days import in_words, read_range
from handlers.days import london_day
from storage.leave import Leave, LeaveKind
from storage.work import Store

PATH = "/leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveFilled(Filled):
    """The form that adds leave."""

    person: int = 0
    start: str = ""
    end: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody's leave, as the list shows it."""

    leave: Leave
    days: str
    now: bool
    """Whether they are away today."""


class LeavePages:
    """The list of leave and its forms."""

    def __init__(self, store: Store, clock: Callable[[], datetime], frame: Frame) -> None:
        self._store, self._clock, self._frame = store, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /leave: what has not ended yet."""
        return await self._page(request, LeaveFilled(csrf=who(request).csrf))

    async def add(self, request: web.Request) -> web.Response:
        """POST /leave."""
        form, signed_in = request[FORM], who(request)
        start, end = form.get("from", "")[:20].strip(), form.get("to", "")[:20].strip()
        person, kind = number(form.get("person", "")), form.get("kind", "")
        days, wrong = read_range(start, end, ("from", "to"))
        slips = [*wrong]
        by, now = by_of(signed_in), self._clock()
        async with self._store.work() as work:
            people = await work.teams.people()
        of = next((one for one in people if one.id == person), None)
        if of is None:
            slips.insert(0, Slip("person", "Choose who is away."))
        if kind not in set(LeaveKind):
            slips.append(Slip("kind", "Choose what kind of leave it is."))
        if slips or of is None or days is None:
            filled = LeaveFilled(
                csrf=signed_in.csrf,
                person=person,
                start=start,
                end=end,
                kind=kind,
                problems=tuple(slips),
            )
            return await self._page(request, filled, status=422)
        async with self._store.work() as work:
            if await first_time(work, form, by, now):
                await work.leave.add(of, days, LeaveKind(kind), by.staff.username, now)
        raise web.HTTPSeeOther(PATH)

    async def remove(self, request: web.Request) -> web.Response:
        """POST /leave/{id}/remove: they are there after all."""
        id = id_of(request)
        try:
            async with self._store.work() as work:
                await work.leave.remove(id, who(request).staff.username, self._clock())
        except LookupError:
            raise web.HTTPNotFound from None
        raise web.HTTPSeeOther(PATH)

    async def _page(
        self, request: web.Request, filled: LeaveFilled, status: int = 200
    ) -> web.Response:
        today = london_day(self._clock())
        async with self._store.work() as work:
            people, ahead = await work.teams.people(), await work.leave.ahead(today)
        return self._frame.page(
            request,
            "leave.html",
            status=status,
            rows=tuple(Row(one, in_words(one.days), now=one.days.first <= today) for one in ahead),
            people=people,
            kinds=tuple(LeaveKind),
            form=filled,
        )
