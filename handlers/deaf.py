"""A resident who told us they cannot hear: from then on relay stands beside every 101."""

import re
from dataclasses import replace

from handlers.choosing import bare
from handlers.messages import Reply
from knowledge.library import Library

_101 = re.compile(r"(?<!18001 )\b101\b(?! \()")


def says_deaf(library: Library, text: str) -> bool:
    """Whether the text says that its writer cannot hear, by the phrases of the wording."""
    said = f" {bare(text)} "
    return any(f" {bare(phrase)} " in said for phrase in library.say("deaf.says").split("|"))


def for_the_deaf(library: Library, reply: Reply) -> Reply:
    """The reply with 18001 101 beside every 101."""
    return replace(reply, text=_101.sub(lambda _: library.say("deaf.relay_101"), reply.text))
