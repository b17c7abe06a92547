"""Live chats in the console: two residents, two handlers, and every word where it belongs."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.live import HANDLER, RESIDENT, Typing
from bot.web.console_door import BY_ITSELF
from handlers.conversation import Step
from handlers.messages import Left
from knowledge.library import Library
from storage.conversations import TELEGRAM
from tests.console_desk import Colleague, Desk, open_desk
from tests.live_resident import Resident, code_in

DANGER = "someone is breaking into my house right now"


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        yield opened


async def ready(desk: Desk, username: str) -> Colleague:
    """Somebody who signed in, opened the list and said that they are ready."""
    colleague = await desk.colleague(username)
    await colleague.get("/live")
    await colleague.post("/live/ready", ready="yes")
    await colleague.get("/live")
    return colleague


@pytest.fixture
async def handler(desk: Desk) -> Colleague:
    """A handler who is ready."""
    return await ready(desk, "handler")


@pytest.fixture
async def supervisor(desk: Desk) -> Colleague:
    """A supervisor who is there, and ready."""
    return await ready(desk, "supervisor")


@pytest.fixture
def robin(desk: Desk) -> Resident:
    return Resident(desk, "robin")


class TestTheList:
    async def test_who_waits_is_in_the_list_and_in_the_navigation_without_a_word(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        assert "Nobody waits" in (await handler.get("/live")).text
        await robin.waits("my bike has gone from the shed")
        page = await handler.get("/")
        assert "Live 1 waiting" in page.text
        page = await handler.get("/live")
        assert "Waiting (1)" in page.text
        assert "bike" not in page.text

    async def test_the_switch_is_what_residents_are_told(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        assert "Somebody is at the counter now" in await robin.says("person")
        await handler.post("/live/ready", ready="no")
        assert "Nobody is free" in await robin.says("person")

    async def test_a_closed_page_is_soon_nobody(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        desk.clock.forward(minutes=1)
        assert "Nobody is at the counter" in await robin.says("person")
        await handler.get("/")
        assert "Somebody is at the counter" in await robin.says("person")

    async def test_an_open_page_is_a_sign_of_life(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        desk.clock.forward(minutes=1)
        async with handler.stream("/events") as stream:
            await stream.readuntil(b"news\n\n")
            for _ in range(100):
                if "Somebody is at the counter" in await robin.says("person"):
                    break
                await asyncio.sleep(0.02)
            else:
                raise AssertionError("nobody is there")

    async def test_signing_out_is_being_gone(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        await handler.post("/logout")
        assert "Nobody is at the counter" in await robin.says("person")

    async def test_where_they_are_switched_off_there_is_no_such_page(
        self, staffed: Path, library: Library, now: datetime
    ) -> None:
        async with open_desk(staffed, library, now, live_chats=False) as desk:
            handler = await desk.colleague("handler")
            assert (await handler.get("/live")).status == 404
            assert (await handler.get("/")).links("/live") == []


class TestTaking:
    async def test_the_next_one_is_taken_and_all_that_was_said_is_seen(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits("my bike has gone from the shed")
        await robin.says("it is a red one")
        seen = await handler.post("/live/next")
        assert seen.location == f"/live/{id}#last"
        page = await handler.get(seen.location)
        for words in ("my bike has gone from the shed", "it is a red one", "You are next"):
            assert words in page.text
        assert "You are now talking to a person" in await robin.last()

    async def test_two_handlers_reach_for_one_chat_and_one_gets_it(
        self, desk: Desk, handler: Colleague, supervisor: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits()
        took = await asyncio.gather(
            handler.post(f"/live/{id}/take"), supervisor.post(f"/live/{id}/take")
        )
        assert sorted(seen.location for seen in took) == [f"/live/{id}#last", "/live?done=lost"]
        said = [line.reply.text for line in await robin.reads() if line.reply]
        assert sum("You are now talking" in text for text in said) == 1

    async def test_two_handlers_who_take_the_next_get_one_each(
        self, desk: Desk, handler: Colleague, supervisor: Colleague, robin: Resident
    ) -> None:
        ids = [await robin.waits(), await Resident(desk, "kim").waits()]
        took = await asyncio.gather(handler.post("/live/next"), supervisor.post("/live/next"))
        assert sorted(seen.location for seen in took) == sorted(f"/live/{id}#last" for id in ids)
        assert (await handler.post("/live/next")).location == "/live?done=none"

    async def test_what_was_said_is_only_for_who_has_it_and_for_supervisors(
        self, desk: Desk, handler: Colleague, supervisor: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits("a secret")
        assert (await handler.get(f"/live/{id}")).status == 404, "not before it is taken"
        await supervisor.post(f"/live/{id}/take")
        missing = await handler.get(f"/live/{'0' * 32}")
        for path in (f"/live/{id}", f"/live/{id}/events", f"/live/{id}/report"):
            refused = await handler.get(path)
            assert (refused.status, refused.text) == (404, missing.text), path
        await handler.get("/live")
        for form in ("say", "hand-on", "end"):
            fields = {"message": "intruding", "to": "queue", "outcome": "answered"}
            seen = await handler.post(f"/live/{id}/{form}", **fields)
            assert "a secret" not in seen.html
            assert seen.status == 409, form
            await handler.get("/live")
        assert (await handler.post(f"/live/{id}/typing")).status == 404
        assert "You are now talking" in await robin.last(), "they were told nothing else"


class TestTalking:
    async def test_words_go_both_ways_and_the_counter_is_silent(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits()
        await handler.post(f"/live/{id}/take")
        page = await handler.get(f"/live/{id}")
        sent = await handler.post(f"/live/{id}/say", message="What colour is it? <b>", page=page)
        assert sent.location == f"/live/{id}#last"
        assert await robin.says("how do i report a drone?") == ""
        line = next(line for line in reversed(await robin.reads()) if line.reply)
        assert line.reply is not None
        assert line.reply.by == "A person at the counter"
        page = await handler.get(f"/live/{id}")
        assert "What colour is it? <b>" in page.text
        assert "The handler" in page.text, "staff see who wrote"
        assert "how do i report a drone?" in page.text

    async def test_a_double_click_says_it_once(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits()
        await handler.post(f"/live/{id}/take")
        page = await handler.get(f"/live/{id}")
        for _ in range(2):
            await handler.post(f"/live/{id}/say", message="Hello", page=page)
        texts = [line.reply.text for line in await robin.reads() if line.reply]
        assert texts.count("Hello") == 1

    async def test_a_slip_loses_nothing(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits()
        await handler.post(f"/live/{id}/take")
        await handler.get(f"/live/{id}")
        long = "x" * 4001
        seen = await handler.post(f"/live/{id}/say", message=long)
        assert seen.status == 422
        assert "Make it shorter" in seen.text
        assert long in seen.html
        assert (await handler.post(f"/live/{id}/say", message=" ")).status == 422
        assert (await handler.post(f"/live/{id}/end", outcome="nonsense")).status == 422
        seen = await handler.post(f"/live/{id}/hand-on", to="999", note="knows the thief")
        assert seen.status == 422
        assert "knows the thief" in seen.html

    async def test_danger_is_answered_at_once_and_stands_on_the_handlers_page(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits()
        await handler.post(f"/live/{id}/take")
        said = await robin.says(DANGER)
        assert "Call 999 now" in said
        page = await handler.get(f"/live/{id}")
        assert "They wrote something that calls for 999" in page.text
        assert DANGER in page.text
        assert "1 alarm waits" in page.text

    async def test_access_codes_are_not_for_staff(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits()
        await handler.post(f"/live/{id}/take")
        await robin.says("it is ACDE FGHJ KMNP QRTW")
        async with desk.store.work() as work:
            kept = await work.conversations.find(robin.address)
            assert kept is not None
            work.transcript.hear(kept, "my code: acdefghjkmnpqrtw", desk.clock.now)
        page = await handler.get(f"/live/{id}")
        assert "Their words are not kept" in page.text
        assert "ACDEFGHJKMNPQRTW" not in page.html.upper().replace(" ", "")
        assert "my code: ••••" in page.text

    async def test_both_are_seen_typing(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits()
        await handler.post(f"/live/{id}/take")
        await handler.get(f"/live/{id}")
        async with handler.stream(f"/live/{id}/events") as stream:
            await stream.readuntil(b"data: news\n\n")
            desk.live.tell(Typing(robin.address, RESIDENT))
            await stream.readuntil(b"event: typing\n")
            desk.live.tell(robin.address)
            await stream.readuntil(b"data: news\n\n")
        assert (await handler.post(f"/live/{id}/typing")).status == 204
        assert desk.live.typed_at(Typing(robin.address, HANDLER)) is not None

    async def test_words_of_a_telegram_chat_are_kept_from_the_wish_on(
        self, desk: Desk, handler: Colleague
    ) -> None:
        robin = Resident(desk, "4711", TELEGRAM)
        id = await robin.waits("my bike has gone from the shed", "from the garden shed")
        await robin.says("it is a red one")
        await handler.post(f"/live/{id}/take")
        await robin.says("are you there?")
        page = await handler.get(f"/live/{id}")
        assert "What they wrote last before they asked" in page.text
        for words in ("my bike has gone", "it is a red one", "are you there?"):
            assert words in page.text
        await handler.post(f"/live/{id}/say", message="Yes", page=page)
        async with desk.store.work() as work:
            due = await work.outbox.due(desk.clock.now, 10)
        assert due, "it goes through the outbox"

    async def test_looking_and_writing_are_recorded_and_refreshing_is_not(
        self, desk: Desk, handler: Colleague, supervisor: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits()
        await handler.post(f"/live/{id}/take")
        page = await handler.get(f"/live/{id}")
        await handler.get(f"/live/{id}", **{BY_ITSELF: "yes"})
        await handler.post(f"/live/{id}/say", message="Hello", page=page)
        await supervisor.get(f"/live/{id}", **{BY_ITSELF: "yes"})
        events = [(who, what) for who, what, about in await desk.events() if about == id]
        assert events == [
            ("handler", "live chat taken"),
            ("handler", "live chat viewed"),
            ("handler", "live chat line sent"),
            ("supervisor", "live chat viewed"),
        ]


class TestHandingOn:
    async def test_to_a_colleague_with_a_note(
        self, desk: Desk, handler: Colleague, supervisor: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits()
        await handler.post(f"/live/{id}/take")
        mine = await handler.get(f"/live/{id}")
        to = str(desk.people["supervisor"].id)
        seen = await handler.post(f"/live/{id}/hand-on", to=to, note="knows the thief", page=mine)
        assert seen.location == "/live?done=handed-on"
        assert "colleague" in await robin.last()
        assert (await handler.get(f"/live/{id}")).status == 404
        page = await supervisor.get(f"/live/{id}")
        assert "knows the thief" in page.text
        lost = await handler.post(f"/live/{id}/say", message="One more thing", page=mine)
        assert lost.status == 409

    async def test_what_was_being_typed_is_handed_back_when_the_chat_has_gone(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits()
        await handler.post(f"/live/{id}/take")
        page = await handler.get(f"/live/{id}")
        await robin.does(Left())
        seen = await handler.post(f"/live/{id}/say", message="One more thing", page=page)
        assert seen.status == 409
        assert "One more thing" in seen.html
        page = await handler.get(f"/live/{id}")
        assert "resident erased the chat" in page.text

    async def test_back_to_the_queue(self, desk: Desk, handler: Colleague, robin: Resident) -> None:
        id = await robin.waits()
        await Resident(desk, "kim").waits()
        await handler.post(f"/live/{id}/take")
        page = await handler.get(f"/live/{id}")
        seen = await handler.post(f"/live/{id}/hand-on", to="queue", note="", page=page)
        assert seen.location == "/live?done=put-back"
        assert "front of the queue" in await robin.last()
        assert "Came back" in (await handler.get("/live")).text
        assert (await handler.post("/live/next")).location == f"/live/{id}#last"


class TestTheEnd:
    async def test_it_is_ended_with_what_came_of_it_and_the_counter_answers_again(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits()
        await handler.post(f"/live/{id}/take")
        page = await handler.get(f"/live/{id}")
        seen = await handler.post(f"/live/{id}/end", outcome="answered", page=page)
        assert seen.location == "/live?done=ended"
        assert "Nobody reads this live any more" in await robin.last()
        assert "drone" in await robin.says("can i fly a drone?")
        assert "This chat is over: answered" in (await handler.get(f"/live/{id}")).text

    async def test_a_report_is_made_of_it_and_its_resident_gets_the_receipt(
        self, desk: Desk, handler: Colleague, robin: Resident
    ) -> None:
        id = await robin.waits("my bike has gone from the shed")
        await handler.post(f"/live/{id}/take")
        page = await handler.get(f"/live/{id}/report")
        assert "my bike has gone from the shed" in page.html
        filled = {"kind": "theft", "what": "Bike stolen", "where": "Mill Lane", "how": "here"}
        slip = await handler.post(f"/live/{id}/report", **filled)
        assert slip.status == 422
        assert "Ask them whether a notice is safe" in slip.text
        assert "Mill Lane" in slip.html
        seen = await handler.post(f"/live/{id}/report", **filled, safe="yes", district="chelmsford")
        assert seen.location == f"/live/{id}?done=report"
        page = await handler.get(seen.location)
        (link,) = page.links("/reports/")
        report = await handler.get(link)
        assert "Bike stolen" in report.text
        assert "Mill Lane (Chelmsford)" in report.text
        told = await robin.last()
        assert link.removeprefix("/reports/") in told
        code = code_in(told)
        assert code not in page.html.replace(" ", "")
        async with desk.store.work() as work:
            kept = await work.conversations.find(robin.address)
            assert kept is not None
            assert kept.conversation.step is Step.WITH_HANDLER
            assert await work.reports.by_code(code, kept.id, desk.clock.now) is not None

    @pytest.mark.parametrize(
        "wrong",
        [{"kind": "nonsense"}, {"what": ""}, {"where": ""}, {"district": "atlantis"},
         {"how": "pigeon"}, {"how": "phone"}],
        ids=lambda wrong: next(iter(wrong)),
    )  # fmt: skip
    async def test_a_slip_in_the_report_is_named(
        self, desk: Desk, handler: Colleague, robin: Resident, wrong: dict[str, str]
    ) -> None:
        id = await robin.waits()
        await handler.post(f"/live/{id}/take")
        await handler.get(f"/live/{id}/report")
        right = {"kind": "theft", "what": "Bike", "where": "Lane", "how": "here", "safe": "no"}
        seen = await handler.post(f"/live/{id}/report", **(right | wrong))
        assert seen.status == 422
        assert "There is a problem" in seen.text
