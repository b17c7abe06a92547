"""Historic counts and our own figures together: what the district table is made from."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.district_table import DistrictTable, Side, compare
from bot.historic import Names, read_counts
from handlers.days import Days, read_days
from knowledge.library import Library
from storage.historic import LONGEST_SOURCE, Overlaps
from storage.scope import By
from storage.work import Store, Work


async def side_of(work: Work, days: Days, kind: str, by: By | None) -> Side:
    """How many reports of a kind, or of all where it is empty, each district had in these days.

    Ours and those that outside sources counted; nobody can tell whether they counted the same.
    """
    known = await work.historic.of(days, kind)
    counts = dict(known.districts)
    ours = 0
    for group in await work.figures.groups(days.start, days.end, by):
        if kind in ("", group.kind):
            counts[group.district] = counts.get(group.district, 0) + group.count
            ours += group.count
    return Side(days, counts, ours, known.sources, known.cut)


async def import_counts(arguments: Mapping[str, str], store: Store, who: str, now: datetime) -> str:
    """Keep the counts of the file `path`; the text to print. Raises ValueError with sentences.

    `districts` and `kinds` are JSON of what may be named; `source` is who counted; `replace` is
    "yes" where counts of the same days, district and kind give way.
    """
    path, source = Path(arguments["path"]), arguments["source"]
    if len(source) > LONGEST_SOURCE:
        raise ValueError(f"Name the source in {LONGEST_SOURCE} letters at most.")
    names = Names(json.loads(arguments["districts"]), json.loads(arguments["kinds"]))
    try:
        text = await asyncio.to_thread(path.read_text, "utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not in UTF-8. Save it as “CSV UTF-8”.") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}.") from None
    read = read_counts(text, names)
    counts = [each.count for each in read]
    replace = arguments["replace"] == "yes"
    try:
        async with store.work() as work:
            await work.historic.keep(counts, source, who, now, replace=replace)
    except Overlaps as error:
        raise ValueError(
            f"Line {read[error.number].line}: {error.source} has a count for {error.days}, and "
            "these days would be counted twice. Nothing was imported."
            + ("" if replace else " To put new counts in the place of old ones, add --replace.")
        ) from None
    total = sum(count.count for count in counts)
    return f"{len(counts):,} counts are imported, {total:,} together. Source: {source}."


async def sides_as_json(arguments: Mapping[str, str], store: Store) -> str:
    """The two periods of a table as JSON, as `read_sides` reads them; ValueError for no period."""
    periods = [read_days(arguments[name]) for name in ("first", "second")]
    async with store.work() as work:
        sides = [await side_of(work, days, arguments["kind"], None) for days in periods]
    return json.dumps([asdict(side) | {"days": str(side.days)} for side in sides])


def read_sides(text: str) -> tuple[Side, Side]:
    """What `sides_as_json` wrote."""
    first, second = (_side(row) for row in json.loads(text))
    return first, second


def table_of(library: Library, first: Side, second: Side) -> DistrictTable:
    """The table with the districts of the knowledge files."""
    named = {one.id: one.name for one in library.places.districts.values()}
    outside = f"Outside {library.force.names.get('area', 'the area')}"
    return compare(named, outside, first, second)


def _side(row: dict[str, Any]) -> Side:
    return Side(**row | {"days": read_days(row["days"]), "sources": tuple(row["sources"])})
