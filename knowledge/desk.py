"""What staff work with, as supervisors keep it: hours, due dates, tags, grades, ready replies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

DEFAULT, URGENT = "default", "urgent"
"""Names under [due] that are no kinds of report."""

STATUSES = (
    "new",
    "in triage",
    "in progress",
    "awaiting reporter",
    "forwarded",
    "closed",
    "reopened",
)
"""The statuses of a report, as handlers/report.py has them."""

VALUES = ("reference", "kind", "district", "status", "answer_by")
"""What a ready-made reply may name in braces, beside the force's names and {phone:…}."""


@dataclass(frozen=True, slots=True)
class ReadyReply:
    """A message to a resident that staff need not write again."""

    id: str
    title: str
    text: str
    """With the names of VALUES in braces."""
    kinds: tuple[str, ...] = ()
    """The kinds of report it is for; empty for all."""
    statuses: tuple[str, ...] = ()
    """The statuses it fits; empty for all."""

    def fits(self, kind: str, status: str) -> bool:
        """Whether it is offered for such a report."""
        return (not self.kinds or kind in self.kinds) and (
            not self.statuses or status in self.statuses
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """The file desk.toml; a folder without one gets these values."""

    opens: time = time(8)
    closes: time = time(20)
    weekdays: frozenset[int] = frozenset(range(5))
    """Working days: 0 is Monday."""
    extra_holidays: frozenset[date] = frozenset()
    """Bank holidays that no rule tells, such as a coronation."""
    not_holidays: frozenset[date] = frozenset()
    """Days that the rules call a bank holiday and that were moved."""
    due: Mapping[str, int] = field(default_factory=lambda: {DEFAULT: 24, URGENT: 4})
    """Kind of report, DEFAULT or URGENT → working hours until it should be dealt with."""
    answer_days: int = 7
    """Days that a resident has to answer a question of ours."""
    tags: tuple[str, ...] = ()
    grades: tuple[str, ...] = ("emergency", "priority", "scheduled", "resolved without attendance")
    """How fast the force says it will act, the fastest first."""
    replies: tuple[ReadyReply, ...] = ()
    copy_order: tuple[str, ...] = ()
    """Ids of questions in the order in which the force's own system asks for them."""

    def hours_for(self, kind: str, *, urgent: bool) -> int:
        """Working hours until a report of that kind is due; what is urgent is never due later."""
        usual = self.due.get(kind, self.due[DEFAULT])
        return min(usual, self.due[URGENT]) if urgent else usual
