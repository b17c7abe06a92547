"""Alarms in the console: seen at once, taken on, closed with an outcome, never without a trace."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from handlers.messages import Said
from knowledge.library import Library
from knowledge.urgency_frames import ALARM
from storage.conversations import WEB, Address
from tests.console_desk import Colleague, Desk, open_desk

DANGER = "someone is breaking into my house right now"


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    """A console, with a chat beside it."""
    async with open_desk(staffed, library, now) as opened:
        yield opened


async def alarm(desk: Desk, text: str = DANGER) -> str:
    """The path of an alarm that a resident's message has just raised."""
    taken = await desk.counter.take(Address(WEB, "somebody"), f"event {text}", Said(text))
    assert taken.level == ALARM
    handler = await desk.colleague("handler")
    return (await handler.get("/alarms")).links("/alarms/")[0]


class TestAlarms:
    async def test_every_page_says_that_one_waits(self, desk: Desk) -> None:
        handler = await desk.colleague("handler")
        assert "No alarm" in (await handler.get("/alarms")).text
        assert "alarm waits" not in (await handler.get("/")).text
        await alarm(desk)
        for path in ("/", "/alarms", "/no/such/page"):
            assert "1 alarm waits. See what residents wrote" in (await handler.get(path)).text

    async def test_the_list_has_no_word_of_the_resident(self, desk: Desk) -> None:
        await alarm(desk)
        page = await (await desk.colleague("handler")).get("/alarms")
        assert "Intruder" in page.text
        assert "Web chat Nobody Open" in page.text
        assert "breaking" not in page.html

    async def test_looking_at_what_they_wrote_is_recorded(self, desk: Desk) -> None:
        path = await alarm(desk)
        page = await (await desk.colleague("handler")).get(path)
        assert DANGER in page.text
        assert "Nobody was sent" in page.text
        id = path.removeprefix("/alarms/")
        assert await desk.events("alarm viewed") == [("handler", "alarm viewed", id)]

    async def test_one_takes_it_on_and_the_other_sees_who(self, desk: Desk) -> None:
        path = await alarm(desk)
        handler, supervisor = await desk.colleague("handler"), await desk.colleague("supervisor")
        await handler.get(path)
        assert (await handler.post(f"{path}/take")).location == path
        assert "Who has it You" in (await handler.get(path)).text
        seen = await supervisor.get(path)
        assert "Who has it handler" in seen.text
        assert "Take it over only if you have spoken" in seen.text

    async def test_nobody_takes_it_from_a_colleague_without_knowing(self, desk: Desk) -> None:
        path = await alarm(desk)
        handler, supervisor = await desk.colleague("handler"), await desk.colleague("supervisor")
        await supervisor.get(path)
        await handler.get(path)
        await handler.post(f"{path}/take", owner="")
        late = await supervisor.post(f"{path}/take", owner="")
        assert late.status == 409
        assert "handler has this alarm now. You have not taken it on." in late.text
        assert (await supervisor.post(f"{path}/take", owner="handler")).location == path
        assert "Who has it You" in (await supervisor.get(path)).text

    async def test_it_is_closed_only_with_an_outcome(self, desk: Desk) -> None:
        path = await alarm(desk)
        handler = await desk.colleague("handler")
        await handler.get(path)
        refused = await handler.post(f"{path}/close", outcome="", note="spoke to her")
        assert refused.status == 422
        assert "Say what came of it." in refused.text
        assert "spoke to her" in refused.html
        room = "passed to the control room"
        unsaid = await handler.post(f"{path}/close", outcome=room, note="")
        assert "Write the reference of the control room." in unsaid.text
        assert (await handler.post(f"{path}/close", outcome=room, note="EP-77")).status == 303
        assert "alarm waits" not in (await handler.get("/")).text
        page = await handler.get(path)
        assert "Outcome Passed to the control room" in page.text
        assert "Note EP-77" in page.text
        closed = await desk.events("alarm closed")
        assert [(who, what) for who, what, _ in closed] == [("handler", "alarm closed")]

    async def test_the_second_who_closes_it_is_told(self, desk: Desk) -> None:
        path = await alarm(desk)
        handler, supervisor = await desk.colleague("handler"), await desk.colleague("supervisor")
        await handler.get(path)
        await supervisor.get(path)
        await handler.post(f"{path}/close", outcome="no emergency", note="")
        late = await supervisor.post(f"{path}/close", outcome="no emergency", note="saw it too")
        assert late.status == 409
        assert "A colleague has closed this alarm meanwhile" in late.text
        assert "saw it too" in late.text

    @pytest.mark.parametrize("path", ["/alarms/x", f"/alarms/{'0' * 32}"])
    async def test_what_is_not_there_is_not_found(self, desk: Desk, path: str) -> None:
        assert (await (await desk.colleague("handler")).get(path)).status == 404

    async def test_only_the_desk_sees_them(self, desk: Desk) -> None:
        path = await alarm(desk)
        for role in ("comms", "admin"):
            colleague: Colleague = await desk.colleague(role)
            assert (await colleague.get(path)).status == 403
            assert "Alarms" not in (await colleague.get("/knowledge")).text
