"""idempotency-9: the nine cases of Zulip's docs/subsystems/idempotency, on the chat page's POST."""

import asyncio
import re
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path

import aiohttp

from bot.web.session import address_of
from tests.faults.desk import Desk, desk
from tests.faults.figures import Figure, exactly
from tests.faults.urgent_faults import lock

PATIENCE = 15.0


class Page:
    """A chat page as a browser has it: its cookie, its token, and one form's number."""

    def __init__(self, at: Desk, session: aiohttp.ClientSession) -> None:
        self._at, self._session = at, session
        self.fields: dict[str, str] = {}

    async def open(self) -> None:
        async with self._session.get(self._at.app.chat_url) as response:
            html = await response.text()
        for name in ("token", "event"):
            self.fields[name] = re.findall(rf'name="{name}" value="([^"]*)"', html)[-1]

    async def post(self, text: str, **changed: str) -> int:
        """Send the form, with something changed; the status."""
        data = self.fields | {"text": text} | changed
        url = self._at.app.chat_url + "say"
        async with self._session.post(url, data=data, allow_redirects=False) as response:
            await response.read()
            return response.status

    async def count(self, text: str) -> int:
        """How often that is in the transcript, as the resident's own words."""
        cookies = self._session.cookie_jar.filter_cookies(self._at.app.chat_url)  # type: ignore[arg-type] # takes text
        (session,) = (morsel.value for morsel in cookies.values())
        async with self._at.app.store.work() as work:
            lines = await work.transcript.read(address_of(session))
        return sum(line.text == text for line in lines)

    async def becomes(self, text: str, count: int) -> bool:
        """Whether it is there so often, now or soon."""
        for _ in range(int(PATIENCE / 0.1)):
            if await self.count(text) == count:
                return True
            await asyncio.sleep(0.1)
        return False


Case = Callable[[Page, Desk], Awaitable[bool]]
WORDS = "what is stop and search"


async def success(page: Page, _: Desk) -> bool:
    first, again = await page.post(WORDS), await page.post(WORDS)
    return (first, again) == (303, 303) and await page.count(WORDS) == 1


async def refused_early(page: Page, _: Desk) -> bool:
    refused = await page.post(WORDS, token="wrong")
    taken = await page.post(WORDS)
    return (refused, taken) == (403, 303) and await page.count(WORDS) == 1


async def refused_in_work(page: Page, _: Desk) -> bool:
    refused = await page.post("   ")
    taken = await page.post(WORDS)
    return (refused, taken) == (400, 303) and await page.count(WORDS) == 1


async def answer_lost_after_work(page: Page, at: Desk) -> bool:
    """The page goes away before the answer comes, and sends the form again."""
    async with at.app.store.work():
        sending = asyncio.create_task(page.post(WORDS))
        await asyncio.sleep(0.2)
        sending.cancel()
    await asyncio.sleep(0.3)
    return await page.post(WORDS) == 303 and await page.becomes(WORDS, 1)


async def same_key_other_words(page: Page, _: Desk) -> bool:
    """The form's number covers what was typed: other words are another message, also kept."""
    statuses = (await page.post(WORDS), await page.post("hello"), await page.post("hello"))
    return set(statuses) == {303} and await page.count(WORDS) == await page.count("hello") == 1


async def validation_changed(page: Page, _: Desk) -> bool:
    """Too long at first; the shorter one is taken under the same number, once."""
    refused = await page.post("x" * 10_001)
    taken = await page.post("x" * 9), await page.post("x" * 9)
    return refused == 400 and taken == (303, 303) and await page.count("x" * 9) == 1


async def failed_before_work(page: Page, at: Desk) -> bool:
    """The database is locked: the message is held, sent again meanwhile, and recorded once."""
    file = at.folder / "front-counter.db"
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other:
        await lock(other)
        held = await page.post(WORDS), await page.post(WORDS)
        other.execute("ROLLBACK")
    return held == (200, 200) and await page.becomes(WORDS, 1)


async def failed_after_work(page: Page, at: Desk) -> bool:
    """It is committed, but the page cannot be shown: sent again, it is there once."""
    live = at.app.counter._live
    tell, broken = live.tell, RuntimeError("after the commit")

    def fail(*_: object) -> None:
        raise broken

    live.tell = fail  # type: ignore[method-assign] # broken on purpose
    await page.post(WORDS)
    live.tell = tell  # type: ignore[method-assign] # mended
    await page.post(WORDS)
    return await page.becomes(WORDS, 1)


async def concurrent(page: Page, _: Desk) -> bool:
    statuses = await asyncio.gather(*(page.post(WORDS) for _ in range(4)))
    return set(statuses) == {303} and await page.count(WORDS) == 1


CASES: tuple[Case, ...] = (
    success,
    refused_early,
    refused_in_work,
    answer_lost_after_work,
    same_key_other_words,
    validation_changed,
    failed_before_work,
    failed_after_work,
    concurrent,
)


def idempotency_9() -> Sequence[Figure]:
    """All nine, each with a page of its own."""
    return asyncio.run(_run())


async def _run() -> Sequence[Figure]:
    right = []
    with tempfile.TemporaryDirectory(prefix="fc-nine-") as folder:
        async with desk(Path(folder)) as at:
            for case in CASES:
                jar = aiohttp.CookieJar(unsafe=True)
                async with aiohttp.ClientSession(cookie_jar=jar) as session:
                    page = Page(at, session)
                    await page.open()
                    right.append(await case(page, at))
    names = (case.__name__ for case, fine in zip(CASES, right, strict=True) if not fine)
    return [exactly("cases" + "".join(f"-not-{name}" for name in names), sum(right), 9)]
