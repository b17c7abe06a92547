"""The knowledge in use: loaded, reloaded when its folder changes, and never worse than before."""

import asyncio
import logging
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.alerts import Alerts
from bot.clock import utc_now
from bot.live import KNOWLEDGE, Live
from bot.logs import where
from knowledge.article import Problem
from knowledge.check import check_read, check_taught
from knowledge.encoder import Encoder
from knowledge.library import Library
from knowledge.load import (
    SHIPPED,
    Loaded,
    content_hash,
    fingerprint,
    in_order,
    library_of,
    read,
    teach,
)
from knowledge.match import Thresholds

log = logging.getLogger(__name__)

SOONEST, LATEST = 5.0, 120.0
"""Seconds from a look that failed to the next; doubled each time, within these."""
_WARM_UP = "how do i report a crime that happened yesterday"


class NoKnowledge(Exception):  # noqa: N818 - a state, not a slip
    """The knowledge folder has errors and no last good copy exists; `problems` says which."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems in the knowledge folder")
        self.problems = problems


class Shelf:
    """Holds the library that is served; swaps it as a whole, and keeps the last good one on disk.

    `folder` is what comms edit, `last_good` a copy of the last one without errors, so that a bad
    edit is refused also across a restart; `cache` keeps what was computed from the files.
    """

    def __init__(
        self,
        folder: Path,
        last_good: Path,
        cache: Path,
        clock: Callable[[], datetime] = utc_now,
        thresholds: Thresholds | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self._encoder = encoder
        self._folder, self._last_good, self._cache = folder, last_good, cache
        self._clock, self._thresholds = clock, thresholds
        self._seen, self._unfinished = "", False
        self._library: Library | None = None
        self.refused: tuple[Problem, ...] = ()
        """What is wrong with the folder as it is now; empty while it is what is served."""

    @property
    def library(self) -> Library:
        """The library being served; `open` comes first."""
        if self._library is None:
            raise RuntimeError("the shelf has not been opened")
        return self._library

    def open(self) -> None:
        """Load the folder, or the last good copy where the folder has errors.

        Raises NoKnowledge where neither can be served.
        """
        self._seen = fingerprint(self._folder)
        loaded = self._load(self._folder, quick=True)
        if loaded.library is not None:
            self._unfinished = loaded.unfinished
            self._serve(loaded.library)
            return
        self._refuse(loaded.problems)
        if self._last_good.is_dir():
            spare = self._load(self._last_good)
            if spare.library is not None:
                self._library = spare.library
                return
        raise NoKnowledge(loaded.problems)

    def look_again(self) -> bool:
        """Reload if the folder has changed since the last look; True where a new one is served.

        Also where the start had to leave something out that takes long to learn. What raises is
        looked at once more the next time: neither an edit nor the second opinion is forgotten.
        """
        seen = fingerprint(self._folder)
        if seen == self._seen and not self._unfinished:
            return False
        loaded = self._load(self._folder)
        self._seen, self._unfinished = seen, False
        if loaded.library is None:
            self._refuse(loaded.problems)
            return False
        self._serve(loaded.library)
        log.info("knowledge reloaded: %d articles", len(loaded.library.articles))
        return True

    def close(self) -> None:
        """Give up whatever is being learned, so that the program can end."""
        if self._encoder is not None:
            self._encoder.give_up()

    async def watch(
        self, every: float, told: Callable[[], None], live: Live, alerts: Alerts
    ) -> None:
        """Look again every so many seconds, and when another replica found a change.

        Until cancelled; `told` is called after a change. After a look that failed the next one
        waits longer, since it may cost a minute's learning, and the operators are told.
        """
        pause = every
        async with live.listen(KNOWLEDGE) as listener:
            while not live.closing:
                await listener.news(pause)
                before = self.refused
                try:
                    changed = await asyncio.to_thread(self.look_again)
                except Exception as error:
                    # Whatever it was, the next look may go better: no edit must be forgotten.
                    alerts.tell("knowledge", self._cannot_look(error))
                    pause = min(max(2 * pause, SOONEST), LATEST)
                    continue
                pause = every
                if changed or self.refused != before:
                    told()
                    live.tell(KNOWLEDGE)

    def _cannot_look(self, error: Exception) -> str:
        missing = " Until then the second opinion on emergencies is missing."
        return (
            f"The knowledge folder could not be taken in: {where(error)}. It is tried again."
            f"{missing if self._unfinished else ''}"
        )

    def _load(self, folder: Path, *, quick: bool = False) -> Loaded:
        """What becomes of the folder, the house rules included.

        What the program comes with, and what has been served before, was checked then.
        """
        reading = read(folder)
        checks = folder.resolve() != SHIPPED.resolve() and not self._known(folder)
        problems = check_read(reading, self._clock().date()) if checks else []
        if any(problem.error for problem in problems):
            return Loaded(None, in_order(problems))
        taught = teach(
            reading,
            cache=self._cache,
            thresholds=self._thresholds,
            encoder=self._encoder,
            quick=quick,
        )
        if checks and taught:
            problems += check_taught(reading, taught)
        if any(problem.error for problem in problems):
            return Loaded(None, in_order(problems))
        return library_of(reading, taught)

    def _known(self, folder: Path) -> bool:
        good = self._last_good
        return good.is_dir() and content_hash(good) == content_hash(folder)

    def _serve(self, library: Library) -> None:
        # The first question of a new library takes longer; better ours than a resident's.
        library.match(_WARM_UP, library.meaning(_WARM_UP))
        library.assess(_WARM_UP)
        self._library = library
        self.refused = ()
        if self._folder.resolve() != self._last_good.resolve():
            try:
                self._copy(library.content_hash)
            except OSError as error:
                # Answers matter more than the spare; without it a bad edit is refused all the same.
                log.error(
                    "no copy of the knowledge files could be kept in %s: %s",
                    self._last_good.parent,
                    error.strerror,
                )

    def _copy(self, served: str) -> None:
        """Keep a copy of the folder, swapped in whole so that a crash leaves the old or the new."""
        fresh = self._last_good.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(self._folder, fresh)
        if content_hash(fresh) != served:
            # Somebody saved in between: that state has not been checked, so the next look takes it.
            shutil.rmtree(fresh, ignore_errors=True)
            return
        old = self._last_good.with_suffix(".old")
        shutil.rmtree(old, ignore_errors=True)
        if self._last_good.exists():
            self._last_good.rename(old)
        fresh.rename(self._last_good)
        shutil.rmtree(old, ignore_errors=True)

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self.refused = tuple(problem for problem in problems if problem.error)
        log.warning("knowledge folder refused: %d errors; the last good stays", len(self.refused))
        for problem in self.refused[:20]:
            log.warning("%s", problem)
