"""Errors of the console as calm pages: what happened, what to do, and never a traceback."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.web.console_door import SignedOut
from bot.web.console_frame import SIGNED_IN, Frame, SignedIn, home
from bot.web.permissions import Permission
from handlers.report import read_reference

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    """An error for people."""

    heading: str
    text: str


_NOT_SAVED = "Nothing was saved."
_KNOWN: Mapping[int, Words] = {
    400: Words("That could not be read", f"Something in it was not as we sent it. {_NOT_SAVED}"),
    403: Words(
        "You cannot do that here",
        f"Your account may not do this, or the page had been open for too long. {_NOT_SAVED}",
    ),
    404: Words(
        "Nothing found",
        "There is no such page or report, or it is not open to you. Check the reference.",
    ),
    405: Words("That does not work here", f"The address was used in the wrong way. {_NOT_SAVED}"),
    408: Words("That took too long", f"It did not arrive in time. {_NOT_SAVED} Try again."),
    409: Words("Somebody else was quicker", f"It changed while you were at it. {_NOT_SAVED}"),
    413: Words("That is too long", f"Send it in shorter parts. {_NOT_SAVED}"),
    415: Words("That could not be read", f"It was not sent by one of our forms. {_NOT_SAVED}"),
    429: Words("Too many tries", f"Wait a little and try again. {_NOT_SAVED}"),
    500: Words(
        "Something is wrong on our side",
        "If you were saving something, look whether it is there before you try again. "
        "If this stays, tell whoever looks after the system.",
    ),
}
_SIGNED_OUT = Words(
    "You had been signed out",
    f"{_NOT_SAVED} If you had written something, copy it from here before you sign in again.",
)
_KEPT_HEADERS = (hdrs.ALLOW, hdrs.RETRY_AFTER)


def calm_errors(frame: Frame) -> Middleware:
    """The middleware that answers every error with a page of the console."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except SignedOut as refusal:
            return _answer(frame, request, refusal.status, _SIGNED_OUT, refusal.written)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            response = _answer(frame, request, error.status, _words(error.status))
            for name in _KEPT_HEADERS:
                if name in error.headers:
                    response.headers[name] = error.headers[name]
            if error.status in {408, 413}:
                # What is left of the body would be read as the next request.
                response.force_close()
            return response
        except Exception as error:
            # Its text may quote a resident, so only its kind is logged.
            resource = request.match_info.route.resource
            template = "unknown" if resource is None else resource.canonical
            log.error("%s %s: %s", request.method, template, type(error).__name__)
            return _answer(frame, request, 500, _words(500))

    return middleware


def _words(status: int) -> Words:
    return _KNOWN.get(status, _KNOWN[400] if status < 500 else _KNOWN[500])


def _answer(
    frame: Frame, request: web.Request, status: int, words: Words, kept: str = ""
) -> web.Response:
    """The page of an error; its words alone where not even the page can be made."""
    try:
        return _page(frame, request, status, words, kept)
    except Exception as error:
        log.error("the error page failed: %s", type(error).__name__)
        return web.Response(status=status, text=f"{words.heading}. {words.text}")


def _page(frame: Frame, request: web.Request, status: int, words: Words, kept: str) -> web.Response:
    signed_in = request.get(SIGNED_IN)
    way_on, name = "/login", "Sign in"
    if signed_in is not None:
        way_on, name = home(signed_in.staff.role), "Back to the start"
    return frame.page(
        request,
        "error.html",
        status=status,
        heading=words.heading,
        text=words.text,
        kept=kept,
        way_on=way_on,
        way_on_words=name,
        glass=_glass(request, signed_in) if status == 404 else "",
    )


def _glass(request: web.Request, signed_in: SignedIn | None) -> str:
    """Where whoever may break the glass can ask for the report that the address names."""
    if signed_in is None or not signed_in.may(Permission.BREAK_GLASS):
        return ""
    reference = read_reference(request.match_info.get("reference", "")[:40])
    return f"/reports/{reference}/glass" if reference else ""
