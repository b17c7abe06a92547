"""The shipped knowledge, loaded once for all experiments."""

from functools import cache

from bot.config import Config, cache_of
from knowledge.library import Library
from knowledge.load import SHIPPED, load


@cache
def library() -> Library:
    """The knowledge that comes with the program."""
    loaded = load(SHIPPED, cache=cache_of(Config()))
    if loaded.library is None:
        raise RuntimeError("the knowledge files have errors")
    return loaded.library
