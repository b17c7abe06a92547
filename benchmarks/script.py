"""What simulated residents write: the steps of a report, and questions."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from bot.config import Config, cache_of
from bot.understanding import encoder_here
from handlers.conversation import Conversation
from handlers.effects import KeepReport, ReportKept
from handlers.messages import Said
from handlers.respond import respond
from knowledge.library import Library
from knowledge.load import SHIPPED, load

FORM = "suspicious"
TOLD = "A van I do not know has stood at the corner since Monday with its engine running at night"
_MOST_STEPS = 60


@cache
def shipped() -> Library:
    """The library of the shipped knowledge files, loaded once; RuntimeError if they have errors."""
    loaded = load(SHIPPED, cache=cache_of(Config()))
    if loaded.library is None:
        raise RuntimeError("the knowledge files have errors")
    return loaded.library


def understanding(content: Path = SHIPPED) -> Library:
    """A knowledge folder with all that its questions are understood by; ValueError for errors."""
    loaded = load(content, cache=cache_of(Config()), encoder=encoder_here())
    if loaded.library is None:
        raise ValueError(f"{content} has errors: ask front-counter check")
    return loaded.library


def report_steps(library: Library) -> tuple[str, ...]:
    """What somebody types to make one report, from the menu to the receipt, over and over.

    Found by making one: the first choice is typed by its number, free text is a sentence.
    """
    now = datetime.now(UTC)
    conversation, typed = Conversation(welcomed=True), ["report"]
    outcome = respond(Said("report"), conversation, library, now)
    label = next(c.label for c in outcome.conversation.offered if c.id == f"form:{FORM}")
    step = label
    for _ in range(_MOST_STEPS):
        typed.append(step)
        outcome = respond(Said(step), outcome.conversation, library, now)
        for effect in outcome.effects:
            if isinstance(effect, KeepReport):
                respond(ReportKept("FC-ABC-DEFX", "A" * 16), outcome.conversation, library, now)
                return tuple(typed)
        step = _next(outcome.conversation)
    raise RuntimeError("the form never ended")


def questions(library: Library) -> tuple[str, ...]:
    """The first example of every article that is not about danger."""
    examples = (article.examples[0] for article in library.articles.values() if article.examples)
    return tuple(text for text in examples if library.assess(text).level == "none")


def for_ever(texts: Sequence[str], start: int) -> Iterator[str]:
    """The texts in turn, for ever, beginning at one of them."""
    turned = itertools.cycle(texts)
    return itertools.islice(turned, start % len(texts), None)


def _next(conversation: Conversation) -> str:
    """The answer to the open question: what leads on, by the number of its button."""
    ids = [choice.id for choice in conversation.offered]
    for wanted in ("review:send", "skip", "place:keep"):
        if wanted in ids:
            return str(ids.index(wanted) + 1)
    no = [id for id in ids if id.endswith(":no")]
    if no:
        return conversation.offered[ids.index(no[0])].label
    if ids and ids[0].startswith("q:"):
        return "1"
    draft = conversation.draft
    return "Chelmsford" if draft is not None and draft.open == "where" else TOLD
