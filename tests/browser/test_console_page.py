"""The console in a real browser: with the keyboard alone, without scripts, small, and for axe."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from handlers.report import RESTRICTED, SAFEGUARDING, UNDER_18, URGENT, SafeContact, Status
from knowledge.article import Problem
from knowledge.library import Library
from storage.erasure import HoldReason
from storage.searches import SearchReason
from tests.browser_kit import NARROW, NEEDS_CHROMIUM, WIDE, look
from tests.console_desk import PASSWORD, Desk, open_desk, picture

pytestmark = [
    pytest.mark.browser,
    # One loop for all, so that they can share one browser.
    pytest.mark.asyncio(loop_scope="session"),
    NEEDS_CHROMIUM,
]


async def test_every_page_is_accessible_and_fits_a_small_screen(desk: Desk, page: Page) -> None:
    urgent = await desk.report(
        flags=frozenset({URGENT, SAFEGUARDING}), chat="margaret", photo=picture()
    )
    restricted = await desk.report(
        flags=frozenset({RESTRICTED, UNDER_18}), contact=SafeContact("none", safe=False)
    )
    for _ in range(26):
        await desk.report()
    await page.goto(f"{desk.url}/login")
    await look(page, "sign-in page")
    await sign_in(page, desk, "supervisor", "wrong")
    await look(page, "wrong password")
    await sign_in(page, desk, "supervisor")
    await look(page, "queue")
    for name, path in (
        ("second page of the queue", "/?page=2"),
        ("nothing matches", "/?flag=hate"),
        ("not a reference", "/?not-a-reference"),
        ("report", f"/reports/{urgent}"),
        ("restricted report", f"/reports/{restricted}"),
        ("audit trail", "/audit"),
        ("nothing in the audit trail", "/audit?who=nobody&from=no-day"),
        ("figures", "/figures"),
        ("times", "/figures/times?by=hour"),
        ("districts", "/figures/districts?from=2026-11-31&period=own"),
        ("workload", "/workload"),
        ("teams", "/teams"),
        ("leave", "/leave"),
        ("quality", "/quality"),
        ("nothing due", "/due"),
        ("not due", f"/due/{urgent}"),
        ("noticed", "/notices"),
        ("sharing", f"/reports/{urgent}/shares"),
        ("not found", "/reports/none"),
    ):
        await page.goto(f"{desk.url}{path}")
        await look(page, name)
    async with desk.store.work() as work:
        for reference in (urgent, restricted):
            await work.reports.ask_erasure(reference, desk.clock.now)
        reason = HoldReason.RIGHTS
        await work.erasure.hold(restricted, "supervisor", desk.clock.now, reason=reason)
        who, why = desk.by("supervisor").staff, SearchReason.REPORT
        search = await work.searches.record(who, "words", "z" * 90, why, desk.clock.now)
    for name, path in (
        ("audit trail with a search", "/audit"),
        ("the words of a search", f"/audit/words/{search}"),
        ("due for review", f"/due?done=kept-asked&about={urgent}"),
        ("decision", f"/due/{urgent}"),
        ("decision about a held one", f"/due/{restricted}"),
        ("what goes and what stays", f"/due/{urgent}/erase"),
        ("held report", f"/reports/{restricted}"),
    ):
        await page.goto(f"{desk.url}{path}")
        await look(page, name)
    desk.shelf.refused = (Problem("articles/drones.md", 12, "no words for 999 in " + "x" * 60),)
    await page.goto(f"{desk.url}/knowledge")
    await look(page, "knowledge files")


async def test_a_conflict_and_a_slip_are_accessible(desk: Desk, page: Page) -> None:
    reference = await desk.report()
    await sign_in(page, desk, "handler")
    await page.goto(f"{desk.url}/reports/{reference}")
    async with desk.store.work() as work:
        by = desk.by("supervisor")
        await work.casework.change_status(reference, Status.IN_TRIAGE, None, by, desk.clock.now, 0)
    await page.get_by_label("In progress").check()
    await page.get_by_role("button", name="Save status").click()
    alert = page.get_by_role("alert")
    assert "The supervisor changed the status" in await alert.inner_text()
    assert await page.get_by_label("In progress").is_checked()
    await look(page, "conflict")
    await page.get_by_label("Closed", exact=True).check()
    await page.get_by_role("button", name="Save status").click()
    await page.get_by_role("link", name="Choose a disposition to close a report.").click()
    focused = await page.evaluate("document.activeElement.id")
    assert focused == "disposition"
    await look(page, "no disposition")


async def test_a_slip_in_a_decision_is_accessible(desk: Desk, page: Page) -> None:
    reference = await desk.report()
    async with desk.store.work() as work:
        await work.reports.ask_erasure(reference, desk.clock.now)
    await sign_in(page, desk, "supervisor")
    await page.get_by_role("link", name="Due for review 1").click()
    await page.get_by_role("link", name=reference).click()
    await page.get_by_role("button", name="Set legal hold").click()
    await page.get_by_role("link", name="Choose why it is held.").click()
    assert await page.evaluate("document.activeElement.id") == "reason"
    await look(page, "no reason to hold")
    await page.get_by_role("link", name="Erase this report").click()
    await page.get_by_role("button", name="Erase it for good").click()
    await page.get_by_role("link", name="Choose why it is erased.").click()
    assert await page.evaluate("document.activeElement.id") == "why"
    await look(page, "no reason to erase")
    async with desk.store.work() as work:
        await work.erasure.keep(reference, "supervisor", desk.clock.now)
    await page.get_by_label("No longer needed").check()
    await page.get_by_role("button", name="Erase it for good").click()
    assert "supervisor: report reviewed and kept" in await page.get_by_role("alert").inner_text()
    await look(page, "decided by somebody else")


async def test_a_report_is_erased_with_the_keyboard_alone(desk: Desk, page: Page) -> None:
    reference = await desk.report()
    async with desk.store.work() as work:
        await work.reports.ask_erasure(reference, desk.clock.now)
    await sign_in(page, desk, "supervisor")
    await page.goto(f"{desk.url}/due")
    await tab_to(page, reference)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/due/{reference}")
    await tab_to(page, "Erase this report")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/erase")
    await tab_to(page, "why")
    await page.keyboard.press("Space")
    await tab_to(page, "Erase it for good")
    await page.keyboard.press("Enter")
    await page.get_by_text("is erased, and stays so").wait_for()
    await page.wait_for_url(f"{desk.url}/due")


async def test_a_report_can_be_worked_with_the_keyboard_alone(desk: Desk, page: Page) -> None:
    reference = await desk.report(chat="margaret")
    await page.goto(f"{desk.url}/login")
    await tab_to(page, "username")
    await page.keyboard.type("handler")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{desk.url}/")
    await tab_to(page, reference)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{desk.url}/reports/{reference}")
    await tab_to(page, "in triage")
    await page.keyboard.press("Space")
    await tab_to(page, "Save status")
    await page.keyboard.press("Enter")
    await page.get_by_text("The status is saved.").wait_for()
    await tab_to(page, "message")
    await page.keyboard.type("A patrol will come by.")
    await tab_to(page, "Send message")
    await page.keyboard.press("Enter")
    await page.get_by_text("They will be told that there is an update.").wait_for()
    await tab_to(page, "Sign out")
    await page.keyboard.press("Enter")
    await page.get_by_text("You have signed out.").wait_for()
    assert [what for _, what, _ in await desk.events()][-1] == "signed out"


async def test_everything_works_without_scripts(desk: Desk, browser: Browser) -> None:
    reference = await desk.report()
    context = await browser.new_context(java_script_enabled=False, viewport=NARROW)
    page = await context.new_page()
    await sign_in(page, desk, "handler")
    await page.get_by_role("link", name=reference).click()
    await page.get_by_label("Closed", exact=True).check()
    await page.get_by_label("Disposition").select_option("advice given")
    await page.get_by_role("button", name="Save status").click()
    await page.get_by_text("The status is saved.").wait_for()
    await page.get_by_label("Only staff read this").fill("Rang her.")
    await page.get_by_role("button", name="Add note").click()
    await page.get_by_text("The handler made an internal note").wait_for()
    await context.close()


async def test_a_disposition_is_asked_only_of_a_report_that_is_closed(
    desk: Desk, page: Page
) -> None:
    reference = await desk.report()
    await sign_in(page, desk, "handler")
    await page.goto(f"{desk.url}/reports/{reference}")
    disposition = page.get_by_label("Disposition")
    assert not await disposition.is_visible()
    await page.get_by_label("Closed", exact=True).check()
    assert await disposition.is_visible()


async def test_a_picture_is_fetched_only_when_somebody_opens_it(desk: Desk, page: Page) -> None:
    reference = await desk.report(photo=picture())
    await sign_in(page, desk, "handler")
    await page.goto(f"{desk.url}/reports/{reference}")
    await page.wait_for_load_state("networkidle")
    assert not await desk.events("photo viewed")
    await page.get_by_text("Show picture 1").click()
    image = page.locator("img")
    await image.scroll_into_view_if_needed()
    await page.wait_for_function("document.images[0].naturalWidth > 0")
    assert len(await desk.events("photo viewed")) == 1


async def test_words_in_another_form_are_not_lost_in_silence(desk: Desk, page: Page) -> None:
    reference = await desk.report()
    await sign_in(page, desk, "handler")
    await page.goto(f"{desk.url}/reports/{reference}")
    asked = []

    async def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined] # playwright's Dialog
        await dialog.dismiss()  # type: ignore[attr-defined] # as above

    page.on("dialog", stay)
    await page.get_by_label("Only staff read this").fill("Half a note")
    await page.get_by_label("In triage").check()
    await page.get_by_role("button", name="Save status").click()
    await page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert await page.get_by_label("Only staff read this").input_value() == "Half a note"


async def sign_in(page: Page, desk: Desk, username: str, password: str = PASSWORD) -> None:
    await page.goto(f"{desk.url}/login")
    await page.get_by_label("Username").fill(username)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()


async def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what has this id, value or text is focused; what is focused can be seen."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(
            "(e => [e.id, e.value, e.textContent.trim()])(document.activeElement)"
        )
        if wanted in focused:
            seen = await page.evaluate(
                "(b => b.bottom > 0 && b.top < innerHeight && b.width > 0)"
                "(document.activeElement.getBoundingClientRect())"
            )
            assert seen, f"{wanted} has the focus and cannot be seen"
            return
    raise AssertionError(f"Tab never comes to {wanted}")


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, desk: Desk) -> AsyncIterator[Page]:
    """A page that must ask nobody but us for anything, and whose scripts must not complain."""
    # axe is put into the page by the test, which the policy rightly forbids otherwise.
    context: BrowserContext = await browser.new_context(bypass_csp=True, viewport=WIDE)
    page = await context.new_page()
    strangers, complaints = [], []
    here = urlsplit(desk.url).netloc
    page.on(
        "request",
        lambda request: (
            strangers.append(request.url) if urlsplit(request.url).netloc != here else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    await context.close()
    assert not strangers
    assert not complaints


@pytest_asyncio.fixture(loop_scope="session")
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        yield opened
