"""Whether danger that only a conversation shows is recognised at its last turn."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.urgency import Judge
from handlers.finish import REMEMBERED_TEXTS
from knowledge.urgency import Context
from knowledge.urgency_frames import LOUD

NO_ALARM = "no_alarm"


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation up to the message that is judged."""

    id: str
    asked: str
    """What the counter said last."""
    recent: tuple[str, ...]
    """What the resident wrote before."""
    text: str
    expect: str


def read_talks(file: Path) -> list[Talk]:
    """The conversations of a file of JSON lines; ValueError with the line that is none."""
    talks = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
            turns = [(turn["role"], turn["text"]) for turn in found["turns"]]
            last = found.get("judge_turn", len(turns) - 1)
            said = [text for role, text in turns[:last] if role == "user"]
            asked = [text for role, text in turns[:last] if role == "bot"]
            talks.append(
                Talk(
                    str(found.get("id", number)),
                    asked[-1] if asked and turns[last - 1][0] == "bot" else "",
                    tuple(said[-REMEMBERED_TEXTS:]),
                    turns[last][1],
                    found["expect"],
                )
            )
        except (ValueError, KeyError, TypeError, IndexError):
            raise ValueError(f"{file}, line {number}: no conversation") from None
    return talks


def run(judge: Judge, file: Path, say: Callable[[str], None] = print) -> None:
    """Judge the last turn of every conversation, and print what came of it."""
    talks = read_talks(file)
    for line in report(judge, talks):
        say(line)


def report(judge: Judge, talks: Sequence[Talk]) -> Iterator[str]:
    """The figures as text, with every mistake."""
    loud = {
        talk.id: judge.level(talk.text, Context(talk.asked, talk.recent))[0] in LOUD
        for talk in talks
    }
    must = [talk for talk in talks if talk.expect != NO_ALARM]
    calm = [talk for talk in talks if talk.expect == NO_ALARM]
    yield f"conversations: {sum(loud[talk.id] for talk in must)} of {len(must)} recognised"
    yield f"  {sum(loud[talk.id] for talk in calm)} of {len(calm)} alarmed falsely"
    for talk in talks:
        if loud[talk.id] == (talk.expect == NO_ALARM):
            kind = "false" if loud[talk.id] else "missed"
            said = " / ".join((*talk.recent, f"({talk.asked})", talk.text))
            yield f"{kind} {talk.id} {said}"
