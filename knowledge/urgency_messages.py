"""The messages that residents might write and what each calls for, from urgency/messages/*.txt.

# A note for whoever edits this file.
[alarm medical]
my nan has gone grey and cant lift her arm
[none]
my phone is dying
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.article import Problem
from knowledge.urgency_frames import LEVELS, NONE, OTHER_LANGUAGE, Frames

FOLDER = "messages"
ENGLISH = "en"
MIXED = "mixed"
"""Several languages other than English, which say nothing about any one of them."""
_FOREIGN = "language-"
"""What the name of a file begins with whose messages are in the language it goes on with."""
_HEADING = re.compile(r"\[\s*([a-z-]+)(?:\s+([a-z-]+))?\s*\]")
_LARGEST = 4_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """One message, and how it is to be taken."""

    text: str
    level: str
    """One of LEVELS."""
    category: str = ""
    """Which guidance fits; only of a level other than none."""
    language: str = ENGLISH


def read_messages(
    folder: Path, categories: frozenset[str]
) -> tuple[tuple[Message, ...], list[Problem]]:
    """All messages of a folder's files in order, and what is wrong with file and line.

    A folder that is not there has none. `categories` are those that have guidance.
    """
    problems: list[Problem] = []
    found: dict[str, tuple[Message, str]] = {}
    for path in sorted((folder / FOLDER).glob("*.txt")):
        name = f"{FOLDER}/{path.name}"
        try:
            if path.stat().st_size > _LARGEST:
                problems.append(Problem(name, 1, "this file is too large: split it"))
                continue
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            problems.append(Problem(name, 1, "this file cannot be read as UTF-8 text"))
            continue
        language = path.stem.removeprefix(_FOREIGN) if path.stem.startswith(_FOREIGN) else ENGLISH
        for line, message in _messages(name, lines, language, categories, problems):
            first = found.setdefault(message.text.casefold(), (message, f"{name}:{line}"))
            if first[0].level != message.level:
                told = (
                    f"“{message.text}” is {message.level} here and {first[0].level} at {first[1]}"
                )
                problems.append(Problem(name, line, told))
    return tuple(message for message, _ in found.values()), problems


def examples_of(frames: Frames) -> Iterator[Message]:
    """The examples of the frames as messages."""
    for frame in frames.frames:
        foreign = frame.language or MIXED if frame.category == OTHER_LANGUAGE else ENGLISH
        yield from (Message(text, frame.level, frame.category, foreign) for text in frame.must)
        yield from (Message(text, NONE, "", foreign) for text in frame.must_not)
    yield from (Message(text, NONE) for text in frames.ordinary)


def _messages(
    name: str,
    lines: list[str],
    language: str,
    categories: frozenset[str],
    problems: list[Problem],
) -> Iterator[tuple[int, Message]]:
    level = category = ""
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("["):
            level, category, wrong = _heading(text, categories)
            if wrong:
                problems.append(Problem(name, number, wrong))
        elif level:
            yield number, Message(text, level, category, language)
        else:
            problems.append(Problem(name, number, "write a heading first, such as [alarm medical]"))
            return


def _heading(text: str, categories: frozenset[str]) -> tuple[str, str, str]:
    """Level and category, and what is wrong with them; where it is, the level is none."""
    found = _HEADING.fullmatch(text)
    level, category = (found[1], found[2] or "") if found else ("", "")
    if level not in LEVELS:
        return NONE, "", f"a heading is one of {', '.join(LEVELS)}, in square brackets"
    if level != NONE and category not in categories:
        known = ", ".join(sorted(categories))
        return NONE, "", f"“{text}” needs a category: one of {known}"
    return level, category, ""
