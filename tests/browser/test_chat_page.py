"""The chat page in a real browser: with scripts and without, by keyboard, small, and for axe."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, ConsoleMessage, Page, Route, expect

from bot.shelf import Shelf
from tests.browser_kit import NEEDS_CHROMIUM, look
from tests.chat_desk import Desk, open_desk

AWAY = "https://www.bbc.co.uk/weather"
QUESTION = "How do I report antisocial behaviour?"
ALARM = "someone is breaking into my house right now, I am hiding upstairs"
TOLD = "Loud mopeds <img src=x onerror=alert(1)> on the green, see [x](https://evil.example)."
LONGEST_FORM = 40
"""Questions after which the walk through a form has lost its way."""

pytestmark = [
    pytest.mark.browser,
    # One loop for all, so that they can share one browser.
    pytest.mark.asyncio(loop_scope="session"),
    NEEDS_CHROMIUM,
    # aiohttp leaves a static file to the garbage collector where the browser went on meanwhile.
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning"
    ),
]


class TestLooks:
    async def test_the_chat_is_accessible_and_fits_a_small_screen(self, page: Page) -> None:
        await look(page, "before")
        await say(page, QUESTION)
        await look(page, "answer")
        await say(page, ALARM)
        await expect(page.locator(".app-line--urgent")).to_contain_text("Call 999 now")
        await look(page, "alarm")
        await say(page, "   ")
        await expect(page.get_by_role("alert")).to_contain_text("Type something first")
        await look(page, "error")
        await page.get_by_text("Cannot speak, or cannot hear?").click()
        await page.get_by_text("Keyboard shortcuts").click()
        await look(page, "all opened")

    async def test_every_page_to_read_is_accessible(self, page: Page) -> None:
        for path in ("about", "help", "privacy", "accessibility", "feedback", "nowhere"):
            await page.goto(f"{base(page)}/{path}")
            await look(page, path)

    async def test_text_twice_as_big_still_fits(self, page: Page) -> None:
        await say(page, QUESTION)
        await page.set_viewport_size({"width": 320, "height": 640})
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320

    async def test_forced_colours_keep_their_edges(self, page: Page) -> None:
        await page.emulate_media(forced_colors="active")
        await say(page, ALARM)
        edge = "getComputedStyle(document.querySelector('.app-line--urgent')).borderTopWidth"
        assert await page.evaluate(edge) == "5px"
        await look(page, "forced colours")

    async def test_what_is_typed_never_becomes_part_of_the_page(self, page: Page) -> None:
        await say(page, f"{QUESTION} <img src=x onerror=alert(1)> <a href=/leave>x</a>")
        own = page.locator(".app-line--you .app-line__words")
        await expect(own).to_contain_text("<img src=x")
        assert await own.locator("*").count() == 0


class TestWithScripts:
    async def test_a_resident_gets_from_greeting_to_reference(self, page: Page) -> None:
        await page.evaluate("window.neverReloaded = true")
        assert re.search(r"FC-\w{3}-\w{4}", await report(page))
        assert await page.evaluate("window.neverReloaded")

    async def test_the_answer_begins_at_the_top_with_what_was_asked(self, page: Page) -> None:
        for text in (QUESTION, "how do I report a lost dog?"):
            await say(page, text)
            own = page.locator(".app-line--you").last
            box = await own.bounding_box()
            bar = await page.locator(".app-bar").bounding_box()
            assert box is not None
            assert bar is not None
            assert bar["height"] <= box["y"] <= bar["height"] + 60

    async def test_news_comes_in_without_asking(self, page: Page) -> None:
        await say(page, "hello")
        other = await page.context.new_page()
        await other.goto(base(page))
        await say(other, "thank you")
        await expect(page.locator(".app-line--you").last).to_contain_text("thank you")
        await expect(page.locator(".app-choices")).to_have_count(1)
        lines = await page.locator(".app-line").count()
        assert lines == await other.locator(".app-line").count()

    async def test_what_cannot_be_sent_stays_in_the_box_and_is_sent_once(
        self, desk: Desk, page: Page
    ) -> None:
        await page.context.set_offline(True)
        await page.fill("#text", QUESTION)
        await page.get_by_role("button", name="Send").click()
        problem = page.get_by_role("alert")
        await expect(problem).to_contain_text("has not been recorded")
        await expect(page.locator("#text")).to_have_value(QUESTION)
        await expect(page.locator(".app-line--pending")).to_have_count(0)
        await page.context.set_offline(False)
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator(".app-line--you")).to_have_count(1)
        await expect(problem).to_have_count(0)
        assert await said(desk, page) == [QUESTION]

    async def test_the_notice_goes_when_what_was_held_is_recorded(
        self, desk: Desk, page: Page
    ) -> None:
        await say(page, "hello")
        with closing(sqlite3.connect(desk.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await page.fill("#text", QUESTION)
            await page.get_by_role("button", name="Send").click()
            notice = page.get_by_role("alert")
            await expect(notice).to_contain_text("not in our records yet")
            await expect(page.locator("#text")).to_have_value("")
        await expect(page.locator(".app-line--you").last).to_contain_text(QUESTION)
        await expect(notice).to_have_count(0)
        assert await said(desk, page) == ["hello", QUESTION]

    async def test_an_answer_lost_on_the_way_is_asked_for_again_without_harm(
        self, desk: Desk, page: Page
    ) -> None:
        async def lose(route: Route) -> None:
            await route.fetch()
            await route.abort()

        await page.route("**/say*", lose, times=1)
        await page.fill("#text", QUESTION)
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("alert")).to_have_count(0)
        assert await said(desk, page) == [QUESTION]

    async def test_two_clicks_are_one_message(self, desk: Desk, page: Page) -> None:
        await page.fill("#text", QUESTION)
        await page.get_by_role("button", name="Send").dblclick()
        await expect(page.locator(".app-line--counter")).to_have_count(2)
        assert await said(desk, page) == [QUESTION]

    async def test_a_deleted_chat_leaves_the_screen(self, page: Page) -> None:
        await say(page, "hello")
        await say(page, "privacy")
        await press(page, "Delete this chat")
        await press(page, "Yes, delete it")
        await expect(page.locator(".app-lines")).not_to_contain_text("hello")

    async def test_a_stale_form_is_mended_in_place(self, page: Page) -> None:
        await page.context.clear_cookies()
        await page.fill("#text", QUESTION)
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("alert")).to_contain_text("press Send once more")
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator(".app-line--you")).to_contain_text(QUESTION)


class TestKeyboard:
    async def test_all_can_be_reached_and_seen_in_order(self, page: Page) -> None:
        names = []
        for _ in range(12):
            await page.keyboard.press("Tab")
            names.append(await page.evaluate("document.activeElement.innerText.trim()"))
            top = "document.activeElement.getBoundingClientRect().top"
            assert await page.evaluate(top) >= 0
        assert names[:3] == ["Skip to main content", "Leave this site", "call 999"]
        assert "Make a report" in names

    async def test_a_message_can_be_sent_and_a_button_pressed(self, page: Page) -> None:
        await page.focus("#text")
        await page.keyboard.type("menu")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".app-line--counter")).to_have_count(2)
        await page.get_by_role("button", name="Make a report").focus()
        await page.keyboard.press("Enter")
        focused = page.locator(".app-line--counter:focus")
        await expect(focused).to_contain_text("What would you like to tell us about?")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.name") == "choice"

    async def test_enter_makes_a_new_line(self, desk: Desk, page: Page) -> None:
        await page.focus("#text")
        await page.keyboard.type("one")
        await page.keyboard.press("Enter")
        await page.keyboard.type("two")
        await expect(page.locator("#text")).to_have_value("one\ntwo")
        assert await said(desk, page) == []


class TestLeaving:
    async def test_escape_leaves_however_often_it_is_pressed(self, desk: Desk, page: Page) -> None:
        await say(page, QUESTION)
        session = await session_of(page)
        for _ in range(3):
            await page.keyboard.press("Escape")
        await page.wait_for_url(AWAY)
        assert await erased(desk, session)

    async def test_going_back_shows_nothing_of_the_chat(self, page: Page) -> None:
        start = base(page)
        await page.goto(f"{start}/about")
        await page.goto(start)
        await say(page, "good morning")
        await page.keyboard.press("Escape")
        await page.wait_for_url(AWAY)
        await page.go_back()
        await page.wait_for_url(f"{start}/about")
        await page.goto(start)
        assert "good morning" not in await page.inner_text("main")

    async def test_shift_three_times_leaves(self, page: Page) -> None:
        for _ in range(3):
            await page.keyboard.press("Shift")
        await page.wait_for_url(AWAY)

    async def test_capital_letters_do_not(self, page: Page) -> None:
        await page.focus("#text")
        for letter in "ABC":
            await page.keyboard.press(f"Shift+{letter}")
        assert page.url.startswith(base(page))

    async def test_the_keys_can_be_switched_off(self, page: Page) -> None:
        await page.get_by_text("Keyboard shortcuts").click()
        await page.get_by_label("Use these keys").uncheck()
        await page.reload()
        await page.keyboard.press("Escape")
        for _ in range(3):
            await page.keyboard.press("Shift")
        await say(page, "hello")
        assert page.url.startswith(base(page))

    async def test_escape_while_composing_a_letter_does_not_leave(self, page: Page) -> None:
        await page.evaluate(
            "document.dispatchEvent(new KeyboardEvent("
            "'keydown', {key: 'Escape', isComposing: true, bubbles: true}))"
        )
        await say(page, "hello")
        assert page.url.startswith(base(page))

    async def test_the_button_leaves(self, desk: Desk, page: Page) -> None:
        await say(page, QUESTION)
        session = await session_of(page)
        await page.get_by_role("button", name="Leave this site").click()
        await page.wait_for_url(AWAY)
        assert await erased(desk, session)


class TestWithoutScripts:
    async def test_the_page_comes_back_at_what_was_sent(self, plain: Page) -> None:
        await say(plain, QUESTION)
        assert plain.url.endswith("/#last")
        await expect(plain.locator(".app-line--you")).to_contain_text(QUESTION)
        await say(plain, " ")
        await expect(plain.get_by_role("alert")).to_contain_text("Type something first")

    async def test_the_link_leaves(self, desk: Desk, plain: Page) -> None:
        await say(plain, QUESTION)
        session = await session_of(plain)
        start, asked = base(plain), []
        plain.on("request", lambda request: asked.append(request.url))
        await plain.get_by_role("button", name="Leave this site").click()
        # A host behind a redirect is out of the tests' reach: it is only asked for.
        assert asked[:2] == [f"{start}/leave", AWAY]
        assert await erased(desk, session)
        assert await plain.context.cookies() == []


async def report(page: Page) -> str:
    """Walk through a report of antisocial behaviour to its receipt; what the receipt says."""
    await press(page, "Make a report")
    await press(page, "Antisocial behaviour")
    for _ in range(LONGEST_FORM):
        last = page.locator(".app-line--counter").last
        words = await last.inner_text()
        labels = await last.get_by_role("button").all_inner_texts()
        if "Send my report" in labels:
            break
        if "Skip" in labels:
            await press(page, "Skip")
        elif "No" in labels:
            await press(page, "No")
        elif labels:
            await press(page, labels[0])
        else:
            await say(page, "CM2 6DA" if "postcode" in words else TOLD)
    review = page.locator(".app-line--counter").last
    await expect(review).to_contain_text(TOLD)
    assert await review.locator("img, a").count() == 0
    await press(page, "Send my report")
    receipt = page.locator(".app-line--counter").last
    await expect(receipt).to_contain_text("Your report is recorded")
    return await receipt.inner_text()


async def say(page: Page, text: str) -> None:
    """Type and send; back when the answer, or the problem, is there."""
    await page.fill("#text", text)
    await _answered(page, page.get_by_role("button", name="Send", exact=True).click)


async def press(page: Page, label: str) -> None:
    button = page.locator(".app-line--counter").last.get_by_role("button", name=label, exact=True)
    await _answered(page, button.click)


async def _answered(page: Page, act) -> None:  # type: ignore[no-untyped-def]  # a click
    async with page.expect_response(lambda response: "/say" in response.url) as response:
        await act()
    await (await response.value).finished()
    await page.wait_for_load_state()
    await expect(page.locator("[data-state]")).to_have_text("")


def base(page: Page) -> str:
    """The address of the chat, wherever on it the page is."""
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


async def session_of(page: Page) -> str:
    (cookie,) = await page.context.cookies()
    return str(cookie["value"])


async def erased(desk: Desk, session: str) -> bool:
    """Whether nothing is left of a session's chat, or will be in a moment."""
    for _ in range(100):
        if not await desk.transcript(session):
            return True
        await asyncio.sleep(0.02)
    return False


