"""A real store in a folder of its own, never empty: somebody else's rows are always there."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handlers.conversation import Conversation, Step
from handlers.draft import Draft
from handlers.effects import Ending
from handlers.messages import Reply
from handlers.report import Answer, NewReport, Place, SafeContact
from handlers.traits import KeyKind, Read
from knowledge.similar import Traits
from knowledge.unusual import Counts
from storage.conversations import TELEGRAM, WEB, Address
from storage.patterns import Count, What
from storage.scope import By
from storage.work import Store, Work, open_store
from tests.postgres_kit import Postgres, running_postgres

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery"
OpenAgain = Callable[[], AbstractAsyncContextManager[Store]]


@dataclass(frozen=True, slots=True)
class World:
    """What is there before a test begins: two who may look, and what others keep.

    The others are noise: a query that forgets its WHERE touches them.
    """

    handler: By
    supervisor: By
    telegram: Address
    web: Address
    draft: Conversation
    reference: str
    code: str
    photo: str


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A folder with database and keys, made once, and what is in it."""
    folder = tmp_path_factory.mktemp("template")
    return folder, asyncio.run(_fill(_url_of(folder), folder))


@dataclass(frozen=True, slots=True)
class Filled:
    """The same on a PostgreSQL server."""

    server: Postgres
    url: str
    keys: Path
    world: World
    afresh: str
    """The statements that make it again what it was."""


@pytest.fixture(scope="session")
def filled() -> Iterator[Filled]:
    """One database for all tests, each of which finds it as it was made."""
    with running_postgres(quick=True) as server:
        url, folder = server.create("filled"), server.folder / "secrets"
        world = asyncio.run(_fill(url, folder))
        yield Filled(server, url, folder / "keys", world, server.remember("filled"))


@pytest.fixture
def folder(tmp_path: Path, template: tuple[Path, World]) -> Path:
    """The data folder of this test."""
    return Path(shutil.copytree(template[0], tmp_path / "data"))


@pytest.fixture
def file(folder: Path) -> Path:
    return folder / "counter.db"


@pytest.fixture
def key_file(folder: Path) -> Path:
    return folder / "keys"


@pytest.fixture
def open_again(folder: Path) -> OpenAgain:
    """Opens the same store, as a new start of the program does."""
    return lambda: open_store(_url_of(folder), folder / "keys")


@pytest.fixture
async def on_sqlite(open_again: OpenAgain) -> AsyncIterator[Store]:
    """A store in a file, for tests that look into the file."""
    async with open_again() as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path, World]:
    """The database of this test: its address, its keys, and what is in it."""
    if request.param == "sqlite":
        folder: Path = request.getfixturevalue("folder")
        return _url_of(folder), folder / "keys", request.getfixturevalue("template")[1]
    filled: Filled = request.getfixturevalue("filled")
    filled.server.run_sql(filled.afresh, "filled")
    return filled.url, Path(shutil.copy(filled.keys, tmp_path / "keys")), filled.world


@pytest.fixture
async def store(source: tuple[str, Path, World]) -> AsyncIterator[Store]:
    """The store of this test, on each database once: what is promised holds on both."""
    async with open_store(source[0], source[1]) as opened:
        yield opened


@pytest.fixture
def noise(request: pytest.FixtureRequest, template: tuple[Path, World]) -> World:
    """What is there besides."""
    if "source" in request.fixturenames:
        world: World = request.getfixturevalue("source")[2]
        return world
    return template[1]


@pytest.fixture
def handler(noise: World) -> By:
    """May not see restricted reports."""
    return noise.handler


@pytest.fixture
def supervisor(noise: World) -> By:
    """May see restricted reports."""
    return noise.supervisor


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def here() -> Address:
    return Address(TELEGRAM, "4711")


@pytest.fixture
def page() -> Address:
    return Address(WEB, "a-browser")


@pytest.fixture
def new_report() -> NewReport:
    return _report("asb", "the flats by the mill", "chelmsford")


def _url_of(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'counter.db'}"


def _report(kind: str, said: str, district: str) -> NewReport:
    return NewReport(
        kind=kind,
        answers=(
            Answer("what", "What happens", "Loud music every night"),
            Answer("again", "Reported before", "No", "no"),
        ),
        place=Place(said, district=district, latitude=51.7, longitude=0.5),
        contact=SafeContact(how="here", when="after six"),
    )


async def _notice(work: Work) -> None:
    """The report is read, and something found of all like it."""
    (unread,) = await work.traces.unread(9)
    noise = (KeyKind.STREET, "noise road")
    await work.traces.keep(unread, Read(Traits(("noise",), street="noise road"), (noise,), ""), NOW)
    ((kind, value, district),) = await work.patterns.at_places(NOW - timedelta(days=9), NOW)
    noticed = Count(What.PLACE, Counts(1, 9, 0, 0), "", district, kind, value)
    await work.patterns.replace([noticed], NOW)


async def _fill(url: str, folder: Path) -> World:
    telegram, web = Address(TELEGRAM, "666"), Address(WEB, "noise")
    draft = Conversation(step=Step.REPORTING, draft=Draft("theft", NOW), recent=("noise",))
    async with open_store(url, folder / "keys") as store, store.work() as work:
        hana = await work.staff.add("hana", "Hana Handler", PASSWORD, "handler", NOW)
        sue = await work.staff.add("sue", "Sue Pervisor", PASSWORD, "supervisor", NOW)
        await work.handled.once("telegram", "noise", NOW)
        chat = await work.conversations.load(telegram, NOW)
        work.transcript.say(chat, [Reply("noise one"), Reply("noise two")], NOW)
        while waiting := await work.outbox.due(NOW, 1):
            work.outbox.sent(waiting[0].id, "1", NOW)
        page = await work.conversations.load(web, NOW)
        work.conversations.save(page, draft, NOW)
        work.transcript.hear(page, "noise", NOW)
        work.transcript.say(page, [Reply("noise")], NOW)
        photo = await work.files.keep(b"noise", "image/png", page.id, NOW)
        reference, code = work.reports.keep(_report("noise", "noise", "noise"), chat.id, NOW)
        await work.reports.add(reference, "noise", NOW)
        await _notice(work)
        work.feedback.keep(True, "noise", "noise", NOW)
        work.feedback.keep_unanswered("noise", ["noise"], page.id, NOW)
        work.alarms.keep("noise", "alarm", "noise", (chat.id, "telegram"), NOW)
        work.feedback.count("noise", "answer", NOW)
        await work.hand_overs.join(chat, ("noise",), NOW)
        await work.hand_overs.finish(chat.id, Ending.STOPPED, NOW)
    return World(
        By(hana), By(sue, may_see_restricted=True), telegram, web, draft, reference, code, photo
    )
