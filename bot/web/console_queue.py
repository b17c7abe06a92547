"""The queue's page: reports, urgent and newest first, without a word that residents wrote."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_form import by_of, number
from bot.web.console_frame import Frame, SignedIn, new_once, who
from bot.web.console_text import (
    CHANNELS,
    FLAG_TAGS,
    SORTS,
    age,
    district_name,
    kind_name,
    until,
)
from bot.web.console_wanted import NOBODY, PER_PAGE, Known, View, Wanted, read_wanted
from handlers.report import SENSITIVE, URGENT, Status
from knowledge.library import Library
from storage.desk_book import BulkAction, SavedView
from storage.queue import Counts, Page, QueueRow
from storage.work import Store, Work

SAID = {
    "undone": "It is undone.",
    "nothing-chosen": "Tick at least one report, and choose what to do.",
    "view-kept": "The view is kept. Find it beside the others.",
    "view-gone": "The view is deleted.",
    "too-many-views": "You have as many views as can be kept. Delete one first.",
    "handed-over": "Your note is kept for the next shift.",
}
"""What the queue says when it is come back to."""

NO_TEAMS: Mapping[str, str] = {}

BULK = (
    ("take", "Take them on"),
    ("triage", "Start triage"),
    ("nobody", "Put back for anybody"),
)
"""What can be done to many reports at once, beside giving and tagging them."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the views above the list."""

    name: str
    path: str
    count: int | None
    """How many there are; None where that is not counted."""
    here: bool


