"""A real store for what needs no more than that."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.work import Store, open_store
from tests.chat_desk import DATABASE, KEYS


@pytest.fixture
async def store(tmp_path: Path, empty: Path) -> AsyncIterator[Store]:
    """A real store in a file of the test's own folder."""
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    async with open_store(f"sqlite+aiosqlite:///{tmp_path / DATABASE}", tmp_path / KEYS) as opened:
        yield opened
