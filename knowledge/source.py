"""The files comms edit, read safely: whatever lies in the folder becomes text or a Problem."""

import hashlib
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.article import Problem

LARGEST = 256 * 1024
"""Bytes of one file that comms edit; the tables of places and urgency have loaders of their own."""

_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_HEADER = re.compile(r"\s*\[+\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([\w.\"' -]+?)\s*=")

# What tomllib says, and what that means to somebody who does not know TOML.
_IN_WORDS = {
    "Invalid value": "this value cannot be read: words need straight quotes around them, "
    "days look like 2026-11-30, and a list above needs its `]`",
    "Illegal character": "a quotation mark is missing at the end of this line",
    "Unterminated string": "a text is opened with quotes and never closed",
    "Unclosed array": "a list needs a comma after each text and a `]` at its end",
    "Unclosed inline table": "a group in curly brackets needs a comma between its parts "
    "and a `}` at its end",
    "Expected newline or end of document": "something is left over at the end of this line; "
    "is there a quotation mark inside the text? Write it as “ ” or '",
    "Expected '=' after a key": "this line needs the shape: key = value",
    "Invalid statement": "this line needs the shape: key = value",
    "Cannot overwrite": "the same key stands twice",
    "Duplicate inline table key": "the same key stands twice",
    "Cannot declare": "this heading in square brackets stands twice",
    "Expected ']'": "this heading in square brackets needs a `]` at its end",
    "Unescaped": "a backslash means something special here; write two, or none",
    "Invalid hex value": "a backslash means something special here; write two, or none",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One file as text, and where in it things stand."""

    file: str
    """Its path inside the knowledge folder."""
    text: str
    _lines: dict[tuple[str, ...], int] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Where keys stand; worked out from the text when it is first asked for."""

    def line_of(self, needle: str, start: int = 1) -> int:
        """The first line from `start` on that holds `needle`; `start` where none does."""
        lines = self.text.split("\n")
        wanted = needle.split("\n", 1)[0]
        for number, line in enumerate(lines[start - 1 :], start):
            if wanted in line:
                return number
        return start

    def line_of_key(self, *path: str) -> int:
        """The line of a key, named by its tables and itself; else of the table it belongs to."""
        if not self._lines:
            self._lines.update(_lines_of_keys(self.text))
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return 1


def _lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """Where each table and each key stands first."""
    lines: dict[tuple[str, ...], int] = {(): 1}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _names(header[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault(table + _names(key[1]), number)
    return lines


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip().strip("\"'") for name in dotted.split("."))


def files_in(root: Path, folder: str, suffix: str) -> Iterator[Path | Problem]:
    """The files of `root`/`folder` with that suffix by name, and a warning for what is not read."""
    try:
        found = sorted((root / folder).iterdir())
    except FileNotFoundError:
        yield Problem(folder, 1, f"the folder `{folder}` is missing")
        return
    except OSError as problem:
        yield Problem(folder, 1, f"the folder `{folder}` cannot be read: {problem.strerror}")
        return
    for path in found:
        if path.name.startswith((".", "~")) or path.name.endswith("~"):
            continue  # what editors leave behind
        if path.suffix == suffix:
            yield path
        else:
            text = f"not read: files in `{folder}` end in {suffix}"
            yield Problem(f"{folder}/{path.name}", 1, text, error=False)


def read_source(root: Path, path: Path) -> Source | Problem:
    """The text of one file of at most LARGEST bytes inside `root`, or why it cannot be read."""
    file = path.relative_to(root).as_posix()
    data = _read_bytes(root, path)
    if isinstance(data, str):
        return Problem(file, 1, data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Problem(file, line, "this is not UTF-8 text: save the file as “UTF-8” text")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        return Problem(file, line, "this is not a text file")
    if not text.strip():
        return Problem(file, 1, "the file is empty")
    return Source(file, text)


def _read_bytes(root: Path, path: Path) -> bytes | str:
    """The bytes, or in words why they are not read."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(root.resolve()):
            return "this is a link to a file outside the knowledge folder"
        # A pipe or a device would keep us waiting for ever.
        if not stat.S_ISREG(real.stat().st_mode):
            return "this is not a file"
        with real.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except FileNotFoundError:
        return "the file is missing"
    except (OSError, RuntimeError) as problem:  # RuntimeError: links that lead in a circle
        return f"the file cannot be read: {getattr(problem, 'strerror', None) or 'broken link'}"
    if len(data) > LARGEST:
        return f"the file is larger than {LARGEST // 1024} KiB"
    return data


def read_toml(root: Path, path: Path) -> tuple[Source, dict[str, Any]] | Problem:
    """A TOML file of the folder and what it says, or why it cannot be read."""
    source = read_source(root, path)
    if isinstance(source, Problem):
        return source
    data = parse_toml(source)
    return data if isinstance(data, Problem) else (source, data)


def parse_toml(source: Source, first: int = 1, last: int | None = None) -> dict[str, Any] | Problem:
    """The TOML between two lines of a file (1-based, `last` not included), or its first mistake."""
    lines = source.text.split("\n")[first - 1 : last and last - 1]
    try:
        # Empty lines in front keep tomllib's line numbers those of the file.
        return tomllib.loads("\n" * (first - 1) + "\n".join(lines) + "\n")
    except RecursionError:
        return Problem(source.file, first, "the brackets are nested too deeply")
    except ValueError as error:
        said = str(error)
        position = _POSITION.search(said)
        line = int(position[1]) if position and position[1] else first + len(lines) - 1
        if said.startswith("Cannot overwrite") or "Duplicate" in said:
            line = _second(source, first, last) or line
        return Problem(source.file, line, _in_words(said))


def _second(source: Source, first: int, last: int | None) -> int | None:
    """The line where a key stands for the second time; tomllib names only the line after it."""
    seen: set[tuple[str, ...]] = set()
    table: tuple[str, ...] = ()
    for number, line in enumerate(source.text.split("\n")[first - 1 : last and last - 1], first):
        if header := _HEADER.match(line):
            table = _names(header[1])
        elif key := _KEY.match(line):
            name = table + _names(key[1])
            if name in seen:
                return number
            seen.add(name)
    return None


def _in_words(said: str) -> str:
    for start, words in _IN_WORDS.items():
        if said.startswith(start):
            return words
    return f"this cannot be read as TOML: {_POSITION.sub('', said)}"


def fingerprint(folder: Path) -> str:
    """A short text that changes when a file is added, removed or written; reads no contents."""
    digest = hashlib.sha256()
    for path in _every_file(folder):
        try:
            about = path.stat()
        except OSError:
            continue
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\0{about.st_size}\0{about.st_mtime_ns}\0".encode(errors="replace"))
    return digest.hexdigest()[:16]


def content_hash(folder: Path) -> str:
    """A short text that is the same wherever the files hold the same bytes."""
    digest = hashlib.sha256()
    root = folder.resolve()
    for path in _every_file(folder):
        try:
            if not path.resolve().is_relative_to(root):
                continue
            with path.open("rb") as stream:
                inner = hashlib.file_digest(stream, "sha256").digest()
        except OSError:
            continue
        digest.update(path.relative_to(folder).as_posix().encode(errors="replace") + b"\0" + inner)
    return digest.hexdigest()[:16]


def _every_file(folder: Path) -> list[Path]:
    try:
        return sorted(
            path
            for path in folder.rglob("*")
            if path.is_file() and not path.name.startswith((".", "~"))
        )
    except OSError:
        return []


def tables_of(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The tables under `key`; none where it is no table (which its reader complains about)."""
    value = data.get(key, {})
    return value if isinstance(value, dict) else {}
