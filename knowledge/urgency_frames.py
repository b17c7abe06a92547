"""The emergencies the counter recognises, as content/urgency/*.toml describes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.article import Problem
from knowledge.urgency_phrases import Lexicon, Sayings
from knowledge.urgency_sheet import Sheet, near
from knowledge.urgency_spelling import Spelling

NONE = "none"
SAFETY_NET = "safety-net"
CRISIS = "crisis"
ALARM = "alarm"
LEVELS = (NONE, SAFETY_NET, CRISIS, ALARM)
"""From quiet to loud."""
LOUD = frozenset({CRISIS, ALARM})
"""The levels at which a card is shown."""

OTHER_LANGUAGE = "other-language"
"""The category of what is in another language."""
PLEA = "plea"
"""The category of "help" and "999", that say nothing of what has happened."""
DANGER_NOW = "danger-now"
"""The category of what says that somebody is in danger, and not of which kind."""
LEARNED, TOGETHER, MEANING = "messages", "messages-together", "meaning"
"""The reasons of a verdict without a frame: it is like other messages that were urgent; several in
a row are; only its meaning as a whole is."""
LIKENESS = frozenset({LEARNED, TOGETHER, MEANING})

OVER = "over"
"""The circumstance that the danger has passed: the stand-down."""
PAST = "past"
"""The circumstance that it happened some time ago."""

SENTENCE = "sentence"
BEFORE = "before"
MESSAGE = "message"
SCOPES = (SENTENCE, BEFORE, MESSAGE)

_NOTHING = Sayings()


@dataclass(frozen=True, slots=True)
class Frame:
    """One kind of emergency and the ways of telling of it."""

    name: str
    category: str
    level: str
    says: Sayings
    unless: Sayings = _NOTHING
    """Said in the same sentence, these mean that it is something else."""
    together: Sayings = _NOTHING
    """One of these must be said too, anywhere in the message."""
    whole: bool = False
    """Only where it is all that is said."""
    despite: frozenset[str] = frozenset()
    """The circumstances that do not make it quieter."""
    language: str = ""
    """The code of the language it is in, where that is one other than English."""
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
    says: Sayings
    lifted_by: Sayings = _NOTHING
    """Said in the same sentence, these undo the circumstance."""


@dataclass(frozen=True, slots=True)
class Question:
    """A kind of question the bot asks, and what short answers to it mean."""

    name: str
    asks: Sayings
    yes: str = NONE
    no: str = NONE
    unsure: str = NONE
    goes_on: bool = False
    """Whether a short answer leaves the emergency told of before as loud as it was."""
    if_uneasy: bool = False
    """Whether an answer says so only where what was told may be dangerous."""
    reads: str = ""
    """What a short answer says in full, with … in its place: "… years old"."""


@dataclass(frozen=True, slots=True)
class Frames:
    """Everything the assessor knows."""

    spelling: Spelling = field(default_factory=Spelling)
    frames: tuple[Frame, ...] = ()
    circumstances: tuple[Circumstance, ...] = ()
    figures: Sayings = _NOTHING
    """Figures of speech, whose words are taken out before anything else is looked for."""
    denials: frozenset[str] = frozenset()
    """not, no, never: no gap of a phrase reaches across them."""
    padding: frozenset[str] = frozenset()
    """What may stand around something that must be all that is said: please, now."""
    ordinary: tuple[str, ...] = ()
    """Examples of messages that must not alarm."""
    questions: tuple[Question, ...] = ()
    yes: Sayings = _NOTHING
    no: Sayings = _NOTHING
    unsure: Sayings = _NOTHING
    list_of: Mapping[str, str] = field(default_factory=dict)
    """Which word list of words.toml a word is in."""


def load_frames(folder: Path) -> tuple[Frames, list[Problem]]:
    """Read the shared files (words, spelling, circumstances, answers) and every file of frames.

    Whatever is wrong comes back as problems with file and line, and what can be read is kept.
    Raises OSError only where the folder cannot be read.
    """
    problems: list[Problem] = []
    sheets = {path.stem: Sheet(path, problems) for path in sorted(folder.glob("*.toml"))}
    shared = {name: sheets.pop(name, None) for name in _SHARED}
    for name, sheet in shared.items():
        if sheet is None:
            problems.append(Problem(f"{name}.toml", 1, "this file is missing"))
    empty = Sheet(None, problems)
    words, tables, real, circumstances, answers = (shared[name] or empty for name in _SHARED)

    spelling = _spelling(tables, real)
    lexicon = words.lexicon(spelling)
    frames = [frame for sheet in sheets.values() for frame in _frames(sheet, lexicon)]
    known = _circumstances(circumstances, lexicon)
    _check_names(frames, known, sheets.values())
    answered = answers.table(answers.data, "answers")
    return (
        Frames(
            spelling=spelling,
            frames=tuple(frames),
            circumstances=known,
            figures=circumstances.sayings(circumstances.data, "figures_of_speech", lexicon),
            denials=frozenset(circumstances.texts(circumstances.data, "denials")),
            padding=frozenset(circumstances.texts(circumstances.data, "padding")),
            ordinary=circumstances.texts(circumstances.data, "ordinary"),
            questions=_questions(answers, lexicon),
            yes=answers.sayings(answered, "yes", lexicon),
            no=answers.sayings(answered, "no", lexicon),
            unsure=answers.sayings(answered, "unsure", lexicon),
            list_of=lexicon.list_of(),
        ),
        problems,
    )


_SHARED = ("words", "spelling", "real_words", "circumstances", "answers")


def _spelling(sheet: Sheet, real: Sheet) -> Spelling:
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
    "language",
)  # fmt: skip


def _frames(sheet: Sheet, lexicon: Lexicon) -> list[Frame]:
    category = sheet.text_of(sheet.data, "category")
    order = sheet.data.get("order", 50)
    if not category or not isinstance(order, int):
        sheet.note("order", 'the file must begin with category = "…" and order = a number')
        return []
    frames: list[Frame] = []
    for table in sheet.tables("frame", _FRAME_KEYS):
        frame = Frame(
            name=sheet.text_of(table, "name"),
            category=category,
            level=sheet.text_of(table, "level", LEVELS[:0:-1]),
            says=sheet.sayings(table, "says", lexicon),
            unless=sheet.sayings(table, "unless", lexicon),
            together=sheet.sayings(table, "together", lexicon),
            whole=table.get("whole") is True,
            despite=frozenset(sheet.texts(table, "despite")),
            language=sheet.text_of(table, "language"),
            order=order,
            must=sheet.texts(table, "must"),
            must_not=sheet.texts(table, "must_not"),
        )
        if not frame.name or not frame.says.phrases or not frame.must:
            sheet.note(near(table, "name"), f"the frame '{frame.name}' needs name, says and must")
        frames.append(frame)
    return frames


def _circumstances(sheet: Sheet, lexicon: Lexicon) -> tuple[Circumstance, ...]:
    keys = ("name", "about", "leaves", "where", "says", "lifted_by")
    return tuple(
        Circumstance(
            name=sheet.text_of(table, "name"),
            leaves=sheet.text_of(table, "leaves", (SAFETY_NET, NONE)),
            where=sheet.text_of(table, "where", SCOPES),
            says=sheet.sayings(table, "says", lexicon),
            lifted_by=sheet.sayings(table, "lifted_by", lexicon),
        )
        for table in sheet.tables("circumstance", keys)
    )


def _questions(sheet: Sheet, lexicon: Lexicon) -> tuple[Question, ...]:
    keys = ("name", "about", "asks", "yes", "no", "unsure", "goes_on", "if_uneasy", "reads")
    return tuple(
        Question(
            name=sheet.text_of(table, "name"),
            asks=sheet.sayings(table, "asks", lexicon),
            yes=sheet.text_of({"yes": NONE, **table}, "yes", LEVELS),
            no=sheet.text_of({"no": NONE, **table}, "no", LEVELS),
            unsure=sheet.text_of({"unsure": NONE, **table}, "unsure", LEVELS),
            goes_on=table.get("goes_on") is True,
            if_uneasy=table.get("if_uneasy") is True,
            reads=sheet.text_of(table, "reads"),
        )
        for table in sheet.tables("question", keys)
    )


def _check_names(
    frames: Iterable[Frame],
    circumstances: Iterable[Circumstance],
    sheets: Iterable[Sheet],
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
