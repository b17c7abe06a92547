"""A resident's browser without scripts, as far as tests need one: cookies, forms, lines."""

import io
import re
from copy import copy
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any, Self

from aiohttp import ClientResponse, ClientSession, CookieJar, FormData
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

_FOCUSABLE = {"a", "button", "input", "textarea", "summary", "select"}


@dataclass
class Page:
    """What a page holds."""

    status: int
    html: str
    fields: dict[str, str] = field(default_factory=dict)
    """Hidden fields of the box to type in."""
    lines: list[str] = field(default_factory=list)
    """The words of each line of the chat."""
    urgent: list[str] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)
    """Id of each button by its label."""
    box: str = ""
    focusable: list[str] = field(default_factory=list)
    title: str = ""
    headings: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return _text(self.html)


class Resident:
    """Somebody at the chat page; a context manager that closes the browser."""

    def __init__(self, server: TestServer) -> None:
        self.client: TestClient[Any, Any] | ClientSession = TestClient(
            server, cookie_jar=CookieJar(unsafe=True)
        )
        self.page = Page(0, "")

    @classmethod
    def elsewhere(cls, url: str, cookies: dict[str, str] | None = None) -> Self:
        """Somebody at a page of another process, with the cookies of an earlier visit."""
        jar = CookieJar(unsafe=True)
        jar.update_cookies(cookies or {}, URL(url))
        somebody = cls.__new__(cls)
        somebody.client = ClientSession(url, cookie_jar=jar)
        somebody.page = Page(0, "")
        return somebody

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        # Not the client's own close(), which would close the server for everybody.
        await self._session.close()

    def tab(self) -> Self:
        """Another tab of the same browser."""
        other = copy(self)
        other.page = Page(0, "")
        return other

    @property
    def session(self) -> str:
        """The secret in the one cookie."""
        (cookie,) = self.cookies.values()
        return cookie

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self._session.cookie_jar}

    @property
    def _session(self) -> ClientSession:
        return self.client if isinstance(self.client, ClientSession) else self.client.session

    async def open(self, path: str = "/") -> Page:
        async with self.client.get(path) as response:
            return await self._see(response)

    async def say(self, text: str, **more: str) -> Page:
        """Type into the box and send; follow to the page that comes back."""
        return await self._send({**self.page.fields, "text": text, **more})

    async def choose(self, label: str) -> Page:
        """Press a button by its label."""
        return await self._send({**self.page.fields, "choice": self.page.choices[label]})

    async def press(self, id: str) -> Page:
        """Press a button that may not be there any more."""
        return await self._send({**self.page.fields, "choice": id})

    async def send_pictures(self, *pictures: bytes) -> Page:
        form = FormData()
        for name, value in self.page.fields.items():
            form.add_field(name, value, content_type="text/plain")
        for picture in pictures:
            # A stream, since aiohttp warns of large bytes.
            data = io.BytesIO(picture)
            form.add_field("photo", data, filename="a.jpg", content_type="image/jpeg")
        async with self.client.post("/say", data=form) as response:
            return await self._see(response)

    async def script(self, **fields: str) -> tuple[int, dict[str, Any]]:
        """What our own script sends, and the JSON it gets."""
        after = fields.pop("after", "0")
        data = {**self.page.fields, **fields}
        headers = {"Accept": "application/json"}
        path = f"/say?after={after}"
        async with self.client.post(path, data=data, headers=headers) as response:
            return response.status, await response.json()

    async def _send(self, data: dict[str, str]) -> Page:
        async with self.client.post("/say", data=data) as response:
            return await self._see(response)

    async def _see(self, response: ClientResponse) -> Page:
        self.page = read(response.status, await response.text())
        return self.page


def read(status: int, html: str) -> Page:
    """Take a page apart."""
    page = Page(status, html)
    composer = re.search(r"<form[^>]*data-composer.*?</form>", html, re.DOTALL)
    if composer:
        hidden = re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', composer[0])
        page.fields = dict(hidden)
        box = re.search(r"<textarea[^>]*>(.*?)</textarea>", composer[0], re.DOTALL)
        page.box = unescape(box[1]) if box else ""
    shown = re.sub(r"<template.*?</template>", "", html, flags=re.DOTALL)
    for line in re.findall(
        r'<li class="app-line.*?(?=<li class="app-line|</ol>\s*</div>)', shown, re.DOTALL
    ):
        words = re.search(r'<div class="app-line__words[^>]*>(.*?)</div>', line, re.DOTALL)
        page.lines.append(_text(words[1]) if words else "")
        if "app-line--urgent" in line:
            page.urgent.append(page.lines[-1])
    for id, label in re.findall(r'name="choice" value="([^"]+)">([^<]+)<', shown):
        page.choices[unescape(label)] = unescape(id)
    seen = _Seen()
    seen.feed(shown)
    page.focusable, page.title, page.headings = seen.focusable, seen.title, seen.headings
    return page


class _Seen(HTMLParser):
    """Notes what can have the focus, in order, the title, and the levels of headings."""

    def __init__(self) -> None:
        super().__init__()
        self.focusable: list[str] = []
        self.headings: list[str] = []
        self.title = ""
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag
        known = dict(attrs)
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(tag)
        if tag in _FOCUSABLE and known.get("type") != "hidden":
            self.focusable.append("")

    def handle_data(self, data: str) -> None:
        if self._open == "title":
            self.title += data
            self._open = ""
        if self._open in _FOCUSABLE and self.focusable and data.strip():
            self.focusable[-1] = self.focusable[-1] or data.strip()


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html.replace("<br />", ""))).strip()
