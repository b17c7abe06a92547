"""Where the API is: below a prefix, on the console's listener or one of its own."""

from collections.abc import Mapping, Sequence

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.web.headers import secure
from bot.web.pages import Pages
from bot.web.permissions import OPEN_TO_ALL, check_routes
from storage.api_tokens import Scope

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


def api_listener(
    api: web.Application, pages: Pages, *, https: bool, outermost: Sequence[Middleware] = ()
) -> web.Application:
    """The API on a listener of its own; raises Unguarded where a route needs no scope.

    `outermost` are middlewares around all others.
    """
    app = web.Application(middlewares=outermost)
    pages.add_routes(app)
    check_routes(app, mount(api, app), OPEN_TO_ALL | OPENED)
    secure(app, https=https)
    return app


def mount(api: web.Application, app: web.Application) -> Mapping[tuple[str, str], Scope]:
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
