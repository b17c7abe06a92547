"""Counts what came up lately; the oldest is forgotten, so that memory stays small."""

from collections import OrderedDict


class Recent:
    """How often each of the latest ids was added."""

    def __init__(self, remembered: int = 4096) -> None:
        self._counts: OrderedDict[int, int] = OrderedDict()
        self._remembered = remembered

    def count(self, id: int) -> int:
        """How often it was added; 0 also for what has been forgotten."""
        return self._counts.get(id, 0)

    def add(self, id: int) -> None:
        """Count it once more."""
        self._counts[id] = self._counts.get(id, 0) + 1
        self._counts.move_to_end(id)
        if len(self._counts) > self._remembered:
            self._counts.popitem(last=False)

    def forget(self, id: int) -> None:
        """Start again from 0."""
        self._counts.pop(id, None)
