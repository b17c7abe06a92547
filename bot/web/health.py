"""Health: whether the program lives, and whether it can do its work, part by part, as JSON."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from aiohttp import web

from bot.live import Live
from bot.shelf import Shelf
from bot.web.outbox_age import PATIENCE, outbox_age
from storage.work import Store

log = logging.getLogger(__name__)

OUTBOX_LATE = 300.0
"""Seconds after which an undelivered message is worth a warning; Telegram may be down that long."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the program: "ok", "warning" (look at it) or "failed" (send nobody here)."""

    state: str
    detail: str
    count: int | None = None
    seconds: float | None = None


class Health:
    """Answers load balancers and whoever is on call; nothing in it is secret or personal."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        live: Live,
        clock: Callable[[], datetime],
        patience: float = PATIENCE,
    ) -> None:
        self._store, self._shelf, self._live, self._clock = store, shelf, live, clock
        self._patience = patience

    async def alive(self, _: web.Request) -> web.Response:
        """GET /health/live: the process answers; says nothing of its parts."""
        return web.json_response({"status": "ok"})

    async def ready(self, _: web.Request) -> web.Response:
        """GET /health/ready: 200 where residents can be served, 503 where not."""
        parts = await self.parts()
        states = {part.state for part in parts.values()}
        worst = next(state for state in ("failed", "warning", "ok") if state in states)
        body = {
            "status": worst,
            "parts": {name: _plain(part) for name, part in parts.items()},
        }
        return web.json_response(body, status=503 if worst == "failed" else 200)

    async def parts(self) -> dict[str, Part]:
        """Each part, looked at now."""
        return {
            "program": self._program(),
            "database": await self._database(),
            "knowledge": self._knowledge(),
            "knowledge_edits": self._edits(),
            "outbox": await self._outbox(),
        }

    def _program(self) -> Part:
        if self._live.closing:
            return Part("failed", "stopping")
        return Part("ok", "running")

    async def _database(self) -> Part:
        """Really write and commit, once a minute at most: a lock alone does not prove a disk."""
        now = self._clock()
        try:
            async with asyncio.timeout(self._patience), self._store.work() as work:
                await work.handled.once("health", now.isoformat(timespec="minutes"), now)
        except Exception as error:
            log.error("the database cannot be written: %s", type(error).__name__)
            return Part("failed", "cannot be written")
        return Part("ok", "can be written")

    def _knowledge(self) -> Part:
        try:
            articles = len(self._shelf.library.articles)
        except RuntimeError:
            return Part("failed", "not loaded")
        return Part("ok", "loaded", count=articles)

    def _edits(self) -> Part:
        """A refused edit leaves the last good knowledge in use: a warning, no failure."""
        refused = len(self._shelf.refused)
        if refused:
            return Part("warning", "refused because of errors; the last good is served", refused)
        return Part("ok", "what is in the folder is served", 0)

    async def _outbox(self) -> Part:
        """Undelivered messages do not keep residents from the web page: never a failure."""
        age = await outbox_age(self._store, self._clock(), self._patience)
        if age is None:
            return Part("warning", "cannot be read")
        if age > OUTBOX_LATE:
            return Part("warning", "messages wait too long", seconds=round(age, 1))
        return Part("ok", "messages are delivered", seconds=round(age, 1))


def _plain(part: Part) -> dict[str, object]:
    return {name: value for name, value in asdict(part).items() if value is not None}
