"""The Live page: who waits for a person, who has whom, and the switch that says "I am ready"."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.live_chats import LiveChats, Lost
from bot.service import Counter
from bot.web.console_door import FORM
from bot.web.console_form import Filled, id_of
from bot.web.console_frame import LIVE, Frame, who
from bot.web.console_text import age
from bot.web.permissions import Permission
from storage.live_desk import LiveChat
from storage.presence import Colleague
from storage.work import Store

REFRESH = 30
"""Seconds after which a page that was asked to refreshes itself, where scripts are off."""
DONE = {
    "ended": "The chat is ended. The resident is back at the counter.",
    "put-back": "The chat is at the front of the queue. The resident knows.",
    "handed-on": "Your colleague has the chat now. The resident knows.",
    "lost": "A colleague was quicker, or the resident stopped waiting.",
    "none": "Nobody waits at the moment.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One live chat, as the list shows it."""

    chat: LiveChat
    waits: str
    """Since when they wait, or have been with somebody."""
    silent: str
    """Since when the resident's words wait for an answer; empty where none do."""


@dataclass(frozen=True, slots=True)
class View:
    """All that the page shows."""

    waiting: tuple[Row, ...]
    mine: tuple[Row, ...]
    others: tuple[Row, ...]
    colleagues: tuple[Colleague, ...]
    ready: bool
    at: datetime
    done: str
    refresh: int
    sees_all: bool


class LivePages:
    """The list of live chats and its forms."""

    def __init__(
        self,
        store: Store,
        counter: Counter,
        chats: LiveChats,
        clock: Callable[[], datetime],
        frame: Frame,
    ) -> None:
        self._store, self._counter, self._chats = store, counter, chats
        self._clock, self._frame = clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /live."""
        signed_in, now = who(request), self._clock()
        me = signed_in.staff.id
        async with self._store.work() as work:
            waiting, taken = await work.live_desk.waiting(), await work.live_desk.taken()
            ready = await work.presence.is_ready(me)
            colleagues = await work.presence.colleagues(me, now)
        view = View(
            waiting=tuple(_row(chat, now) for chat in waiting),
            mine=tuple(_row(chat, now) for chat in taken if chat.owner_id == me),
            others=tuple(_row(chat, now) for chat in taken if chat.owner_id != me),
            colleagues=colleagues,
            ready=ready,
            at=now,
            done=DONE.get(request.query.get("done", ""), ""),
            refresh=REFRESH if "refresh" in request.query else 0,
            sees_all=signed_in.may(Permission.SEE_ALL_LIVE_CHATS),
        )
        form = Filled(csrf=signed_in.csrf)
        return self._frame.page(request, "live.html", view=view, form=form)

    async def switch(self, request: web.Request) -> web.Response:
        """POST /live/ready: they are ready for live chats, or no longer."""
        ready = request[FORM].get("ready", "") == "yes"
        async with self._store.work() as work:
            await work.presence.switch(who(request).staff, ready, self._clock())
        self._counter.told()
        raise web.HTTPSeeOther(LIVE)

    async def take_next(self, request: web.Request) -> web.Response:
        """POST /live/next: the resident who comes next."""
        try:
            async with self._store.work() as work:
                id, address = await self._chats.take_next(work, who(request).staff)
        except Lost:
            raise web.HTTPSeeOther(f"{LIVE}?done=none") from None
        self._counter.told((address,))
        raise web.HTTPSeeOther(f"{LIVE}/{id}#last")

    async def take(self, request: web.Request) -> web.Response:
        """POST /live/{id}/take: this one."""
        id = id_of(request)
        try:
            async with self._store.work() as work:
                address = await self._chats.take(work, id, who(request).staff)
        except Lost:
            raise web.HTTPSeeOther(f"{LIVE}?done=lost") from None
        self._counter.told((address,))
        raise web.HTTPSeeOther(f"{LIVE}/{id}#last")


def _row(chat: LiveChat, now: datetime) -> Row:
    since = chat.taken_at if chat.owner_id is not None and chat.taken_at else chat.asked_at
    silent = age(chat.heard_at or since, now) if chat.unanswered else ""
    return Row(chat, age(since, now), silent)
