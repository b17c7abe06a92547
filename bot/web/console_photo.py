"""Pictures of a report, as re-encoded copies; an original never reaches a browser."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.pictures import NotAPicture, preview
from bot.web.console_form import by_of
from bot.web.console_frame import who
from handlers.report import read_reference
from storage.work import Store

AT_ONCE = 2
"""Pictures decoded at a time: a large one takes 150 MB while it is open."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": "inline",
    "Cache-Control": "no-store",
}


class Photos:
    """Serves previews; each look is an audit event."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def show(self, request: web.Request) -> web.Response:
        """GET /reports/{reference}/photos/{id}."""
        reference = read_reference(request.match_info["reference"][:40])
        if reference is None:
            raise web.HTTPNotFound
        by = by_of(who(request))
        id = request.match_info["id"]
        async with self._slots:
            try:
                async with self._store.work() as work:
                    found = await work.casework.photo(reference, id, by, self._clock())
            except LookupError:
                found = None
            if found is None:
                raise web.HTTPNotFound
            try:
                copy = await asyncio.to_thread(preview, found[0])
            except NotAPicture:
                raise web.HTTPNotFound from None
        return web.Response(body=copy, content_type="image/jpeg", headers=HEADERS)
