"""The main job, whole: a resident reports, staff read it and answer, the resident sees it."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.accounts import Wish, carry_out
from bot.app import App, open_app
from bot.clock import utc_now
from bot.config import load_config
from bot.pace import Pace
from tests.browser_kit import NEEDS_CHROMIUM
from tests.fake_telegram import TOKEN, FakeTelegram

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

PASSWORD = "a long enough password"
WORDS = "Somebody broke the window of the bus shelter"
ANSWER = "Thank you. PC Lane will look at the shelter on Monday."
LONGEST_FORM = 40
BRISK = Pace(everywhere=(1000.0, 1000), one_chat=(1000.0, 1000))
"""Faster than a real chat may be: the waiting is tested with the sender."""


@pytest_asyncio.fixture(loop_scope="session")
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(TOKEN) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def app(
    fake: FakeTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[App]:
    """The whole counter, with one member of staff."""
    monkeypatch.chdir(tmp_path)
    config, _ = load_config(
        data=tmp_path / "data",
        web={"port": 0},
        staff={"port": 0},
        telegram={"token": TOKEN, "api_url": fake.api_url},
    )
    async with open_app(config, pace=BRISK) as opened:
        wish = Wish("add", "anna", "Anna Smith", "supervisor", PASSWORD)
        await carry_out(wish, opened.store, utc_now())
        yield opened


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_on_the_page_from_hello_to_staffs_answer(
    app: App, browser: Browser, scripts: bool
) -> None:
    context = await browser.new_context(java_script_enabled=scripts)
    page = await context.new_page()
    await page.goto(app.chat_url)
    await send(page, "hello")
    receipt = await report(page)
    reference, code = written_down(receipt)

    await staff_answers(browser, app, reference)

    if scripts:
        await page.get_by_text("You have an update.", exact=True).wait_for()
    else:
        await page.goto(app.chat_url)
        assert "You have an update" in await last_line(page)
    assert ANSWER not in await page.content()
    await press(page, "Show it")
    await send(page, code)
    shown = await last_line(page)
    assert ANSWER in shown
    assert "being read" in shown
    await context.close()


async def test_on_telegram_from_hello_to_staffs_answer(
    app: App, browser: Browser, fake: FakeTelegram
) -> None:
    robin = fake.resident(4711)
    robin.say("/start")
    assert "Nobody watches this chat live" in (await robin.hears())[0]
    robin.press("Make a report")
    await robin.hears()
    robin.press("Damage or graffiti")
    said = (await robin.hears())[-1]
    for _ in range(LONGEST_FORM):
        labels = [label.partition(". ")[2] for label, _ in list(robin.shown.values())[-1].buttons]
        choice = next((label for label in CHOICES if label in labels), None)
        if choice == "Send my report":
            break
        if choice is not None:
            robin.press(choice)
        elif labels:
            robin.press(labels[0])
        else:
            robin.say("CM2 6DA" if "postcode" in said else WORDS)
        said = (await robin.hears())[-1]
    robin.press("Send my report")
    reference, code = written_down((await robin.hears())[-1])

    await staff_answers(browser, app, reference)

    assert (await robin.hears())[-1] == "You have an update."
    robin.press("Show it")
    await robin.hears()
    robin.say(code)
    assert ANSWER in (await robin.hears())[-1]


CHOICES = ("Send my report", "Skip", "No", "Here, and on my report's page", "Yes, it is safe")
"""The buttons that lead to the end of a report, the first that is there."""


async def report(page: Page) -> str:
    """Report damage, the shortest way; the words of the receipt."""
    await press(page, "Make a report")
    await press(page, "Damage or graffiti")
    for _ in range(LONGEST_FORM):
        line = page.locator(".app-line--counter").last
        labels = await line.get_by_role("button").all_inner_texts()
        choice = next((label for label in CHOICES if label in labels), None)
        if choice == "Send my report":
            break
        if choice is not None:
            await press(page, choice)
        elif labels:
            await press(page, labels[0])
        else:
            await send(page, "CM2 6DA" if "postcode" in await line.inner_text() else WORDS)
    await press(page, "Send my report")
    return await last_line(page)


async def staff_answers(browser: Browser, app: App, reference: str) -> None:
    """Staff sign in, read the report from the queue, take it on, and write to the resident."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(app.console_url)
    await page.get_by_label("Username").fill("anna")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("link", name=reference).click()
    await expect(page.get_by_text(WORDS).first).to_be_visible()
    await page.get_by_label("In triage").check()
    await page.get_by_role("button", name="Save status").click()
    await page.locator("textarea[name=message]").fill(ANSWER)
    await page.get_by_role("button", name="Send message").click()
    told = page.get_by_text("They will be told that there is an update")
    await expect(told.first).to_be_visible()
    await context.close()


def written_down(receipt: str) -> tuple[str, str]:
    """The reference and the access code, as a resident copies them."""
    reference = re.search(r"FC-\w{3}-\w{4}", receipt)
    code = re.search(r"(?:\w{4} ){3}\w{4}", receipt)
    assert reference is not None, receipt
    assert code is not None, receipt
    return reference[0], code[0]


async def send(page: Page, text: str) -> None:
    """Type and send; back when the answer is there."""
    before = await page.locator(".app-line--counter").count()
    await page.fill("#text", text)
    await page.get_by_role("button", name="Send", exact=True).click()
    await more_than(page, before)


async def press(page: Page, label: str) -> None:
    """Press a button of the last line; back when the answer is there."""
    lines = page.locator(".app-line--counter")
    before = await lines.count()
    await lines.last.get_by_role("button", name=label, exact=True).click()
    await more_than(page, before)


async def more_than(page: Page, before: int) -> None:
    async with asyncio.timeout(20):
        while await page.locator(".app-line--counter").count() <= before:  # noqa: ASYNC110 - a page
            await asyncio.sleep(0.02)


async def last_line(page: Page) -> str:
    return await page.locator(".app-line--counter").last.inner_text()
