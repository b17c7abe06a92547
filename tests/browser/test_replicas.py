"""Two replicas, residents at one and staff at the other: killing either is not noticed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Request, Response, expect

from bot.accounts import Wish, carry_out
from bot.clock import utc_now
from storage.work import open_store
from tests.balancer import Balancer
from tests.bot.program import Program
from tests.browser.test_journey import PASSWORD, last_line, press, report, send, written_down
from tests.browser_kit import NEEDS_CHROMIUM
from tests.console_desk import keep
from tests.postgres_kit import running_postgres

ADDED = "They are back and one of them has a knife"
NEWS = (
    "We have read your report.",
    "PC Lane comes on Monday.",
    "PC Lane brings a broom.",
    "The pavement is clean.",
)

NAMES = {"anna": "Anna Smith", "robin": "Robin Lane"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    # One loop for all, so that they can share one browser.
    pytest.mark.asyncio(loop_scope="session"),
    NEEDS_CHROMIUM,
]


class Replicas:
    """The program, twice: while they live, `a` is for residents and `b` for staff."""

    def __init__(self, folder: Path, reference: str) -> None:
        self._folder, self.reference = folder, reference
        self._starts: list[asyncio.Task[Program]] = []
        self._running: dict[str, Program] = {}
        self._chats: dict[str, int] = {}
        self._consoles: dict[str, int] = {}
        self.chat = Balancer(self._chats, "a")
        self.console = Balancer(self._consoles, "b")

    async def start(self, name: str) -> None:
        """Start it with a data folder of its own, on the settings that all share."""
        start = asyncio.create_task(asyncio.to_thread(Program, self._folder / name))
        self._starts.append(start)
        program = await asyncio.shield(start)
        self._running[name] = program
        self._chats[name] = urlsplit(program.chat_url).port or 0
        self._consoles[name] = urlsplit(program.console_url).port or 0

    def console_of(self, name: str) -> str:
        """The address at which that one, and no other, serves staff."""
        return self._running[name].console_url.rstrip("/")

    def kill(self, name: str) -> None:
        """End it as a power cut would."""
        self._running[name].kill()

    async def stop(self) -> None:
        """Ask those to end that still run, or are about to where a test broke off."""
        for program in await asyncio.gather(*self._starts, return_exceptions=True):
            if isinstance(program, Program):
                program.stop()


async def test_of_two_handlers_at_two_replicas_only_one_changes_a_report_at_a_time(
    replicas: Replicas, browser: Browser
) -> None:
    wishes = {"anna": "Awaiting reporter", "robin": "Forwarded"}
    async with await browser.new_context() as one, await browser.new_context() as other:
        anna, robin = await one.new_page(), await other.new_page()
        pages, queues = {"anna": anna, "robin": robin}, []
        for replica, (name, page) in zip("ab", pages.items(), strict=True):
            console = replicas.console_of(replica)
            await sign_in(page, console, name)
            await expect(page.get_by_role("heading", name="Queue")).to_be_visible()
            queues.append(await page.context.new_page())
            await queues[-1].goto(console)
            await page.goto(f"{console}/reports/{replicas.reference}")
        for page, other_name in ((anna, NAMES["robin"]), (robin, NAMES["anna"])):
            here = page.locator("#here")
            await expect(here).to_have_text(f"{other_name} has this report open too.")
        await save(anna, "In progress")
        await expect(robin.get_by_text("has changed since you opened it")).to_be_visible()
        await robin.reload()
        await asyncio.gather(*(save(page, wishes[name]) for name, page in pages.items()))

        texts = {name: await page.locator("main").inner_text() for name, page in pages.items()}
        (winner,) = [name for name in pages if "The status is saved." in texts[name]]
        (loser,) = [name for name in pages if "This report changed while" in texts[name]]
        assert f"{NAMES[winner]} changed the status" in texts[loser]
        assert await pages[loser].get_by_label(wishes[loser]).is_checked()
        for queue in queues:
            await expect(row_of(queue, replicas.reference)).to_contain_text(wishes[winner])

        await save(pages[loser], wishes[loser])
        for name in (winner, loser):
            story = pages[loser].get_by_text(f"{NAMES[name]} changed the status from")
            await expect(story.filter(has_text=wishes[name].lower()).first).to_be_visible()
        for queue in queues:
            await expect(row_of(queue, replicas.reference)).to_contain_text(wishes[loser])


async def test_whichever_replica_is_killed_there_is_no_more_to_it_than_a_reconnect(
    replicas: Replicas, browser: Browser
) -> None:
    chat, console = replicas.chat, replicas.console
    async with somebody(browser) as queue, somebody(browser) as resident:
        await sign_in(queue, console.url)
        await resident.goto(chat.url)
        await resident.evaluate("window.neverReloaded = true")
        reference, code = written_down(await report(resident))
        await expect(queue.get_by_role("link", name=reference)).to_be_visible()
        staff = await queue.context.new_page()
        await staff.goto(f"{console.url}/reports/{reference}")
        await write(staff, NEWS[0])
        await expect(updates(resident)).to_have_count(1)
        assert set(chat.reached) == {"a"}
        assert set(console.reached) == {"b"}

        replicas.kill("b")
        await write(staff, NEWS[1])
        assert console.reached[-1] == "a"
        await expect(updates(resident)).to_have_count(2)
        back = asyncio.create_task(replicas.start("b"))
        await open_report(resident, code)
        await back

        async with resident.expect_response("**/events*") as reconnect:
            replicas.kill("a")
            await press(resident, "Add something")
            await send(resident, ADDED)
            await expect(
                queue.locator(".desk-table").get_by_text("Urgent", exact=True)
            ).to_be_visible()
            await staff.reload()
            await expect(staff.get_by_text(ADDED)).to_have_count(1)
            await write(staff, NEWS[2])
        assert (await reconnect.value).ok
        assert chat.reached[-1] == console.reached[-1] == "b"
        await expect(updates(resident)).to_have_count(3)
        await write(staff, NEWS[3])
        await expect(updates(resident)).to_have_count(4)

        opened = await open_report(resident, code)
        assert [opened.count(text) for text in (*NEWS, ADDED)] == [1] * 5
        assert await resident.evaluate("window.neverReloaded")
        seen = await lines(resident)
        await resident.reload()
        assert seen == await lines(resident)


async def sign_in(page: Page, url: str, username: str = "anna") -> None:
    await page.goto(url)
    await page.get_by_label("Username").fill(username)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()


async def save(page: Page, status: str) -> None:
    """Choose a status on the report's page, and wait for what comes of it."""
    await page.get_by_label(status).check()
    async with page.expect_navigation():
        await page.get_by_role("button", name="Save status").click()


