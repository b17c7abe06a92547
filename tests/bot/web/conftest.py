"""The residents' pages for tests without a browser."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.shelf import Shelf
from tests.bot.web.resident import Resident
from tests.chat_desk import Desk, open_desk


@pytest.fixture
async def desk(tmp_path: Path, empty: Path, shelf: Shelf, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(empty, tmp_path / "data", shelf, now) as opened:
        yield opened


@pytest.fixture
async def resident(desk: Desk) -> AsyncIterator[Resident]:
    """Somebody who has just opened the page."""
    async with Resident(await desk.serve()) as somebody:
        await somebody.open()
        yield somebody
