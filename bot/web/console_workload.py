"""Workload: who has how much on their hands, and whose reports wait for somebody who is away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from bot.web.console_form import by_of
from bot.web.console_frame import Frame, who
from bot.web.console_text import age
from bot.web.figures_days import in_words
from bot.web.permissions import Permission, may
from handlers.days import london_day
from storage.leave import Leave
from storage.work import Store
from storage.workload import Load


@dataclass(frozen=True, slots=True)
class Row:
    """What somebody has, and the way to it."""

    load: Load
    oldest: str
    """The age of their oldest open report; empty for none."""
    away: str
    """The days of the leave they are on today; empty where they are there."""
    path: str

    @property
    def to_hand_on(self) -> bool:
        """Whether open reports wait for somebody who is away."""
        return bool(self.away and self.load.open)


class WorkloadPage:
    """One's own workload; for who manages teams that of everybody."""

    def __init__(self, store: Store, clock: Callable[[], datetime], frame: Frame) -> None:
        self._store, self._clock, self._frame = store, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /workload."""
        signed_in, now = who(request), self._clock()
        async with self._store.work() as work:
            loads = await work.workload.of_everybody(by_of(signed_in), now)
            ahead = await work.leave.ahead(london_day(now))
        everybody = signed_in.may(Permission.MANAGE_TEAMS)
        shown = [
            load
            for load in loads
            if load.staff_id == signed_in.staff.id
            or (everybody and (load.open or may(load.role, Permission.CHANGE_STATUS)))
        ]
        rows = tuple(_row(load, ahead, now) for load in shown)
        return self._frame.page(
            request,
            "workload.html",
            rows=rows,
            everybody=everybody,
            to_hand_on=tuple(row for row in rows if row.to_hand_on),
        )


def _row(load: Load, ahead: Sequence[Leave], now: datetime) -> Row:
    today = london_day(now)
    away = next(
        (one for one in ahead if one.staff_id == load.staff_id and one.days.first <= today), None
    )
    return Row(
        load,
        age(load.oldest_at, now) if load.oldest_at else "",
        in_words(away.days) if away else "",
        f"/?{urlencode({'person': load.staff_id})}",
    )
