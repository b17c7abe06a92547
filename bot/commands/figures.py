"""`front-counter figures`: historic counts brought in, and the table of districts printed."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.commands.ask import load_or_explain
from bot.commands.order import carried_out, have_done
from bot.config import Config, cache_of
from bot.counted import read_sides, table_of
from bot.district_table import DistrictTable, Line, Side
from bot.historic import plain
from bot.orders import Order
from knowledge.library import Library
from storage.errors import StorageError


async def bring_in(config: Config, path: Path, source: str, *, replace: bool) -> int:
    """Import a file of historic counts, named by its whole path; the exit code."""
    library = load_or_explain(config.knowledge.folder, cache_of(config))
    if library is None:
        return 1
    return await have_done(config, import_order(library, path, source, replace=replace))


def import_order(library: Library, path: Path, source: str, *, replace: bool) -> Order:
    """The order to import a file, with what the knowledge files let it name."""
    districts = {plain(one.name): one.id for one in library.places.districts.values()}
    kinds = {plain(form.title): form.id for form in library.forms.values()}
    arguments = {
        "path": str(path),
        "source": source or path.name,
        "replace": "yes" if replace else "no",
        "districts": json.dumps(districts | {plain(id): id for id in library.places.districts}),
        "kinds": json.dumps(kinds | {plain(id): id for id in library.forms}),
    }
    return Order("figures import", arguments)


async def print_table(config: Config, first: str, second: str, kind: str) -> int:
    """Print the table of districts for two periods; the exit code."""
    library = load_or_explain(config.knowledge.folder, cache_of(config))
    if library is None:
        return 1
    if kind and kind not in library.forms:
        print(f"There is no kind “{kind}”. One of: {', '.join(library.forms)}.", file=sys.stderr)
        return 1
    asked = {"first": first, "second": second, "kind": kind}
    try:
        said = await carried_out(config, Order("figures table", asked))
    except (ValueError, StorageError) as error:
        print(error, file=sys.stderr)
        return 1
    table = table_of(library, *read_sides(said))
    print("\n".join(lines_of(table, library.forms[kind].title if kind else "All kinds")))
    return 0


def lines_of(table: DistrictTable, kind: str) -> Iterator[str]:
    """The table as it is printed, under the name of what was counted."""
    periods = (str(table.first.days), str(table.second.days))
    wide = max(len(line.name) for line in table.lines)
    yield kind
    yield f"{'District':{wide}}  {periods[0]:>22}  {periods[1]:>22}  {'Difference':>10}  % change"
    yield from (_line(line, wide) for line in (*table.lines, table.total))
    yield from (_from(side) for side in (table.first, table.second))


def _line(line: Line, wide: int) -> str:
    return (
        f"{line.name:{wide}}  {line.first:>22}  {line.second:>22}  {line.difference:>10}  "
        f"{line.change:>8}"
    )


def _from(side: Side) -> str:
    """Where the numbers of a period come from."""
    sources = "".join(f", and what {source} counted" for source in side.sources)
    cut = f"; {side.cut} imported counts reach beyond these days and are left out" * bool(side.cut)
    return f"{side.days}: {side.ours:,} reports of ours{sources}{cut}."
