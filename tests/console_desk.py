"""The console with a real store and a real counter, and people who work at it in tests."""

import io
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image
from pydantic import HttpUrl

from bot.config import compiled_templates
from bot.live import Live
from bot.service import Counter
from bot.settings import StaffConsole
from bot.web.api import api_app
from bot.web.console import console_app
from bot.web.guard import Whereabouts
from bot.web.metrics import Metrics
from bot.web.pages import Pages
from handlers.report import Answer, NewReport, Place, SafeContact
from knowledge.article import Problem
from knowledge.library import Library
from storage.conversations import WEB, Address
from storage.scope import By
from storage.staff import ROLES, Staff
from storage.work import Store, Work, open_store
from tests.counting import counting

PASSWORD = "correct horse battery"
SAID = "Loud music from number 12 every night"


@dataclass
class StillShelf:
    """A shelf whose folder does not change."""

    library: Library
    refused: tuple[Problem, ...] = ()


@dataclass
class Clock:
    """The time, which passes only when a test says so."""

    now: datetime
    fails: Exception | None = None

    def __call__(self) -> datetime:
        if self.fails is not None:
            raise self.fails
        return self.now

    def forward(self, **gone: float) -> None:
        self.now += timedelta(**gone)


@dataclass(frozen=True)
class Seen:
    """A page as somebody sees it."""

    status: int
    html: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def text(self) -> str:
        """What the page says, without tags and with single spaces."""
        visible = re.sub(r"<(head|script)\b.*?</\1>", " ", self.html, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", visible)).split())

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    def field(self, name: str) -> str:
        """The value of a hidden field, the first of that name."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.html)
        return unescape(found[1]) if found else ""

    def links(self, start: str) -> list[str]:
        """Where its links that begin so lead, in order."""
        links = (unescape(link) for link in re.findall(r'href="([^"]*)"', self.html))
        return [link for link in links if link.startswith(start)]


class Colleague:
    """Somebody with a browser at the console; keeps cookies, follows no redirect by itself."""

    def __init__(self, client: "TestClient[Any, Any]") -> None:
        self._client = client
        self.page = Seen(0, "", {})

    async def get(self, path: str, **headers: str) -> Seen:
        return await self._ask("GET", path, headers=headers)

    async def post(self, path: str, *, page: Seen | None = None, **fields: str) -> Seen:
        """Send a form with the hidden fields of `page`, or else of the last page seen."""
        shown = page or self.page
        names = ("csrf", "once", "version", "seen", "next", "where")
        hidden = {name: shown.field(name) for name in names}
        return await self._ask("POST", path, data=hidden | fields)

    async def ask(self, method: str, path: str, **options: Any) -> Seen:
        """Any request at all."""
        return await self._ask(method, path, **options)

    @asynccontextmanager
    async def stream(self, path: str) -> AsyncIterator[StreamReader]:
        """What comes in there for as long as the block lasts."""
        async with self._client.get(path) as response:
            assert response.status == 200
            yield response.content

    async def sign_in(self, username: str, password: str = PASSWORD, **fields: str) -> Seen:
        if not self.page.html or "/login" not in self.page.html:
            await self.get("/login")
        return await self.post("/login", username=username, password=password, **fields)

    def cookie(self, name: str) -> str:
        """The value that the browser keeps."""
        return next((c.value for c in self._client.session.cookie_jar if c.key == name), "")

    def cookies(self) -> dict[str, str]:
        return {c.key: c.value for c in self._client.session.cookie_jar}

    async def _ask(self, method: str, path: str, **options: Any) -> Seen:
        async with self._client.request(method, path, allow_redirects=False, **options) as response:
            endless = response.content_type == "text/event-stream"
            body = b"" if endless else await response.read()
            is_text = response.content_type.startswith(("text/", "application/json"))
            html = body.decode() if is_text else ""
            seen = Seen(response.status, html, response.headers.copy(), body)
        if seen.html and response.content_type == "text/html":
            self.page = seen
        return seen


@dataclass
class Desk:
    """A console that runs, and what stands behind it."""

    store: Store
    shelf: StillShelf
    counter: Counter
    live: Live
    metrics: Metrics
    clock: Clock
    app: web.Application
    server: TestServer
    people: dict[str, Staff]
    browsers: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def url(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")

    async def colleague(self, username: str = "") -> Colleague:
        """A new browser; signed in where a username is given, without the slow password."""
        client: TestClient[Any, Any] = TestClient(self.server)
        # Closing the client closes the server as well, and others may still use it.
        self.browsers.push_async_callback(client.session.close)
        colleague = Colleague(client)
        if username:
            async with self.store.work() as work:
                token = await work.sessions.open(self.people[username], self.clock.now)
            client.session.cookie_jar.update_cookies({"staff": token}, self.server.make_url("/"))
        return colleague

    def by(self, username: str) -> By:
        staff = self.people[username]
        return By(staff, may_see_restricted=True)

    async def report(self, **changes: Any) -> str:
        """Keep a report that somebody follows on the web page; its reference."""
        async with self.store.work() as work:
            return await keep(work, self.clock.now, **changes)

    async def events(self, what: str = "") -> list[tuple[str, str, str]]:
        """Who did what to which report, oldest first; of one kind where it is named."""
        async with self.store.work() as work:
            found = await work.audit.latest(1000)
        events = [(event.who, event.what, event.about) for event in reversed(found)]
        return [event for event in events if not what or event[1] == what]


async def keep(
    work: Work, at: datetime, *, chat: str = "", photo: bytes = b"", **changes: Any
) -> str:
    """Keep a report; with `chat` its resident wrote from that web chat, with `photo` attached."""
    conversation = await work.conversations.load(Address(WEB, chat or "somebody"), at)
    file = await work.files.keep(photo, "image/jpeg", conversation.id, at) if photo else ""
    usual: dict[str, Any] = {
        "kind": "asb",
        "answers": (
            Answer("what", "What happens", SAID),
            Answer("name", "Name", "Margaret Hale"),
        ),
        "place": Place("by the old mill", district="chelmsford"),
        "contact": SafeContact("here", safe=True, when="after six"),
        "photos": (file,) if file else (),
    }
    report = NewReport(**(usual | changes))
    reference, _ = work.reports.keep(report, conversation.id if chat else None, at)
    return reference


def picture(colour: str = "teal", size: tuple[int, int] = (60, 40)) -> bytes:
    """A JPEG with a camera's name and a place in its EXIF."""
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


async def prepare(folder: Path, now: datetime) -> None:
    """Make an account for each role, named like it; slow, since passwords are."""
    async with _open(folder) as store, store.work() as work:
        for role in ROLES:
            await work.staff.add(role, f"The {role}", PASSWORD, role, now)


def _open(folder: Path, url: str = "") -> AbstractAsyncContextManager[Store]:
    return open_store(url or f"sqlite+aiosqlite:///{folder / 'counter.db'}", folder / "keys")


@asynccontextmanager
async def open_desk(
    folder: Path,
    library: Library,
    now: datetime,
    public_url: str = "",
    *,
    url: str = "",
    live_chats: bool = True,
    with_api: bool = False,
    **settings: Any,
) -> AsyncIterator[Desk]:
    """Everything up to the listener, over a folder that `prepare` filled or a copy of one.

    With `url` over that database, which is not SQLite's in the folder; `settings` are more of
    [staff].
    """
    clock, live, metrics, shelf = Clock(now), Live(), Metrics(), StillShelf(library)
    public = HttpUrl(public_url) if public_url else None
    async with (
        _open(folder, url) as store,
        AsyncExitStack() as stack,
    ):
        async with store.work() as work:
            known = {role: await work.staff.password_of(role) for role in ROLES}
        people = {role: account[0] for role, account in known.items() if account is not None}
        counter = await stack.enter_async_context(
            counting(store, folder, lambda: shelf.library, clock, live, metrics)
        )
        api = None
        if with_api:
            pages = Pages(lambda: shelf.library)
            still: Any = shelf
            api = api_app(counter, store, still, clock, pages, Whereabouts(()), 600)
        app = console_app(
            counter,
            store,
            shelf,  # type: ignore[arg-type] # a still shelf
            live,
            metrics,
            StaffConsole(public_url=public, **settings),
            clock,
            compiled=compiled_templates(),
            live_chats=live_chats,
            api=api,
        )
        server = TestServer(app)
        await server.start_server()
        stack.push_async_callback(server.close)
        # Before it, or open streams hold it back.
        stack.callback(live.close)
        browsers = await stack.enter_async_context(AsyncExitStack())
        yield Desk(store, shelf, counter, live, metrics, clock, app, server, people, browsers)
