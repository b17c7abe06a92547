"""Tables as CSV files that a spreadsheet opens without obeying what stands in them."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from aiohttp import hdrs, web

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_OBEYED = ("=", "+", "-", "@", "\t", "\r")
"""What a cell must not begin with: a spreadsheet would take it for a formula."""


def csv_file(name: str, rows: Iterable[Sequence[str | int]]) -> web.Response:
    """An answer that is saved as `name`.csv: UTF-8 with a byte order mark, which Excel needs."""
    out = io.StringIO()
    csv.writer(out).writerows([safe(cell) for cell in row] for row in rows)
    return web.Response(
        body=out.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}.csv"'},
    )


def safe(cell: str | int) -> str:
    """A cell as it can stand in a file; numbers stay numbers, negative ones too."""
    text = str(cell)
    if text.startswith(_OBEYED) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
