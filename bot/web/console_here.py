"""Who else has a report open, and that it has changed: told to open pages as it happens."""

import json
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.live import QUEUE, Live, Looking, looks_at
from bot.web.console_form import by_of, number, reference_of
from bot.web.console_frame import who
from bot.web.stream import FIRST, HEARTBEAT, open_stream
from storage.errors import StorageError
from storage.scope import By
from storage.work import Store

_CHANGED = b"event: changed\ndata: yes\n\n"


class Here:
    """Keeps a stream for each open report; whoever has one open is there for the others."""

    def __init__(self, store: Store, live: Live, clock: Callable[[], datetime]) -> None:
        self._store, self._live, self._clock = store, live, clock

    async def others(self, reference: str, by: By) -> tuple[str, ...]:
        """The names of colleagues who have the report open, in order."""
        ids = self._live.looking(reference) - {by.staff.id}
        if not ids:
            return ()
        async with self._store.work() as work:
            names = await work.staff.names()
        return tuple(sorted(names[id] for id in ids if id in names))

    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET /reports/{reference}/events?version=…: `here` with names, and `changed`."""
        reference, signed_in = reference_of(request), who(request)
        by = by_of(signed_in)
        if await self._version(reference, by) is None:
            raise web.HTTPNotFound
        seen = number(request.query.get("version", ""))
        response = await open_stream(request)
        told: tuple[str, ...] = ()
        try:
            await response.write(FIRST)
            async with self._live.listen(looks_at(reference), QUEUE) as listener:
                while not self._live.closing and await self._signed_in(signed_in.token):
                    if by.staff.id not in self._live.looking(reference):
                        self._live.tell(Looking(reference, by.staff.id))
                    version = await self._version(reference, by)
                    if version is None:
                        break
                    if version != seen:
                        seen = version
                        await response.write(_CHANGED)
                    if (others := await self.others(reference, by)) != told:
                        told = others
                        await response.write(_here(others))
                    if not await listener.news(HEARTBEAT):
                        self._live.tell(Looking(reference, by.staff.id))
                        await response.write(b": here\n\n")
        except (ConnectionError, StorageError):
            pass  # the page has gone, or asks again
        finally:
            self._live.tell(Looking(reference, by.staff.id, here=False))
        return response

    async def _version(self, reference: str, by: By) -> int | None:
        async with self._store.work() as work:
            return await work.queue.version(reference, by)

    async def _signed_in(self, token: str) -> bool:
        async with self._store.work() as work:
            return await work.sessions.current(token, self._clock(), touch=False) is not None


def _here(names: tuple[str, ...]) -> bytes:
    return f"event: here\ndata: {json.dumps(names)}\n\n".encode()
