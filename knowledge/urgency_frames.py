"""The emergencies the counter recognises, as content/urgency/*.toml describes them."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.article import Problem
from knowledge.urgency_phrases import Lexicon, Phrase
from knowledge.urgency_spelling import Spelling

NONE = "none"
SAFETY_NET = "safety-net"
CRISIS = "crisis"
ALARM = "alarm"
LEVELS = (NONE, SAFETY_NET, CRISIS, ALARM)
"""From quiet to loud."""

OVER = "over"
"""The circumstance that the danger has passed: the stand-down."""

SENTENCE = "sentence"
BEFORE = "before"
MESSAGE = "message"
SCOPES = (SENTENCE, BEFORE, MESSAGE)


@dataclass(frozen=True, slots=True)
class Frame:
    """One kind of emergency and the ways of telling of it."""

    name: str
    category: str
    level: str
    says: tuple[Phrase, ...]
    unless: tuple[Phrase, ...] = ()
    """Said in the same sentence, these mean that it is something else."""
    together: tuple[Phrase, ...] = ()
    """One of these must be said too, anywhere in the message."""
    whole: bool = False
    """Only where it is all that is said."""
    despite: frozenset[str] = frozenset()
    """The circumstances that do not make it quieter."""
    order: int = 50
    """Of two equally loud frames the lower one names the category."""
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What makes an emergency quieter: that it is past, over, asked about, in a game."""

    name: str
    leaves: str
    """The level that is left."""
    where: str
    """SENTENCE: said in the same sentence; BEFORE: before it there; MESSAGE: anywhere."""
    says: tuple[Phrase, ...]
    lifted_by: tuple[Phrase, ...] = ()
    """Said in the same sentence, these undo the circumstance."""


@dataclass(frozen=True, slots=True)
class Question:
    """A kind of question the bot asks, and what short answers to it mean."""

    name: str
    asks: tuple[Phrase, ...]
    yes: str = NONE
    no: str = NONE
    unsure: str = NONE
    goes_on: bool = False
    """Whether a short answer leaves the emergency told of before as loud as it was."""


@dataclass(frozen=True, slots=True)
class Frames:
    """Everything the assessor knows."""

    spelling: Spelling = Spelling()
    frames: tuple[Frame, ...] = ()
    circumstances: tuple[Circumstance, ...] = ()
    figures: tuple[Phrase, ...] = ()
    """Figures of speech and titles, whose words are taken out before anything else is looked for."""
    denials: frozenset[str] = frozenset()
    """not, no, never: no gap of a phrase reaches across them."""
    padding: frozenset[str] = frozenset()
    """What may stand around something that must be all that is said: please, now."""
    questions: tuple[Question, ...] = ()
    yes: tuple[Phrase, ...] = ()
    no: tuple[Phrase, ...] = ()
    unsure: tuple[Phrase, ...] = ()


def load_frames(folder: Path) -> tuple[Frames, list[Problem]]:
    """Read the shared files (words, spelling, circumstances, answers) and every file of frames.

    Whatever is wrong comes back as problems with file and line, and what can be read is kept.
    Raises OSError only where the folder cannot be read.
    """
    problems: list[Problem] = []
    sheets = {path.stem: _Sheet(path, problems) for path in sorted(folder.glob("*.toml"))}
    shared = {name: sheets.pop(name, None) for name in _SHARED}
    for name, sheet in shared.items():
        if sheet is None:
            problems.append(Problem(f"{name}.toml", 1, "this file is missing"))
    empty = _Sheet(None, problems)
    words, tables, real, circumstances, answers = (shared[name] or empty for name in _SHARED)

    spelling = _spelling(tables, real)
    lexicon = words.lexicon(spelling)
    frames = [frame for sheet in sheets.values() for frame in _frames(sheet, lexicon)]
    known = _circumstances(circumstances, lexicon)
    _check_names(frames, known, sheets.values(), problems)
    answered = answers.table(answers.data, "answers")
    return (
        Frames(
            spelling=spelling,
            frames=tuple(frames),
            circumstances=known,
            figures=circumstances.phrases(circumstances.data, "figures_of_speech", lexicon),
            denials=frozenset(circumstances.texts(circumstances.data, "denials")),
            padding=frozenset(circumstances.texts(circumstances.data, "padding")),
            questions=_questions(answers, lexicon),
            yes=answers.phrases(answered, "yes", lexicon),
            no=answers.phrases(answered, "no", lexicon),
            unsure=answers.phrases(answered, "unsure", lexicon),
        ),
        problems,
    )


_SHARED = ("words", "spelling", "real_words", "circumstances", "answers")


