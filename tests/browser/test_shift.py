"""A whole shift with the keyboard alone: ten reports, a chat, a hand-over, and a look at it all."""

import random
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.commands.demo_reports import Inventor
from bot.commands.demo_texts import read_texts
from handlers.report import SENSITIVE
from knowledge.library import Library
from tests.browser.test_console_page import tab_to
from tests.browser_kit import NARROW, NEEDS_CHROMIUM, WIDE
from tests.console_desk import PASSWORD, Desk, open_desk
from tests.live_resident import Resident

REPORTS = 12
FIRST, NEXT, LAST = "Space", "ArrowDown", "ArrowUp"
"""What chooses a radio button of those that `s` leads to; the last one closes the report."""
KEYS = frozenset({"Tab", "Enter", "Control+Enter", FIRST, NEXT, LAST})

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    # One loop for all, so that they can share one browser.
    pytest.mark.asyncio(loop_scope="session"),
    NEEDS_CHROMIUM,
]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_a_whole_shift(desk: Desk, browser: Browser, size: ViewportSize) -> None:
    references = await come_in(desk, REPORTS)
    keys = {name: await with_an_app(desk, name) for name in ("handler", "supervisor")}
    page = await (await browser.new_context(viewport=size)).new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))

    await sign_in(page, desk, "handler", keys["handler"])
    await work_through(page, references[0])
    await take_on(page, references[1:10])
    for number, reference in enumerate(references[1:10]):
        await open_report(page, reference)
        await (close(page) if number % 3 else start(page))
    await merge(page, references[10], references[11])
    await take_a_chat(page, Resident(desk))
    await hand_over(page, references[1])

    await sign_in(page, desk, "supervisor", keys["supervisor"])
    await supervise(page, closed=7)
    assert not wrong
    by_handler = [what for who, what, _ in await desk.events() if who == "handler"]
    assert by_handler.count("report assigned") == 10
    assert by_handler.count("report linked") == 2
    assert by_handler[-2:] == ["shift handed over", "signed out"]
    await page.context.close()


async def come_in(desk: Desk, number: int) -> Sequence[str]:
    """Reports of the demo that every handler may read; the newest first."""
    now, chance = desk.clock.now, random.Random(7)  # noqa: S311 - the same reports every time
    inventor = Inventor(desk.shelf.library, read_texts(), chance, now)
    kept: list[str] = []
    async with desk.store.work() as work:
        while len(kept) < number:
            at = now - timedelta(minutes=5 * (number - len(kept)))
            one = inventor.report(at)
            if not one.report.flags & SENSITIVE:
                reference, _ = work.reports.keep(one.report, None, at, due_at=one.due_at)
                kept.append(reference)
    return kept[::-1]


async def with_an_app(desk: Desk, username: str) -> str:
    """Confirm an authenticator app for somebody; its secret."""
    who, earlier = desk.people[username], desk.clock.now - timedelta(minutes=5)
    async with desk.store.work() as work:
        secret = await work.factors.begin(who, earlier)
        assert await work.factors.confirm(who, pyotp.TOTP(secret).at(earlier), earlier)
    return secret


async def sign_in(page: Page, desk: Desk, username: str, secret: str) -> None:
    if urlsplit(page.url).path != "/login":
        await page.goto(f"{desk.url}/login")
    await tab_to(page, "username")
    await write(page, username, "Tab", PASSWORD, "Enter")
    await expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    await tab_to(page, "code")
    await write(page, pyotp.TOTP(secret).at(desk.clock.now), "Enter")
    await page.wait_for_url(f"{desk.url}/")


async def work_through(page: Page, reference: str) -> None:
    """All that can be done with one report, up to its end."""
    await open_report(page, reference)
    await page.keyboard.press("a")
    await said(page, "Saved: who has it.")
    await write(page, "s", FIRST)
    await tab_to(page, "Save status")
    await page.keyboard.press("Enter")
    await said(page, "The status is saved.")
    await write(page, "r", "We have read your report.")
    await tab_to(page, "Send message")
    await page.keyboard.press("Enter")
    await said(page, "The message is saved.")
    await write(page, "n", "Known to the team.", "Tab", "Enter")
    await said(page, "The note is saved.")
    await close(page)


async def take_on(page: Page, references: Sequence[str]) -> None:
    """Tick these in the queue, and take them all."""
    for _ in range(REPORTS - 1):
        await page.keyboard.press("j")
        if await focused(page) in references:
            await page.keyboard.press("x")
    await tab_to(page, "Do it")
    await page.keyboard.press("Enter")
    await said(page, f"{len(references)} reports")


