"""Reads one file of the urgency data, and notes what is wrong in it with file and line."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from knowledge.article import Problem
from knowledge.urgency_phrases import Lexicon, Phrase, Sayings
from knowledge.urgency_spelling import Spelling

Table = Mapping[str, Any]


class Sheet:
    """One file of the folder; reads values from it and notes what is wrong with them."""

    def __init__(self, path: Path | None, problems: list[Problem]) -> None:
        self.name = path.name if path else ""
        self.text = ""
        self.data: dict[str, Any] = {}
        self._problems = problems
        if path is None:
            return
        try:
            self.text = path.read_text(encoding="utf-8")
            self.data = tomllib.loads(self.text)
        except UnicodeDecodeError:
            self.note("", "this file is not UTF-8 text")
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            number = int(line[1]) if line else self.text.count("\n") + 1
            problems.append(Problem(self.name, number, f"this is not TOML: {error}"))

    def note(self, about: str, text: str) -> None:
        """A problem at the first line that has the given piece of text, if one has."""
        if self.name:
            place = self.text.find(about) if about else 0
            line = self.text.count("\n", 0, max(place, 0)) + 1
            self._problems.append(Problem(self.name, line, text))

    def texts(self, table: Table, key: str) -> tuple[str, ...]:
        """The list of texts under the key; a single text counts as a list of its words."""
        value = table.get(key, [])
        if isinstance(value, str):
            return tuple(value.split())
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return tuple(value)
        self.note(key, f"'{key}' must be a list of texts")
        return ()

    def text_of(self, table: Table, key: str, choices: Iterable[str] = ()) -> str:
        """The text under the key; with choices, one of them, and the first where it is none."""
        value, allowed = table.get(key, ""), tuple(choices)
        if not isinstance(value, str) or (allowed and value not in allowed):
            wanted = f"one of {', '.join(allowed)}" if allowed else "a text"
            self.note(near(table, key), f"'{key}' must be {wanted}{_of(table)}")
            return allowed[0] if allowed else ""
        return value

    def table(self, table: Table, key: str) -> Table:
        """The table under the key; empty where there is none."""
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self.note(key, f"'{key}' must be a table: [{key}]")
        return {}

    def tables(self, key: str, keys: Iterable[str]) -> list[Table]:
        """The [[tables]] of that name, which may have the given keys and no others."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.note(key, f"'{key}' must be written as [[{key}]]")
            return []
        for entry in value:
            for unknown in entry.keys() - set(keys):
                self.note(near(entry, unknown), f"'{unknown}' is not known here{_of(entry)}")
        return value

    def sayings(self, table: Table, key: str, lexicon: Lexicon) -> Sayings:
        """The phrases under the key that can be read."""
        phrases: list[Phrase] = []
        for source in self.texts(table, key):
            try:
                phrases += lexicon.parse(source)
            except ValueError as error:
                self.note(source, str(error))
        return Sayings(tuple(phrases))

    def lexicon(self, spelling: Spelling) -> Lexicon:
        """The file as word lists, without the entries that cannot be read."""
        lists = {name: self.texts(self.data, name) for name in self.data}
        for _ in range(sum(map(len, lists.values()))):
            try:
                return Lexicon(lists, spelling)
            except ValueError as error:
                about = _quoted(str(error))
                self.note(about, str(error))
                lists = {name: _without(entries, about) for name, entries in lists.items()}
        return Lexicon({}, spelling)


def near(table: Table, key: str) -> str:
    """A piece of text to find the table by: its own name, or else the key."""
    name = table.get("name")
    return f'"{name}"' if isinstance(name, str) and name else key


def _of(table: Table) -> str:
    name = table.get("name")
    return f" (in '{name}')" if name else ""


def _quoted(text: str) -> str:
    found = re.search(r"'([^']*)'", text)
    return found[1] if found else ""


def _without(entries: tuple[str, ...], about: str) -> tuple[str, ...]:
    """The entries but those the problem is about, so that the others are still checked."""
    return tuple(
        entry for entry in entries if about not in (entry, *re.findall(r"[^\s{}]+", entry))
    )
