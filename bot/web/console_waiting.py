"""How much waits for whoever is signed in: counted for the navigation of every page."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.web.console_form import by_of
from bot.web.console_frame import DUE, LIVE_WAITING, MENTIONED, OPEN_ALARMS, SIGNED_IN
from bot.web.permissions import Permission
from storage.retention import Retention
from storage.work import Store


def counted(store: Store, clock: Callable[[], datetime], limits: Retention) -> Middleware:
    """The middleware that counts what waits, for the navigation of those whose it is."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        signed_in = request.get(SIGNED_IN)
        if signed_in is not None and signed_in.may(Permission.ANSWER_ALARMS):
            talks = signed_in.may(Permission.TAKE_LIVE_CHATS)
            decides = signed_in.may(Permission.DECIDE_ERASURE)
            now = clock()
            async with store.work() as work:
                pending = await work.glance.of(
                    by_of(signed_in),
                    live_chats=talks,
                    due_before=now - limits.reports if decides else None,
                )
                if talks:
                    # Whoever looks at any page is there.
                    await work.presence.seen(signed_in.staff.id, now)
            request[OPEN_ALARMS], request[MENTIONED] = pending.alarms, pending.mentions
            request[LIVE_WAITING], request[DUE] = pending.live_chats, pending.to_decide
        return await handler(request)

    return middleware