async def close(page: Page) -> None:
    """Close the report that is open, with what came of it; back to the queue."""
    await write(page, "s", LAST, "Tab", "Advice")
    await tab_to(page, "Save status")
    await page.keyboard.press("Enter")
    await said(page, "The status is saved.")
    await expect(page.locator(".desk-facts")).to_contain_text("Advice given")
    await back(page)


async def start(page: Page) -> None:
    """Begin to work on the report that is open, and say so to colleagues."""
    await write(page, "s", NEXT)
    await tab_to(page, "Save status")
    await page.keyboard.press("Enter")
    await said(page, "The status is saved.")
    await write(page, "n", "I ring them tonight.", "Tab", "Enter")
    await said(page, "The note is saved.")
    await back(page)


async def merge(page: Page, reference: str, other: str) -> None:
    await open_report(page, reference)
    await page.keyboard.press("n")
    await tab_to(page, "Link to another report")
    await write(page, "Enter", "Tab", "merged", "Tab", other, "Enter")
    await said(page, "The link is saved.")
    await expect(page.locator(".desk-links")).to_contain_text(other)
    await expect(page.locator(".desk-links")).to_contain_text("this is merged into it")
    await back(page)


async def take_a_chat(page: Page, resident: Resident) -> None:
    await go(page, "Live")
    await tab_to(page, "I am ready")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You are ready")).to_be_visible()
    await resident.waits("hello")
    await expect(page.get_by_role("heading", name="Waiting (1)")).to_be_visible()
    await tab_to(page, "Take the next")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Write to the resident")).to_be_visible()
    await settled(page)
    await tab_to(page, "message")
    await write(page, "Which road is it?", "Control+Enter")
    await expect(page.locator("#lines > li").last).to_contain_text("Which road is it?")
    assert "Which road is it?" in await resident.last()
    await resident.says("Mill Lane")
    await expect(page.locator("#lines > li").last).to_contain_text("Mill Lane")
    await tab_to(page, "outcome")
    await write(page, "Answered", "Tab", "Enter")
    await said(page, "The chat is ended.")
    assert "Nobody reads this live any more" in await resident.last()


async def hand_over(page: Page, reference: str) -> None:
    await go(page, "My shift")
    await expect(page.get_by_role("link", name=reference)).to_be_visible()
    await write(page, "n", f"{reference} waits for a call.", "Tab", "Enter")
    await said(page, "Your note is kept for the next shift.")
    await expect(page.get_by_text(f"{reference} waits for a call.")).to_be_visible()
    await tab_to(page, "Sign out")
    await page.keyboard.press("Enter")
    await said(page, "You have signed out.")


async def supervise(page: Page, closed: int) -> None:
    """The figures, the workload and the audit trail tell what the handler did."""
    await go(page, "My shift")
    await expect(page.get_by_text("waits for a call.")).to_be_visible()
    await go(page, "Figures")
    tile = page.locator(".desk-tile", has=page.get_by_text("Closed", exact=True))
    await expect(tile.locator(".desk-tile__value")).to_have_text(str(closed))
    await go(page, "Workload")
    row = page.get_by_role("row", name="The handler")
    await expect(row.get_by_role("cell").first).to_have_text(str(10 - closed))
    await go(page, "Audit trail")
    await expect(page.get_by_role("cell", name="shift handed over")).to_be_visible()


async def go(page: Page, place: str) -> None:
    """To a place of the navigation."""
    await tab_to(page, place)
    await page.keyboard.press("Enter")
    await expect(page.locator(".desk-bar__nav [aria-current]")).to_contain_text(place)
    await settled(page)


async def open_report(page: Page, reference: str) -> None:
    """From the queue."""
    for _ in range(REPORTS):
        await page.keyboard.press("j")
        if await focused(page) == reference:
            break
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/reports/{reference}")


async def focused(page: Page) -> str:
    """The words of what has the focus."""
    return str(await page.evaluate("document.activeElement.textContent"))


async def back(page: Page) -> None:
    """To the queue."""
    await page.keyboard.press("u")
    await page.wait_for_url(lambda url: urlsplit(url).path == "/")


async def write(page: Page, *parts: str) -> None:
    """Press keys by their names and type all else."""
    for part in parts:
        if part in KEYS:
            await page.keyboard.press(part)
        else:
            await page.keyboard.type(part)


async def said(page: Page, text: str) -> None:
    """Wait until the console has said so; nothing on the page is wider than the screen."""
    await expect(page.locator(".desk-said")).to_contain_text(text)
    await settled(page)


async def settled(page: Page) -> None:
    """Wait until the scripts of the page run, on which keys depend."""
    await page.wait_for_load_state()
    assert page.viewport_size is not None
    across = await page.evaluate("document.documentElement.scrollWidth")
    assert across <= page.viewport_size["width"], f"{page.url} is {across} px wide"


@pytest_asyncio.fixture(loop_scope="session")
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        yield opened
