"""GET /events: new lines of a chat as server-sent events, until the page or the program goes."""

from collections import Counter as Tally

from aiohttp import hdrs, web

from bot.live import HANDLER, Live, Typing
from bot.web.door import STREAMS_PER_SESSION, Door
from bot.web.session import address_of
from bot.web.talk import Talk, Unreadable
from bot.web.view import View

HEARTBEAT = 15.0
"""Seconds of silence after which a comment tells proxies, and us, that somebody is there."""
TYPING = b"event: typing\ndata: person\n\n"
"""Says that whoever is at the other end is typing."""
FIRST = b"retry: 3000\n\n"
"""Milliseconds after which a browser opens a broken stream again."""


async def open_stream(request: web.Request) -> web.StreamResponse:
    """Begin the answer of a stream, of which `FIRST` is to be written first."""
    response = web.StreamResponse(
        headers={hdrs.CONTENT_TYPE: "text/event-stream", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    return response


class Stream:
    """Keeps a stream for each open page."""

    def __init__(self, talk: Talk, view: View, door: Door, live: Live) -> None:
        self._talk, self._view, self._door, self._live = talk, view, door, live
        self._open: Tally[str] = Tally()

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Send every line after the last one the page has, then each new one as it is kept."""
        session = self._door.sessions.of(request)
        if session is None:
            return web.Response(status=204)  # tells the browser not to ask again
        if self._open[session] >= STREAMS_PER_SESSION:
            raise web.HTTPTooManyRequests
        self._open[session] += 1
        try:
            return await self._stream(request, session)
        finally:
            self._open[session] -= 1
            if not self._open[session]:
                del self._open[session]

    async def _stream(self, request: web.Request, session: str) -> web.StreamResponse:
        response = await open_stream(request)
        try:
            await response.write(FIRST)
            address = address_of(session)
            person, typed = Typing(address, HANDLER), None
            async with self._live.listen(address, person) as listener:
                after = _seen(request)
                while not self._live.closing:
                    at = self._live.typed_at(person)
                    if at is not None and at != typed:
                        typed = at
                        await response.write(TYPING)
                    after = await self._tell(response, session, after)
                    if not await listener.news(HEARTBEAT):
                        await response.write(b": here\n\n")
        except (ConnectionError, Unreadable):
            # The page has gone, or the database has: a page that is still there asks again.
            pass
        return response

    async def _tell(self, response: web.StreamResponse, session: str, after: int) -> int:
        """Send the lines after that id as one event; the id of the last of them."""
        lines = await self._talk.lines(session, after)
        if not lines:
            return after
        html = self._view.fragment(session, lines)
        # Only these end a line of a stream; splitlines() would part the text at others as well.
        data = "".join(f"data: {line}\n" for line in html.replace("\r", "").split("\n"))
        await response.write(f"id: {lines[-1].id}\n{data}\n".encode())
        return lines[-1].id


def _seen(request: web.Request) -> int:
    """The last line the page has: what the browser says on coming back, else what the page said."""
    seen = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else 0
