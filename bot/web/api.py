"""The API put together: its operations, its door and its documentation."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.service import Counter
from bot.shelf import Shelf
from bot.web.api_docs import models_of, table_of
from bot.web.api_door import Pace, api_door
from bot.web.api_export import Export
from bot.web.api_lists import Lists
from bot.web.api_mount import OPENED, PREFIX, SCOPES
from bot.web.api_operation import TOKEN, operations_of
from bot.web.api_problem import problems
from bot.web.api_reports import Reports
from bot.web.api_spec import openapi
from bot.web.guard import Whereabouts
from bot.web.pages import Pages
from storage.api_tokens import Scope
from storage.work import Store


def api_app(  # noqa: PLR0913 - a whole API is put together here
    counter: Counter,
    store: Store,
    shelf: Shelf,
    clock: Callable[[], datetime],
    pages: Pages,
    whereabouts: Whereabouts,
    per_minute: int,
    *,
    seconds: Callable[[], float] = time.monotonic,
) -> web.Application:
    """The API, for `mount`; a token may ask `per_minute` times, by the clock `seconds`."""
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
    pace = Pace(per_minute, seconds)
    door = api_door(store, clock, scopes, OPENED, whereabouts, pace)
    app.middlewares.extend((problems, door))
    app.on_response_prepare.append(_show(pace))
    return app


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
            models=models_of(document),
        )

    return show
