"""What every test may use: the shipped knowledge, and a fixed day."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.load import SHIPPED, load

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the trained matcher is kept for the whole run."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def library(cache: Path) -> Library:
    """The knowledge that comes with the program."""
    loaded = load(SHIPPED, cache=cache)
    assert loaded.library is not None, [str(problem) for problem in loaded.problems]
    return loaded.library


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests' conversations happen."""
    return NOW
