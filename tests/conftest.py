"""What every test may use: the shipped knowledge, and a fixed day."""

import asyncio
import gc
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as bot.cli has it, before numpy is imported

import pytest

from bot.config import Config, cache_of
from bot.shelf import Shelf
from knowledge.library import Library
from knowledge.load import SHIPPED
from tests.chat_desk import prepare
from tests.console_desk import prepare as prepare_console

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def pytest_collection_finish() -> None:
    """What is there now stays: it need not be looked through for garbage again and again."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def cache() -> Path:
    """Where set-up keeps the trained matcher, so that no test has to learn it again."""
    return cache_of(Config())


@pytest.fixture(scope="session")
def shelf(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The shipped knowledge, as the program holds it."""
    opened = Shelf(SHIPPED, tmp_path_factory.mktemp("known") / "last-good", cache)
    opened.open()
    gc.collect()
    gc.freeze()  # as `front-counter run` does: it stays, and is not looked through again and again
    return opened


@pytest.fixture(scope="session")
def library(shelf: Shelf) -> Library:
    """The knowledge that comes with the program."""
    return shelf.library


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty database and its keys, made once; to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    asyncio.run(prepare(folder))
    return folder


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests' conversations happen."""
    return NOW


@pytest.fixture(scope="session")
def all_roles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an account for each role, made once; only `staffed` copies it."""
    folder = tmp_path_factory.mktemp("prepared")
    asyncio.run(prepare_console(folder, NOW - timedelta(minutes=30)))
    return folder


@pytest.fixture
def staffed(tmp_path: Path, all_roles: Path) -> Path:
    """A data folder of its own, with an account for each role."""
    return Path(shutil.copytree(all_roles, tmp_path / "data"))
