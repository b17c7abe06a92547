"""The door of the API: nobody passes without a token, its scope, its address and its pace."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.web.api_operation import TOKEN
from bot.web.api_problem import Problem
from bot.web.guard import Limits, Whereabouts
from storage.api_tokens import ApiToken, Scope
from storage.tokens import API_PREFIX
from storage.work import Store

Scopes = Mapping[tuple[str, str], Scope]
"""Method and route template to the scope needed."""

WINDOW = 60
"""Seconds in which a token may ask so and so often."""
_WRONG = (0.5, 20)
"""Tries with no valid token, a second in the long run and at once, from one network."""
_LONGEST_TOKEN = 128


class Pace:
    """How often each token may ask, `per_minute` in the long run, and who tries in vain."""

    def __init__(self, per_minute: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._asked = Limits(per_minute / WINDOW, per_minute, seconds)
        self._wrong = Limits(*_WRONG, seconds)

    def ask(self, token: ApiToken) -> bool:
        """Whether it may ask once more; counts it if so."""
        return self._asked.allow(token.id)

    def wrong(self, address: str) -> bool:
        """Whether somebody there may try once more; counts it if so."""
        return self._wrong.allow(address)

    def headers(self, token: ApiToken) -> Mapping[str, str]:
        """What a system may read of its pace (draft-ietf-httpapi-ratelimit-headers)."""
        left, wait = self._asked.left(token.id)
        return {
            "RateLimit-Policy": f'"token";q={self._per_minute};w={WINDOW}',
            "RateLimit": f'"token";r={left};t={wait}',
        }

    def wait(self, token: ApiToken) -> int:
        """Seconds until it may ask again."""
        return self._asked.left(token.id)[1]


def api_door(
    store: Store,
    clock: Callable[[], datetime],
    scopes: Scopes,
    opened: frozenset[tuple[str, str]],
    whereabouts: Whereabouts,
    pace: Pace,
) -> Middleware:
    """The middleware that lets requests in; those of `opened` need no token.

    What does not exist is behind the door as well, so that nobody outside can tell.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        key = _key(request.match_info.route)
        if key in opened:
            return await handler(request)
        token = await _known(request)
        request[TOKEN] = token
        if not pace.ask(token):
            wait = {"Retry-After": str(pace.wait(token))}
            raise Problem(429, "The token asks too often. See RateLimit-Policy.", headers=wait)
        scope = scopes.get(key)
        if scope is not None and scope not in token.scopes:
            said = f"The token is not for this: it would need the scope {scope}."
            shown = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
            raise Problem(403, said, headers=shown)
        return await handler(request)

    async def _known(request: web.Request) -> ApiToken:
        """Whose token it is; raises 401, or 429 where somebody tries too often."""
        token = await _sent(request)
        if token is not None and token.comes_from(whereabouts.exactly(request)):
            return token
        if not pace.wrong(whereabouts.of(request)):
            raise Problem(429, "Too many tries without a valid token.", headers=_A_MINUTE)
        if token is not None:
            who = token.by.staff.username
            async with store.work() as work:
                await work.audit.append(who, "API token refused", who, {}, clock())
        raise Problem(401, headers={"WWW-Authenticate": "Bearer"})

    async def _sent(request: web.Request) -> ApiToken | None:
        sent = _bearer(request)
        if not sent:
            return None
        async with store.work() as work:
            return await work.api_tokens.find(sent, clock())

    return middleware


_A_MINUTE = {"Retry-After": "60"}


def _bearer(request: web.Request) -> str:
    """The token that was sent; empty for nothing that can be one of ours."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    ours = token.startswith(API_PREFIX) and token.isascii() and len(token) <= _LONGEST_TOKEN
    return token if scheme.casefold() == "bearer" and ours else ""


def _key(route: web.AbstractRoute) -> tuple[str, str]:
    return route.method, "" if route.resource is None else route.resource.canonical
