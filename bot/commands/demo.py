"""`front-counter demo`: an empty data folder filled with a believable year of invented reports.

The year is drawn by demo_reports, worked on by demo_casework, and its words are in demo.toml.
"""

import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.app import open_shelf
from bot.clock import utc_now
from bot.commands.demo_casework import Casework
from bot.commands.demo_counter import add_the_rest
from bot.commands.demo_reports import Inventor, moments
from bot.commands.demo_texts import read_texts
from bot.config import Config
from bot.shelf import NoKnowledge
from knowledge.library import Library
from storage.errors import CannotOpen
from storage.queue import QueueFilter
from storage.reach import EVERYTHING, Reach
from storage.scope import By
from storage.staff import ADMIN
from storage.teams import Team
from storage.work import Store, open_store

A_DAY = 20
"""Reports on an average day. Live chat had about 64 contacts a day (450 a week, notes of 2024);
we take a third of them to be reports."""

DAYS = 365
BATCH = 200
SEED = 1836
"""The same year every time; the year the county's first police force was founded nearby."""

PEOPLE = (
    ("demo-handler", "Robin Handler", "handler"),
    ("demo-colleague", "Kim Colleague", "handler"),
    ("demo-supervisor", "Sam Supervisor", "supervisor"),
    ("demo-admin", "Alex Administrator", "admin"),
)
# Anybody may read this line, so the accounts of a demo cannot be used where that matters.
PASSWORD = "demo-password-not-secret"  # noqa: S105 - printed on the screen, for an invented year


async def fill(config: Config, days: int = DAYS, a_day: float = A_DAY) -> int:
    """Fill the data folder with so many days of some `a_day` reports each.

    Gives the exit code: 1, after a sentence, where the folder is in use.
    """
    try:
        async with open_store(config.database_url, config.key_file) as store:
            library = open_shelf(config).library
            async with store.work() as work:
                reports = await work.queue.list(QueueFilter(), None)
                used = reports.total > 0 or bool(await work.staff.list())
            if used:
                print(
                    f"{config.data} is in use already. Name an empty folder: --data demo-data",
                    file=sys.stderr,
                )
                return 1
            staff = await _make_staff(store)
            teams = await _make_teams(store, library, staff)
            made = await Year(store, library, staff, teams, days).make(a_day)
    except (NoKnowledge, CannotOpen) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{made:,} invented reports of the last year are in {config.data}.")
    for username, _, role in PEOPLE:
        print(f"Sign in to the console as {username} ({role}), password {PASSWORD}")
    return 0


async def _make_staff(store: Store) -> tuple[By, ...]:
    async with store.work() as work:
        made = [
            await work.staff.add(username, name, PASSWORD, role, utc_now())
            for username, name, role in PEOPLE
        ]
    # Whoever is drawn to have worked on a report was cleared for it.
    reach = Reach(cleared=EVERYTHING)
    desk = (staff for staff in made if staff.role != ADMIN)
    return tuple(By(replace(staff, reach=reach), may_see_restricted=True) for staff in desk)


async def _make_teams(store: Store, library: Library, staff: Sequence[By]) -> Mapping[str, Team]:
    """A team for each local policing area, with everybody in it; by its districts' ids."""
    members = frozenset(by.staff.id for by in staff)
    districts = library.places.districts.values()
    made: dict[str, Team] = {}
    async with store.work() as work:
        for area in sorted({one.lpa for one in districts if one.lpa}):
            name = area.capitalize()
            id = await work.teams.add(name, staff[-1].staff.username, utc_now())
            theirs = frozenset(one.id for one in districts if one.lpa == area)
            team = Team(id, name, theirs, members)
            await work.teams.change(team, staff[-1].staff.username, utc_now())
            made |= dict.fromkeys(theirs, team)
    return made


class Year:
    """So many days until now, written into the store."""

    def __init__(
        self,
        store: Store,
        library: Library,
        staff: Sequence[By],
        teams: Mapping[str, Team],
        days: int,
    ) -> None:
        self._store, self._library, self._staff, self._days = store, library, staff, days
        self._texts = read_texts()
        self._chance = random.Random(SEED)  # noqa: S311 - the same every time
        self._now = utc_now()
        self._inventor = Inventor(library, self._texts, self._chance, self._now)
        self._casework = Casework(
            staff, teams, library.desk, self._texts, chance=self._chance, until=self._now
        )

    async def make(self, a_day: float) -> int:
        """Write all reports, a batch in a transaction, and then the rest; how many reports."""
        made = 0
        drawn = sorted(moments(self._chance, self._now, self._days, a_day))
        for start in range(0, len(drawn), BATCH):
            made += await self._write(drawn[start : start + BATCH])
            print(f"\r{made:,} reports …", end="", flush=True)
        print("\r", end="")
        async with self._store.work() as work:
            await add_the_rest(
                work,
                self._library,
                self._texts,
                self._staff,
                chance=self._chance,
                days=self._days,
                until=self._now,
            )
        return made

    async def _write(self, moments: Sequence[datetime]) -> int:
        async with self._store.work() as work:
            for at in moments:
                one = self._inventor.report(at)
                reference, _ = work.reports.keep(
                    one.report, None, at, channel=one.channel, due_at=one.due_at
                )
                await self._casework.work_on(work, reference, one)
        return len(moments)
