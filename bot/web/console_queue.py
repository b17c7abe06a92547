"""The queue's page: reports, urgent and newest first, without a word that residents wrote."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_form import by_of, page_number
from bot.web.console_frame import Frame, who
from bot.web.console_text import FLAG_TAGS, age, district_name, kind_name
from handlers.report import OPEN, SENSITIVE, URGENT, Status, read_reference
from knowledge.library import Library
from storage.queue import Page, QueueFilter, QueueRow
from storage.work import Store

OPEN_ONES, ALL = "open", "all"
PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of the queue asks for; what makes no sense asks for nothing."""

    status: str = OPEN_ONES
    """OPEN_ONES, ALL, or a status."""
    district: str = ""
    kind: str = ""
    flag: str = ""
    page: int = 1

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The statuses to list; empty for all."""
        if self.status == OPEN_ONES:
            return OPEN
        return () if self.status == ALL else (Status(self.status),)

    @property
    def filtered(self) -> bool:
        """Whether anything but the status narrows the list."""
        return bool(self.district or self.kind or self.flag)

    def path(self) -> str:
        """The address that asks for this; it holds ids of ours alone."""
        asked = {
            "status": "" if self.status == OPEN_ONES else self.status,
            "district": self.district,
            "kind": self.kind,
            "flag": self.flag,
            "page": str(self.page) if self.page > 1 else "",
        }
        given = {name: value for name, value in asked.items() if value}
        return f"/?{urlencode(given)}" if given else "/"


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the views above the list."""

    name: str
    path: str
    count: int
    here: bool


@dataclass(frozen=True, slots=True)
class Select:
    """One of the filters."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Row:
    """One report, as the list shows it."""

    reference: str
    kind: str
    district: str
    status: Status
    age: str
    made_at: datetime
    flags: frozenset[str]
    pressing: bool
    erasure_asked: bool


@dataclass(frozen=True, slots=True)
class View:
    """All that the template shows."""

    heading: str
    at: datetime
    here: str
    status: str
    tabs: tuple[Tab, ...]
    selects: tuple[Select, ...]
    filtered: bool
    clear: str
    rows: tuple[Row, ...]
    total: int
    total_ever: int
    page: int
    pages: int
    before: str
    after: str
    not_a_reference: bool


class QueuePages:
    """The queue, and the way from a reference to its report."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /: one page of the queue."""
        library = self._shelf.library
        signed_in = who(request)
        wanted = read_wanted(request.query, library)
        restricted = by_of(signed_in).cleared != 0
        async with self._store.work() as work:
            page = await work.queue.list(_filter(wanted), by_of(signed_in))
        pages = max(1, -(-page.total // PER_PAGE))
        if wanted.page > pages:
            raise web.HTTPSeeOther(replace(wanted, page=pages).path())
        missed = "not-a-reference" in request.query
        now = self._clock()
        view = _view(wanted, page, pages, library, now, restricted, missed)
        return self._frame.page(request, "queue.html", view=view)

    async def find(self, request: web.Request) -> web.Response:
        """GET /reports?reference=…: on to the report of that reference, however it is spaced."""
        reference = read_reference(request.query.get("reference", "")[:40])
        raise web.HTTPSeeOther(f"/reports/{reference}" if reference else "/?not-a-reference")


def read_wanted(query: Mapping[str, str], library: Library) -> Wanted:
    """What an address asks for; a value that is none of ours is passed over."""
    status = query.get("status", "")
    known = {OPEN_ONES, ALL, *Status}
    return Wanted(
        status=status if status in known else OPEN_ONES,
        district=_one_of(query.get("district", ""), _districts(library)),
        kind=_one_of(query.get("kind", ""), _kinds(library)),
        flag=_one_of(query.get("flag", ""), _flags()),
        page=page_number(query.get("page", "")),
    )


def _filter(wanted: Wanted) -> QueueFilter:
    return QueueFilter(
        statuses=wanted.statuses,
        district=wanted.district,
        kind=wanted.kind,
        flag=wanted.flag,
        page=wanted.page,
        per_page=PER_PAGE,
    )


def _view(
    wanted: Wanted,
    page: Page,
    pages: int,
    library: Library,
    now: datetime,
    restricted: bool,
    missed: bool,
) -> View:
    first = replace(wanted, page=1)
    tabs = _tabs(first, page.counts)
    return View(
        heading=f"{next(tab.name for tab in tabs if tab.here)} reports",
        at=now,
        here=wanted.path(),
        status=wanted.status,
        tabs=tabs,
        selects=_selects(wanted, library, restricted),
        filtered=wanted.filtered,
        clear=Wanted(status=wanted.status).path(),
        rows=tuple(_row(row, library, now) for row in page.rows),
        total=page.total,
        total_ever=sum(page.counts.values()),
        page=wanted.page,
        pages=pages,
        before=replace(wanted, page=wanted.page - 1).path() if wanted.page > 1 else "",
        after=replace(wanted, page=wanted.page + 1).path() if wanted.page < pages else "",
        not_a_reference=missed,
    )


def _tabs(wanted: Wanted, counts: Mapping[Status, int]) -> tuple[Tab, ...]:
    """Open and all, and each status, with how many there are under the same filters."""
    entries = (
        (OPEN_ONES, "Open", OPEN),
        *((status.value, status.capitalize(), (status,)) for status in Status),
        (ALL, "All", tuple(Status)),
    )
    return tuple(
        Tab(
            name=name,
            path=replace(wanted, status=id).path(),
            count=sum(counts.get(status, 0) for status in statuses),
            here=id == wanted.status,
        )
        for id, name, statuses in entries
    )


def _selects(wanted: Wanted, library: Library, restricted: bool) -> tuple[Select, ...]:
    flags = {id: words for id, words in _flags().items() if restricted or id not in SENSITIVE}
    return (
        Select("district", "District", tuple(_districts(library).items()), wanted.district),
        Select("kind", "Kind", tuple(_kinds(library).items()), wanted.kind),
        Select("flag", "Flag", tuple(flags.items()), wanted.flag),
    )


def _row(row: QueueRow, library: Library, now: datetime) -> Row:
    return Row(
        reference=row.reference,
        kind=kind_name(library, row.kind),
        district=district_name(library, row.district),
        status=row.status,
        age=age(row.made_at, now),
        made_at=row.made_at,
        flags=row.flags,
        pressing=URGENT in row.flags and row.status is not Status.CLOSED,
        erasure_asked=row.erasure_asked,
    )


def _districts(library: Library) -> dict[str, str]:
    named = {district.id: district.name for district in library.places.districts.values()}
    in_order = dict(sorted(named.items(), key=lambda item: item[1]))
    return in_order | {"outside": district_name(library, "outside")}


def _kinds(library: Library) -> dict[str, str]:
    forms = sorted(library.forms.values(), key=lambda form: form.order)
    return {form.id: form.title for form in forms if not form.instead}


def _flags() -> dict[str, str]:
    return {flag: words.split(":")[0] for flag, (words, _) in FLAG_TAGS.items()}


def _one_of(value: str, known: Mapping[str, str]) -> str:
    return value if value in known else ""
