"""Accounts in a real browser: every page for axe and a small screen, and a passkey used."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from handlers.report import RESTRICTED
from knowledge.library import Library
from storage.staff import Terms
from tests.browser_kit import NEEDS_CHROMIUM, WIDE, look
from tests.console_desk import PASSWORD, Desk, open_desk

pytestmark = [
    pytest.mark.browser,
    # One loop for all, so that they can share one browser.
    pytest.mark.asyncio(loop_scope="session"),
    NEEDS_CHROMIUM,
]


async def test_every_page_is_accessible_and_fits_a_small_screen(desk: Desk, page: Page) -> None:
    reference = await desk.report(flags=frozenset({RESTRICTED, "children"}))
    await sign_in(page, desk, "admin")
    await page.goto(f"{desk.url}/accounts")
    await look(page, "accounts")
    await page.get_by_label("Username").fill("anna")
    await page.get_by_role("button", name="Make it").click()
    await look(page, "no name")
    await page.goto(f"{desk.url}/accounts/handler")
    await look(page, "an account")
    await page.get_by_role("button", name="Give them a new password").click()
    await look(page, "a password shown once")
    await page.goto(f"{desk.url}/me")
    await look(page, "one’s own account")
    await page.goto(f"{desk.url}/me/password")
    await page.get_by_role("button", name="Change password").click()
    await look(page, "no new password")
    await page.goto(f"{desk.url}/me/second-factor")
    await look(page, "setting up a second factor")
    key = (await page.locator(".desk-key").inner_text()).replace(" ", "")
    await page.get_by_label("The code it shows").fill(pyotp.TOTP(key).at(desk.clock.now))
    await page.get_by_role("button", name="Finish").click()
    await look(page, "recovery codes")
    await page.goto(f"{desk.url}/me/second-factor")
    await look(page, "new recovery codes")
    await page.get_by_role("button", name="Sign out").click()
    await sign_in(page, desk, "admin")
    await page.get_by_role("button", name="Go on").click()
    await look(page, "a wrong code")
    await page.context.clear_cookies()
    async with desk.store.work() as work:
        terms = Terms(name="Sam", role="supervisor")
        await work.staff.change("supervisor", terms, desk.clock.now, "test")
    await sign_in(page, desk, "supervisor")
    await page.goto(f"{desk.url}/reports/{reference}")
    await look(page, "a report that is not for them")
    await page.get_by_role("link", name="break the glass").click()
    await page.get_by_role("button", name="Open it").click()
    await look(page, "no reason")
    await page.get_by_label("Why you need it now").fill("Her sister is at the counter.")
    await page.get_by_role("button", name="Open it").click()
    await page.get_by_text("Mark as sensitive").click()
    await page.get_by_text("I must not work on this").click()
    await look(page, "a report opened by breaking the glass")


async def test_a_passkey_is_added_and_signs_in_without_password_or_code(
    desk: Desk, browser: Browser
) -> None:
    # Passkeys are for hosts with a name.
    url = desk.url.replace("127.0.0.1", "localhost")
    context = await browser.new_context(viewport=WIDE)
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    await page.goto(f"{url}/login?next=/me")
    await page.get_by_label("Username").fill("handler")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.get_by_role("button", name="Add a passkey").click()
    await page.get_by_text("The passkey is added.").wait_for()
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("button", name="Use a passkey").click()
    await page.wait_for_url(f"{url}/")
    await page.goto(f"{url}/me")
    await page.get_by_text("with a passkey; last used").wait_for()
    await page.get_by_role("button", name="Remove the passkey").click()
    await page.get_by_text("The passkey is removed.").wait_for()
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("button", name="Use a passkey").click()
    await page.get_by_text("That passkey does not sign anybody in here.").first.wait_for()
    await context.close()


async def sign_in(page: Page, desk: Desk, username: str) -> None:
    await page.goto(f"{desk.url}/login")
    await page.get_by_label("Username").fill(username)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    # axe is put into the page by the test, which the policy rightly forbids otherwise.
    context = await browser.new_context(bypass_csp=True, viewport=WIDE)
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        yield opened
