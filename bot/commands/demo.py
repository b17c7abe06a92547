"""`front-counter demo`: an empty data folder filled with a believable year of invented reports.

District shares are those of the 2016 ASB table (districts.toml); the year has the summer peak of
the July 2023 page (June is 1.23 times the average day). Nobody in it is real.
"""

import random
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import open_shelf
from bot.clock import utc_now
from bot.config import Config
from bot.shelf import NoKnowledge
from handlers.report import (
    HATE,
    RESTRICTED,
    SAFEGUARDING,
    UNDER_18,
    URGENT,
    Answer,
    Disposition,
    NewReport,
    Place,
    SafeContact,
    Status,
)
from knowledge.library import Library
from storage.errors import CannotOpen, Conflict
from storage.queue import QueueFilter
from storage.reach import EVERYTHING, Reach
from storage.scope import By
from storage.staff import ADMIN
from storage.teams import Team
from storage.work import Store, Work, open_store

A_DAY = 20
"""Reports on an average day. Live chat had about 64 contacts a day (450 a week, notes of 2024);
we take a third of them to be reports."""

JUNE = 1.23
DAYS = 365
BATCH = 200
SEED = 1836
"""The same year every time; the year the county's first police force was founded nearby."""

PEOPLE = (
    ("demo-handler", "Robin Handler", "handler"),
    ("demo-supervisor", "Sam Supervisor", "supervisor"),
    ("demo-admin", "Alex Administrator", "admin"),
)
# Anybody may read this line, so the accounts of a demo cannot be used where that matters.
PASSWORD = "demo-password-not-secret"  # noqa: S105 - printed on the screen, for an invented year


@dataclass(frozen=True, slots=True)
class Texts:
    """The invented words of demo.toml."""

    forms: tuple[str, ...]
    shares: tuple[int, ...]
    by_form: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]
    messages: tuple[str, ...]


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
            await _make_teams(store, library, staff)
            made = await _make_days(store, library, staff, days, a_day)
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


async def _make_teams(store: Store, library: Library, staff: Sequence[By]) -> None:
    """A team for each local policing area, with everybody in it."""
    members = frozenset(by.staff.id for by in staff)
    districts = library.places.districts.values()
    async with store.work() as work:
        for area in sorted({one.lpa for one in districts if one.lpa}):
            id = await work.teams.add(area, staff[-1].staff.username, utc_now())
            theirs = frozenset(one.id for one in districts if one.lpa == area)
            team = Team(id, area, theirs, members)
            await work.teams.change(team, staff[-1].staff.username, utc_now())


async def _make_days(
    store: Store, library: Library, staff: Sequence[By], days: int, a_day: float
) -> int:
    """Write all reports, a batch in a transaction; how many."""
    chance = random.Random(SEED)  # noqa: S311 - an invented year is to be the same every time
    texts = _read_texts()
    made = 0
    batch: list[datetime] = []
    for at in _moments(chance, utc_now(), days, a_day):
        batch.append(at)
        if len(batch) == BATCH:
            made += await _write(store, library, texts, chance, staff, batch)
            batch = []
            print(f"\r{made:,} reports …", end="", flush=True)
    made += await _write(store, library, texts, chance, staff, batch)
    print("\r", end="")
    return made


def _moments(chance: random.Random, until: datetime, days: int, a_day: float) -> Iterator[datetime]:
    """When reports come in: more in summer, at weekends and in the evening."""
    for back in range(days, -1, -1):
        day = until - timedelta(days=back)
        summer = 1 + (JUNE - 1) * max(0.0, 1 - abs(day.month - 6.5) / 4)
        weekend = 1.15 if day.weekday() >= 5 else 0.94
        expected = a_day * summer * weekend
        for _ in range(max(0, round(chance.gauss(expected, expected**0.5)))):
            hour = chance.choices(range(24), weights=_HOURS)[0]
            moment = day.replace(hour=hour, minute=chance.randrange(60), second=0, microsecond=0)
            if moment < until:
                yield moment


_HOURS = (3, 2, 1, 1, 1, 1, 2, 3, 5, 6, 6, 6, 6, 6, 6, 7, 8, 9, 10, 10, 9, 8, 6, 5)