def row_of(queue: Page, reference: str) -> Locator:
    return queue.get_by_role("row", name=reference)


async def write(page: Page, text: str) -> None:
    """Write to the resident on the report's page."""
    await page.locator("textarea[name=message]").fill(text)
    await page.get_by_role("button", name="Send message").click()
    await expect(page.get_by_text(text)).to_have_count(1)


async def open_report(page: Page, code: str) -> str:
    """Open the report that there is news of; what is shown of it."""
    await press(page, "Show it")
    await send(page, code)
    return await last_line(page)


def updates(page: Page) -> Locator:
    return page.get_by_text("You have an update.", exact=True)


async def lines(page: Page) -> Any:
    """The id and the words of each line of the chat."""
    words = "all => all.map(one => [one.id, one.querySelector('.app-line__words').innerText])"
    return await page.locator(".app-line").evaluate_all(words)


@asynccontextmanager
async def somebody(browser: Browser) -> AsyncIterator[Page]:
    """The page of somebody who must never see that anything went wrong."""
    wrong: list[str] = []

    def answered(response: Response) -> None:
        if response.status >= 400:
            wrong.append(f"{response.status} {response.url}")

    def failed(request: Request) -> None:
        # A stream ends with its replica; what somebody clicked on must not.
        if request.is_navigation_request() or "/say" in request.url:
            wrong.append(f"{request.failure} {request.url}")

    async def told(problem: Locator) -> None:
        wrong.append(await problem.inner_text())

    async with await browser.new_context() as context:
        context.on("response", answered)
        context.on("requestfailed", failed)
        context.on("weberror", lambda slip: wrong.append(str(slip.error)))
        page = await context.new_page()
        # Looked for before each click, and a problem stays until something else is sent.
        await page.add_locator_handler(page.get_by_role("alert"), told, no_wait_after=True)
        yield page
    assert not wrong


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def replicas(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Replicas]:
    """Both, on one database with two of staff and a report."""
    folder = tmp_path_factory.mktemp("replicas")
    with running_postgres(quick=True) as server:
        url, keys = server.create("counter"), folder / "keys"
        async with open_store(url, keys) as store:
            for username, name in NAMES.items():
                wish = Wish("add", username, name, "supervisor", PASSWORD)
                await carry_out(wish, store, utc_now())
            async with store.work() as work:
                reference = await keep(work, utc_now())
        settings = f'[storage]\nurl = "{url}"\nkey_file = "{keys}"\n'
        (folder / "config.toml").write_text(settings)
        both = Replicas(folder, reference)
        async with both.chat.open(), both.console.open():
            try:
                await asyncio.gather(both.start("a"), both.start("b"))
                yield both
            finally:
                await both.stop()
