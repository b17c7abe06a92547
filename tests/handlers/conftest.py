"""A resident at the counter, for every handlers test."""

from datetime import datetime

import pytest

from knowledge.library import Library
from tests.handlers.chat import Chat


@pytest.fixture
def chat(library: Library, now: datetime) -> Chat:
    """A resident who has been welcomed."""
    return Chat(library, now)
