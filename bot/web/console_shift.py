"""The end of a shift: what is left open, and a note for those who come next; and who named me."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_form import Filled, by_of, first_time, slip_of
from bot.web.console_frame import Frame, who
from bot.web.console_queue import row_of
from handlers.report import OPEN
from storage.queue import QueueFilter, Sort
from storage.work import Store

_NOTES = 10
_ROWS = 50


class ShiftPage:
    """Notes from shift to shift, my open reports, and where colleagues named me."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /shift."""
        return await self._page(request, Filled(csrf=who(request).csrf))

    async def hand_over(self, request: web.Request) -> web.Response:
        """POST /shift."""
        form, by, now = request[FORM], by_of(who(request)), self._clock()
        text = form.get("note", "").strip()
        if (slip := slip_of("note", text, "Write what the next shift has to know.")) is not None:
            filled = Filled(csrf=who(request).csrf, note=text, problems=(slip,))
            return await self._page(request, filled, status=422)
        async with self._store.work() as work:
            if await first_time(work, form, by, now):
                await work.desk.hand_over(text, by, now)
        raise web.HTTPSeeOther("/shift?done=handed-over")

    async def _page(
        self, request: web.Request, filled: Filled, *, status: int = 200
    ) -> web.Response:
        by, now = by_of(who(request)), self._clock()
        mine = QueueFilter(statuses=OPEN, assignee=by.staff.id, sort=Sort.DUE, per_page=_ROWS)
        async with self._store.work() as work:
            page = await work.queue.list(mine, by)
            notes = await work.desk.shift_notes(_NOTES)
            mentions = await work.mentions.unseen(by)
        return self._frame.page(
            request,
            "shift.html",
            status=status,
            form=filled,
            rows=tuple(row_of(row, self._shelf.library, now) for row in page.rows),
            total=page.total,
            notes=notes,
            mentions=mentions,
            done="done" in request.query,
        )
