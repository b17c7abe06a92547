"""The knowledge in use: a mistake never takes its place, and no edit is forgotten."""

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.alerts import Alert, Alerts
from bot.live import Live
from bot.shelf import NoKnowledge, Shelf
from tests.small_content import copied


class Failing:
    """A clock that may stop: every look at a folder needs the day."""

    def __init__(self) -> None:
        self.broken = False

    def __call__(self) -> datetime:
        if self.broken:
            raise OSError("no clock")
        return datetime(2026, 11, 27, tzinfo=UTC)


class OnCall:
    """Whoever is told."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[Alert] = asyncio.Queue()

    async def deliver(self, alert: Alert) -> None:
        self.told.put_nowait(alert)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """A folder with a knowledge base, `content`, that was served before, and its `last-good`."""
    folder = tmp_path_factory.mktemp("shelf")
    Shelf(copied(folder / "content"), folder / "last-good", cache).open()
    return folder


@pytest.fixture
def folder(known: Path, tmp_path: Path) -> Path:
    """A copy of it that may be edited."""
    return Path(shutil.copytree(known, tmp_path / "folder"))


async def test_an_edit_that_could_not_be_taken_in_is_not_forgotten_and_told(
    folder: Path, cache: Path
) -> None:
    content = folder / "content"
    clock, on_call, live = Failing(), OnCall(), Live()
    alerts = Alerts([on_call])
    shelf = Shelf(content, folder / "last-good", cache, clock)
    shelf.open()
    before = shelf.library
    wording = content / "wording" / "conversation.toml"
    wording.write_text(wording.read_text("utf-8").replace("Stopped.", "Stopped!"), "utf-8")
    clock.broken = True
    working = [
        asyncio.create_task(alerts.run()),
        asyncio.create_task(shelf.watch(0.01, lambda: None, live, alerts)),
    ]
    told = await on_call.told.get()
    for task in working:
        task.cancel()
    assert (told.kind, shelf.library) == ("knowledge", before)
    assert "OSError" in told.text
    assert "no clock" not in told.text
    with pytest.raises(OSError, match="no clock"):
        shelf.look_again()


def test_a_mistake_is_refused_also_by_the_next_start(folder: Path, cache: Path) -> None:
    content, last_good = folder / "content", folder / "last-good"
    shelf = Shelf(content, last_good, cache)
    shelf.open()
    served = shelf.library.content_hash
    article = content / "articles" / "stop-and-search.md"
    article.write_text(article.read_text("utf-8") + "\nRing 01632 960000 now.\n", "utf-8")
    assert not shelf.look_again()
    assert "01632 960000" in shelf.refused[0].text

    again = Shelf(content, last_good, cache)
    again.open()
    assert again.library.content_hash == shelf.library.content_hash == served
    assert "01632 960000" in again.refused[0].text
    with pytest.raises(NoKnowledge):
        Shelf(content, folder / "nothing", cache).open()
