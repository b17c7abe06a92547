"""How long residents wait: by kind, district, team or hour, and how it changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.shelf import Shelf
from bot.web.charts import Cell, Chart, Series, band
from bot.web.console_figures import note_export
from bot.web.console_form import by_of
from bot.web.console_frame import Frame, who
from bot.web.console_text import district_name, kind_name
from bot.web.csv_out import csv_file
from bot.web.figures_charts import NO_TEAM
from bot.web.figures_days import LASTS, Chosen, read_chosen
from bot.web.figures_gather import WAITS
from bot.web.figures_steps import steps_of
from bot.web.figures_text import MEANS, UP_TO, median_of, ninth_of, took
from handlers.days import london_day
from handlers.local_time import LONDON
from storage.figures import Happened, read_hour
from storage.scope import By
from storage.waits import GroupedBy, spread, together
from storage.work import Store

PATH = "/figures/times"
GROUPS: Mapping[str, tuple[str, GroupedBy]] = {
    "kind": ("Kind", GroupedBy.KIND),
    "district": ("District", GroupedBy.DISTRICT),
    "team": ("Team", GroupedBy.TEAM),
    "hour": ("Hour it came in", GroupedBy.MADE),
}
"""What an address may ask for to what it is called and how it is grouped."""
_UNITS = (
    ("minutes", timedelta(minutes=1)),
    ("hours", timedelta(hours=1)),
    ("days", timedelta(days=1)),
)
Waited = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class View:
    """All that the page shows."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...]
    charts: tuple[Chart, ...]


class TimesPage:
    """Waits in a table, and along the days as charts."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /figures/times."""
        by, chosen, group = by_of(who(request)), self._chosen(request), _group(request)
        return self._frame.page(
            request,
            "figures_times.html",
            status=422 if chosen.problems else 200,
            view=await self._view(chosen, group, by),
            here=PATH,
            chosen=chosen,
            lasts=LASTS,
            group=group,
            groups=GROUPS,
            restricted=by.may_see_restricted,
        )

    async def save(self, request: web.Request) -> web.Response:
        """GET /figures/times.csv: the table; that it was taken away is recorded."""
        by, chosen, group = by_of(who(request)), self._chosen(request), _group(request)
        view = await self._view(chosen, group, by)
        await note_export(self._store, by, f"times by {group}", chosen, self._clock())
        name = f"times-by-{group}-{chosen.days.first}-{chosen.days.last}"
        return csv_file(name, (view.header, *view.rows, view.total))

    def _chosen(self, request: web.Request) -> Chosen:
        return read_chosen(request.query, london_day(self._clock()))

    async def _view(self, chosen: Chosen, group: str, by: By) -> View:
        words, grouped = GROUPS[group]
        waits: dict[Happened, Waited] = {}
        charts = []
        for what in WAITS:
            async with self._store.work() as work:
                start, end = chosen.days.start, chosen.days.end
                waits[what] = await work.waits.reports(what, start, end, by, grouped)
                ended = await work.waits.reports(what, start, end, by, GroupedBy.ENDED)
            charts.append(_chart(what, chosen, ended))
        name = await self._namer(group)
        named = {what: _joined(of, name) for what, of in waits.items()}
        rows = sorted({each for of in named.values() for each in of})
        return View(
            header=(words, *_heads()),
            rows=tuple((row, *_cells(of.get(row, ()) for of in named.values())) for row in rows),
            total=("All", *_cells(together(of) for of in named.values())),
            charts=tuple(charts),
        )

    async def _namer(self, group: str) -> Callable[[str], str]:
        """What each group is called; hours are those of the clock in London."""
        library = self._shelf.library
        if group == "hour":
            return lambda hour: f"{read_hour(hour).astimezone(LONDON):%H}:00"
        if group == "kind":
            return lambda kind: kind_name(library, kind)
        if group == "district":
            return lambda district: district_name(library, district)
        async with self._store.work() as work:
            teams = {team.id: team.name for team in await work.teams.list()}
        return lambda team: teams.get(team, team or NO_TEAM)


def _group(request: web.Request) -> str:
    asked = request.query.get("by", "kind")
    return asked if asked in GROUPS else "kind"


def _joined(waits: Waited, name: Callable[[str], str]) -> Waited:
    """The waits under their names; groups of one name are one."""
    found: dict[str, tuple[int, ...]] = {}
    for group, waited in waits.items():
        found[name(group)] = (*found.get(name(group), ()), *waited)
    return found


def _heads() -> Iterable[str]:
    for what in WAITS:
        yield from (
            f"To {UP_TO[what]}: reports",
            f"To {UP_TO[what]}: median",
            f"To {UP_TO[what]}: 90th",
        )


def _cells(waits: Iterable[tuple[int, ...]]) -> Iterable[Cell]:
    for waited in waits:
        found = spread(waited)
        yield from (len(waited), median_of(found), ninth_of(found))


def _chart(what: Happened, chosen: Chosen, ended: Waited) -> Chart:
    """The median along the days, and the band up to the 90th percentile."""
    steps = steps_of(chosen.days)
    of_steps = steps.sorted({read_hour(hour): waited for hour, waited in ended.items()})
    spreads = [spread(wait for waited in step for wait in waited) for step in of_steps]
    unit, length = _unit(max((one.ninth for one in spreads if one), default=timedelta()))
    low = Series(
        f"Median in {unit}", tuple(one.median / length if one else None for one in spreads)
    )
    high = Series("90th", tuple(one.ninth / length if one else None for one in spreads))
    title = f"Time to {UP_TO[what]}, in {unit}"
    return Chart(
        id=f"times-{what}",
        title=title,
        svg=band(f"times-{what}", title, steps.names, low, high),
        header=(steps.each.capitalize(), "Reports", "Median", "90th"),
        rows=tuple(
            (name, one.count, took(one.median), took(one.ninth)) if one else (name, 0, "–", "–")
            for name, one in zip(steps.names, spreads, strict=True)
        ),
        note=f"The line is the median, the band reaches to the 90th percentile. {MEANS[what]}",
    )


def _unit(longest: timedelta) -> tuple[str, timedelta]:
    """The largest unit of which the longest wait has at least three."""
    fitting = [unit for unit in _UNITS if longest >= 3 * unit[1]]
    return fitting[-1] if fitting else _UNITS[0]
