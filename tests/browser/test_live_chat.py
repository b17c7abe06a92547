"""A live chat with both its ends in a real browser: words and typing cross without a reload."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.app import App, open_app
from bot.clock import utc_now
from bot.config import load_config
from bot.shelf import Shelf
from storage.staff import HANDLER
from tests.browser_kit import NEEDS_CHROMIUM, WIDE, look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    # One loop for all, so that they can share one browser.
    pytest.mark.asyncio(loop_scope="session"),
    NEEDS_CHROMIUM,
    # aiohttp leaves a static file to the garbage collector where the browser went on meanwhile.
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning"
    ),
]


async def test_a_resident_and_a_handler_talk(app: App, resident: Page, handler: Page) -> None:
    await handler.goto(f"{app.console_url}live")
    await handler.get_by_role("button", name="I am ready").click()
    await resident.goto(app.chat_url)
    await say(resident, "person")
    await resident.get_by_role("button", name="Wait for a person").click()
    await expect(last(resident)).to_contain_text("You are next")
    await say(resident, "It is about my bike")
    await expect(last(resident)).to_contain_text("I have kept that")

    await expect(handler.get_by_role("heading", name="Waiting (1)")).to_be_visible()
    await expect(handler).to_have_title("Live (1 waiting) – Front Counter staff console")
    await look(handler, "the list with one who waits")
    await handler.get_by_role("button", name="Take the next").click()
    await expect(handler.locator("#lines")).to_contain_text("It is about my bike")
    await expect(last(resident)).to_contain_text("You are now talking to a person")
    await look(handler, "a live chat")

    box = handler.get_by_label("Your words")
    await box.press_sequentially("Which ")
    await expect(resident.get_by_text("A person at the counter is typing")).to_be_visible()
    await resident.get_by_label("Type your question").press_sequentially("The red")
    await expect(handler.get_by_text("The resident is typing")).to_be_visible()
    await say(resident, "The red one")
    await expect(handler.locator("#lines > li").last).to_contain_text("The red one")
    assert await box.input_value() == "Which ", "what is being typed stays"
    await box.fill("Which shed?")
    await box.press("Control+Enter")
    await expect(box).to_have_value("")
    await expect(last(resident)).to_contain_text("Which shed?")
    await expect(last(resident)).to_contain_text("A person at the counter")
    await expect(resident.locator(".app-line--you").last).to_contain_text("The red one")
    await look(resident, "the resident's page")
    await box.fill("Thank you.")
    await handler.get_by_role("button", name="Send").click()
    await expect(last(resident)).to_contain_text("Thank you.")

    await a_refused_message_is_said_and_the_chat_goes_on(resident, handler, box)

    await handler.get_by_role("button", name="Take a report").click()
    await look(handler, "the report's form")
    await handler.get_by_label("What it is about").select_option("theft")
    await handler.get_by_label("Where").fill("Mill Lane")
    await handler.get_by_label("No", exact=True).check()
    await handler.get_by_role("button", name="Record the report").click()
    await expect(last(resident)).to_contain_text("Your secret access code")
    await handler.get_by_label("What came of it").select_option("a report was made")
    await handler.get_by_role("button", name="End the chat").click()
    await expect(last(resident)).to_contain_text("Nobody reads this live any more")


async def a_refused_message_is_said_and_the_chat_goes_on(
    resident: Page, handler: Page, box: Locator
) -> None:
    await box.fill("x" * 4_001)
    await handler.get_by_role("button", name="Send").click()
    await expect(handler.locator("#message-error")).to_be_visible()
    assert not handler.url.endswith("/say")
    await say(resident, "Are you there?")
    await expect(handler.locator("#lines > li").last).to_contain_text("Are you there?")
    await box.fill("I am.")
    await handler.get_by_role("button", name="Send").click()
    await expect(last(resident)).to_contain_text("I am.")


async def say(page: Page, text: str) -> None:
    box = page.get_by_label("Type your question")
    await box.fill(text)
    await box.press("Control+Enter")


def last(page: Page) -> Locator:
    return page.locator(".app-line--counter").last


@pytest_asyncio.fixture(loop_scope="session")
async def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shelf: Shelf) -> AsyncIterator[App]:
    """The whole counter."""
    monkeypatch.chdir(tmp_path)
    config, _ = load_config(data=tmp_path / "data", web={"port": 0}, staff={"port": 0})
    async with open_app(config, known=shelf) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def resident(browser: Browser) -> AsyncIterator[Page]:
    # axe is put into the page by the test, which the policy rightly forbids otherwise.
    context = await browser.new_context(bypass_csp=True, viewport=WIDE)
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def handler(app: App, browser: Browser) -> AsyncIterator[Page]:
    """A handler who is signed in."""
    async with app.store.work() as work:
        staff = await work.staff.add("hana", "Hana", "a long enough password", HANDLER, utc_now())
        token = await work.sessions.open(staff, utc_now())
    context = await browser.new_context(bypass_csp=True, viewport=WIDE)
    await context.add_cookies([{"name": "staff", "value": token, "url": app.console_url}])
    yield await context.new_page()
    await context.close()
