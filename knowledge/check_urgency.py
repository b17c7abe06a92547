"""Every frame is tried with its own examples: an edit after which one fails is not served."""

from collections.abc import Iterator
from pathlib import Path

from knowledge.article import Problem
from knowledge.urgency import Assessor
from knowledge.urgency_frames import LEVELS, LOUD, Frames


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


class _Places:
    """Finds where an example stands; the files are read only if one is looked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, str] = {}

    def problem(self, example: str, told: str) -> Problem:
        """The problem at the first line that has the example."""
        if not self._texts:
            paths = sorted((self._root / "urgency").glob("*.toml"))
            self._texts = {f"urgency/{path.name}": path.read_text("utf-8") for path in paths}
        for file, text in self._texts.items():
            place = text.find(f'"{example}"')
            if place >= 0:
                return Problem(file, text.count("\n", 0, place) + 1, told)
        return Problem("urgency", 1, told)
