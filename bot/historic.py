"""Reads a file of historic counts, and says of every wrong line what to put right."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from handlers.days import Days
from knowledge.table import nearest
from storage.historic import HistoricCount

COLUMNS = ("from", "to", "district", "kind", "count")
UNALLOCATED = "unallocated"
_MOST_SAID = 20
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Names:
    """What a file may call districts and kinds: each name to its id."""

    districts: Mapping[str, str]
    kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """A count, and the line of the file that it stands in."""

    line: int
    count: HistoricCount


def read_counts(text: str, names: Names) -> tuple[Read, ...]:
    """The counts of a CSV file with COLUMNS as its first line.

    Raises ValueError with a sentence for each line that is wrong.
    """
    rows = csv.reader(io.StringIO(text))
    header = tuple(cell.strip().casefold() for cell in next(rows, []))
    if header != COLUMNS:
        raise ValueError(f"Line 1 must be: {','.join(COLUMNS)}")
    found: list[Read] = []
    wrong: list[str] = []
    lines: dict[tuple[Days, str, str], int] = {}
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        try:
            count = _count([cell.strip() for cell in row], names)
            before = lines.setdefault((count.days, count.district, count.kind), rows.line_num)
            if before != rows.line_num:
                raise ValueError(f"the same days, district and kind as line {before}. Keep one.")
        except ValueError as error:
            wrong.append(f"Line {rows.line_num}: {error}")
        else:
            found.append(Read(rows.line_num, count))
    if wrong:
        more = [f"And {len(wrong) - _MOST_SAID} more."] if len(wrong) > _MOST_SAID else []
        raise ValueError("\n".join((*wrong[:_MOST_SAID], *more, "Nothing was imported.")))
    if not found:
        raise ValueError("The file has no counts below its first line. Nothing was imported.")
    return tuple(found)


def _count(cells: list[str], names: Names) -> HistoricCount:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"has {len(cells)} of the {len(COLUMNS)} cells: {', '.join(COLUMNS)}.")
    first, last, district, kind, number = cells
    start, end = _day(first), _day(last)
    if end < start:
        raise ValueError(f"{last} comes before {first}. Swap the two days.")
    if not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        raise ValueError(f"“{number}” is no count. Write digits alone, such as 5904.")
    return HistoricCount(
        Days(start, end),
        "" if district.casefold() == UNALLOCATED else _known("district", district, names.districts),
        _known("kind", kind, names.kinds),
        int(number),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is no day. Write it like 2016-03-31.") from None


def _known(what: str, name: str, names: Mapping[str, str]) -> str:
    """The id of a name, whatever its capitals, spaces and hyphens."""
    id = names.get(plain(name))
    if id is None:
        near = nearest(name.casefold(), {*names.values()})
        hint = f" Did you mean “{near}”?" if near else ""
        raise ValueError(f"there is no {what} “{name}”.{hint}")
    return id


def plain(name: str) -> str:
    """A name as it is compared: its letters and digits alone."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
