"""GET /events: says that the queue has changed, so that an open page can ask for it anew."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from aiohttp import web

from bot.live import QUEUE, Live
from bot.web.console_frame import who
from bot.web.stream import FIRST, HEARTBEAT, open_stream
from storage.errors import StorageError
from storage.work import Store

_NEWS = b"data: news\n\n"
_HERE = b": here\n\n"


class QueueStream:
    """Keeps a stream for each open queue, while somebody is signed in there."""

    def __init__(self, store: Store, live: Live, clock: Callable[[], datetime]) -> None:
        self._store, self._live, self._clock = store, live, clock

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Say at once that there may be news, since the page was made a moment ago; then when."""
        token = who(request).token
        response = await open_stream(request)
        with suppress(ConnectionError, StorageError):
            await response.write(FIRST + _NEWS)
            async with self._live.listen(QUEUE) as listener:
                while not self._live.closing and await self._signed_in(token):
                    await response.write(_NEWS if await listener.news(HEARTBEAT) else _HERE)
        return response

    async def _signed_in(self, token: str) -> bool:
        async with self._store.work() as work:
            return await work.sessions.current(token, self._clock(), touch=False) is not None
