"""POST /typing: the resident is typing to a handler; told on, and kept nowhere."""

from aiohttp import web

from bot.live import RESIDENT, Live, Typing
from bot.web.bodies import read_form
from bot.web.door import Door
from bot.web.session import address_of


class Typed:
    """Tells on that somebody types."""

    def __init__(self, door: Door, live: Live) -> None:
        self._door, self._live = door, live

    async def post(self, request: web.Request) -> web.Response:
        """Answer 204 for a page of ours, whoever may be at the other end."""
        session = self._door.sessions.of(request)
        token = (await read_form(request)).get("token", "")
        if session is None or not self._door.is_own(request):
            raise web.HTTPForbidden
        if not self._door.tokens.right(session, token):
            raise web.HTTPForbidden
        if self._door.too_fast(request, session):
            raise web.HTTPTooManyRequests
        self._live.tell(Typing(address_of(session), RESIDENT))
        return web.Response(status=204)
