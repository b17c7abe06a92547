"""Finds out what a message means before its turn: beside the event loop, and never for long."""

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bot.config import beside_the_program
from bot.logs import where
from knowledge.encoder import Encoder, NoEncoder, open_encoder
from knowledge.floats import Floats
from knowledge.library import Library

log = logging.getLogger(__name__)

PATIENCE = 0.25
"""Seconds; a question is answered without, by its words, rather than late."""
AT_ONCE = max(1, (os.cpu_count() or 1) - 1)
"""One core is left to the event loop, which everybody waits for, where there is more than one."""
MOST_WAITING = 8 * AT_ONCE
"""Beyond that, waiting would take longer than the meaning is worth."""
FEWEST_WORDS = 2
"""A single word means what it says."""


class Understanding:
    """Encodes the questions of residents; closed by `close`."""

    def __init__(self, library: Callable[[], Library]) -> None:
        self._library = library
        self._pool = ThreadPoolExecutor(AT_ONCE, "understanding")
        self._waiting, self._closed = 0, False

    async def of(self, text: str) -> Floats | None:
        """What the text means; None where that is not worth knowing, or cannot be known in time."""
        library = self._library()
        worth = library.matcher.understands and len(text.split()) >= FEWEST_WORDS
        if not worth or self._waiting >= MOST_WAITING or self._closed:
            return None
        self._waiting += 1
        found = asyncio.wrap_future(self._pool.submit(library.meaning, text))
        found.add_done_callback(self._ended)
        done, _ = await asyncio.wait({found}, timeout=PATIENCE)
        if not done:
            found.cancel()
        return None if found.cancelled() or found.exception() else found.result()

    def close(self) -> None:
        """Begin no more; what is under way ends by itself."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ended(self, found: "asyncio.Future[Floats | None]") -> None:
        self._waiting -= 1
        if not found.cancelled() and (error := found.exception()) is not None:
            log.error("a question was not understood: %s", where(error))


def encoder_here() -> Encoder | None:
    """The encoder of this installation; None, and said in the log, where there is none."""
    try:
        # Most examples of a folder of one's own are those that came with the program.
        return open_encoder(beside_the_program())
    except NoEncoder as error:
        log.warning("questions are matched by their words alone: %s", error)
        return None