@dataclass(frozen=True, slots=True)
class Select:
    """One of the filters."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str
    first: str = "All"
    """What it says where nothing is chosen; empty where something always is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One report, as the list shows it."""

    reference: str
    version: int
    kind: str
    district: str
    status: Status
    assignee: str
    team: str
    age: str
    made_at: datetime
    due: str
    """When it is due or until when its resident may answer, in words; empty where neither."""
    overdue: bool
    flags: frozenset[str]
    tags: tuple[str, ...]
    priority: int
    pressing: bool
    unseen: bool
    erasure_asked: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """What was read for one page of the queue."""

    page: Page
    counts: Counts
    views: tuple[SavedView, ...]
    done: BulkAction | None
    """What was done to many just now, and can be undone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the template shows."""

    heading: str
    at: datetime
    wanted: Wanted
    tabs: tuple[Tab, ...]
    saved: tuple[SavedView, ...]
    selects: tuple[Select, ...]
    more: tuple[Select, ...]
    """Filters that are needed more seldom."""
    clear: str
    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int
    before: str
    after: str
    said: str
    """What came of the last action."""
    done: BulkAction | None
    """What can be undone."""
    actions: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """What can be done to many at once, in groups."""
    once: str = field(default_factory=new_once)

    @property
    def pressing(self) -> int:
        """How many urgent open ones are on the page."""
        return sum(row.pressing for row in self.rows)

    @property
    def narrow(self) -> bool:
        """Whether one of the seldom filters is in use."""
        return any(select.chosen for select in self.more) or bool(
            self.wanted.since or self.wanted.until
        )

    @property
    def saved_here(self) -> SavedView | None:
        """The saved view that is shown."""
        return next((one for one in self.saved if one.query == self.wanted.query), None)

    @property
    def can_save(self) -> bool:
        """Whether what is shown is worth a name."""
        return self.wanted.filtered and self.saved_here is None


class QueuePages:
    """The queue, one page at a time."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /: one page of the queue."""
        signed_in, library, now = who(request), self._shelf.library, self._clock()
        async with self._store.work() as work:
            known = await known_here(work, library, signed_in)
            wanted = read_wanted(request.query, known)
            listed = await self._listed(work, request, wanted, now)
        pages = max(1, -(-listed.page.total // PER_PAGE))
        if wanted.page > pages:
            raise web.HTTPSeeOther(replace(wanted, page=pages).path)
        said = _said(request.query, listed.done)
        shown = _shown(wanted, listed, pages, known, library, now, said=said)
        return self._frame.page(request, "queue.html", view=shown)

    async def _listed(
        self,
        work: Work,
        request: web.Request,
        wanted: Wanted,
        now: datetime,
    ) -> Listed:
        by = by_of(who(request))
        done = request.query.get("undo", "")[:32]
        return Listed(
            page=await work.queue.list(
                wanted.filter(by.staff.id, by.staff.reach.districts, now), by
            ),
            counts=await work.queue.counts(by, now, by.staff.reach.districts),
            views=await work.desk.views(by),
            done=await work.desk.action(done, by) if done else None,
        )


async def known_here(work: Work, library: Library, signed_in: SignedIn) -> Known:
    """What the queue can be asked for, by somebody."""
    cleared = by_of(signed_in).cleared != 0
    flags = {flag: words.split(":")[0] for flag, (words, _) in FLAG_TAGS.items()}
    return Known(
        districts=districts_of(library) | {"outside": district_name(library, "outside")},
        kinds=kinds_of(library),
        flags={id: words for id, words in flags.items() if cleared or id not in SENSITIVE},
        tags={tag: tag for tag in library.desk.tags},
        channels=CHANNELS,
        teams={one.id: one.name for one in await work.teams.list()},
        people={str(one.id): one.name for one in await work.staff.colleagues()},
    )


def districts_of(library: Library) -> dict[str, str]:
    """Ids of districts to their names, by name."""
    named = {district.id: district.name for district in library.places.districts.values()}
    return dict(sorted(named.items(), key=lambda item: item[1]))


def kinds_of(library: Library) -> dict[str, str]:
    """Kinds of report to the titles of their forms, in the forms' order."""
    forms = sorted(library.forms.values(), key=lambda form: form.order)
    return {form.id: form.title for form in forms if not form.instead}


def _shown(
    wanted: Wanted,
    listed: Listed,
    pages: int,
    known: Known,
    library: Library,
    now: datetime,
    *,
    said: str,
) -> Shown:
    tabs = _tabs(wanted, listed.counts)
    return Shown(
        heading=next(tab.name for tab in tabs if tab.here),
        at=now,
        wanted=wanted,
        tabs=tabs,
        saved=listed.views,
        selects=_selects(wanted, known),
        more=_more(wanted, known),
        clear=Wanted(view=wanted.view).path,
        rows=tuple(row_of(row, library, now, known.teams) for row in listed.page.rows),
        total=listed.page.total,
        page=wanted.page,
        pages=pages,
        before=replace(wanted, page=wanted.page - 1).path if wanted.page > 1 else "",
        after=replace(wanted, page=wanted.page + 1).path if wanted.page < pages else "",
        said=said,
        done=listed.done,
        actions=_actions(known),
    )


def _said(query: Mapping[str, str], done: BulkAction | None) -> str:
    """What came of the last action, in a sentence; empty where there was none."""
    left = number(query.get("left", ""))
    others = f" {left} had changed meanwhile and were left alone." if left > 0 else ""
    if done is not None and not done.undone:
        count = len(done.before)
        return f"Done with {count} report{'' if count == 1 else 's'}.{others}"
    words = SAID.get(query.get("said", ""), "")
    return f"{words}{others}".strip()


def _tabs(wanted: Wanted, counts: Counts) -> tuple[Tab, ...]:
    """The views, each with how many open reports it has under no other filter."""
    entries: tuple[tuple[View, str, int | None], ...] = (
        (View.OPEN, "Open", counts.open),
        (View.MINE, "Mine", counts.mine),
        (View.UNASSIGNED, "Unassigned", counts.unassigned),
        (View.URGENT, "Urgent", counts.urgent),
        (View.OVERDUE, "Overdue", counts.overdue),
        (View.AWAITING, "Awaiting reporter", counts.awaiting),
        *(
            ((View.DISTRICT, "My district", counts.district),)
            if counts.district is not None
            else ()
        ),
        (View.CLOSED, "Closed", None),
        (View.ALL, "All", None),
    )
    first = replace(wanted, page=1, status="")
    return tuple(
        Tab(name, replace(first, view=view).path, count, view is wanted.view)
        for view, name, count in entries
        if view is not View.DISTRICT or count is not None
    )


def _selects(wanted: Wanted, known: Known) -> tuple[Select, ...]:
    return (
        Select("district", "District", tuple(known.districts.items()), wanted.district),
        Select("kind", "Kind", tuple(known.kinds.items()), wanted.kind),
        Select("sort", "Order", tuple(SORTS.items()), wanted.sort, first=""),
    )


def _more(wanted: Wanted, known: Known) -> tuple[Select, ...]:
    people = ((NOBODY, "Nobody yet"), *known.people.items())
    statuses = tuple((status.value, status.capitalize()) for status in Status)
    return (
        Select("status", "Status", statuses, wanted.status, first="As the view says"),
        Select("person", "With", people, wanted.person, first="Anybody"),
        Select("flag", "Flag", tuple(known.flags.items()), wanted.flag),
        Select("tag", "Tag", tuple(known.tags.items()), wanted.tag),
        Select("team", "Team", tuple(known.teams.items()), wanted.team),
        Select("channel", "Came in by", tuple(known.channels.items()), wanted.channel),
    )


def _actions(known: Known) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    give = tuple((f"give:{id}", f"Give to {name}") for id, name in known.people.items())
    tags = tuple((f"tag:{tag}", f"Tag “{tag}”") for tag in known.tags)
    return (("Work", BULK), ("Give", give), ("Tag", tags))


def row_of(
    row: QueueRow, library: Library, now: datetime, teams: Mapping[str, str] = NO_TEAMS
) -> Row:
    """One report, as lists show it; `teams` are their names by id."""
    is_open = row.status is not Status.CLOSED
    waits_until = row.answer_by if row.status is Status.AWAITING_REPORTER else None
    due_at = waits_until or row.due_at
    return Row(
        reference=row.reference,
        version=row.version,
        kind=kind_name(library, row.kind),
        district=district_name(library, row.district),
        status=row.status,
        assignee=row.assignee,
        team=teams.get(row.team, row.team),
        age=age(row.made_at, now),
        made_at=row.made_at,
        due=until(due_at, now) if due_at and is_open else "",
        overdue=is_open and due_at is not None and due_at < now,
        flags=row.flags,
        tags=row.tags,
        priority=row.priority,
        pressing=URGENT in row.flags and is_open,
        unseen=is_open and not row.seen,
        erasure_asked=row.erasure_asked,
    )
