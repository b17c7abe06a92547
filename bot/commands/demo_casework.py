"""What staff did with the invented reports of `front-counter demo` until now."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.commands.demo_reports import Invented
from bot.commands.demo_texts import Texts, Trouble
from handlers.report import SENSITIVE, URGENT, Disposition, Status
from knowledge.desk import Desk
from storage.errors import Conflict
from storage.findings import NumberKind, Relation
from storage.scope import By
from storage.staff import SUPERVISOR
from storage.teams import Team
from storage.work import Work

_DISPOSITIONS = (28, 12, 24, 14, 5, 10, 3, 2, 2)
_LINKS = (Relation.SAME_PROBLEM, Relation.SAME_PROBLEM, Relation.DUPLICATE)


class Casework:
    """Works on reports in the order in which they came in."""

    def __init__(
        self,
        staff: Sequence[By],
        teams: Mapping[str, Team],
        desk: Desk,
        texts: Texts,
        *,
        chance: random.Random,
        until: datetime,
    ) -> None:
        """`teams` by the ids of the districts that they look after."""
        self._staff, self._teams, self._desk, self._texts = staff, teams, desk, texts
        self._chance, self._until = chance, until
        self._latest: dict[Trouble, str] = {}

    async def work_on(self, work: Work, reference: str, invented: Invented) -> None:
        """All that was done with a report since it came in; the newest ones still wait."""
        seen = self._later(invented.at, 2, 30)
        if seen > self._until:
            return
        one = Case(work, reference, self._drawn(invented), seen)
        await one.open()
        await self._file(one, invented)
        await one.move(Status.IN_TRIAGE)
        if self._happens(0.3):
            await one.note(self._chance.choice(self._texts.notes))
        if self._happens(0.7) and self._goes_on(one, 4, 40):
            await one.move(Status.IN_PROGRESS)
        if self._happens(0.35) and self._goes_on(one, 1, 20):
            await one.write(self._chance.choice(self._texts.messages))
        if self._happens(0.05) and self._goes_on(one, 1, 60):
            await one.move(self._chance.choice((Status.AWAITING_REPORTER, Status.FORWARDED)))
        # A few are never brought to an end.
        if self._happens(0.995) and self._goes_on(one, 5, 80):
            await self._close(one)

    def _drawn(self, invented: Invented) -> By:
        """Who works on it: mostly handlers, but not on what is sensitive."""
        sensitive = invented.report.flags & SENSITIVE
        able = [by for by in self._staff if not sensitive or by.staff.role == SUPERVISOR]
        return self._chance.choice(able)

    async def _file(self, one: "Case", invented: Invented) -> None:
        """Take it on or hand it on; tag, link and grade it."""
        flags, trouble = invented.report.flags, invented.trouble
        team = self._teams.get(invented.report.place.district)
        if team is not None and self._happens(0.15):
            await one.hand_on(team)
        elif self._happens(0.6):
            await one.take_on()
        if self._desk.tags and self._happens(0.2):
            await one.tag(self._chance.choice(self._desk.tags), self._desk.tags)
        if trouble is not None:
            if trouble in self._latest and self._happens(0.7):
                await one.link(self._latest[trouble], self._chance.choice(_LINKS))
            self._latest[trouble] = one.reference
        fastest, *others = self._desk.grades
        if URGENT in flags or self._happens(0.1):
            grade = fastest if URGENT in flags or not others else self._chance.choice(others)
            await one.grade(grade, self._texts)
        if URGENT in flags:
            await one.number(NumberKind.INCIDENT, f"EP-{one.when:%Y%m%d}-{self._four_digits()}")

    async def _close(self, one: "Case") -> None:
        disposition = self._chance.choices(tuple(Disposition), _DISPOSITIONS)[0]
        if disposition is Disposition.RECORDED:
            await one.number(NumberKind.CRIME, f"42/{self._four_digits()}/{one.when:%y}")
        await one.move(Status.CLOSED, disposition)

    def _goes_on(self, one: "Case", least: float, most: float) -> bool:
        """Let so many hours pass; whether that was before now."""
        one.when = self._later(one.when, least, most)
        return one.when <= self._until

    def _later(self, at: datetime, least: float, most: float) -> datetime:
        return at + timedelta(hours=self._chance.uniform(least, most))

    def _happens(self, often: float) -> bool:
        return self._chance.random() < often

    def _four_digits(self) -> str:
        return f"{self._chance.randrange(10_000):04}"


class Case:
    """One report in the hands of one of staff, and what time it is for them."""

    def __init__(self, work: Work, reference: str, by: By, when: datetime) -> None:
        self._work, self.reference, self._by, self.when = work, reference, by, when
        self._version = 0

    async def open(self) -> None:
        """See what they work on."""
        opened = await self._work.casework.open(self.reference, self._by, self.when)
        if opened is None:
            raise Conflict("a report made a moment ago is gone")
        self._version = opened.version

    async def move(self, to: Status, disposition: Disposition | None = None) -> None:
        """Change its status."""
        change = self._work.casework.change_status
        await change(self.reference, to, disposition, self._by, self.when, self._version)
        self._version += 1

    async def take_on(self) -> None:
        """It is theirs."""
        staff = self._by.staff
        await self._work.filing.assign(self.reference, staff, self._by, self.when)
        self._version += 1

    async def hand_on(self, team: Team) -> None:
        """Give it to a team."""
        hand_on = self._work.filing.hand_on
        await hand_on(self.reference, team.id, team.name, self._by, self.when)
        self._version += 1

    async def tag(self, tag: str, known: Sequence[str]) -> None:
        """Tag it."""
        await self._work.filing.tag(self.reference, [tag], known, self._by, self.when)
        self._version += 1

    async def link(self, other: str, relation: Relation) -> None:
        """It belongs to another one."""
        await self._work.findings.link(self.reference, other, relation, self._by, self.when)
        self._version += 1

    async def grade(self, grade: str, texts: Texts) -> None:
        """Assess it."""
        reasons = texts.reasons
        await self._work.findings.grade(self.reference, grade, reasons, self._by, self.when)
        self._version += 1

    async def number(self, kind: NumberKind, number: str) -> None:
        """It got a number on the force's own systems."""
        await self._work.findings.number(self.reference, kind, number, self._by, self.when)
        self._version += 1

    async def note(self, text: str) -> None:
        """Write a note."""
        await self._work.casework.note(self.reference, text, self._by, self.when)

    async def write(self, text: str) -> None:
        """Write to its resident."""
        await self._work.casework.message(self.reference, text, self._by, self.when)
        self._version += 1
