"""The charts of the dashboard, each with its numbers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from bot.web.charts import Bar, Chart, Series, bars, columns, lines
from bot.web.console_text import district_name, kind_name
from bot.web.figures_gather import Gathered
from bot.web.figures_steps import WEEKDAYS, aligned, by_clock, by_weekday, steps_of
from knowledge.library import Library

NO_TEAM = "No team"
_HOURS = tuple(f"{hour}" for hour in range(24))
_Id = TypeVar("_Id", bound=str)


def along(now: Gathered, before: Gathered) -> tuple[Chart, ...]:
    """Charts along the days."""
    steps = steps_of(now.days)
    new, done = steps.counted(now.made), steps.counted(now.closed)
    earlier = aligned(steps_of(before.days).counted(before.made), len(new))
    backlog, still = [], now.open_before
    for came, went in zip(new, done, strict=True):
        still += came - went
        backlog.append(still)
    title, names = f"New reports by {steps.each}", steps.names
    drawn = lines("trend", title, names, Series("New", new), Series("The period before", earlier))
    open_title = f"Open at the end of each {steps.each}"
    line = lines("backlog", open_title, names, Series("Open", tuple(backlog)))
    head = steps.each.capitalize()
    return (
        Chart(
            "trend",
            title,
            drawn,
            (head, "New", "The period before", "Closed"),
            tuple(
                (name, n, "–" if e is None else int(e), c)
                for name, n, e, c in zip(names, new, earlier, done, strict=True)
            ),
            "The thin line is the period before.",
        ),
        Chart(
            "backlog",
            open_title,
            line,
            (head, "Open"),
            tuple(zip(names, backlog, strict=True)),
            "A report that was reopened counts as open all along.",
        ),
        _upright("clock", "New reports by hour of the day", "Hour", now, by_clock, _HOURS),
        _upright("week", "New reports by day of the week", "Day", now, by_weekday, WEEKDAYS),
    )


def _upright(
    id: str,
    title: str,
    head: str,
    now: Gathered,
    spread: Callable[[Mapping[datetime, int]], Sequence[int]],
    names: Sequence[str],
) -> Chart:
    counts = spread(now.made)
    drawn = columns(id, title, [Bar(n, c) for n, c in zip(names, counts, strict=True)])
    return Chart(id, title, drawn, (head, "New"), tuple(zip(names, counts, strict=True)))


def apart(now: Gathered, library: Library, teams: Mapping[str, str]) -> Iterable[Chart]:
    """Charts by what reports are, who has them and what became of them."""
    kinds = _named(now.by("kind"), lambda one: kind_name(library, one))
    districts = _named(now.by("district"), lambda one: district_name(library, one))
    yield _lying("kinds", "New reports by kind", "Kind", kinds)
    yield _lying("districts", "New reports by district", "District", districts)
    if teams:
        of_teams = _named(now.by("team"), lambda one: teams.get(one, one or NO_TEAM))
        yield _lying("teams", "New reports by team", "Team", of_teams)
    came_to = _named(now.came_to, lambda one: one.capitalize())
    yield _lying("outcomes", "What became of closed reports", "Disposition", came_to)
    alarms = _named(now.alarms.outcomes, lambda outcome: outcome.capitalize() or "Open still")
    yield _lying("alarms", "What became of alarms", "Outcome", alarms)


def _named(counts: Mapping[_Id, int], name: Callable[[_Id], str]) -> dict[str, int]:
    """Counts under their names, the most first; two of one name are one."""
    found: dict[str, int] = {}
    for one, count in counts.items():
        found[name(one)] = found.get(name(one), 0) + count
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _lying(id: str, title: str, head: str, counts: Mapping[str, int]) -> Chart:
    drawn = bars(id, title, [Bar(name, count) for name, count in counts.items()])
    return Chart(id, title, drawn, (head, "Reports"), tuple(counts.items()))
