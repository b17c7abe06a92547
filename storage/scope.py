"""Who asks, and which reports exist for them: the one place that decides it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, true

from storage.reach import EVERYTHING
from storage.staff import Staff
from storage.tables import reports

NO_DISTRICT = ("", "outside")
"""What stands for no district of ours; somebody has to see these as well."""


@dataclass(frozen=True, slots=True)
class By:
    """Who asks, and whether their role may read sensitive reports at all.

    Which of them is for the account's clearances to say.
    """

    staff: Staff
    may_see_restricted: bool = False

    @property
    def cleared(self) -> int:
        """The bits of what they may read."""
        return self.staff.reach.cleared if self.may_see_restricted else 0


def for_them(by: By | None) -> ColumnElement[bool]:
    """The condition on `reports` that leaves those which may be seen.

    None is the program itself, for which there is nothing to hide.
    """
    if by is None:
        return true()
    reach = by.staff.reach
    seen = and_(true(), *_usual(by))
    if reach.opened:
        seen = or_(seen, reports.c.reference.in_(sorted(reach.opened)))
    if reach.conflicts:
        seen = and_(seen, reports.c.reference.not_in(sorted(reach.conflicts)))
    return seen


def is_for(row: Row[Any], by: By) -> bool:
    """Whether they may see the report of this row of `reports`."""
    reach = by.staff.reach
    if row.reference in reach.conflicts:
        return False
    here = not reach.districts or row.district in (*reach.districts, *NO_DISTRICT)
    return (here and not row.sensitive & ~by.cleared) or row.reference in reach.opened


def _usual(by: By) -> list[ColumnElement[bool]]:
    """What holds for them without exceptions; nothing where they may see all."""
    where: list[ColumnElement[bool]] = []
    hidden = EVERYTHING & ~by.cleared
    if hidden == EVERYTHING:
        where.append(reports.c.restricted.is_(False))
    elif hidden:
        where.append(reports.c.sensitive.bitwise_and(hidden) == 0)
    if by.staff.reach.districts:
        where.append(reports.c.district.in_((*by.staff.reach.districts, *NO_DISTRICT)))
    return where
