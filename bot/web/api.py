"""The API put together: its operations, its door, its documentation, and where it listens."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.service import Counter
from bot.shelf import Shelf
from bot.web.api_docs import table_of
from bot.web.api_door import Pace, Scopes, api_door
from bot.web.api_export import Export
from bot.web.api_lists import Lists
from bot.web.api_operation import TOKEN, operations_of
from bot.web.api_problem import problems
from bot.web.api_reports import Reports
from bot.web.api_spec import openapi
from bot.web.guard import Whereabouts
from bot.web.headers import secure
from bot.web.pages import Pages
from bot.web.permissions import OPEN_TO_ALL, check_routes
from storage.api_tokens import Scope
from storage.work import Store

PREFIX = "/api/v1"
SCOPES = web.AppKey("scopes", dict[tuple[str, str], Scope])
"""Each guarded route of the API and the scope it needs; the access test reads it."""
OPENED = frozenset(
    {
        # What the API is like can be read in the source as well; nothing of a report is in it.
        (hdrs.METH_GET, f"{PREFIX}/openapi.json"),
        (hdrs.METH_GET, f"{PREFIX}/docs"),
    }
)
"""What needs no token."""


def api_app(
    counter: Counter,
    store: Store,
    shelf: Shelf,
    clock: Callable[[], datetime],
    pages: Pages,
    whereabouts: Whereabouts,
    pace: Pace,
) -> web.Application:
    """The API, to be put below PREFIX by `mount`."""
    parts = (
        Reports(store, clock, counter.told),
        Export(store, clock),
        Lists(store, lambda: shelf.library),
    )
    app = web.Application()
    scopes: dict[tuple[str, str], Scope] = {}
    served = tuple(operations_of(*parts))
    for each in served:
        app.router.add_route(each.terms.method, each.terms.path, each.serve)
        scopes[each.terms.method, PREFIX + each.terms.path] = each.terms.scope
    document = openapi(served, PREFIX)
    app.router.add_route("GET", "/openapi.json", _json(document))
    app.router.add_route("GET", "/docs", _docs(pages, document))
    app[SCOPES] = scopes
    door = api_door(store, clock, scopes, OPENED, whereabouts, pace)
    app.middlewares.extend((problems, door))
    app.on_response_prepare.append(_show(pace))
    return app


def api_listener(api: web.Application, pages: Pages, *, https: bool) -> web.Application:
    """The API on a listener of its own; raises Unguarded where a route needs no scope."""
    app = web.Application()
    pages.add_routes(app)
    check_routes(app, mount(api, app), OPEN_TO_ALL | OPENED)
    secure(app, https=https)
    return app


def mount(api: web.Application, app: web.Application) -> Scopes:
    """Serve the API below PREFIX; what each of its guarded routes needs."""
    app.add_subapp(PREFIX, api)
    scopes = api[SCOPES]
    return scopes  # noqa: RET504 - bound first: mypy would look for another key here


def apart(api: web.Application, middleware: Middleware) -> Middleware:
    """A middleware of the application around the API, which has a door and errors of its own."""

    @web.middleware
    async def passing_by(request: web.Request, handler: Handler) -> web.StreamResponse:
        if api in request.match_info.apps:
            return await handler(request)
        return await middleware(request, handler)

    return passing_by


def _show(pace: Pace) -> Callable[[web.Request, web.StreamResponse], Any]:
    """Tell on every answer how often the token may still ask; a signal, since streams count too."""

    async def prepare(request: web.Request, response: web.StreamResponse) -> None:
        token = request.get(TOKEN)
        if token is not None:
            response.headers.update(pace.headers(token))

    return prepare


def _json(document: Mapping[str, Any]) -> Callable[[web.Request], Any]:
    async def give(_: web.Request) -> web.Response:
        return web.json_response(document)

    return give


def _docs(pages: Pages, document: Mapping[str, Any]) -> Callable[[web.Request], Any]:
    async def show(_: web.Request) -> web.Response:
        return pages.page(
            "console/api.html",
            frame={"home": f"{PREFIX}/docs"},
            about=document["info"],
            server=PREFIX,
            operations=table_of(document),
        )

    return show
