"""Comms see what enough residents asked; single questions wait until a handler passes them on."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from knowledge.library import Library
from storage.conversations import WEB, Address
from tests.console_desk import Desk, open_desk

ALONE = "can i keep a pet crocodile in my bath"
OFTEN = "do you sell parking permits for the market"


async def ask(desk: Desk, text: str, chat: str) -> None:
    async with desk.store.work() as work:
        kept = await work.conversations.load(Address(WEB, chat), desk.clock.now)
        work.feedback.keep_unanswered(text, ("report-asb",), kept.id, desk.clock.now)


async def test_comms_see_what_three_asked_and_handlers_what_one_did(desk: Desk) -> None:
    for chat in ("one", "two", "three"):
        await ask(desk, OFTEN, chat)
    await ask(desk, ALONE, "one")
    comms = await (await desk.colleague("comms")).get("/questions")
    assert OFTEN in comms.text
    assert "Asked by 3." in comms.text
    assert ALONE not in comms.text
    handler = await desk.colleague("handler")
    page = await handler.get("/questions")
    assert ALONE in page.text
    path = page.html.split('action="/questions/')[1].split('"')[0]
    passed = await handler.post(f"/questions/{path}")
    assert "Passed on" in (await handler.get(passed.location)).text
    assert ALONE in (await (await desk.colleague("comms")).get("/questions")).text
    assert ("handler", "question passed on", "") in await desk.events()


async def test_comms_cannot_pass_one_on_and_nobody_one_that_is_not_there(desk: Desk) -> None:
    comms, handler = await desk.colleague("comms"), await desk.colleague("handler")
    for colleague, status in ((comms, 403), (handler, 404)):
        await colleague.get("/questions")
        page = colleague.page
        seen = await colleague.ask(
            "POST", "/questions/none/pass", data={"csrf": page.field("csrf")}
        )
        assert seen.status == (403 if status == 403 or not page.field("csrf") else status)


async def test_what_residents_say_about_answers_is_there(desk: Desk) -> None:
    async with desk.store.work() as work:
        work.feedback.keep(False, "report-asb", "It did not say <who> to ring", desk.clock.now)
    page = await (await desk.colleague("comms")).get("/questions")
    assert "It did not say <who> to ring" in page.text
    assert "did not help" in page.text


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        yield opened
