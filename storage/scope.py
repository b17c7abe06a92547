"""Who asks, and which reports exist for them: the one place that decides it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, true

from storage.staff import Staff
from storage.tables import reports


@dataclass(frozen=True, slots=True)
class By:
    """Who asks, and whether restricted reports are for them."""

    staff: Staff
    may_see_restricted: bool = False


def for_them(by: By | None) -> ColumnElement[bool]:
    """The condition on `reports` that leaves those which may be seen.

    None is the program itself, for which there is nothing to hide.
    """
    return true() if by is None or by.may_see_restricted else reports.c.restricted.is_(False)


def is_for(row: Row[Any], by: By) -> bool:
    """Whether they may see the report of this row of `reports`."""
    return by.may_see_restricted or not row.restricted
