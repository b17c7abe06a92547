"""Finding reports by reference, by the force's numbers or by words; no address holds those."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_form import Slip, by_of
from bot.web.console_frame import Frame, who
from bot.web.console_queue import Row, row_of
from handlers.report import read_reference
from knowledge.finding import Wanted
from storage.queue import QueueFilter
from storage.scope import By
from storage.search import Words
from storage.work import Store

MOST = 100
"""Reports shown; whoever finds more than that has to look for something else as well."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A report in which it was found."""

    row: Row
    piece: str
    """The words around it, as they stand."""


@dataclass(frozen=True, slots=True)
class Sought:
    """The page, as it was filled in and what came of it."""

    csrf: str
    text: str = ""
    closed_too: bool = False
    problems: tuple[Slip, ...] = ()
    found: tuple[Found, ...] | None = None
    """None where nothing was looked for yet."""
    more: bool = False
    """Whether there is more than is shown."""


class SearchPage:
    """The search box of the console."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /search."""
        return self._page(request, Sought(who(request).csrf))

    async def find(self, request: web.Request) -> web.Response:
        """POST /search: straight on to a report where one is named, else what holds the words."""
        form = request[FORM]
        text, by = form.get("text", "").strip(), by_of(who(request))
        sought = Sought(who(request).csrf, text[:LONGEST], bool(form.get("closed")))
        if (slip := _slip(text)) is not None:
            sought = Sought(sought.csrf, sought.text, sought.closed_too, (slip,))
            return self._page(request, sought, status=422)
        reference = read_reference(text[:40]) or await self._numbered(text, by)
        if reference is not None:
            raise web.HTTPSeeOther(f"/reports/{reference}")
        return self._page(request, await self._look(sought, by))

    async def _numbered(self, text: str, by: By) -> str | None:
        """The one report with that incident or crime number; None for none or several."""
        async with self._store.work() as work:
            found = await work.findings.numbered(text.upper(), by)
        return found[0] if len(found) == 1 else None

    async def _look(self, sought: Sought, by: By) -> Sought:
        wanted, now = Wanted.of(sought.text), self._clock()
        since = now.replace(year=now.year - 1) if sought.closed_too else None
        pieces: dict[str, str] = {}
        async with self._store.work() as work:
            await work.audit.append(by.staff.username, "searched by words", "", {}, now)
            async for some in work.search.words(by, closed_since=since):
                pieces |= await asyncio.to_thread(_pieces, wanted, some)
                if len(pieces) > MOST:
                    break
            listed = QueueFilter(references=tuple(pieces)[:MOST], per_page=MOST)
            page = await work.queue.list(listed, by)
        found = tuple(
            Found(row_of(row, self._shelf.library, now), pieces[row.reference]) for row in page.rows
        )
        more = len(pieces) > MOST
        return Sought(sought.csrf, sought.text, sought.closed_too, found=found, more=more)

    def _page(self, request: web.Request, sought: Sought, *, status: int = 200) -> web.Response:
        return self._frame.page(request, "search.html", status=status, sought=sought, most=MOST)


def _slip(text: str) -> Slip | None:
    if not text:
        return Slip("text", "Write what you are looking for.")
    if len(text) > LONGEST:
        return Slip("text", f"Look for less than {LONGEST} characters.")
    if not Wanted.of(text).words:
        return Slip("text", "Look for letters or digits.")
    return None


def _pieces(wanted: Wanted, some: tuple[Words, ...]) -> dict[str, str]:
    pairs = ((words.reference, wanted.within(words.texts)) for words in some)
    return {reference: piece for reference, piece in pairs if piece is not None}
