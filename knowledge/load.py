"""Folder to Library: everything comms edit, or every problem at once with file and line."""

from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.article import Article, Problem
from knowledge.check_references import check_references
from knowledge.encoder import Encoder
from knowledge.folder import Folder, read_folder
from knowledge.library import Library
from knowledge.load_lists import load_wording
from knowledge.match import Matcher, Thresholds
from knowledge.places import Places, load_places
from knowledge.source import (
    Source,
    content_hash,
    files_in,
    fingerprint,
    parse_toml,
    read_source,
)
from knowledge.urgency import Assessor
from knowledge.urgency_frames import Frames, load_frames

__all__ = ["SHIPPED", "Loaded", "Reading", "content_hash", "fingerprint", "load", "read", "train"]

SHIPPED = Path(__file__).parent / "content"
"""The folder the program comes with; others need at least its wording."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a folder; with any error there is no library."""

    library: Library | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that could be read of a folder, and what is wrong with its files and its names."""

    folder: Folder
    frames: Frames | None
    places: Places | None
    problems: tuple[Problem, ...]


def load(
    folder: Path,
    *,
    cache: Path | None = None,
    shipped: Path = SHIPPED,
    thresholds: Thresholds | None = None,
    encoder: Encoder | None = None,
) -> Loaded:
    """Read a knowledge folder; never raises for what lies in it.

    `cache` is where the trained matcher may be kept; without an `encoder` it goes by words alone.
    A folder other than `shipped` must have all the wording that `shipped` has.
    """
    reading = read(folder, shipped=shipped)
    usable = not any(problem.error for problem in reading.problems)
    if not usable or reading.frames is None or reading.places is None:
        return Loaded(None, reading.problems)
    found = reading.folder
    library = Library(
        articles=found.articles,
        contacts=found.contacts,
        forms=dict(sorted(found.forms.items(), key=lambda item: (item[1].order, item[0]))),
        force=found.force,
        places=reading.places,
        wording=found.wording,
        filler=found.filler(),
        matcher=train(found, cache=cache, thresholds=thresholds, encoder=encoder),
        assessor=Assessor(reading.frames),
        content_hash=content_hash(folder),
        problems=reading.problems,
    )
    return Loaded(library, reading.problems)


def read(root: Path, *, shipped: Path = SHIPPED) -> Reading:
    """Read all files and follow all names; problems come sorted by file and line."""
    if not _is_folder(root):
        problem = Problem(str(root), 1, "there is no such folder")
        return Reading(read_folder(root, []), None, None, (problem,))
    problems: list[Problem] = []
    folder = read_folder(root, problems)
    frames = _frames(root, problems)
    places, misplaced = load_places(root)
    problems.extend(misplaced)
    if not folder.articles and not any(found.file.startswith("articles") for found in problems):
        problems.append(Problem("articles", 1, "there is no article that can be read"))
    ours = root.resolve() == shipped.resolve()
    wording = None if ours else load_wording(shipped, [])[0]
    problems.extend(check_references(folder, wording))
    return Reading(folder, frames, places, in_order(problems))


def train(
    folder: Folder,
    *,
    cache: Path | None = None,
    thresholds: Thresholds | None = None,
    encoder: Encoder | None = None,
) -> Matcher:
    """The matcher of a folder's articles, by their examples and, more weakly, their own words."""
    articles = folder.articles.values()
    return Matcher(
        {article.id: article.examples for article in articles},
        {article.id: _words(article) for article in articles},
        thresholds=thresholds or Thresholds(),
        cache=cache,
        encoder=encoder,
    )


def in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by file and line."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda found: (found.file, found.line)))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _words(article: Article) -> str:
    # Its marks and placeholders are no words, so the matcher passes over them.
    return f"{article.title}\n{article.body}"


def _frames(root: Path, problems: list[Problem]) -> Frames | None:
    """What emergencies look like; the files are looked at first, since their loader trusts them."""
    before = len(problems)
    for path in files_in(root, "urgency", ".toml"):
        source = path if isinstance(path, Problem) else read_source(root, path)
        read = parse_toml(source) if isinstance(source, Source) else source
        if isinstance(read, Problem):
            problems.append(read)
    if any(problem.error for problem in problems[before:]):
        return None
    frames, found = load_frames(root / "urgency")
    problems.extend(replace(problem, file=f"urgency/{problem.file}") for problem in found)
    return frames
