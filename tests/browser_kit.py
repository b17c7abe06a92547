"""A real Chromium for tests: how it is started, and how a page is judged by axe and by width."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

# Debian has it also without a desktop's parts, which starts and draws in half the time.
CHROMIUM = next(
    (path for name in ("chromium-headless-shell", "chromium") if (path := shutil.which(name))), None
)
NEEDS_CHROMIUM = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="needs Debian's chromium"
)
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}

# The last ones keep it from looking for hosts of its maker, which a closed network refuses.
_ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = Path(AXE_FILE_PATH).read_text("utf-8")
# Only what is wrong, or axe writes a page of report about every element that is right.
_JUDGE = """
async tags => {
  const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  return found.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${rule.help}: ${node.html.slice(0, 120)}`));
}
"""


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Debian's chromium, headless."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=_ARGUMENTS.split()
        )
        yield browser
        await browser.close()


async def look(page: Page, name: str) -> None:
    """Judge the page with axe, on a small screen; and it must scroll sideways on none."""
    for size in (WIDE, NARROW):
        await page.set_viewport_size(size)
        across = await page.evaluate("document.documentElement.scrollWidth")
        assert across <= size["width"], f"{name} is {across} px wide at {size['width']}"
    if not await page.evaluate("typeof axe !== 'undefined'"):
        await page.evaluate(_AXE)
    wrong = await page.evaluate(_JUDGE, _RULES)
    assert not wrong, f"{name}: {wrong}"
    await page.set_viewport_size(WIDE)
