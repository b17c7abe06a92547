"""Taking values out of a TOML table, with every mistake noted in words for the person who edits."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from knowledge.article import DATED, STATUSES, Problem
from knowledge.source import Source

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
"""Short enough for Telegram's buttons and deep links (64 bytes with a prefix)."""
_NEAR = 60
"""rapidfuzz ratio, 0 to 100, from which a name is offered as what was meant."""


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that `name` most looks like, or None."""
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return found[0] if found else None


def did_you_mean(name: str, known: Collection[str]) -> str:
    """The end of a message: “: did you mean `x`?” where one of `known` is near, else nothing."""
    near = nearest(name, known)
    return f": did you mean `{near}`?" if near else ""


class Table:
    """One table of a file; asked for each key it may have, it then knows which ones are wrong.

    Values of the wrong kind are noted and read as absent. `finish` must be called at the end.
    """

    def __init__(
        self,
        source: Source,
        values: Any,
        path: tuple[str, ...],
        problems: list[Problem],
    ) -> None:
        self.path = path
        self._source = source
        self._problems = problems
        self._known: list[str] = []
        self._missing: list[tuple[str, str]] = []
        self._values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        if not isinstance(values, dict):
            self.wrong("", f"`{path[-1]}` must be a table: [{'.'.join(path)}] on a line of its own")

    def text(self, key: str, *, required: bool = False, default: str = "") -> str:
        """A text; a required one may be empty, but must stand there."""
        value = self._take(key, required, 'text in quotes, such as "…"', str)
        return default if value is None else str(value).strip()

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        wanted = 'a list of texts: ["…", "…"]'
        value = self._take(key, required, wanted, list)
        if value is None:
            return ()
        if not all(isinstance(item, str) for item in value):
            self.wrong(key, f"`{key}` must be {wanted}")
        return tuple(item.strip() for item in value if isinstance(item, str))

    def values(self, key: str) -> tuple[Any, ...]:
        """A list of whatever; the caller says what each must be."""
        return tuple(self._take(key, False, "a list: [ … ]", list) or ())

    def flag(self, key: str, *, required: bool = False) -> bool:
        """A yes or no; absent means no."""
        return bool(self._take(key, required, "true or false, without quotes", bool))

    def whole(self, key: str, default: int) -> int:
        """A whole number."""
        value = self._take(key, False, "a whole number, without quotes", int)
        if isinstance(value, bool):
            self.wrong(key, f"`{key}` must be a whole number, without quotes")
            return default
        return default if value is None else int(value)

    def day(self, key: str) -> date:
        """A required day; the earliest there is where it is missing or wrong."""
        wanted = "a day such as 2026-11-30, without quotes and without a time"
        value = self._take(key, True, wanted, date)
        if isinstance(value, datetime):
            self.wrong(key, f"`{key}` must be {wanted}")
        return value if type(value) is date else date.min

    def tables(self, key: str) -> tuple["Table", ...]:
        """A list of groups in curly brackets, or of [[tables]]."""
        wanted = "a list of groups: [ {…}, {…} ]"
        value = self._take(key, False, wanted, list) or ()
        path = (*self.path, key)
        return tuple(Table(self._source, item, path, self._problems) for item in value)

    def has(self, key: str) -> bool:
        """Whether the key stands there, with whatever value."""
        return key in self._values

    def known(self, *keys: str) -> None:
        """Accept keys that somebody else reads."""
        self._known.extend(keys)

    def wrong(self, key: str, text: str, *, needle: str = "", error: bool = True) -> None:
        """Note a problem at `key`, or at `needle` below it."""
        self._problems.append(Problem(self._source.file, self.line(key, needle), text, error))

    def line(self, key: str = "", needle: str = "") -> int:
        """The line of `key`, of the first `needle` below it, or of the table itself."""
        line = self._source.line_of_key(*self.path, *([key] if key else []))
        # A group in curly brackets has its keys somewhere below the key it belongs to.
        needle = needle or (key if key in self._values else "")
        return self._source.line_of(needle, line) if needle else line

    def finish(self) -> None:
        """Note every key that nobody asked for, and every required one that is not there."""
        meant = set()
        for key in self._values.keys() - set(self._known):
            near = nearest(key, [known for known in self._known if known not in self._values])
            meant.add(near)
            known = "" if near else f"; possible here: {', '.join(sorted(self._known))}"
            suggestion = f": did you mean `{near}`?" if near else known
            self.wrong(key, f"unknown key `{key}`{suggestion}")
        for key, wanted in self._missing:
            if key not in meant:
                self.wrong("", f"`{key}` is missing: it must be {wanted}")

    def _take(self, key: str, required: bool, wanted: str, kind: type) -> Any:
        self._known.append(key)
        if key not in self._values:
            if required:
                self._missing.append((key, wanted))
            return None
        value = self._values[key]
        if isinstance(value, kind):
            return value
        self.wrong(key, f"`{key}` must be {wanted}")
        return None


def check_status(table: Table, status: str, seen: str) -> None:
    """A status must be one of the four, and a dated one must say when it was seen."""
    if status and status not in STATUSES:
        near = did_you_mean(status, STATUSES) or f"; possible: {', '.join(STATUSES)}"
        table.wrong("status", f"unknown status `{status}`{near}")
    if status == DATED and not seen:
        wanted = 'when a page last showed it, such as "2023", "July 2023" or "undated"'
        table.wrong("status", f"`{table.path[-1]}` is {DATED} and needs `seen`: {wanted}")


def check_id(table: Table, id: str, file: str) -> None:
    """An id must be short, of small letters, digits and dashes, and the name of its file."""
    if not id:
        return
    if not ID.fullmatch(id):
        table.wrong("id", f"`{id}` must be small letters, digits and dashes, at most 48 of them")
    elif id != Path(file).stem:
        table.wrong("id", f"the id `{id}` must be the name of its file, `{Path(file).stem}`")
