"""Turns every error into a calm page with 999 and 101 on it, and never shows a traceback."""

import asyncio
import logging
from dataclasses import dataclass

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware
from markupsafe import Markup

from bot.logs import where
from bot.reflex import CARD, NOT_RECORDED
from bot.web.pages import Pages
from knowledge.markup import to_web

log = logging.getLogger(__name__)

_KNOWN = frozenset({400, 403, 404, 405, 408, 413, 429, 500, 503})
_KEPT_HEADERS = (hdrs.ALLOW, hdrs.RETRY_AFTER)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, ready for a template."""

    title: str
    html: Markup
    card: Markup | None = None
    """The 999 card, where what was sent shows danger."""
    field: str = ""
    """The id of the field to mend."""
    link: str = ""


def error_pages(pages: Pages, template: str = "error.html") -> Middleware:
    """A middleware that answers every error with a page, and a script's request with JSON."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return _answer(pages, template, request, error)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # Its text may quote a resident, so only its kind is logged, and where it came from.
            log.error("%s %s: %s", request.method, _route(request), where(error))
            return _answer(pages, template, request, web.HTTPInternalServerError())

    return middleware


def wants_json(request: web.Request) -> bool:
    """Whether our own script asks, rather than a browser for a page."""
    return "application/json" in request.headers.get(hdrs.ACCEPT, "")


def _answer(
    pages: Pages, template: str, request: web.Request, error: web.HTTPException
) -> web.Response:
    status = error.status
    try:
        problem = described(pages, status)
        if wants_json(request):
            response = refused(pages, problem, status)
        else:
            response = pages.page(template, status=status, problem=problem)
    except Exception as failure:
        log.error("the error page failed: %s", where(failure))
        response = _plain(status)
    for name in _KEPT_HEADERS:
        if name in error.headers:
            response.headers[name] = error.headers[name]
    if status in {408, 413}:
        # What is left of the body would be read as the next request.
        response.force_close()
    return response


def described(pages: Pages, status: int) -> Problem:
    """The wording of an error by its HTTP status."""
    known = status if status in _KNOWN else (400 if status < 500 else 500)
    return Problem(pages.words(f"web.error_{known}"), pages.say(f"web.error_{known}_text"))


def refused(
    pages: Pages, problem: Problem, status: int, token: str = "", *, held: bool = False
) -> web.Response:
    """The answer to our script where nothing was taken; `token` where its forms need a new one."""
    shown = pages.html("problem.html", problem=problem)
    body = {"kept": False, "held": held, "problem": shown, "token": token}
    return web.json_response(body, status=status)


def _plain(status: int) -> web.Response:
    """The page when not even the templates work."""
    said = to_web(f"{NOT_RECORDED}\n\n{CARD}")
    page = f'<!DOCTYPE html><html lang="en-GB"><title>{status}</title><body>{said}</body></html>'
    return web.Response(text=page, status=status, content_type="text/html")


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return "unknown" if resource is None else resource.canonical
