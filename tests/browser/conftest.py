"""One real browser for all the tests of pages; each opens windows of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.browser_kit import open_browser


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's chromium."""
    async with open_browser() as opened:
        yield opened
