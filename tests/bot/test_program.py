"""The whole program in a process of its own: started, killed mid-report, started again."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from storage.work import open_store
from tests.bot.program import PATIENCE, TOKEN, DidNotStart, Program, running
from tests.bot.web.resident import Resident as Browser
from tests.fake_telegram import FakeTelegram
from tests.small_content import copied
from tests.telegram_resident import Resident

pytestmark = pytest.mark.journey

Start = Callable[..., Awaitable[Program]]


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(TOKEN) as opened:
        yield opened


@pytest.fixture
def robin(fake: FakeTelegram) -> Resident:
    return fake.resident(4711)


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where the program has been before, so that later starts find its cache."""
    folder = tmp_path_factory.mktemp("program") / "data"
    with running(folder):
        pass
    return folder


@pytest.fixture
def data(data_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_folder, tmp_path / "data"))


@pytest.fixture
async def start(data: Path) -> AsyncIterator[Start]:
    """Starts the program without holding up this process's fake server; ends what still runs."""
    programs: list[Program] = []

    async def starting(**options: Any) -> Program:
        programs.append(await asyncio.to_thread(lambda: Program(data, **options)))
        return programs[-1]

    yield starting
    for program in programs:
        if program.process.returncode is None:
            await ended(program)


async def ended(program: Program) -> int:
    return await asyncio.to_thread(program.stop)


async def test_a_kill_in_the_middle_of_reports_loses_nothing_and_doubles_nothing(
    start: Start, fake: FakeTelegram, robin: Resident
) -> None:
    program = await start(telegram=fake.api_url)
    robin.say("/start")
    await robin.hears()
    robin.say("report")
    await robin.hears()
    robin.press("Damage or graffiti")
    await robin.hears()
    number = robin.say("no")
    assert "Where did it happen?" in (await robin.hears())[-1]
    async with Browser.elsewhere(program.chat_url) as browser:
        await browser.open()
        await browser.say("report")
        await browser.choose("Damage or graffiti")
        assert "Where did it happen?" in (await browser.choose("No")).text
        cookies = browser.cookies
    program.kill()

    again = await start(telegram=fake.api_url)
    # Telegram brings the last update once more: whether it was taken in, it never heard.
    told = {
        "update_id": number,
        "message": fake.message(robin.chat, robin.chat_id) | {"text": "no"},
    }
    fake.updates.add(told, ("chat", robin.chat_id))
    robin.say("Clacton")
    (asked,) = await robin.hears()
    assert "Where did it happen?" not in asked
    robin.say("menu")
    assert "something unfinished" in (await robin.hears())[-1]
    robin.press("Go on with what I started")
    assert asked.splitlines()[0] in "\n".join(await robin.hears())
    async with Browser.elsewhere(again.chat_url, cookies) as browser:
        assert "Where did it happen?" in (await browser.open()).text
        page = await browser.say("Clacton")
        assert "Where did it happen?" not in page.lines[-1]
    assert await ended(again) == 0


async def answer(program: Program) -> str:
    """What a new resident is told about stop and search."""
    async with Browser.elsewhere(program.chat_url) as browser:
        await browser.open()
        return (await browser.say("what is stop and search")).text


async def test_comms_change_a_file_and_the_answer_changes_and_a_mistake_is_refused(
    start: Start, tmp_path: Path
) -> None:
    content = copied(tmp_path / "content")
    article = content / "articles" / "stop-and-search.md"
    text = article.read_text(encoding="utf-8")
    program = await start(content=content)
    assert "Ask for the purple form" not in await answer(program)

    article.write_text(text + "\nAsk for the purple form.\n", encoding="utf-8")
    async with asyncio.timeout(PATIENCE):
        while "Ask for the purple form" not in await answer(program):  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.5)

    article.write_text(text + "\nRing 01632 960000 now.\n", encoding="utf-8")
    async with asyncio.timeout(PATIENCE):
        while "01632 960000" not in program.errors:  # noqa: ASYNC110 - another process's log
            await asyncio.sleep(0.2)
    assert "Ask for the purple form" in await answer(program)
    assert await ended(program) == 0


async def test_a_second_program_on_the_same_folder_is_refused_in_one_sentence(start: Start) -> None:
    first = await start()
    process = await asyncio.create_subprocess_exec(
        *map(str, first.process.args),  # type: ignore[arg-type] # a list, as it was started
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=first.environment,
    )
    _, errors = await process.communicate()
    assert process.returncode == 69
    assert b"Traceback" not in errors
    assert len(errors.strip().splitlines()) == 1
    assert await ended(first) == 0


async def test_a_key_that_is_gone_refuses_to_start_rather_than_make_a_new_one(
    start: Start, data: Path
) -> None:
    (data / "seal.key").rename(data / "elsewhere.key")
    with pytest.raises(DidNotStart, match="key"):
        await start()
    assert not (data / "seal.key").exists()
    (data / "elsewhere.key").rename(data / "seal.key")
    async with (
        open_store(f"sqlite+aiosqlite:///{data / 'front-counter.db'}", data / "seal.key") as store,
        store.work() as work,
    ):
        assert await work.audit.verify() is None
