"""A resident who told us they cannot hear: from then on relay stands beside every 101."""

import re
from dataclasses import replace

from handlers.choosing import bare, bare_phrases
from handlers.messages import Reply
from knowledge.library import Library

_999 = re.compile(r"\b999\b")
_101 = re.compile(r"(?<!18001 )\b101\b(?! \()")


def says_deaf(library: Library, text: str) -> bool:
    """Whether the text says that its writer cannot hear, by the phrases of the wording."""
    said = f" {bare(text)} "
    return any(f" {phrase} " in said for phrase in bare_phrases(library.say("deaf.says")))


def for_the_deaf(library: Library, reply: Reply) -> Reply:
    """The reply with 18001 101 beside every 101, led by 999 BSL and 18000 where it names 999."""
    text = _101.sub(lambda _: library.say("deaf.relay_101"), reply.text)
    if _999.search(text) and "18000" not in text:
        text = library.say("deaf.lead") + "\n\n" + text
    return replace(reply, text=text)
