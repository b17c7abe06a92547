"""How fast we may go: a bucket of tokens that fills up with time."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages a second in the long run, and in one go: over all chats, and to one chat.

    Telegram asks bots for no more than 30 and 1 a second (its FAQ, "My bot is hitting limits").
    """

    everywhere: tuple[float, int] = (22.0, 22)
    one_chat: tuple[float, int] = (1.0, 3)


class Bucket:
    """Holds at most `burst` tokens and gains `rate` a second; one token is one message."""

    def __init__(
        self, rate: float, burst: int, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._seconds = rate, burst, seconds
        self._tokens = float(burst)
        self._filled = seconds()

    def delay(self) -> float:
        """Seconds until a token can be taken; 0 where one is there."""
        self._fill()
        # Never a rest too small to be slept through, or a waiter would turn in circles.
        return 0.0 if self._tokens >= 1 else max((1 - self._tokens) / self._rate, 0.001)

    def take(self) -> None:
        """Take a token, also one that is not there yet: then the next has to wait longer."""
        self._fill()
        self._tokens -= 1

    @property
    def left(self) -> int:
        """Whole tokens that are there."""
        self._fill()
        return max(int(self._tokens), 0)

    @property
    def full(self) -> bool:
        """True where nothing was taken lately, so that the bucket need not be remembered."""
        self._fill()
        return self._tokens >= self._burst

    def _fill(self) -> None:
        now = self._seconds()
        gained = (now - self._filled) * self._rate
        self._tokens = min(float(self._burst), self._tokens + gained)
        self._filled = now
