"""`front-counter unanswered`: what residents ask and nobody answers, for comms and for handlers."""

import json
import sys
from collections.abc import Iterator, Sequence

from bot.commands.ask import load_or_explain
from bot.commands.order import carried_out
from bot.config import Config, cache_of
from bot.orders import Order
from bot.question_groups import ENOUGH, Group, groups_of
from bot.unanswered import read_questions
from storage.errors import StorageError

_SHOWN = 5


async def learn(config: Config, action: str, id: str) -> int:
    """List the groups for comms, list what waits for a handler, or pass one on; the exit code."""
    try:
        said = await carried_out(config, Order(f"unanswered {action}", {"id": id}))
    except (ValueError, StorageError) as error:
        print(error, file=sys.stderr)
        return 1
    if action == "pass":
        print(said)
        return 0
    questions = read_questions(json.loads(said))
    groups: Sequence[Group] = ()
    if questions:
        library = load_or_explain(config.knowledge.folder, cache_of(config))
        if library is None:
            return 1
        groups = groups_of(questions, library)
    lines = for_comms(groups) if action == "list" else for_handlers(groups)
    print("\n".join(lines))
    return 0


def for_comms(groups: Sequence[Group]) -> Iterator[str]:
    """What enough residents asked, or a handler passed on."""
    shown = [group for group in groups if group.seen_by_comms]
    if not shown:
        yield f"Nothing that {ENOUGH} residents asked, and nothing a handler passed on."
    for group in shown:
        texts = group.texts_for_comms()
        yield f"Asked by {group.askers}. Nearest: {', '.join(group.nearest())}"
        yield from (f"  “{_harmless(text)}”" for text in texts[:_SHOWN])
    waiting = len(groups) - len(shown)
    if waiting:
        yield f"{waiting} more wait for a handler: front-counter unanswered waiting"


def for_handlers(groups: Sequence[Group]) -> Iterator[str]:
    """What few asked, with what to pass it on by."""
    waiting = [q for group in groups if not group.seen_by_comms for q in group.questions]
    if not waiting:
        yield "Nothing waits for a handler."
        return
    yield "Pass on what tells nothing of anybody: front-counter unanswered pass ID"
    yield from (f"{q.id[:8]}  {q.at}  “{_harmless(q.text)}”" for q in waiting)


def _harmless(text: str) -> str:
    """A text on one line, without what a terminal would obey or cannot print."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
