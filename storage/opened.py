"""The latest states of conversations, so that what was just sealed need not be opened again."""

from collections import OrderedDict

from handlers.conversation import Conversation

_MOST = 1024
"""Conversations of which the state is remembered, in memory alone."""


class Opened:
    """States by the sealed bytes they were written as: other bytes are another state.

    Each is given out once, since its conversation then moves on to the next.
    """

    def __init__(self) -> None:
        self._states: OrderedDict[bytes, Conversation] = OrderedDict()

    def keep(self, sealed: bytes, state: Conversation) -> None:
        """Remember what was sealed; it may never be committed, and then it is never asked for."""
        self._states[sealed] = state
        if len(self._states) > _MOST:
            self._states.popitem(last=False)

    def take(self, sealed: bytes) -> Conversation | None:
        """The state that was sealed as these bytes, if it is remembered."""
        return self._states.pop(sealed, None)
