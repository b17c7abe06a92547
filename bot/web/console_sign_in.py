"""Signing in and out; the same words and the same time, whether an account exists or not."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime

from aiohttp import hdrs, web

from bot.web.bodies import read_form
from bot.web.console_door import Cookies
from bot.web.console_frame import Frame, form_is_right, form_token, home, who
from bot.web.guard import Whereabouts
from storage.errors import LoginRefused
from storage.work import Store

LONGEST_USERNAME, LONGEST_PASSWORD = 64, 1024
_LOCAL = re.compile(r"/[A-Za-z0-9/_-]{0,100}")

WRONG = "The username or the password is not right."
CAME_LATE = "This form had been open for too long. Please sign in again."


class SignIn:
    """The sign-in page, its form, and the way out."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        frame: Frame,
        cookies: Cookies,
        whereabouts: Whereabouts,
    ) -> None:
        self._store, self._clock, self._frame = store, clock, frame
        self._cookies, self._whereabouts = cookies, whereabouts

    async def show(self, request: web.Request) -> web.Response:
        """GET /login."""
        said = "signed-out" in request.query
        return self._page(request, next=_local(request.query.get("next", "")), signed_out=said)

    async def sign_in(self, request: web.Request) -> web.Response:
        """POST /login: a new session for whoever knows the password, and the old one ended."""
        form = await read_form(request)
        username = form.get("username", "")[:LONGEST_USERNAME]
        next = _local(form.get("next", ""))
        key = self._cookies.of(request, self._cookies.door)
        if not key or not form_is_right(key, form.get("csrf", "")):
            return self._page(request, username, next, problem=CAME_LATE, status=403)
        password = form.get("password", "")[:LONGEST_PASSWORD]
        address = self._whereabouts.of(request)
        try:
            token = await self._store.login(username, password, address, self._clock())
        except LoginRefused as refusal:
            return self._refused(request, username, next, refusal.wait_seconds)
        return await self._let_in(request, token, next)

    async def sign_out(self, request: web.Request) -> web.Response:
        """POST /logout."""
        async with self._store.work() as work:
            await work.sessions.end(who(request).token, self._clock())
        response = web.Response(status=303, headers={hdrs.LOCATION: "/login?signed-out"})
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        self._cookies.take_away(response, self._cookies.session)
        return response

    def _page(
        self,
        request: web.Request,
        username: str = "",
        next: str = "",
        *,
        status: int = 200,
        problem: str = "",
        signed_out: bool = False,
    ) -> web.Response:
        key = self._cookies.of(request, self._cookies.door) or secrets.token_urlsafe(32)
        response = self._frame.page(
            request,
            "sign_in.html",
            status=status,
            csrf=form_token(key),
            username=username,
            next=next,
            problem=problem,
            signed_out=signed_out,
        )
        self._cookies.give(response, self._cookies.door, key)
        return response

    def _refused(
        self, request: web.Request, username: str, next: str, wait_seconds: int
    ) -> web.Response:
        if wait_seconds <= 0:
            return self._page(request, username, next, status=403, problem=WRONG)
        unit = "second" if wait_seconds == 1 else "seconds"
        problem = f"{WRONG} There were several tries: wait {wait_seconds} {unit} and try again."
        response = self._page(request, username, next, status=429, problem=problem)
        response.headers[hdrs.RETRY_AFTER] = str(wait_seconds)
        return response

    async def _let_in(self, request: web.Request, token: str, next: str) -> web.Response:
        now = self._clock()
        old = self._cookies.of(request, self._cookies.session)
        async with self._store.work() as work:
            if old:
                await work.sessions.end(old, now)
            staff = await work.sessions.current(token, now)
        if staff is None:
            return self._page(request, next=next, problem=WRONG, status=403)
        where = next or home(staff.role)
        response = web.Response(status=303, headers={hdrs.LOCATION: where})
        self._cookies.give(response, self._cookies.session, token)
        self._cookies.take_away(response, self._cookies.door)
        return response


def _local(path: str) -> str:
    """A path of ours to go on to, or nothing: a forged one must not lead anywhere else."""
    return path if _LOCAL.fullmatch(path) and not path.startswith("//") else ""
