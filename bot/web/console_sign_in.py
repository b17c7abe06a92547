"""Signing in and out; the same words and the same time, whether an account exists or not."""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime

from aiohttp import hdrs, web

from bot.web.bodies import read_form
from bot.web.console_entrance import CODE, LOGIN, Entrance, local, waits
from bot.web.console_frame import Frame, form_is_right, form_token, who
from storage.errors import LoginRefused
from storage.work import Store

LONGEST_USERNAME, LONGEST_PASSWORD = 64, 1024

WRONG = "The username or the password is not right."
WRONG_CODE = "That code is not right, or was used already."
CAME_LATE = "This form had been open for too long. Please sign in again."


class SignIn:
    """The sign-in page and its form, the page that asks for a code, and the way out.

    `elsewhere` are roles that cannot sign in with a password; `provider` is what the button of the
    force's own identity provider says, empty where there is none.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        frame: Frame,
        entrance: Entrance,
        *,
        elsewhere: Collection[str] = (),
        provider: str = "",
    ) -> None:
        self._store, self._clock, self._frame = store, clock, frame
        self._entrance, self._cookies = entrance, entrance.cookies
        self._elsewhere, self._provider = elsewhere, provider
        self.passkey: Callable[[web.Request, str], str] | None = None
        """What the page asks a browser's passkeys for; set where there are any."""

    async def show(self, request: web.Request) -> web.Response:
        """GET /login."""
        said = "signed-out" in request.query
        return self.page(request, next=local(request.query.get("next", "")), signed_out=said)

    async def sign_in(self, request: web.Request) -> web.Response:
        """POST /login: a new session for whoever knows the password, and the old one ended."""
        form = await read_form(request)
        username = form.get("username", "")[:LONGEST_USERNAME]
        next = local(form.get("next", ""))
        if not self.is_ours(request, form.get("csrf", "")):
            return self.page(request, username, next, problem=CAME_LATE, status=403)
        password = form.get("password", "")[:LONGEST_PASSWORD]
        whence = self._entrance.whence(request)
        try:
            token = await self._store.login(
                username,
                password,
                whence.address,
                self._clock(),
                whence.browser,
                elsewhere=self._elsewhere,
            )
        except LoginRefused as refusal:
            return self._refused(request, username, next, refusal.wait_seconds)
        return await self._entrance.let_in(request, token, next)

    async def ask_code(self, request: web.Request) -> web.Response:
        """GET /login/code."""
        token = self._cookies.of(request, self._cookies.step)
        async with self._store.work() as work:
            waiting = await work.sessions.waiting(token, self._clock())
        if waiting is None:
            raise web.HTTPSeeOther(LOGIN)
        return self._code_page(request, token, local(request.query.get("next", "")))

    async def show_code(self, request: web.Request) -> web.Response:
        """POST /login/code: what the authenticator app shows, or a recovery code."""
        form = await read_form(request)
        token = self._cookies.of(request, self._cookies.step)
        next = local(form.get("next", ""))
        if not token or not form_is_right(token, form.get("csrf", "")):
            return self.page(request, next=next, problem=CAME_LATE, status=403)
        try:
            signed_in = await self._store.proof.show_code(
                token, form.get("code", "")[:64], self._clock()
            )
        except LookupError:
            return self.page(request, next=next, problem=CAME_LATE, status=403)
        except LoginRefused as refusal:
            seconds = refusal.wait_seconds
            status = 429 if seconds > 0 else 403
            problem = waits(WRONG_CODE, seconds)
            return self._code_page(request, token, next, problem, status)
        return await self._entrance.let_in(request, signed_in, next)

    async def sign_out(self, request: web.Request) -> web.Response:
        """POST /logout."""
        async with self._store.work() as work:
            await work.sessions.end(who(request).token, self._clock())
            await work.presence.leave(who(request).staff.id)
        response = web.Response(status=303, headers={hdrs.LOCATION: f"{LOGIN}?signed-out"})
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        self._cookies.take_away(response, self._cookies.session)
        return response

    def is_ours(self, request: web.Request, token: str) -> bool:
        """Whether a form with this token was shown in this browser by the sign-in page."""
        key = self._cookies.of(request, self._cookies.door)
        return bool(key) and form_is_right(key, token)

    def page(
        self,
        request: web.Request,
        username: str = "",
        next: str = "",
        *,
        status: int = 200,
        problem: str = "",
        signed_out: bool = False,
        fresh: bool = False,
    ) -> web.Response:
        """The sign-in page, and what went wrong; `fresh` where the last one was used up."""
        known = "" if fresh else self._cookies.of(request, self._cookies.door)
        key = known or secrets.token_urlsafe(32)
        response = self._frame.page(
            request,
            "sign_in.html",
            status=status,
            csrf=form_token(key),
            username=username,
            next=next,
            problem=problem,
            signed_out=signed_out,
            provider=self._provider,
            passkey=self.passkey(request, key) if self.passkey else "",
        )
        self._cookies.give(response, self._cookies.door, key)
        return response

    def _code_page(
        self, request: web.Request, token: str, next: str, problem: str = "", status: int = 200
    ) -> web.Response:
        return self._frame.page(
            request,
            "sign_in_code.html",
            status=status,
            csrf=form_token(token),
            action=CODE,
            next=next,
            problem=problem,
        )

    def _refused(
        self, request: web.Request, username: str, next: str, wait_seconds: int
    ) -> web.Response:
        status = 429 if wait_seconds > 0 else 403
        problem = waits(WRONG, wait_seconds)
        response = self.page(request, username, next, status=status, problem=problem)
        if wait_seconds > 0:
            response.headers[hdrs.RETRY_AFTER] = str(wait_seconds)
        return response