class _Sheet:
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

    def texts(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if isinstance(value, str):
            return tuple(value.split())
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return tuple(value)
        self.note(key, f"'{key}' must be a list of texts")
        return ()

    def text_of(self, table: Mapping[str, Any], key: str, choices: Iterable[str] = ()) -> str:
        value, allowed = table.get(key, ""), tuple(choices)
        if not isinstance(value, str) or (allowed and value not in allowed):
            wanted = f"one of {', '.join(allowed)}" if allowed else "a text"
            self.note(_near(table, key), f"'{key}' must be {wanted}{_of(table)}")
            return allowed[0] if allowed else ""
        return value

    def table(self, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self.note(key, f"'{key}' must be a table: [{key}]")
        return {}

    def tables(self, key: str, keys: Iterable[str]) -> list[Mapping[str, Any]]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.note(key, f"'{key}' must be written as [[{key}]]")
            return []
        for entry in value:
            for unknown in entry.keys() - set(keys):
                self.note(_near(entry, unknown), f"'{unknown}' is not known here{_of(entry)}")
        return value

    def phrases(self, table: Mapping[str, Any], key: str, lexicon: Lexicon) -> tuple[Phrase, ...]:
        phrases: list[Phrase] = []
        for source in self.texts(table, key):
            try:
                phrases += lexicon.parse(source)
            except ValueError as error:
                self.note(source, str(error))
        return tuple(phrases)

    def lexicon(self, spelling: Spelling) -> Lexicon:
        lists = {name: self.texts(self.data, name) for name in self.data}
        while True:
            try:
                return Lexicon(lists, spelling)
            except ValueError as error:
                self.note(_quoted(str(error)), str(error))
                lists = {name: _without(entries, str(error)) for name, entries in lists.items()}


def _spelling(sheet: _Sheet, real: _Sheet) -> Spelling:
    tables = {
        name: {
            key: sheet.text_of(sheet.table(sheet.data, name), key)
            for key in sheet.table(sheet.data, name)
        }
        for name in ("short", "letters", "lookalikes")
    }
    return Spelling(
        **tables,
        light=frozenset(sheet.texts(sheet.data, "light")),
        glue=frozenset(sheet.texts(sheet.data, "glue")),
        real=frozenset(real.texts(real.data, "real")),
    )


_FRAME_KEYS = (
    "name", "about", "level", "says", "unless", "together", "whole", "despite", "must", "must_not",
)  # fmt: skip


def _frames(sheet: _Sheet, lexicon: Lexicon) -> list[Frame]:
    category = sheet.text_of(sheet.data, "category")
    order = sheet.data.get("order", 50)
    if not category or not isinstance(order, int):
        sheet.note("order", "the file must begin with category = \"…\" and order = a number")
        return []
    frames: list[Frame] = []
    for table in sheet.tables("frame", _FRAME_KEYS):
        frame = Frame(
            name=sheet.text_of(table, "name"),
            category=category,
            level=sheet.text_of(table, "level", LEVELS[:0:-1]),
            says=sheet.phrases(table, "says", lexicon),
            unless=sheet.phrases(table, "unless", lexicon),
            together=sheet.phrases(table, "together", lexicon),
            whole=table.get("whole") is True,
            despite=frozenset(sheet.texts(table, "despite")),
            order=order,
            must=sheet.texts(table, "must"),
            must_not=sheet.texts(table, "must_not"),
        )
        if not frame.name or not frame.says or not frame.must:
            sheet.note(_near(table, "name"), f"a frame needs name, says and must{_of(table)}")
        frames.append(frame)
    return frames


def _circumstances(sheet: _Sheet, lexicon: Lexicon) -> tuple[Circumstance, ...]:
    keys = ("name", "about", "leaves", "where", "says", "lifted_by")
    return tuple(
        Circumstance(
            name=sheet.text_of(table, "name"),
            leaves=sheet.text_of(table, "leaves", (SAFETY_NET, NONE)),
            where=sheet.text_of(table, "where", SCOPES),
            says=sheet.phrases(table, "says", lexicon),
            lifted_by=sheet.phrases(table, "lifted_by", lexicon),
        )
        for table in sheet.tables("circumstance", keys)
    )


def _questions(sheet: _Sheet, lexicon: Lexicon) -> tuple[Question, ...]:
    keys = ("name", "about", "asks", "yes", "no", "unsure", "goes_on")
    return tuple(
        Question(
            name=sheet.text_of(table, "name"),
            asks=sheet.phrases(table, "asks", lexicon),
            yes=sheet.text_of({"yes": NONE, **table}, "yes", LEVELS),
            no=sheet.text_of({"no": NONE, **table}, "no", LEVELS),
            unsure=sheet.text_of({"unsure": NONE, **table}, "unsure", LEVELS),
            goes_on=table.get("goes_on") is True,
        )
        for table in sheet.tables("question", keys)
    )


def _check_names(
    frames: Iterable[Frame],
    circumstances: Iterable[Circumstance],
    sheets: Iterable[_Sheet],
    problems: list[Problem],
) -> None:
    """Frames are told apart by name, and stand despite circumstances that exist."""
    sheet_of = {sheet.data.get("category"): sheet for sheet in sheets}
    known = {circumstance.name for circumstance in circumstances}
    seen: set[str] = set()
    for frame in frames:
        sheet = sheet_of[frame.category]
        if frame.name in seen:
            sheet.note(frame.name, f"the name '{frame.name}' is taken by another frame")
        seen.add(frame.name)
        for unknown in sorted(frame.despite - known):
            sheet.note(unknown, f"there is no circumstance '{unknown}' in circumstances.toml")


def _near(table: Mapping[str, Any], key: str) -> str:
    """A piece of text to find the table by: its own name, or else the key."""
    name = table.get("name")
    return f'"{name}"' if isinstance(name, str) and name else key


def _of(table: Mapping[str, Any]) -> str:
    name = table.get("name")
    return f" (in '{name}')" if name else ""


def _quoted(text: str) -> str:
    found = re.search(r"'([^']*)'", text)
    return found[1] if found else ""


def _without(entries: tuple[str, ...], error: str) -> tuple[str, ...]:
    """The entries but those the error is about, so that the rest of the file is still checked."""
    about = _quoted(error)
    return tuple(entry for entry in entries if entry.strip("{}") != about)
