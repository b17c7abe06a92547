"""Invents the reports of `front-counter demo`: when they come in, about what, where, from whom.

District shares are those of the 2016 ASB table (districts.toml); the year has the summer peak of
the July 2023 page (June is 1.23 times the average day). Nobody in it is real.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from bot.commands.demo_texts import Texts, Trouble
from handlers.report import (
    HATE,
    RESTRICTED,
    SAFEGUARDING,
    UNDER_18,
    URGENT,
    Answer,
    NewReport,
    Place,
    SafeContact,
)
from handlers.working_time import WorkingTime
from knowledge.library import Library
from knowledge.places import District
from storage.conversations import TELEGRAM, WEB

JUNE = 1.23
TROUBLED = timedelta(days=30)
"""How long the troubles have been going on."""
IN_TROUBLE = 0.08
"""The share of reports that are about one of them since."""
KNOWN_CALLERS = 4
"""Residents who ring again and again."""
PHONE, COUNTER = "phone", "counter"

_HOURS = (3, 2, 1, 1, 1, 1, 2, 3, 5, 6, 6, 6, 6, 6, 6, 7, 8, 9, 10, 10, 9, 8, 6, 5)
_CHANNELS = {WEB: 74, TELEGRAM: 14, PHONE: 9, COUNTER: 3}
_DRAMA = ("01632 960", "07700 900", "020 7946 0")
"""How the numbers begin that Ofcom keeps for drama; three digits follow."""
_FLAGS = {URGENT: 0.01, SAFEGUARDING: 0.03, UNDER_18: 0.015, RESTRICTED: 0.01}


@dataclass(frozen=True, slots=True)
class Invented:
    """A report that comes in."""

    report: NewReport
    channel: str
    at: datetime
    due_at: datetime
    trouble: Trouble | None
    """What it is one more report of."""


class Inventor:
    """Draws one report after another from `chance`."""

    def __init__(
        self, library: Library, texts: Texts, chance: random.Random, until: datetime
    ) -> None:
        self._library, self._texts, self._chance = library, texts, chance
        self._working = WorkingTime(library.desk)
        self._districts = tuple(library.places.districts.values())
        self._shares = [one.asb_2016 or 1 for one in self._districts]
        self._troubled_since = until - TROUBLED
        self._homes = {trouble: self._somewhere() for trouble in texts.troubles}
        self._callers = _callers(texts)
        self._known = [next(self._callers) for _ in range(KNOWN_CALLERS)]

    def report(self, at: datetime) -> Invented:
        """One that comes in then."""
        chance = self._chance
        trouble = self._trouble(at)
        kind = trouble.form if trouble else self._kind()
        district, place = self._homes[trouble] if trouble else self._somewhere()
        words = chance.choice(trouble.texts if trouble else self._texts.by_form[kind])
        told = words.format(place=place, town=district.name)
        street = trouble.street if trouble else self._street()
        where = f"{street}, {place}" if street else place
        where = f"{where} ({district.name})"
        channel = chance.choices(tuple(_CHANNELS), tuple(_CHANNELS.values()))[0]
        caller = self._caller() if channel in {PHONE, COUNTER} else ()
        report = NewReport(
            kind,
            (*self._answers(at, told, where), *caller),
            Place(where, district.id),
            self._flags(kind),
            self._contact(by_phone=bool(caller)),
        )
        due_at = self._working.due(kind, at, urgent=URGENT in report.flags)
        return Invented(report, channel, at, due_at, trouble)

    def _trouble(self, at: datetime) -> Trouble | None:
        if at < self._troubled_since or self._chance.random() > IN_TROUBLE:
            return None
        return self._chance.choice(self._texts.troubles)

    def _kind(self) -> str:
        form = self._chance.choices(self._texts.forms, weights=self._texts.shares)[0]
        return self._library.forms[form].id

    def _somewhere(self) -> tuple[District, str]:
        district = self._chance.choices(self._districts, weights=self._shares)[0]
        return district, self._chance.choice(district.places or (district.name,))

    def _street(self) -> str:
        """Two of five name a street."""
        if self._chance.random() > 0.4:
            return ""
        return f"{self._chance.randrange(1, 90)} {self._chance.choice(self._texts.streets)}"

    def _answers(self, at: datetime, told: str, where: str) -> tuple[Answer, ...]:
        before = self._chance.choice((("No", "no"), ("Yes", "yes")))
        return (
            Answer("danger", "In danger now", "No", "no"),
            Answer("what", "What happened", told),
            Answer("where", "Where", where),
            Answer("when", "When", _day(at - timedelta(days=self._chance.randrange(5)))),
            Answer("before", "Told us before", *before),
        )

    def _caller(self) -> tuple[Answer, Answer]:
        known = self._chance.random() < 0.05
        return self._chance.choice(self._known) if known else next(self._callers)

    def _flags(self, kind: str) -> frozenset[str]:
        drawn = {flag for flag, often in _FLAGS.items() if self._chance.random() < often}
        if kind == "hate":
            drawn.add(HATE)
        return frozenset(self._library.forms[kind].flags) | drawn

    def _contact(self, *, by_phone: bool) -> SafeContact:
        if by_phone:
            return SafeContact(PHONE)
        ways = (SafeContact("none"), SafeContact("here"), SafeContact("here", safe=False))
        return self._chance.choices(ways, weights=(5, 4, 1))[0]


def moments(chance: random.Random, until: datetime, days: int, a_day: float) -> Iterator[datetime]:
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


def _callers(texts: Texts) -> Iterator[tuple[Answer, Answer]]:
    """Names and telephone numbers, no number twice until all were given out."""
    for number in count():
        name = texts.names[number * 7 % len(texts.names)]
        start = _DRAMA[number // 1000 % len(_DRAMA)]
        yield Answer("name", "Name", name), Answer("phone", "Phone", f"{start}{number % 1000:03}")


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B}"
