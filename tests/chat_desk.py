"""The residents' side for tests: real store, real knowledge, real HTTP server, a clock to set."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp.test_utils import TestServer

from bot.config import compiled_templates
from bot.live import Live
from bot.maintenance import Maintenance
from bot.service import Counter
from bot.settings import Web
from bot.shelf import Shelf
from bot.web.chat import chat_app
from bot.web.session import address_of
from handlers.conversation import Conversation
from storage.transcript import Line
from storage.work import Store, open_store
from tests.counting import counting

SECRET = bytes(range(32))
DATABASE = "counter.db"
KEYS = "seal.key"


@dataclass
class Clock:
    """The time, as tests set it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        """The same as a stopwatch has it."""
        return self.now.timestamp()

    def pass_by(self, time: timedelta) -> None:
        self.now += time


@dataclass
class Desk:
    """Everything behind the chat page."""

    store: Store
    database: Path
    shelf: Shelf
    live: Live
    clock: Clock
    counter: Counter
    maintenance: Maintenance
    servers: list[TestServer] = field(default_factory=list)

    async def serve(self, settings: Web | None = None, secret: bytes = SECRET) -> TestServer:
        """The residents' pages at an address of their own."""
        app = chat_app(
            self.counter,
            self.store,
            self.shelf,
            self.live,
            secret,
            settings or Web(),
            self.clock,
            compiled=compiled_templates(),
            seconds=self.clock.seconds,
        )
        server = TestServer(app)
        await server.start_server()
        self.servers.append(server)
        return server

    async def transcript(self, session: str) -> tuple[Line, ...]:
        """What is kept of what was said in a session."""
        async with self.store.work() as work:
            return await work.transcript.read(address_of(session))

    async def conversation(self, session: str) -> Conversation | None:
        """Where a session's chat stands; None where nothing is kept."""
        async with self.store.work() as work:
            kept = await work.conversations.find(address_of(session))
        return kept.conversation if kept else None


async def prepare(folder: Path) -> None:
    """Make a data folder with an empty database, to be copied by each test."""
    async with _open(folder):
        pass


@asynccontextmanager
async def open_desk(
    prepared: Path, folder: Path, shelf: Shelf, now: datetime
) -> AsyncIterator[Desk]:
    """Open a desk on a copy of `prepared`."""
    shutil.copytree(prepared, folder)
    live, clock = Live(), Clock(now)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(_open(folder))
        maintenance = Maintenance(store, live)
        counter = await stack.enter_async_context(
            counting(
                store,
                folder,
                lambda: shelf.library,
                clock,
                live,
                closed=lambda: maintenance.on,
            )
        )
        desk = Desk(store, folder / DATABASE, shelf, live, clock, counter, maintenance)
        try:
            yield desk
        finally:
            live.close()
            for server in desk.servers:
                await server.close()


def _open(folder: Path) -> AbstractAsyncContextManager[Store]:
    return open_store(f"sqlite+aiosqlite:///{folder / DATABASE}", folder / KEYS)
