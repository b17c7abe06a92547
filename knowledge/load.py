"""Folder to Library: everything comms edit, or every problem at once with file and line."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.article import Article, Problem
from knowledge.check_references import check_references
from knowledge.check_urgency import failing_examples
from knowledge.encoder import Encoder
from knowledge.folder import Folder, read_folder
from knowledge.library import Library, labels_of
from knowledge.load_lists import load_wording
from knowledge.match import Matcher, Thresholds
from knowledge.memory import Memory
from knowledge.partners import Partner, load_partners
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
from knowledge.urgency_kept import Lessons
from knowledge.urgency_language import Tongues
from knowledge.urgency_messages import FOLDER, Message, read_messages
from knowledge.urgency_sense import Sense
from knowledge.urgency_signs import Signs
from knowledge.urgency_weigh import Weigher

__all__ = [
    "SHIPPED",
    "Loaded",
    "Reading",
    "Taught",
    "content_hash",
    "fingerprint",
    "in_order",
    "library_of",
    "load",
    "read",
    "teach",
    "train",
]

SHIPPED = Path(__file__).parent / "content"
"""The folder the program comes with; others need at least its wording."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a folder; with any error there is no library."""

    library: Library | None
    problems: tuple[Problem, ...]
    unfinished: bool = False
    """Whether the second opinion about emergencies still has to be learned."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that could be read of a folder, and what is wrong with its files and its names."""

    root: Path
    folder: Folder
    frames: Frames | None
    messages: tuple[Message, ...]
    """What emergencies sound like."""
    places: Places | None
    problems: tuple[Problem, ...]
    partners: Mapping[str, Partner] = field(default_factory=dict)
    urgency: str = ""
    """The content hash of the files about emergencies, from before they were read."""

    @property
    def has_errors(self) -> bool:
        """Whether anything in it forbids serving it."""
        return any(problem.error for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Taught:
    """What was learned from a folder."""

    matcher: Matcher
    assessor: Assessor
    failing: tuple[Problem, ...]
    """The examples of frames that are not taken as their frame says: none may be served so."""
    unfinished: bool
    """Whether the second opinion about emergencies still has to be learned."""


@dataclass(frozen=True, slots=True)
class _Ear:
    """What the messages teach by their words, before anything is encoded."""

    lessons: Lessons
    weigher: Weigher
    tongues: Tongues


def load(
    folder: Path,
    *,
    cache: Path | None = None,
    shipped: Path = SHIPPED,
    thresholds: Thresholds | None = None,
    encoder: Encoder | None = None,
    quick: bool = False,
) -> Loaded:
    """Read a knowledge folder; never raises for what lies in it.

    A `quick` one does without what would take longer than a start may, and says so in `unfinished`.
    `cache` is where the trained matcher may be kept; without an `encoder` it goes by words alone.
    A folder other than `shipped` must have all the wording that `shipped` has.
    """
    reading = read(folder, shipped=shipped)
    taught = teach(reading, cache=cache, thresholds=thresholds, encoder=encoder, quick=quick)
    return library_of(reading, taught)


def read(root: Path, *, shipped: Path = SHIPPED) -> Reading:
    """Read all files and follow all names; problems come sorted by file and line."""
    if not _is_folder(root):
        problem = Problem(str(root), 1, "there is no such folder")
        return Reading(root, read_folder(root, []), None, (), None, (problem,))
    problems: list[Problem] = []
    urgency = content_hash(root / "urgency")
    folder = read_folder(root, problems)
    frames = _frames(root, problems)
    messages = _messages(root, frames, problems) if frames else ()
    places, misplaced = load_places(root)
    problems.extend(misplaced)
    partners = load_partners(root, places.districts, problems)
    if not folder.articles and not any(found.file.startswith("articles") for found in problems):
        problems.append(Problem("articles", 1, "there is no article that can be read"))
    ours = root.resolve() == shipped.resolve()
    wording = None if ours else load_wording(shipped, [])[0]
    problems.extend(check_references(folder, wording))
    return Reading(root, folder, frames, messages, places, in_order(problems), partners, urgency)


def teach(
    reading: Reading,
    *,
    cache: Path | None = None,
    thresholds: Thresholds | None = None,
    encoder: Encoder | None = None,
    quick: bool = False,
) -> Taught | None:
    """Learn from a folder, or recall what was learned; None where it has errors.

    The arguments are those of `load`.
    """
    if reading.has_errors or reading.frames is None or reading.places is None:
        return None
    memory = Memory(cache, encoder.kept if encoder else None)
    # Neither has to wait for the other, and where all is new both take long.
    with ThreadPoolExecutor(1) as beside:
        listened = beside.submit(_listen, reading.frames, reading.messages, memory)
        matcher = train(reading.folder, cache=cache, thresholds=thresholds, encoder=encoder)
        ear = listened.result()
    assessor, unfinished = _assessor(reading.frames, ear, matcher.spoken, encoder, quick)
    failing = failing_examples(reading.root, reading.frames, assessor, memory, reading.urgency)
    return Taught(matcher, assessor, failing, unfinished)


def library_of(reading: Reading, taught: Taught | None) -> Loaded:
    """All of it together, unless anything in the folder is wrong."""
    failing = taught.failing if taught else ()
    if taught is None or failing or reading.places is None:
        return Loaded(None, in_order([*reading.problems, *failing]))
    found = reading.folder
    library = Library(
        articles=found.articles,
        contacts=found.contacts,
        forms=dict(sorted(found.forms.items(), key=lambda item: (item[1].order, item[0]))),
        force=found.force,
        places=reading.places,
        wording=found.wording,
        languages=found.languages,
        desk=found.desk,
        filler=found.filler(),
        matcher=taught.matcher,
        assessor=taught.assessor,
        content_hash=content_hash(reading.root),
        partners=reading.partners,
        problems=reading.problems,
        labels=labels_of(found.forms.values()),
    )
    return Loaded(library, reading.problems, taught.unfinished)


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


def _listen(frames: Frames, messages: tuple[Message, ...], memory: Memory) -> _Ear | None:
    """None where there are no messages to learn from."""
    if not messages:
        return None
    lessons = Lessons(messages, frames, memory)
    weigher = Weigher(lessons.learned(), Signs(frames.list_of))
    return _Ear(lessons, weigher, Tongues(lessons.letters(), lessons.reader))


def _assessor(
    frames: Frames,
    ear: _Ear | None,
    spoken: Callable[[str], str],
    encoder: Encoder | None,
    quick: bool,
) -> tuple[Assessor, bool]:
    """What recognises emergencies, and whether its second opinion still has to be learned.

    Without an ear it goes by the frames alone. `spoken` is how the matcher mends a text before it
    is encoded.
    """
    if ear is None:
        return Assessor(frames), False
    hunch = None
    if encoder and (ear.lessons.has_hunch() or not quick):
        hunch = ear.lessons.hunch(encoder, spoken)
    assessor = Assessor(frames, ear.lessons.reader, Sense(ear.weigher, hunch), ear.tongues)
    return assessor, encoder is not None and hunch is None


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
        if isinstance(path, Problem) and path.file == f"urgency/{FOLDER}":
            continue
        source = path if isinstance(path, Problem) else read_source(root, path)
        read = parse_toml(source) if isinstance(source, Source) else source
        if isinstance(read, Problem):
            problems.append(read)
    if any(problem.error for problem in problems[before:]):
        return None
    frames, found = load_frames(root / "urgency")
    problems.extend(replace(problem, file=f"urgency/{problem.file}") for problem in found)
    return frames


def _messages(root: Path, frames: Frames, problems: list[Problem]) -> tuple[Message, ...]:
    """What emergencies sound like, and what does not sound like one."""
    categories = frozenset(frame.category for frame in frames.frames)
    messages, found = read_messages(root / "urgency", categories)
    problems.extend(replace(problem, file=f"urgency/{problem.file}") for problem in found)
    return messages
