"""The route that Telegram's webhook calls."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, no secret

LONGEST_BODY_TIME = 10.0
"""Seconds a body may take; aiohttp itself waits for ever."""

Handle = Callable[[bytes, str], Awaitable[int]]
"""Takes the body and the secret header, returns the status: bot.telegram.Telegram.handle."""


def telegram_hook(path: str, handle: Handle, largest: int) -> web.RouteDef:
    """The route at `path`; of a body no more than `largest` bytes and one are read."""

    async def hook(request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(LONGEST_BODY_TIME):
                raw = await _read(request, largest + 1)
        except TimeoutError:
            return web.Response(status=408)
        status = await handle(raw, request.headers.get(SECRET_HEADER, ""))
        # Soon: until it is taken, Telegram holds back what else the chat has to say.
        headers = {"Retry-After": "1"} if status == 503 else {}
        return web.Response(status=status, headers=headers)

    return web.post(path, hook)


async def _read(request: web.Request, most: int) -> bytes:
    raw = b""
    while len(raw) < most:
        piece = await request.content.read(most - len(raw))
        if not piece:
            break
        raw += piece
    return raw
