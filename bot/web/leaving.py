"""GET and POST /leave: forgets the chat and the session, and goes to a harmless page."""

import secrets
from collections.abc import Callable

from aiohttp import web

from bot.web.door import Door
from bot.web.pages import exit_url
from bot.web.talk import Talk
from knowledge.library import Library

PATIENCE = 1.0
"""Seconds that somebody in a hurry waits at most; the forgetting then goes on without them."""


class Leaving:
    """Ends sessions."""

    def __init__(self, talk: Talk, door: Door, library: Callable[[], Library]) -> None:
        self._talk, self._door, self._library = talk, door, library

    async def get(self, request: web.Request) -> web.Response:
        """The link, for browsers without our script."""
        response = web.Response(status=303, headers={"Location": self._away()})
        await self._leave(request, response)
        return response

    async def post(self, request: web.Request) -> web.Response:
        """Our script's beacon, which follows nothing; or a form."""
        if request.headers.get("Sec-Fetch-Dest") == "empty":
            response = web.Response(status=204)
        else:
            response = web.Response(status=303, headers={"Location": self._away()})
        await self._leave(request, response)
        return response

    async def _leave(self, request: web.Request, response: web.Response) -> None:
        """Forget, and make the browser forget; another site's page cannot make us do either."""
        if not self._door.is_own(request):
            return
        self._door.sessions.take_away(response)
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        session = self._door.sessions.of(request)
        if session is not None:
            await self._talk.leave(session, secrets.token_hex(16), PATIENCE)

    def _away(self) -> str:
        return exit_url(self._library().force)
