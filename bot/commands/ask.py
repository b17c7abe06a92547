"""`front-counter ask`: one question, a little terminal chat, or JSON lines for measuring."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from textwrap import shorten
from typing import Any, TextIO

from bot.understanding import encoder_here
from handlers.conversation import Conversation, Outcome
from handlers.effects import Done, FindReport, KeepReport, ReportNotFound
from handlers.messages import Opened, Reply, Said
from handlers.respond import CALM, respond
from knowledge.floats import Floats
from knowledge.library import Library
from knowledge.load import load
from knowledge.markup import to_plain
from knowledge.match import ANSWER, OPTIONS, UNKNOWN
from knowledge.urgency import Context, Urgency, louder

RECENT = 3
_SHOWN = 100
"""Characters of a text that was learned from."""


def load_or_explain(folder: Path, cache: Path | None) -> Library | None:
    """The library of `folder`; None, with every problem on standard error, where it has errors."""
    loaded = load(folder, cache=cache, encoder=encoder_here())
    if loaded.library is None:
        print(f"The knowledge folder {folder} has errors:", file=sys.stderr)
        for problem in loaded.problems:
            print(f"  {problem}", file=sys.stderr)
    return loaded.library


def ask_once(library: Library, text: str, now: datetime) -> None:
    """Print what a resident would be answered."""
    outcome = respond(Said(text), Conversation(welcomed=True), library, now, library.meaning(text))
    _print_replies(outcome.replies)


def explain_once(library: Library, text: str) -> None:
    """Print why the counter takes a question for what it takes it for."""
    explanation = library.matcher.explain(text, library.meaning(text))
    match = explanation.match
    outcome = {ANSWER: "answered at once", OPTIONS: "offered a choice", UNKNOWN: "not known"}
    level = urgency_of(library, text, Context(), library.meaning(text)).level
    print(f"Read as: {' '.join(explanation.words) or '(no words)'}")
    for typed, meant in explanation.changes:
        print(f"  {typed} → {meant or '(nothing)'}")
    print(f"Urgency by itself: {level}")
    print(
        f"Outcome: {outcome[match.outcome]}; the first is right with {match.confidence:.0%}, "
        f"it is ours at all with {match.ours:.0%}"
    )
    print("Articles, with score and share:")
    shares = dict(match.ranked)
    for entry, score in explanation.scores:
        print(f"  {score:6.2f} {shares[entry]:5.0%}  {entry}")
    print(f"  {explanation.elsewhere:6.2f}        (something else)")
    print("Nearest examples and texts:")
    for entry, example, likeness in explanation.nearest:
        print(f"  {likeness:6.2f}  {entry}: {shorten(example, _SHOWN, placeholder=' …')}")


def chat(library: Library, now: datetime, lines: TextIO) -> None:
    """Talk in the terminal until the input ends; nothing is recorded."""
    outcome = respond(Opened(), Conversation(), library, now)
    _print_replies(outcome.replies)
    print("(A try-out in the terminal: nothing is recorded. Ctrl-D ends it.)\n")
    conversation = outcome.conversation
    for line in _prompted(lines):
        meant = library.meaning(line)
        outcome = respond(Said(line), conversation, library, now, meant)
        outcome = _with_answers(outcome, library, now)
        _print_replies(outcome.replies)
        conversation = outcome.conversation


def ask_jsonl(library: Library, source: TextIO, out: TextIO) -> int:
    """Judge one JSON object a line; print one for each that can be read.

    Returns the exit code: 0, or 1 where some lines were no questions (said on standard error).
    """
    code = 0
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            id, text, context = _read_line(line)
        except ValueError as error:
            print(f"line {number}: {error}", file=sys.stderr)
            code = 1
            continue
        # In ASCII, so that any terminal and any half of an emoji can be printed.
        print(json.dumps(judged(library, id, text, context)), file=out)
    return code


def judged(library: Library, id: object, text: str, context: Context) -> dict[str, Any]:
    """What the counter makes of one text, in the shape that `--jsonl` prints."""
    meaning = library.meaning(text)
    match = library.match(text, meaning)
    return {
        "id": id,
        "urgency": urgency_of(library, text, context, meaning).level,
        "outcome": match.outcome,
        "article": match.article,
        "options": list(match.options),
        "ranked": [[entry, round(score, 6)] for entry, score in match.ranked],
        "confidence": round(match.confidence, 6),
    }


def urgency_of(
    library: Library, text: str, context: Context, meaning: Floats | None = None
) -> Urgency:
    """The louder of the judgements with and without what was said before, as `respond` has it."""
    if not text.strip():
        return CALM
    return louder(library.assess(text), library.assess(text, context, meaning))


def _read_line(line: str) -> tuple[object, str, Context]:
    """The id, the last text of the resident, and what was said before it."""
    try:
        row = json.loads(line.removeprefix("\ufeff"), parse_constant=_refuse)
    except (ValueError, RecursionError):  # ValueError also for a number of 5,000 digits
        raise ValueError("this is not JSON") from None
    if not isinstance(row, dict):
        raise ValueError('expected an object such as {"id": 1, "text": "…"}')
    for key in ("text", "question"):  # lists of questions have either name
        if isinstance(row.get(key), str):
            return row.get("id"), row[key], Context()
    turns = row.get("turns")
    if not isinstance(turns, list) or not all(_is_turn(turn) for turn in turns):
        raise ValueError('expected "text", or "turns" of {"role": "user" or "bot", "text": "…"}')
    return row.get("id"), *_last_turn(turns)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _is_turn(turn: object) -> bool:
    return isinstance(turn, dict) and all(
        isinstance(turn.get(key), str) for key in ("role", "text")
    )


def _last_turn(turns: list[dict[str, str]]) -> tuple[str, Context]:
    """The last user turn, with the question before it and the user's texts before that."""
    said = [place for place, turn in enumerate(turns) if turn["role"] == "user"]
    if not said:
        raise ValueError("there is no user turn to judge")
    before = turns[: said[-1]]
    asked = next((turn["text"] for turn in reversed(before) if turn["role"] == "bot"), "")
    recent = tuple(turn["text"] for turn in before if turn["role"] == "user")[-RECENT:]
    return turns[said[-1]]["text"], Context(asked, recent)


def _with_answers(outcome: Outcome, library: Library, now: datetime) -> Outcome:
    """The outcome with its effects answered as far as a terminal can."""
    for effect in outcome.effects:
        done: Done | None = ReportNotFound() if isinstance(effect, FindReport) else None
        if isinstance(effect, KeepReport):
            print("(Here a report would be kept and its reference shown.)\n")
        if done is not None:
            answered = respond(done, outcome.conversation, library, now)
            return Outcome(answered.conversation, (*outcome.replies, *answered.replies))
    return outcome


def _prompted(lines: TextIO) -> Iterator[str]:
    while True:
        if lines.isatty():
            print("> ", end="", flush=True)
        line = lines.readline()
        if not line:
            return
        yield line.rstrip("\n")


def _print_replies(replies: Iterable[Reply]) -> None:
    for reply in replies:
        print(to_plain(reply.text))
        for number, choice in enumerate(reply.choices, start=1):
            print(f"  [{number}] {choice.label}")
        print()
