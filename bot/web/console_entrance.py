"""What every way of signing in ends with: a session in a cookie, and the page that was wanted."""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from aiohttp import hdrs, web

from bot.web.browser_name import browser_name
from bot.web.console_door import Cookies
from bot.web.console_frame import home
from bot.web.guard import Whereabouts
from storage.sessions import Whence
from storage.work import Store

LOGIN, CODE = "/login", "/login/code"
_LOCAL = re.compile(r"/[A-Za-z0-9/_-]{0,100}")


class Entrance:
    """Lets in whoever has shown enough; who has still to show a code is asked for it.

    `public` is the address that staff open; empty where they open the listener itself.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        cookies: Cookies,
        whereabouts: Whereabouts,
        public: str = "",
    ) -> None:
        self._store, self._clock = store, clock
        self.cookies, self._whereabouts, self._public = cookies, whereabouts, public

    def origin(self, request: web.Request) -> str:
        """The scheme and host by which staff know the console."""
        opened = urlsplit(self._public or f"http://{request.host}")
        return f"{opened.scheme}://{opened.netloc}"

    def whence(self, request: web.Request) -> Whence:
        """Where a request comes from."""
        browser = browser_name(request.headers.get(hdrs.USER_AGENT, ""))
        return Whence(browser, self._whereabouts.of(request))

    async def let_in(self, request: web.Request, token: str, next: str) -> web.Response:
        """On to where they wanted to go; the session of before is ended."""
        now, old = self._clock(), self.cookies.of(request, self.cookies.session)
        async with self._store.work() as work:
            if old:
                await work.sessions.end(old, now)
            staff = await work.sessions.current(token, now)
        if staff is None:
            query = f"?{urlencode({'next': next})}" if next else ""
            response = web.Response(status=303, headers={hdrs.LOCATION: CODE + query})
            self.cookies.give(response, self.cookies.step, token)
            return response
        where = next or home(staff.role)
        response = web.Response(status=303, headers={hdrs.LOCATION: where})
        self.keep(response, token)
        return response

    def keep(self, response: web.StreamResponse, token: str) -> None:
        """Have the browser keep the session, and nothing of how it came about."""
        self.cookies.give(response, self.cookies.session, token)
        for spent in (self.cookies.door, self.cookies.step):
            self.cookies.take_away(response, spent)


def local(path: str) -> str:
    """A path of ours to go on to, or nothing: a forged one must not lead anywhere else."""
    return path if _LOCAL.fullmatch(path) and not path.startswith("//") else ""


def waits(wrong: str, seconds: int) -> str:
    """What to say of a try that was wrong, and when the next one is looked at."""
    if seconds <= 0:
        return wrong
    unit = "second" if seconds == 1 else "seconds"
    return f"{wrong} There were several tries: wait {seconds} {unit} and try again."
