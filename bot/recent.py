"""Counts what came up lately; the oldest is forgotten, so that memory stays small."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

_Id = TypeVar("_Id", bound=Hashable)


class Recent(Generic[_Id]):
    """How often each of the latest ids was added."""

    def __init__(self, remembered: int = 4096) -> None:
        self._counts: OrderedDict[_Id, int] = OrderedDict()
        self._remembered = remembered

    def count(self, id: _Id) -> int:
        """How often it was added; 0 also for what has been forgotten."""
        return self._counts.get(id, 0)

    def add(self, id: _Id) -> None:
        """Count it once more."""
        self._counts[id] = self._counts.get(id, 0) + 1
        self._counts.move_to_end(id)
        if len(self._counts) > self._remembered:
            self._counts.popitem(last=False)

    def forget(self, id: _Id) -> None:
        """Start again from 0."""
        self._counts.pop(id, None)
