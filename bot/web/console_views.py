"""Views of the queue that somebody keeps under a name of their own."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_form import by_of, first_time
from bot.web.console_frame import who
from bot.web.console_queue import known_here
from bot.web.console_wanted import Wanted, read_wanted
from storage.work import Store, Work

LONGEST_NAME = 40


async def wanted_of(work: Work, request: web.Request, shelf: Shelf) -> Wanted:
    """The page of the queue that a form was sent from, as its hidden field says."""
    known = await known_here(work, shelf.library, who(request))
    return read_wanted(dict(parse_qsl(request[FORM].get("where", "")[:500])), known)


def back_to(wanted: Wanted, **said: str) -> web.HTTPSeeOther:
    """Back to that page, with what is to be said there."""
    query = urlencode({name: value for name, value in said.items() if value})
    path = wanted.path
    return web.HTTPSeeOther(f"{path}{'&' if '?' in path else '?'}{query}" if query else path)


class SavedViews:
    """Keeping and deleting views."""

    def __init__(self, store: Store, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        self._store, self._shelf, self._clock = store, shelf, clock

    async def keep(self, request: web.Request) -> web.Response:
        """POST /views."""
        form, by, now = request[FORM], by_of(who(request)), self._clock()
        name = " ".join(form.get("name", "").split())[:LONGEST_NAME]
        async with self._store.work() as work:
            wanted = await wanted_of(work, request, self._shelf)
            if not name or not wanted.filtered or not await first_time(work, form, by, now):
                raise back_to(wanted)
            try:
                await work.desk.save_view(name, wanted.query, by, now)
            except ValueError:
                raise back_to(wanted, said="too-many-views") from None
        raise back_to(wanted, said="view-kept")

    async def delete(self, request: web.Request) -> web.Response:
        """POST /views/{id}/delete."""
        async with self._store.work() as work:
            await work.desk.drop_view(request.match_info["id"][:32], by_of(who(request)))
        raise back_to(Wanted(), said="view-gone")
