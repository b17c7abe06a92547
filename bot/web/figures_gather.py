"""Gathers the figures of a period, in short pieces of work so that nobody's chat waits for all."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.days import Days
from handlers.report import Disposition
from storage.figures import AlarmCounts, Group, Happened
from storage.scope import By
from storage.waits import GroupedBy, Spread, spread, together
from storage.work import Store

WAITS = (Happened.VIEWED, Happened.REPLIED, Happened.CLOSED)
ANSWERED = frozenset({"answer", "again"})
"""The outcomes of a question that an article answered."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Questions:
    """What residents asked, as the counter answered it."""

    answered: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """The figures of a period."""

    days: Days
    groups: tuple[Group, ...]
    made: Mapping[datetime, int]
    """Hour (UTC) to reports that came in."""
    closed: Mapping[datetime, int]
    open_before: int
    """How many were open when the period began."""
    came_to: Mapping[Disposition, int]
    waits: Mapping[Happened, Spread | None]
    alarms: AlarmCounts
    alarms_taken: Spread | None
    questions: Questions

    @property
    def new(self) -> int:
        """How many came in."""
        return sum(group.count for group in self.groups)

    @property
    def done(self) -> int:
        """How many were closed, and are closed still."""
        return sum(self.closed.values())

    def by(self, name: str) -> Mapping[str, int]:
        """How many came in by "kind", "district" or "team"."""
        found: Counter[str] = Counter()
        for group in self.groups:
            found[getattr(group, name)] += group.count
        return found


async def gather(store: Store, days: Days, by: By) -> Gathered:
    """All figures of these days, for who may see what they count."""
    start, end = days.start, days.end
    async with store.work() as work:
        groups = await work.figures.groups(start, end, by)
        made = await work.figures.hours(Happened.MADE, start, end, by)
    async with store.work() as work:
        closed = await work.figures.hours(Happened.CLOSED, start, end, by)
        came_to = await work.figures.came_to(start, end, by)
        open_before = await work.figures.open_at(start, by)
    waits = {}
    for what in WAITS:
        async with store.work() as work:
            found = await work.waits.reports(what, start, end, by, GroupedBy.KIND)
        waits[what] = spread(together(found))
    async with store.work() as work:
        alarms = await work.figures.alarms(start, end)
        taken = spread(await work.waits.alarms_taken(start, end))
        counts = await work.feedback.counts(days.first, days.last)
    questions = Questions(
        answered=sum(each.count for each in counts if each.outcome in ANSWERED),
        unanswered=sum(each.count for each in counts if each.outcome == UNKNOWN),
    )
    return Gathered(
        days=days,
        groups=groups,
        made=made,
        closed=closed,
        open_before=open_before,
        came_to=came_to,
        waits=waits,
        alarms=alarms,
        alarms_taken=taken,
        questions=questions,
    )
