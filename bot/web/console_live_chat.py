"""One live chat: all that was said, and what its handler can do: write, hand on, put back, end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web
from markupsafe import Markup

from bot.live import HANDLER, TYPING_THERE, Live, Typing
from bot.live_chats import LiveChats, Lost
from bot.service import Counter
from bot.web.console_door import BY_ITSELF, FORM
from bot.web.console_form import Filled, Slip, by_of, first_time, id_of, number, slip_of
from bot.web.console_frame import LIVE, Frame, SignedIn, who
from bot.web.console_text import age, shown
from bot.web.lines import PICTURE
from bot.web.permissions import Permission
from handlers.effects import Ending
from handlers.messages import URGENT
from handlers.report import hide_codes
from knowledge.markup import to_web
from storage.conversations import Address, Kept
from storage.live_desk import LiveChat, Opened
from storage.presence import Colleague
from storage.transcript import Line
from storage.work import Store, Work

QUEUE = "queue"
"""What a chat can be handed to besides a colleague."""
ENDINGS = (
    Ending.ANSWERED,
    Ending.REPORTED,
    Ending.SIGNPOSTED,
    Ending.EMERGENCY,
    Ending.SILENT,
    Ending.MISUSE,
)
"""How a handler may end a chat."""
DONE = {"report": "The report is recorded. The resident has its reference and access code."}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of the chat, ready for the template."""

    id: int
    kind: str
    """"resident", "handler" or "counter"."""
    name: str
    at: datetime
    html: Markup
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFilled(Filled):
    """The forms of a live chat's page."""

    message: str = ""
    to: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """A live chat as it was read, with what the page needs beside it."""

    opened: Opened
    lines: tuple[Spoken, ...]
    colleagues: tuple[Colleague, ...]


