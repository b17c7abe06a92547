"""Nobody is left with a handler who has gone, or waiting for nobody, also over a restart."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.alerts import Alerts
from bot.live_chats import LiveChats, Lost
from bot.live_watch import LiveWatch
from bot.settings import LiveSettings
from handlers.conversation import Step
from knowledge.library import Library
from storage.conversations import TELEGRAM
from tests.console_desk import Desk, open_desk
from tests.live_resident import Resident

SETTINGS = LiveSettings(away_minutes=3, patience_minutes=10, alert_minutes=5)


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        await be_ready(opened)
        yield opened


async def be_ready(desk: Desk) -> None:
    """The handler says so, and opens no page after that."""
    async with desk.store.work() as work:
        await work.presence.switch(desk.people["handler"], True, desk.clock.now)


def chats_of(desk: Desk) -> LiveChats:
    return LiveChats(lambda: desk.shelf.library, desk.clock)


async def look(desk: Desk) -> None:
    await LiveWatch(
        desk.store, chats_of(desk), desk.counter.told, desk.clock, Alerts(()), SETTINGS
    ).look()


async def take(desk: Desk, id: str, username: str = "handler") -> None:
    async with desk.store.work() as work:
        await chats_of(desk).take(work, id, desk.people[username])


async def step_of(desk: Desk, resident: Resident) -> Step:
    async with desk.store.work() as work:
        kept = await work.conversations.find(resident.address)
    assert kept is not None
    return kept.conversation.step


@pytest.mark.parametrize("channel", ["web", TELEGRAM])
async def test_a_chat_whose_handler_has_gone_is_next_in_the_queue(desk: Desk, channel: str) -> None:
    robin, kim = Resident(desk, "4711", channel), Resident(desk, "4712", channel)
    id = await robin.waits()
    await take(desk, id)
    other = await kim.waits()
    desk.clock.forward(minutes=2)
    await look(desk)
    assert await step_of(desk, robin) is Step.WITH_HANDLER, "a page may be closed for a while"
    desk.clock.forward(minutes=2)
    await look(desk)
    assert await step_of(desk, robin) is Step.WAITING
    assert "front of the queue" in await robin.last()
    async with desk.store.work() as work:
        assert [one.id for one in await work.live_desk.waiting()] == [id, other]
    told = len(await robin.reads())
    await look(desk)
    assert len(await robin.reads()) == told, "they are told once"
    await take(desk, id, "supervisor")
    assert "You are now talking to a person" in await robin.last()


async def test_a_handler_who_came_back_in_time_keeps_the_chat(desk: Desk) -> None:
    robin = Resident(desk)
    id = await robin.waits()
    await take(desk, id)
    desk.clock.forward(minutes=5)
    handler = await desk.colleague("handler")
    await handler.get("/")
    await look(desk)
    assert await step_of(desk, robin) is Step.WITH_HANDLER


async def test_who_waits_for_nobody_is_told_so_and_let_go(desk: Desk) -> None:
    robin = Resident(desk)
    await robin.waits()
    desk.clock.forward(minutes=11)
    await look(desk)
    told = await robin.last()
    assert "nobody is there any more" in told
    assert "101" in told
    assert await step_of(desk, robin) is Step.ASKING


async def test_while_somebody_is_there_they_keep_their_place_and_hear_of_it_once(
    desk: Desk,
) -> None:
    robin = Resident(desk)
    await robin.waits()
    desk.clock.forward(minutes=11)
    await be_ready(desk)
    await look(desk)
    assert "You keep your place" in await robin.last()
    told = len(await robin.reads())
    await look(desk)
    assert len(await robin.reads()) == told
    assert await step_of(desk, robin) is Step.WAITING


async def test_a_long_wait_is_told_to_whoever_is_on_call(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await Resident(desk).waits("a secret")
    desk.clock.forward(minutes=4)
    await look(desk)
    assert "alert" not in caplog.text
    desk.clock.forward(minutes=2)
    await look(desk)
    assert "wait for a person: 1 for 5 minutes" in caplog.text
    assert "secret" not in caplog.text


async def test_a_chat_that_is_over_cannot_be_moved(desk: Desk) -> None:
    robin = Resident(desk)
    id = await robin.waits()
    await robin.says("stop waiting")
    for username in ("handler", "supervisor"):
        with pytest.raises(Lost):
            await take(desk, id, username)
    assert await step_of(desk, robin) is Step.ASKING


async def test_a_restart_in_the_middle_loses_no_word_and_no_chat(
    staffed: Path, library: Library, now: datetime
) -> None:
    async with open_desk(staffed, library, now) as before:
        await be_ready(before)
        robin, kim = Resident(before, "robin"), Resident(before, "kim")
        id, waits = await robin.waits(), await kim.waits()
        await take(before, id)
        await robin.says("it is about my bike")
    async with open_desk(staffed, library, now) as after:
        handler = await after.colleague("handler")
        page = await handler.get(f"/live/{id}")
        assert "it is about my bike" in page.text
        await handler.post(f"/live/{id}/say", message="Which one?", page=page)
        again = Resident(after, "robin")
        again.sent = 100
        assert await again.last() == "Which one?"
        assert await again.says("the red one") == "", "the counter is still silent"
        assert (await handler.post("/live/next", page=page)).location == f"/live/{waits}#last"