async def said(desk: Desk, page: Page) -> list[str | None]:
    lines = await desk.transcript(await session_of(page))
    return [line.text for line in lines if line.reply is None]


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path, empty: Path, shelf: Shelf, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(empty, tmp_path / "data", shelf, now) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def server(desk: Desk) -> TestServer:
    return await desk.serve()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, server: TestServer) -> AsyncIterator[Page]:
    """The chat page, opened; it must ask nobody but us, and no script may complain."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    await context.route(f"{AWAY}**", lambda route: route.fulfill(body="<h1>Weather</h1>"))
    opened = await context.new_page()
    asked, complaints = [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if _bad(said) else None)
    await opened.goto(str(server.make_url("/")))
    yield opened
    await context.close()
    here = urlsplit(str(server.make_url("/"))).netloc
    assert {urlsplit(url).netloc for url in asked} <= {here, urlsplit(AWAY).netloc}
    assert not complaints


@pytest_asyncio.fixture(loop_scope="session")
async def plain(browser: Browser, server: TestServer) -> AsyncIterator[Page]:
    """The same where scripts are switched off."""
    context = await browser.new_context(java_script_enabled=False)
    await context.route(f"{AWAY}**", lambda route: route.fulfill(body="<h1>Weather</h1>"))
    opened = await context.new_page()
    await opened.goto(str(server.make_url("/")))
    yield opened
    await context.close()


def _bad(said: ConsoleMessage) -> bool:
    """A complaint of the browser; answers of 4xx and a lost connection are what tests ask for."""
    return said.type == "error" and "Failed to load" not in said.text and "net::" not in said.text
