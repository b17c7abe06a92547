"""Every frame is tried with its own examples: an edit after which one fails is not served."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from knowledge.article import Problem
from knowledge.memory import Memory, digest_of
from knowledge.source import content_hash
from knowledge.urgency import Assessor
from knowledge.urgency_frames import LEVELS, LOUD, NONE, Frames
from knowledge.urgency_messages import FOLDER, Message


def failing_examples(
    root: Path, frames: Frames, assessor: Assessor, memory: Memory, before: str
) -> tuple[Problem, ...]:
    """As `check_urgency`; the files that kept all their examples once are not tried again.

    `before` is the content hash of urgency/ from before it was read: of files that have changed
    since then nothing is believed, and nothing remembered.
    """
    same = content_hash(root / "urgency") == before
    name = f"proven-{digest_of(before, '*.py')}.npz"
    if same and memory.knows(name):
        return ()
    failing = tuple(check_urgency(root, frames, assessor))
    if same and not failing:
        memory.keep(name, {})
    return failing


def check_urgency(root: Path, frames: Frames, assessor: Assessor) -> Iterator[Problem]:
    """Each example that is taken less seriously than its frame says, or calm and alarms."""
    places = _Places(root)
    for frame in frames.frames:
        for text in frame.must:
            level = assessor.assess(text).level
            if LEVELS.index(level) < LEVELS.index(frame.level):
                told = f"“{text}” must be {frame.level} (frame `{frame.name}`) and is {level}"
                yield places.problem(text, told)
        for text in frame.must_not:
            if assessor.assess(text).level in LOUD:
                told = f"“{text}” must not alarm (frame `{frame.name}`) and does"
                yield places.problem(text, told)
    for text in frames.ordinary:
        if assessor.assess(text).level in LOUD:
            yield places.problem(text, f"“{text}” is ordinary and alarms")


def wrong_messages(
    root: Path, messages: Iterable[Message], assessor: Assessor
) -> Iterator[Problem]:
    """Each message that was learned from and is taken otherwise all the same, by its words alone.

    No error: where thousands disagree a few are outvoted. Yet often it is the heading that is
    wrong, or they are the first of a kind that needs a dozen more.
    """
    places = _Places(root)
    for message in messages:
        level = assessor.assess(message.text).level
        missed = message.level in LOUD and level not in LOUD
        if missed or (message.level == NONE and level in LOUD):
            told = f"“{message.text}” stands under {message.level} and is taken as {level}"
            yield replace(places.problem(message.text, told), error=False)


class _Places:
    """Finds where an example stands; the files are read only if one is looked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, str] = {}

    def problem(self, example: str, told: str) -> Problem:
        """The problem at the first line that has the example."""
        if not self._texts:
            folder = self._root / "urgency"
            paths = [*sorted(folder.glob("*.toml")), *sorted((folder / FOLDER).glob("*.txt"))]
            self._texts = {
                path.relative_to(self._root).as_posix(): path.read_text("utf-8") for path in paths
            }
        for file, text in self._texts.items():
            place = text.find(f'"{example}"' if file.endswith(".toml") else f"\n{example}\n")
            if place >= 0:
                # The sign before it is a quotation mark, or the end of the line before.
                return Problem(file, text.count("\n", 0, place + 1) + 1, told)
        return Problem("urgency", 1, told)
