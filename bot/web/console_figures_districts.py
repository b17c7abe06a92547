"""The districts: the table of two periods, the map, and where there is more than there was."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from bot.counted import side_of, table_of
from bot.district_table import DistrictTable, Line
from bot.shelf import Shelf
from bot.web.charts_map import Area, Class, choropleth
from bot.web.console_figures import note_export
from bot.web.console_form import by_of
from bot.web.console_frame import Frame, who
from bot.web.console_queue import kinds_of
from bot.web.console_text import district_name, kind_name
from bot.web.csv_out import csv_file
from bot.web.figures_days import LASTS, Chosen, in_words, read_chosen, read_range, typed_over
from bot.web.figures_hotspots import Hotspot, hotspots
from handlers.days import Days, london_day
from knowledge.library import Library
from storage.scope import By
from storage.work import Store

PATH = "/figures/districts"
BEFORE, YEAR, OWN = "before", "year", "own"
AGAINST: Mapping[str, str] = {
    BEFORE: "The days before",
    YEAR: "The same days a year before",
    OWN: "The days given here",
}
"""What a period can be compared with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the page asks for."""

    chosen: Chosen
    against: str
    """A key of AGAINST."""
    first: Days
    """The period to compare with."""
    start: str
    end: str
    kind: str
    """The id of a form, or empty for all kinds."""

    def path(self, page: str) -> str:
        """The address of a page that shows the same."""
        own = {"from2": self.start, "to2": self.end} if self.against == OWN else {}
        asked = {"against": "" if self.against == BEFORE else self.against} | own
        return self.chosen.path(page, **asked, kind=self.kind)


@dataclass(frozen=True, slots=True)
class Place:
    """A hotspot as the page shows it, with the way to its reports."""

    district: str
    kind: str
    before: int
    now: int
    path: str


@dataclass(frozen=True, slots=True)
class View:
    """All that the page shows."""

    table: DistrictTable
    heads: tuple[str, str]
    map: Markup
    legend: tuple[Class, ...]
    places: tuple[Place, ...]


class DistrictsPage:
    """The table of districts, with a map of it."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /figures/districts."""
        by, asked = by_of(who(request)), self._asked(request)
        view = await self._view(asked, by)
        return self._frame.page(
            request,
            "figures_districts.html",
            status=422 if asked.chosen.problems else 200,
            view=view,
            asked=asked,
            here=PATH,
            chosen=asked.chosen,
            lasts=LASTS,
            against=AGAINST,
            kinds=kinds_of(self._shelf.library),
            restricted=by.may_see_restricted,
        )

    async def save(self, request: web.Request) -> web.Response:
        """GET /figures/districts.csv: the table; that it was taken away is recorded."""
        by, asked = by_of(who(request)), self._asked(request)
        table = (await self._view(asked, by)).table
        await note_export(self._store, by, "districts", asked.chosen, self._clock())
        head = ("District", str(asked.first), str(asked.chosen.days), "Difference", "% change")
        name = f"districts-{asked.chosen.days.first}-{asked.chosen.days.last}"
        return csv_file(name, (head, *map(_cells, (*table.lines, table.total))))

    def _asked(self, request: web.Request) -> Asked:
        query, library = request.query, self._shelf.library
        chosen = read_chosen(query, london_day(self._clock()))
        against = query.get("against", BEFORE)
        start, end = query.get("from2", "")[:20].strip(), query.get("to2", "")[:20].strip()
        if typed_over(query, "shown2", start, end):
            against = OWN
        first = chosen.days.year_before() if against == YEAR else chosen.days.before()
        if against == OWN:
            own, slips = read_range(start, end, ("from2", "to2"))
            first = own or first
            chosen = chosen.with_problems(slips)
        kind = query.get("kind", "")
        return Asked(
            chosen,
            against if against in AGAINST else BEFORE,
            first,
            start,
            end,
            kind if kind in kinds_of(library) else "",
        )

    async def _view(self, asked: Asked, by: By) -> View:
        library, days = self._shelf.library, asked.chosen.days
        async with self._store.work() as work:
            first = await side_of(work, asked.first, asked.kind, by)
            second = await side_of(work, days, asked.kind, by)
        async with self._store.work() as work:
            before = days.before()
            was = await work.figures.groups(before.start, before.end, by)
            is_now = await work.figures.groups(days.start, days.end, by)
        table = table_of(library, first, second)
        areas = [Area(one.district, one.name, one.second) for one in table.lines if one.district]
        title = f"{_what(library, asked.kind)} by district, {in_words(days)}"
        drawn, legend = choropleth("map", title, areas, library.places.outlines)
        found = [one for one in hotspots(was, is_now) if asked.kind in ("", one.kind)]
        return View(
            table=table,
            heads=(in_words(asked.first), in_words(days)),
            map=drawn,
            legend=legend,
            places=_places(found, library),
        )


def _places(found: Sequence[Hotspot], library: Library) -> tuple[Place, ...]:
    return tuple(
        Place(
            district_name(library, one.district),
            kind_name(library, one.kind),
            one.before,
            one.now,
            f"/?{urlencode({'view': 'all', 'district': one.district, 'kind': one.kind})}",
        )
        for one in found
    )


def _cells(line: Line) -> tuple[str | int, ...]:
    return line.name, line.first, line.second, line.difference, line.change


def _what(library: Library, kind: str) -> str:
    return kind_name(library, kind) if kind else "All kinds"
