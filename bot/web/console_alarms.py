"""The alarms: what residents wrote that called for 999, each until somebody has dealt with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.live import QUEUE, Live
from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_form import Filled, Slip, id_of, page_number, slip_of
from bot.web.console_frame import ALARMS, Frame, who
from bot.web.console_text import age, alarm_kind
from storage.alarms import Alarm, AlarmOutcome
from storage.work import Store

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One alarm, as the list shows it."""

    alarm: Alarm
    kind: str
    age: str
    mine: bool


@dataclass(frozen=True, slots=True)
class View:
    """All that the list shows."""

    rows: tuple[Row, ...]
    waiting: int
    at: datetime
    watched: str
    page: int
    pages: int
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFilled(Filled):
    """The form that closes an alarm."""

    outcome: str = ""
    gone: bool = False
    """Whether somebody else has closed it meanwhile."""
    quicker: bool = False
    """Whether somebody else has taken it on, or closed it, meanwhile."""


class AlarmPages:
    """The list of alarms, one of them, and the two forms about it."""

    def __init__(
        self,
        store: Store,
        live: Live,
        shelf: Shelf,
        clock: Callable[[], datetime],
        frame: Frame,
    ) -> None:
        self._store, self._live, self._shelf = store, live, shelf
        self._clock, self._frame = clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /alarms: those that wait, the oldest first; then what was closed."""
        page = page_number(request.query.get("page", ""))
        async with self._store.work() as work:
            waiting, total = await work.alarms.count_open(), await work.alarms.count()
            found = await work.alarms.page(PER_PAGE, (page - 1) * PER_PAGE)
        pages = max(1, -(-total // PER_PAGE))
        if page > pages:
            raise web.HTTPSeeOther(_path(pages))
        now, username = self._clock(), who(request).staff.username
        view = View(
            rows=tuple(
                Row(one, alarm_kind(one.category), age(one.at, now), one.owner == username)
                for one in found
            ),
            waiting=waiting,
            at=now,
            watched=self._shelf.library.force.alarms_watched,
            page=page,
            pages=pages,
            before=_path(page - 1) if page > 1 else "",
            after=_path(page + 1) if page < pages else "",
        )
        return self._frame.page(request, "alarms.html", view=view)

    async def open(self, request: web.Request) -> web.Response:
        """GET /alarms/{id}: with what the resident wrote; that somebody looked is recorded."""
        return await self._page(request, AlarmFilled(csrf=who(request).csrf))

    async def take(self, request: web.Request) -> web.Response:
        """POST /alarms/{id}/take: it is theirs now; from a colleague, if they knew who has it."""
        id, username = id_of(request), who(request).staff.username
        held_by = request[FORM].get("owner", "")
        async with self._store.work() as work:
            taken = await work.alarms.take(id, username, self._clock(), held_by=held_by)
        if not taken:
            filled = AlarmFilled(csrf=who(request).csrf, quicker=True)
            return await self._page(request, filled, status=409)
        self._live.tell(QUEUE)
        raise web.HTTPSeeOther(f"{ALARMS}/{id}")

    async def close(self, request: web.Request) -> web.Response:
        """POST /alarms/{id}/close: what came of it."""
        id, form, signed_in = id_of(request), request[FORM], who(request)
        given, note = form.get("outcome", ""), form.get("note", "").strip()
        slips = [] if given in set(AlarmOutcome) else [Slip("outcome", "Say what came of it.")]
        unsaid = "Write the reference of the control room." if _needs_note(given) else ""
        if (slip := slip_of("note", note, unsaid)) is not None:
            slips.append(slip)
        filled = AlarmFilled(csrf=signed_in.csrf, outcome=given, note=note, problems=tuple(slips))
        if slips:
            return await self._page(request, filled, status=422)
        async with self._store.work() as work:
            username, now = signed_in.staff.username, self._clock()
            closed = await work.alarms.close(id, username, AlarmOutcome(given), note, now)
        if not closed:
            gone = AlarmFilled(csrf=signed_in.csrf, note=note, gone=True)
            return await self._page(request, gone, status=409)
        self._live.tell(QUEUE)
        raise web.HTTPSeeOther(ALARMS)

    async def _page(
        self, request: web.Request, filled: AlarmFilled, status: int = 200
    ) -> web.Response:
        now, username = self._clock(), who(request).staff.username
        async with self._store.work() as work:
            found = await work.alarms.open(id_of(request), username, now)
        if found is None:
            raise web.HTTPNotFound
        return self._frame.page(
            request,
            "alarm.html",
            status=status,
            form=filled,
            found=found,
            kind=alarm_kind(found.alarm.category),
            age=age(found.alarm.at, now),
            mine=found.alarm.owner == username,
            outcomes=tuple(AlarmOutcome),
        )


def _needs_note(outcome: str) -> bool:
    return outcome == AlarmOutcome.CONTROL_ROOM


def _path(page: int) -> str:
    return f"{ALARMS}?page={page}" if page > 1 else ALARMS