class ChatPages:
    """The page of a live chat and its forms."""

    def __init__(
        self,
        store: Store,
        counter: Counter,
        chats: LiveChats,
        live: Live,
        clock: Callable[[], datetime],
        frame: Frame,
    ) -> None:
        self._store, self._counter, self._chats = store, counter, chats
        self._live, self._clock, self._frame = live, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /live/{id}: for who has the chat, and for supervisors."""
        done = DONE.get(request.query.get("done", ""), "")
        return await self._page(request, ChatFilled(csrf=who(request).csrf), done=done)

    async def write(self, request: web.Request) -> web.Response:
        """POST /live/{id}/say."""
        id, form, signed_in = id_of(request), request[FORM], who(request)
        text = form.get("message", "").strip()
        if (slip := slip_of("message", text, "Write something first.")) is not None:
            filled = ChatFilled(csrf=signed_in.csrf, message=text, problems=(slip,))
            return await self._page(request, filled, status=422)
        told: tuple[Address, ...] = ()
        try:
            async with self._store.work() as work:
                if await first_time(work, form, by_of(signed_in), self._clock()):
                    told = (await self._chats.write(work, id, signed_in.staff, text),)
        except Lost:
            return self._lost(request, text)
        self._counter.told(told)
        raise web.HTTPSeeOther(f"{LIVE}/{id}#last")

    async def typing(self, request: web.Request) -> web.Response:
        """POST /live/{id}/typing: the resident is shown it, where the channel can; never kept."""
        async with self._store.work() as work:
            kept = await conversation_of(work, id_of(request), who(request))
        self._live.tell(Typing(kept.address, HANDLER), TYPING_THERE)
        return web.Response(status=204)

    async def hand_on(self, request: web.Request) -> web.Response:
        """POST /live/{id}/hand-on: to a colleague who is there, or back to the queue."""
        id, form, signed_in = id_of(request), request[FORM], who(request)
        to, note = form.get("to", ""), form.get("note", "").strip()
        filled = ChatFilled(csrf=signed_in.csrf, to=to, note=note)
        if (slip := slip_of("note", note)) is not None:
            return await self._page(request, replace(filled, problems=(slip,)), status=422)
        now, done = self._clock(), "put-back" if to == QUEUE else "handed-on"
        slip = None
        try:
            async with self._store.work() as work:
                owner = await self._owner(work, id, signed_in)
                if to == QUEUE:
                    username = signed_in.staff.username
                    told = await self._chats.put_back(work, id, owner, username, note)
                elif number(to) in {one.id for one in await work.presence.colleagues(owner, now)}:
                    by = signed_in.staff
                    told = await self._chats.hand_on(work, id, owner, by, number(to), note)
                else:
                    slip = Slip("to", "Choose a colleague who is there, or the queue.")
        except Lost:
            return self._lost(request, note)
        if slip is not None:
            return await self._page(request, replace(filled, problems=(slip,)), status=422)
        self._counter.told((told,))
        raise web.HTTPSeeOther(f"{LIVE}?done={done}")

    async def end(self, request: web.Request) -> web.Response:
        """POST /live/{id}/end: with what came of it."""
        id, signed_in = id_of(request), who(request)
        outcome = request[FORM].get("outcome", "")
        if outcome not in set(ENDINGS):
            slip = Slip("outcome", "Say what came of it.")
            filled = ChatFilled(csrf=signed_in.csrf, outcome=outcome, problems=(slip,))
            return await self._page(request, filled, status=422)
        try:
            async with self._store.work() as work:
                owner = await self._owner(work, id, signed_in)
                told = await self._chats.end(work, id, owner, signed_in.staff, Ending(outcome))
        except Lost:
            return self._lost(request, "")
        self._counter.told((told,))
        raise web.HTTPSeeOther(f"{LIVE}?done=ended")

    async def _owner(self, work: Work, id: str, signed_in: SignedIn) -> int:
        """Whose chat it is, if it is theirs or they see all; raises Lost."""
        chat = await work.live_desk.find(id)
        if chat is None or chat.owner_id is None or not may_see(chat, signed_in):
            raise Lost
        return chat.owner_id

    async def _page(
        self, request: web.Request, filled: ChatFilled, *, status: int = 200, done: str = ""
    ) -> web.Response:
        signed_in, now = who(request), self._clock()
        looked = await self._look(request, signed_in, now)
        chat = looked.opened.chat
        return self._frame.page(
            request,
            "live_chat.html",
            status=status,
            chat=chat,
            opened=looked.opened,
            lines=looked.lines,
            colleagues=looked.colleagues,
            endings=ENDINGS,
            form=filled,
            done=done,
            at=now,
            since=age(chat.taken_at or chat.asked_at, now),
            mine=chat.state == "taken" and chat.owner_id == signed_in.staff.id,
            over=chat.state == "ended",
        )

    async def _look(self, request: web.Request, signed_in: SignedIn, now: datetime) -> Looked:
        """Read the chat and record that it was read, in one transaction; raises 404."""
        id, by_itself = id_of(request), BY_ITSELF in request.headers
        async with self._store.work() as work:
            known = await work.live_desk.find(id)
            opened = None
            if known is not None and may_see(known, signed_in):
                opened = await work.live_desk.open(id, signed_in.staff, now, by_itself=by_itself)
            if opened is None:
                raise web.HTTPNotFound
            lines: tuple[Line, ...] = ()
            if opened.chat.conversation_id is not None:
                lines = await work.transcript.of(opened.chat.conversation_id)
            names = await work.staff.names()
            colleagues = await work.presence.colleagues(opened.chat.owner_id or 0, now)
        return Looked(opened, tuple(spoken(line, names) for line in lines), colleagues)

    def _lost(self, request: web.Request, written: str) -> web.Response:
        """The chat is not theirs any more: say so, and hand back what they had written."""
        return self._frame.page(request, "live_lost.html", status=409, written=written)


async def conversation_of(work: Work, id: str, signed_in: SignedIn) -> Kept:
    """The conversation of a chat that they have; raises 404."""
    chat = await work.live_desk.find(id)
    if chat is None or chat.state != "taken" or chat.owner_id != signed_in.staff.id:
        raise web.HTTPNotFound
    kept = chat.conversation_id and await work.conversations.look(chat.conversation_id)
    if not kept:
        raise web.HTTPNotFound
    return kept


def may_see(chat: LiveChat, signed_in: SignedIn) -> bool:
    """Whether what was said there is for them: it is or was theirs, or they see all."""
    return chat.owner_id == signed_in.staff.id or signed_in.may(Permission.SEE_ALL_LIVE_CHATS)


def spoken(line: Line, names: Mapping[int, str]) -> Spoken:
    """One line ready to be shown; `names` of staff by their ids."""
    if line.reply is None:
        html = Markup("<em>Their words are not kept.</em>")
        if line.text is not None:
            text = "A picture, which was not taken" if line.text == PICTURE else line.text
            html = shown(hide_codes(text))
        return Spoken(line.id, "resident", "Resident", line.at, html)
    html = Markup(to_web(hide_codes(line.reply.text)))  # noqa: S704 - to_web escapes what it is given
    if line.staff_id is not None:
        return Spoken(line.id, "handler", names.get(line.staff_id, "Staff"), line.at, html)
    urgent = line.reply.lane == URGENT
    return Spoken(line.id, "counter", "Front counter", line.at, html, urgent)