async def _write(
    store: Store,
    library: Library,
    texts: Texts,
    chance: random.Random,
    staff: Sequence[By],
    moments: Sequence[datetime],
) -> int:
    async with store.work() as work:
        for at in sorted(moments):
            report = _invent(library, texts, chance, at)
            reference, _ = work.reports.keep(report, None, at)
            await _work_on(work, reference, at, chance, texts, chance.choice(staff))
    return len(moments)


def _invent(library: Library, texts: Texts, chance: random.Random, at: datetime) -> NewReport:
    """One report, by the shares of forms and districts."""
    form = library.forms[chance.choices(texts.forms, weights=texts.shares)[0]]
    districts = list(library.places.districts.values())
    district = chance.choices(districts, weights=[one.asb_2016 or 1 for one in districts])[0]
    place = chance.choice(district.places or (district.name,))
    words = chance.choice(texts.by_form[form.id]).format(place=place, town=district.name)
    flags = set(form.flags)
    for flag, often in (
        (URGENT, 0.01),
        (SAFEGUARDING, 0.03),
        (UNDER_18, 0.015),
        (RESTRICTED, 0.01),
    ):
        if chance.random() < often:
            flags.add(flag)
    if form.id == "hate":
        flags.add(HATE)
    answers = (
        Answer("danger", "In danger now", "No", "no"),
        Answer("what", "What happened", words),
        Answer("where", "Where", f"{place} ({district.name})"),
        Answer("when", "When", _day(at - timedelta(days=chance.randrange(5)))),
        Answer("before", "Told us before", *chance.choice((("No", "no"), ("Yes", "yes")))),
    )
    contact = chance.choices(
        (SafeContact("none"), SafeContact("here"), SafeContact("here", safe=False)),
        weights=(5, 4, 1),
    )[0]
    return NewReport(form.id, answers, Place(place, district.id), frozenset(flags), contact)


async def _work_on(
    work: Work, reference: str, at: datetime, chance: random.Random, texts: Texts, by: By
) -> None:
    """What staff did with it since: old ones are closed, the newest wait."""
    age = utc_now() - at
    steps: list[tuple[Status, Disposition | None]] = []
    if age > timedelta(days=1):
        steps.append((Status.IN_TRIAGE, None))
    if age > timedelta(days=3) and chance.random() < 0.7:
        steps.append((Status.IN_PROGRESS, None))
    if age > timedelta(days=14) and chance.random() < 0.95:
        steps.append((Status.CLOSED, chance.choices(tuple(Disposition), _DISPOSITIONS)[0]))
    elif age > timedelta(days=5) and chance.random() < 0.3:
        steps.append((Status.AWAITING_REPORTER, None))
    when, version = at, None
    for status, disposition in steps:
        when = min(when + timedelta(hours=chance.uniform(4, 60)), utc_now())
        version = await _change(work, reference, status, disposition, by, when, version)
    if steps and chance.random() < 0.3:
        await work.casework.note(reference, chance.choice(texts.notes), by, when)
    if steps and chance.random() < 0.25:
        await work.casework.message(reference, chance.choice(texts.messages), by, when)


_DISPOSITIONS = (28, 12, 24, 14, 5, 10, 3, 2, 2)


async def _change(
    work: Work,
    reference: str,
    to: Status,
    disposition: Disposition | None,
    by: By,
    when: datetime,
    version: int | None,
) -> int:
    """Change the status; the version to hand back with the next change."""
    if version is None:
        opened = await work.casework.open(reference, by, when)
        if opened is None:
            raise Conflict("a report made a moment ago is gone")
        version = opened.version
    await work.casework.change_status(reference, to, disposition, by, when, version)
    return version + 1


def _read_texts() -> Texts:
    path = Path(__file__).with_name("demo.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = data["kind"]
    return Texts(
        forms=tuple(kind["form"] for kind in kinds),
        shares=tuple(kind["share"] for kind in kinds),
        by_form={kind["form"]: tuple(kind["texts"]) for kind in kinds},
        notes=tuple(data["notes"]["texts"]),
        messages=tuple(data["messages"]["texts"]),
    )


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B}"
