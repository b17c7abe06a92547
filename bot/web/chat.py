"""The resident's side of the web: the chat page, its event stream, leaving, and pages to read."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.live import Live
from bot.service import Counter
from bot.settings import Retention, Web
from bot.shelf import Shelf
from bot.web.door import Door
from bot.web.errors import error_pages
from bot.web.guard import Tokens, Whereabouts
from bot.web.headers import secure
from bot.web.leaving import Leaving
from bot.web.open311 import Open311
from bot.web.pages import Pages
from bot.web.reading import Reading
from bot.web.say import Say
from bot.web.session import Sessions, new_session
from bot.web.stream import Stream
from bot.web.talk import Talk, Unreadable, idle_since
from bot.web.typed import Typed
from bot.web.view import View
from knowledge.library import Library
from storage.work import Store


def chat_app(  # noqa: PLR0913 - the composition of the resident's side
    counter: Counter,
    store: Store,
    shelf: Shelf,
    live: Live,
    secret: bytes,
    settings: Web,
    clock: Callable[[], datetime],
    *,
    retention: Retention | None = None,
    outermost: Sequence[Middleware] = (),
    compiled: Path | None = None,
    seconds: Callable[[], float] = time.monotonic,
) -> web.Application:
    """The residents' pages as an application; `secret` is 32 random bytes that outlive restarts.

    `retention` is what the privacy page says of how long things are kept; its defaults if None;
    `outermost` are middlewares around all others; `compiled` is where compiled templates are kept;
    `seconds` is the clock by which floods are slowed down.
    Close `live` before the application, or its open streams hold it back.
    """

    def library() -> Library:
        return shelf.library

    url = settings.public_url
    https = url is not None and url.scheme == "https"
    pages = Pages(library, compiled)
    whereabouts = Whereabouts(settings.trusted_proxies)
    door = Door(
        Sessions(https=https),
        Tokens(secret),
        whereabouts,
        "" if url is None else urlsplit(str(url)).netloc,
        seconds,
    )
    talk = Talk(counter, store)
    view = View(pages, door, library, clock)
    front = Front(talk, view, door, clock, timedelta(minutes=settings.idle_minutes))
    leaving = Leaving(talk, door, library)
    reading = Reading(pages, door, library, clock, retention or Retention())
    app = web.Application(middlewares=[*outermost, error_pages(pages)])
    secure(app, https=https)
    pages.add_routes(app)
    app.router.add_get("/", front.get)
    app.router.add_post("/say", Say(talk, view, door).post)
    app.router.add_get("/events", Stream(talk, view, door, live).get)
    app.router.add_post("/typing", Typed(door, live).post)
    app.router.add_get("/leave", leaving.get)
    app.router.add_post("/leave", leaving.post)
    reading.add_routes(app)
    Open311(library, whereabouts, str(url or ""), seconds).add_routes(app)
    app.on_startup.append(lambda _: _warm_up(view))
    return app


async def _warm_up(view: View) -> None:
    """Let nobody wait for the templates to be compiled."""
    view.page(new_session(), ())


class Front:
    """GET /: the page itself."""

    def __init__(
        self,
        talk: Talk,
        view: View,
        door: Door,
        clock: Callable[[], datetime],
        idle: timedelta,
    ) -> None:
        self._talk, self._view, self._door = talk, view, door
        self._clock, self._idle = clock, idle

    async def get(self, request: web.Request) -> web.Response:
        """Show the session's chat, or a fresh one where it lay unused for too long."""
        session = self._door.sessions.of(request)
        try:
            lines = () if session is None else await self._talk.lines(session)
        except Unreadable:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None
        since = idle_since(lines)
        if session is None or (since is not None and self._clock() - since > self._idle):
            # Whoever holds the device now may not be who wrote that.
            session, lines = new_session(), ()
        response = self._view.page(session, lines)
        self._door.sessions.give(response, session)
        return response
