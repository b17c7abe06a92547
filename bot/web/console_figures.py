"""The dashboard: what came in, what is open and late, and what became of it, for chosen days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.shelf import Shelf
from bot.web.charts import Chart
from bot.web.console_form import by_of
from bot.web.console_frame import Frame, who
from bot.web.csv_out import csv_file
from bot.web.figures_charts import along, apart
from bot.web.figures_days import LASTS, Chosen, read_chosen
from bot.web.figures_gather import WAITS, Gathered, gather
from bot.web.figures_text import MEANS, UP_TO, against, median_of, ninth_of, took
from handlers.days import london_day
from storage.figures import Standing
from storage.scope import By
from storage.work import Store

PATH = "/figures"


@dataclass(frozen=True, slots=True)
class Tile:
    """A number, what it means, and what it was before."""

    name: str
    value: str
    means: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """All that the dashboard shows."""

    now: tuple[Tile, ...]
    then: tuple[Tile, ...]
    charts: tuple[Chart, ...]


class FiguresPage:
    """The dashboard and its file."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /figures."""
        by, chosen = by_of(who(request)), read_chosen(request.query, london_day(self._clock()))
        standing, now, before = await self._read(chosen, by)
        library = self._shelf.library
        view = View(
            now=_standing_tiles(standing),
            then=_period_tiles(now, before),
            charts=(*along(now, before), *apart(now, library, await self._teams())),
        )
        return self._frame.page(
            request,
            "figures.html",
            status=422 if chosen.problems else 200,
            view=view,
            here=PATH,
            chosen=chosen,
            lasts=LASTS,
            restricted=by.may_see_restricted,
        )

    async def save(self, request: web.Request) -> web.Response:
        """GET /figures.csv: the same numbers; that they were taken away is recorded."""
        by, chosen = by_of(who(request)), read_chosen(request.query, london_day(self._clock()))
        standing, now, before = await self._read(chosen, by)
        tiles = (*_standing_tiles(standing), *_period_tiles(now, before))
        charts = (*along(now, before), *apart(now, self._shelf.library, await self._teams()))
        await note_export(self._store, by, "dashboard", chosen, self._clock())
        rows = (
            ("Figures", str(chosen.days)),
            *((tile.name, tile.value, tile.before) for tile in tiles),
            *(row for chart in charts for row in ((), (chart.title,), chart.header, *chart.rows)),
        )
        return csv_file(f"figures-{chosen.days.first}-{chosen.days.last}", rows)

    async def _read(self, chosen: Chosen, by: By) -> tuple[Standing, Gathered, Gathered]:
        async with self._store.work() as work:
            standing = await work.figures.standing(by, self._clock())
        now = await gather(self._store, chosen.days, by)
        return standing, now, await gather(self._store, chosen.days.before(), by)

    async def _teams(self) -> Mapping[str, str]:
        async with self._store.work() as work:
            return {team.id: team.name for team in await work.teams.list()}


async def note_export(store: Store, by: By, what: str, chosen: Chosen, now: datetime) -> None:
    """Record that somebody took figures away."""
    detail = {"what": what, "days": str(chosen.days)}
    async with store.work() as work:
        await work.audit.append(by.staff.username, "figures exported", "", detail, now)


def _standing_tiles(standing: Standing) -> tuple[Tile, ...]:
    return (
        Tile("Open", f"{standing.open:,}", "Reports that are not closed."),
        Tile("Overdue", f"{standing.overdue:,}", "Open, and past the time they are due."),
        Tile("Urgent", f"{standing.urgent:,}", "Open, and flagged as urgent."),
        Tile("With nobody", f"{standing.unassigned:,}", "Open, and assigned to nobody."),
    )


def _period_tiles(now: Gathered, before: Gathered) -> tuple[Tile, ...]:
    waits = (
        Tile(
            f"Time to {UP_TO[what]}",
            median_of(now.waits[what]),
            f"Half took no longer, nine of ten no longer than {ninth_of(now.waits[what])}. "
            f"{MEANS[what]}",
            f"{median_of(before.waits[what])} before",
        )
        for what in WAITS
    )
    alarms, asked = now.alarms, now.questions
    return (
        Tile("New", f"{now.new:,}", "Reports that came in.", against(now.new, before.new)),
        Tile(
            "Closed", f"{now.done:,}", "Closed, and not reopened.", against(now.done, before.done)
        ),
        *waits,
        Tile(
            "Alarms",
            f"{alarms.raised:,}",
            f"Messages that read like an emergency. {alarms.taken:,} were taken on or closed"
            + (
                f", half of them within {took(now.alarms_taken.median)}."
                if now.alarms_taken
                else "."
            ),
            against(alarms.raised, before.alarms.raised),
        ),
        Tile(
            "Questions answered",
            f"{asked.answered:,}",
            f"Answered by an article. To {asked.unanswered:,} more we had no answer.",
            against(asked.answered, before.questions.answered),
        ),
    )
