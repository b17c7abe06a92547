"""POST /say: takes what a resident typed, chose or pictured, and loses none of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.pictures import LARGEST
from bot.service import PATIENCE, CannotKeep
from bot.web.bodies import LONGEST_UPLOAD, MULTIPART, Upload, read_form
from bot.web.door import Door
from bot.web.errors import Problem, wants_json
from bot.web.session import new_session
from bot.web.talk import Talk, Unreadable
from bot.web.view import View
from handlers.messages import Chose, Event, Said, SharedPhoto
from handlers.photos import MOST_PHOTOS

LONGEST_TEXT = 10_000
"""Characters of one message."""
LONGEST_CHOICE = 200
URGENT_PATIENCE = 0.8
"""Seconds that the 999 card waits for the turn, and as long for the journal at the most."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it arrived."""

    session: str | None
    token: str
    form: str
    """The id of the form, so that it is taken once however often it is sent."""
    text: str = ""
    choice: str = ""
    after: int = 0
    """The last line that the page shows, where our script asks."""
    alarm: bool = False
    """The text shows danger: whatever else is wrong, the answer begins with the 999 card."""


class Say:
    """Takes forms in, and answers each: a page, a redirect, or JSON for our script."""

    def __init__(self, talk: Talk, view: View, door: Door) -> None:
        self._talk, self._view, self._door = talk, view, door

    async def post(self, request: web.Request) -> web.Response:
        """Answer POST /say."""
        if not self._door.is_own(request):
            raise web.HTTPForbidden
        if request.content_type == MULTIPART:
            return await self._pictures(request)
        return await self._words(request, self._sent(request, await read_form(request)))

    async def _words(self, request: web.Request, sent: Sent) -> web.Response:
        """Something typed or chosen."""
        refusal = self._closed(request, sent) or self._unfit(sent)
        if refusal is not None:
            return await self._refuse(request, sent, *refusal)
        event: Event = Chose(sent.choice) if sent.choice else Said(sent.text)
        content = f"{sent.choice}\0{sent.text}".encode("utf-8", "replace")
        return await self._take(request, sent, event, content) or await self._done(request, sent)

    async def _pictures(self, request: web.Request) -> web.Response:
        """Several pictures one by one, each a turn of its own."""
        # One more than a report takes, so that the resident is told of those left out.
        upload = Upload(request, LARGEST, MOST_PHOTOS + 1)
        try:
            async with asyncio.timeout(LONGEST_UPLOAD):
                sent = self._sent(request, await upload.fields())
                if not upload.has_files:
                    return await self._words(request, sent)
                refusal = self._closed(request, sent)
                if refusal is None:
                    return await self._each(request, sent, upload)
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        return await self._refuse(request, sent, *refusal)

    async def _each(self, request: web.Request, sent: Sent, upload: Upload) -> web.Response:
        if not await self._talk.wants_photo(sent.session or ""):
            event = SharedPhoto(problem="not-wanted")
            return await self._take(request, sent, event, b"") or await self._done(request, sent)
        count = 0
        async for data in upload.files():
            count += 1
            event = SharedPhoto(problem="too-big")
            if data is not None:
                event = SharedPhoto(data, media_of(data))
            failed = await self._take(request, sent, event, data or str(count).encode())
            if failed is not None:
                return failed
        if not count:
            problem = self._view.problem("no_picture")
            return await self._refuse(request, sent, problem, 400)
        return await self._done(request, sent)

    def _sent(self, request: web.Request, fields: Mapping[str, str]) -> Sent:
        text = fields.get("text", "")
        after = request.query.get("after", "")
        return Sent(
            session=self._door.sessions.of(request),
            token=fields.get("token", ""),
            form=fields.get("event", ""),
            text=text,
            choice=fields.get("choice", "")[:LONGEST_CHOICE],
            after=int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0,
            alarm=self._talk.alarms(text),
        )

    def _closed(self, request: web.Request, sent: Sent) -> tuple[Problem, int] | None:
        """Why nothing is taken from this form now; None where it is."""
        session = sent.session
        if session is None or not self._door.tokens.right(session, sent.token):
            return self._view.problem("stale", card=sent.alarm, text=sent.text), 403
        if self._door.too_fast(request, session):
            problem = self._view.problem("too_fast", card=sent.alarm, text=sent.text)
            # A card must arrive, and a proxy may put a page of its own in place of an error.
            return problem, 200 if sent.alarm else 429
        return None

    def _unfit(self, sent: Sent) -> tuple[Problem, int] | None:
        """Why this cannot be sent as it is; None where it can."""
        if sent.choice:
            return None
        if not sent.text.strip():
            return self._view.problem("empty", field="text"), 400
        if len(sent.text) > LONGEST_TEXT:
            most = f"{LONGEST_TEXT:,}"
            problem = self._view.problem("too_long", card=sent.alarm, field="text", most=most)
            return problem, 400
        return None

    async def _take(
        self, request: web.Request, sent: Sent, event: Event, content: bytes
    ) -> web.Response | None:
        """Take one event in; the answer where that failed, or None."""
        session = sent.session or ""
        id = self._door.tokens.event_id(session, sent.form, content)
        patience = URGENT_PATIENCE if sent.alarm else PATIENCE
        try:
            taken = await self._talk.take(session, id, event, patience)
        except CannotKeep as error:
            card = error.urgent or sent.alarm
            problem = self._view.not_recorded(card=card, text=sent.text)
            status = 200 if card else 503
            return self._view.refused(request, session, problem, status, text=sent.text)
        if taken.held:
            problem = self._view.held(card=sent.alarm)
            return self._view.refused(request, session, problem, 200, held=True)
        if taken.set_aside and not taken.replies:
            problem = self._view.not_recorded(card=sent.alarm, text=sent.text)
            return self._view.refused(request, session, problem, 200, text=sent.text)
        return None

    async def _done(self, request: web.Request, sent: Sent) -> web.Response:
        """All is kept: the new lines for our script, else back to the page."""
        if not wants_json(request):
            return web.Response(status=303, headers={"Location": "/#last"})
        session = sent.session or ""
        return self._view.taken(session, await self._talk.lines(session), sent.after)

    async def _refuse(
        self, request: web.Request, sent: Sent, problem: Problem, status: int
    ) -> web.Response:
        """Not taken: the page once more with its transcript, and the text in the box."""
        lines = None
        if sent.session is not None and not wants_json(request) and status != 429:
            try:
                lines = await self._talk.lines(sent.session)
            except Unreadable:
                lines = None
        return self._view.refused(
            request,
            sent.session or new_session(),
            problem,
            status,
            text=sent.text[:LONGEST_TEXT],
            lines=lines,
        )


def media_of(data: bytes) -> str:
    """The media type of a picture by its first bytes; whether it is one is looked at later."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return "image/jpeg"
