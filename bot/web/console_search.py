"""Finding reports by reference, number, words, vehicle, reporter or place; no address holds it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_form import Slip, by_of
from bot.web.console_frame import Frame, who
from bot.web.console_queue import Row, row_of
from handlers.report import OPEN, read_reference
from handlers.traits import keys_of_search
from knowledge.finding import Wanted
from storage.queue import QueueFilter
from storage.scope import By
from storage.search import Words
from storage.searches import SearchReason
from storage.work import Store

WHAT = {
    "words": "Words of a report",
    "vehicle": "A vehicle’s registration",
    "reporter": "A reporter: name, phone or e-mail",
    "place": "A place: street or postcode",
}
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
    what: str = "words"
    reason: str = ""
    closed_too: bool = False
    problems: tuple[Slip, ...] = ()
    found: tuple[Found, ...] | None = None
    """None where nothing was looked for yet."""
    more: bool = False
    """Whether there is more than is shown."""

    def wrong(self, name: str) -> bool:
        """Whether the field of that name has a slip."""
        return any(slip.field == name for slip in self.problems)


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
        """POST /search: straight on to a report where one is named, else to what was looked for.

        Looking through what residents said wants a reason, which is recorded with the terms.
        """
        form = request[FORM]
        text, by = form.get("text", "").strip(), by_of(who(request))
        if len(text) <= LONGEST and (reference := await self._named(text, by)) is not None:
            raise web.HTTPSeeOther(f"/reports/{reference}")
        what = form.get("what", "")
        sought = Sought(
            who(request).csrf,
            text[:LONGEST],
            what if what in WHAT else "words",
            form.get("reason", ""),
            bool(form.get("closed")),
        )
        if slips := _slips(text, sought, asked="what" in form):
            # From the small box of the queue there is no mistake yet: the reason is still to come.
            status = 422 if "what" in form or not text else 200
            return self._page(request, replace(sought, problems=slips), status=status)
        return self._page(request, await self._look(sought, by))

    async def _named(self, text: str, by: By) -> str | None:
        """The report of that reference, or the one with that incident or crime number."""
        if (reference := read_reference(text[:40])) is not None:
            return reference
        async with self._store.work() as work:
            found = await work.findings.numbered(text.upper(), by)
        return found[0] if len(found) == 1 else None

    async def _look(self, sought: Sought, by: By) -> Sought:
        now, reason = self._clock(), SearchReason(sought.reason)
        async with self._store.work() as work:
            await work.searches.record(by.staff, sought.what, sought.text, reason, now)
        pieces = await self._pieces(sought, by, now)
        listed = QueueFilter(
            statuses=() if sought.closed_too else OPEN,
            references=tuple(pieces),
            per_page=MOST,
        )
        async with self._store.work() as work:
            page = await work.queue.list(listed, by)
        found = tuple(
            Found(row_of(row, self._shelf.library, now), pieces[row.reference]) for row in page.rows
        )
        return replace(sought, found=found, more=page.total > MOST)

    async def _pieces(self, sought: Sought, by: By, now: datetime) -> dict[str, str]:
        """References of what was found, with the words around it where words were looked for."""
        if sought.what != "words":
            keys = keys_of_search(sought.what, sought.text, self._shelf.library)
            async with self._store.work() as work:
                return dict.fromkeys(await work.traces.find(keys), "")
        wanted, pieces = Wanted.of(sought.text), dict[str, str]()
        since = now - timedelta(days=365) if sought.closed_too else None
        async with self._store.work() as work:
            async for some in work.search.words(by, closed_since=since):
                pieces |= await asyncio.to_thread(_pieces, wanted, some)
                if len(pieces) > MOST:
                    break
        return pieces

    def _page(self, request: web.Request, sought: Sought, *, status: int = 200) -> web.Response:
        return self._frame.page(
            request,
            "search.html",
            status=status,
            sought=sought,
            most=MOST,
            what=WHAT,
            reasons=tuple(SearchReason),
        )


def _slips(text: str, sought: Sought, *, asked: bool) -> tuple[Slip, ...]:
    slips = []
    if not text:
        slips.append(Slip("text", "Write what you are looking for."))
    elif len(text) > LONGEST:
        slips.append(Slip("text", f"Look for less than {LONGEST} characters."))
    elif not Wanted.of(text).words:
        slips.append(Slip("text", "Look for letters or digits."))
    if sought.reason not in set(SearchReason):
        say = "Choose why you look." if asked else "Choose what to look for, and why."
        slips.append(Slip("reason", say))
    return tuple(slips)


def _pieces(wanted: Wanted, some: tuple[Words, ...]) -> dict[str, str]:
    pairs = ((words.reference, wanted.within(words.texts)) for words in some)
    return {reference: piece for reference, piece in pairs if piece is not None}
