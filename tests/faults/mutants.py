"""Deliberately broken variants of the program: the experiments have to catch every one."""

from collections.abc import Callable

MUTANTS: dict[str, Callable[[], None]] = {}


def apply(name: str) -> None:
    """Break this process in that way; nothing where the name is empty."""
    if name:
        MUTANTS[name]()
