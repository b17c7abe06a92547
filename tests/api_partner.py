"""The API on a listener of its own with a real store, and a system of the force that asks it."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.live import Live
from bot.shelf import Shelf
from bot.web.api import api_app
from bot.web.api_mount import PREFIX, api_listener
from bot.web.guard import Whereabouts
from bot.web.pages import Pages
from storage.api_tokens import Scope
from storage.work import Store
from tests.console_desk import Clock, keep
from tests.counting import counting

ALL = tuple(Scope)
NOT_SENSITIVE = tuple(scope for scope in Scope if scope is not Scope.READ_SENSITIVE)


@dataclass(frozen=True)
class Told:
    """How a request was answered."""

    status: int
    text: str
    headers: Mapping[str, str]
    said: Any = None
    """The JSON, where it is some."""


@dataclass(frozen=True)
class Partner:
    """A system that asks with a token."""

    client: "TestClient[Any, Any]"
    token: str

    async def ask(self, method: str, path: str, **options: Any) -> Told:
        headers = options.pop("headers", {})
        if self.token:
            headers = {"Authorization": f"Bearer {self.token}"} | headers
        async with self.client.request(
            method, PREFIX + path, headers=headers, **options
        ) as response:
            text = await response.text()
            said = await response.json(content_type=None) if "json" in _plain(response) else None
            return Told(response.status, text, response.headers.copy(), said)

    async def get(self, path: str, **query: str) -> Told:
        return await self.ask("GET", path, params=query)

    async def change(self, reference: str, version: int, **body: Any) -> Told:
        headers = {"If-Match": f'"{version}"'}
        return await self.ask("PATCH", f"/reports/{reference}", json=body, headers=headers)


@dataclass
class Api:
    """An API that runs, and what stands behind it."""

    store: Store
    clock: Clock
    app: web.Application
    client: "TestClient[Any, Any]"
    pace: list[float] = field(default_factory=lambda: [0.0])
    """The seconds by which its pace is measured."""

    async def partner(
        self, name: str = "crm", scopes: Collection[Scope] = ALL, **terms: Any
    ) -> Partner:
        async with self.store.work() as work:
            token = await work.api_tokens.add(name, scopes, self.clock.now, **terms)
        return Partner(self.client, token)

    def stranger(self, token: str = "") -> Partner:
        return Partner(self.client, token)

    async def report(self, **changes: Any) -> str:
        """Keep a report, a second after the one before; its reference."""
        self.clock.now += timedelta(seconds=1)
        async with self.store.work() as work:
            return await keep(work, self.clock.now, **changes)

    async def events(self, about: str = "") -> list[tuple[str, str]]:
        """Who did what, oldest first; to one report where it is named."""
        async with self.store.work() as work:
            found = await work.audit.latest(1000)
        return [
            (each.who, each.what) for each in reversed(found) if not about or each.about == about
        ]


@asynccontextmanager
async def open_api(
    store: Store, folder: Path, shelf: Shelf, clock: Clock, per_minute: int = 600
) -> AsyncIterator[Api]:
    async with AsyncExitStack() as stack:
        counter = await stack.enter_async_context(
            counting(store, folder, lambda: shelf.library, clock, Live())
        )
        pages, seconds = Pages(lambda: shelf.library), [0.0]
        api = api_app(
            counter,
            store,
            shelf,
            clock,
            pages,
            Whereabouts(["127.0.0.1"]),
            per_minute,
            seconds=lambda: seconds[0],
        )
        client: TestClient[Any, Any] = TestClient(TestServer(api_listener(api, pages, https=True)))
        await client.start_server()
        stack.push_async_callback(client.close)
        yield Api(store, clock, api, client, seconds)


def _plain(response: Any) -> str:
    """The kind of what came; lines of JSON are not one JSON."""
    return str(response.content_type).replace("x-ndjson", "lines")
