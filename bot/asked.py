"""What each chat was asked last, as far as this process remembers, and so what an answer is."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.decide import Taken
from handlers.choosing import choose
from handlers.messages import Choice
from storage.conversations import Address

_REMEMBERED = 4096
"""Chats; whoever was forgotten is understood anew, which costs some milliseconds and no more."""


@dataclass(frozen=True, slots=True)
class _Question:
    """What a chat is about to answer."""

    reporting: bool
    asks_who: bool
    offered: Sequence[Choice]


class Asked:
    """Knows of the latest chats whether a report is being made there, and the buttons they see."""

    def __init__(self) -> None:
        self._last: OrderedDict[Address, _Question] = OrderedDict()

    def note(self, address: Address, taken: Taken) -> None:
        """Remember what a turn asked; one without a word leaves the buttons as they are."""
        if taken.repeated:
            return
        before = self._last.get(address)
        if taken.replies:
            offered: Sequence[Choice] = taken.replies[-1].choices
        else:
            offered = before.offered if before else ()
        self._last[address] = _Question(taken.reporting, taken.asks_who, offered)
        self._last.move_to_end(address)
        if len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)

    def is_reporting(self, address: Address) -> bool:
        """Whether a report is being made there, so that what comes next is no question for us."""
        last = self._last.get(address)
        return last is not None and last.reporting

    def asks_who(self, address: Address) -> bool:
        """Whether a name, a number or an address was asked for there."""
        last = self._last.get(address)
        return last is not None and last.asks_who

    def is_button(self, address: Address, text: str) -> bool:
        """Whether the text stands for a button there, and so means what the button does."""
        last = self._last.get(address)
        return last is not None and choose(text, last.offered) is not None

    def forget(self, address: Address) -> None:
        """Forget a chat that was left."""
        self._last.pop(address, None)
