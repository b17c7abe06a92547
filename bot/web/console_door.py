"""The door of the console: nobody passes without a session, a permission and a form of our own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from urllib.parse import urlencode

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.web.bodies import Form, read_form
from bot.web.console_frame import (
    MY_FACTOR,
    MY_PASSWORD,
    SIGNED_IN,
    SignedIn,
    form_is_right,
    home,
)
from bot.web.guard import is_own
from bot.web.permissions import Declared, Permission, is_open, needed
from storage.staff import Staff
from storage.work import Store

FORM = web.RequestKey("form", Form)
"""The fields of a form, once it is known to be ours."""

MOST_FIELDS = 120
"""Of a form of staff: a page of ticked reports, or all questions of a report at once."""

SAFE = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})

_BEFORE_DUTIES = (Permission.OWN_ACCOUNT, Permission.SIGN_OUT)

BY_ITSELF = "X-By-Itself"
"""The header of what a page asks for with nobody at it: that keeps nobody signed in."""


class SignedOut(web.HTTPForbidden):
    """A form came from a session that has ended; what was written in it is handed back."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.written = written


@dataclass(frozen=True, slots=True)
class Duties:
    """What somebody has to do before anything else."""

    second_factor: Collection[str] = ()
    """Roles that must have one."""

    def of(self, staff: Staff) -> str:
        """The page where they do it; empty for nothing."""
        if staff.must_change:
            return MY_PASSWORD
        wanted = staff.role in self.second_factor and not staff.second_factor
        return MY_FACTOR if wanted else ""


class Cookies:
    """The console's cookies.

    They are the session's, the one that ties the sign-in form down, the one of who has shown a
    password and no second factor yet, and the one of who is away at the identity provider.
    """

    def __init__(self, *, https: bool) -> None:
        self._https = https
        # A __Host- cookie cannot be set by a neighbouring host; browsers want https for it.
        prefix = "__Host-" if https else ""
        self.session, self.door = f"{prefix}staff", f"{prefix}staff-door"
        self.step, self.provider = f"{prefix}staff-step", f"{prefix}staff-provider"

    def of(self, request: web.Request, name: str) -> str:
        """What the browser keeps under that name; empty for nothing that can be ours."""
        value = request.cookies.get(name, "")
        return value if value.isascii() and len(value) <= 64 else ""

    def give(
        self, response: web.StreamResponse, name: str, value: str, *, same_site: str = "Strict"
    ) -> None:
        """Ask the browser to keep it until it is closed, and to send it with our own pages only."""
        response.set_cookie(
            name, value, path="/", httponly=True, samesite=same_site, secure=self._https
        )

    def take_away(self, response: web.StreamResponse, name: str) -> None:
        """Ask the browser to forget it."""
        response.del_cookie(name, path="/", httponly=True, samesite="Strict", secure=self._https)


def door(
    store: Store,
    clock: Callable[[], datetime],
    cookies: Cookies,
    declared: Declared,
    public_host: str,
    duties: Duties,
) -> Middleware:
    """The middleware that lets requests in; guarded handlers find who it is and their form.

    A page that does not exist is behind the door as well, so that nobody outside can tell.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method not in SAFE and not is_own(request, public_host):
            raise web.HTTPForbidden
        route = request.match_info.route
        if is_open(route):
            return await handler(request)
        token = cookies.of(request, cookies.session)
        staff = None
        if token:
            async with store.work() as work:
                staff = await work.sessions.current(token, clock(), touch=not _by_itself(request))
        if staff is None:
            await _show_out(request)
        signed_in = SignedIn(staff, token, duties.of(staff))
        request[SIGNED_IN] = signed_in
        permission = needed(route, declared)
        if signed_in.owes and permission not in _BEFORE_DUTIES:
            if request.method in SAFE:
                raise web.HTTPSeeOther(signed_in.owes)
            raise web.HTTPForbidden
        if permission is not None and not signed_in.may(permission):
            if request.path == "/" and request.method in SAFE:
                raise web.HTTPSeeOther(home(staff.role))
            raise web.HTTPForbidden
        if permission is not None and request.method not in SAFE:
            form = await read_form(request, most=MOST_FIELDS)
            if not form_is_right(token, form.get("csrf", "")):
                raise web.HTTPForbidden
            request[FORM] = form
        return await handler(request)

    return middleware


def _by_itself(request: web.Request) -> bool:
    return request.path.endswith("/events") or BY_ITSELF in request.headers


async def _show_out(request: web.Request) -> NoReturn:
    """To the sign-in page, and back here from it; a form is told, with what was written in it."""
    if request.method in SAFE:
        there = "" if request.path == "/" else "?" + urlencode({"next": request.path})
        raise web.HTTPSeeOther(f"/login{there}")
    form = await read_form(request)
    raise SignedOut(form.get("message") or form.get("note") or "")
