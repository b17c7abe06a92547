"""The console's streams: each says that something has changed, so that an open page can ask anew.

An open page is also the sign that somebody is there, which live chats rest on.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from aiohttp import web

from bot.live import QUEUE, RESIDENT, Key, Live, Typing
from bot.web.console_form import id_of
from bot.web.console_frame import SignedIn, who
from bot.web.console_live_chat import conversation_of
from bot.web.stream import FIRST, HEARTBEAT, open_stream
from storage.errors import StorageError
from storage.work import Store

_NEWS = b"data: news\n\n"
_HERE = b": here\n\n"
_TYPING = b"event: typing\ndata: resident\n\n"


class ConsoleStreams:
    """Keeps a stream for each open page, while somebody is signed in there."""

    def __init__(self, store: Store, live: Live, clock: Callable[[], datetime]) -> None:
        self._store, self._live, self._clock = store, live, clock

    async def queue(self, request: web.Request) -> web.StreamResponse:
        """GET /events: the lists."""
        return await self._stream(request, (QUEUE,))

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """GET /live/{id}/events: a chat, for who has it; with the resident's typing."""
        async with self._store.work() as work:
            kept = await conversation_of(work, id_of(request), who(request))
        typing = Typing(kept.address, RESIDENT)
        return await self._stream(request, (kept.address, typing, QUEUE), typing)

    async def _stream(
        self, request: web.Request, keys: tuple[Key, ...], typing: Typing | None = None
    ) -> web.StreamResponse:
        """Say at once that there may be news, since the page was made a moment ago; then when."""
        response = await open_stream(request)
        typed = None
        with suppress(ConnectionError, StorageError):
            await response.write(FIRST + _NEWS)
            async with self._live.listen(*keys) as listener:
                while not self._live.closing and await self._still_here(who(request)):
                    news = await listener.news(HEARTBEAT)
                    at = typing and self._live.typed_at(typing)
                    if at is not None and at != typed:
                        typed = at
                        await response.write(_TYPING)
                    # Whoever types may have sent something in the same moment.
                    await response.write(_NEWS if news else _HERE)
        return response

    async def _still_here(self, signed_in: SignedIn) -> bool:
        now = self._clock()
        async with self._store.work() as work:
            staff = await work.sessions.current(signed_in.token, now, touch=False)
            if staff is not None:
                await work.presence.seen(staff.id, now)
        return staff is not None
