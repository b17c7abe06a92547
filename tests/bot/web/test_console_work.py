"""A shift at the console: views, finding, many at once, and all that is done with a report."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import StreamReader

from bot.noticing import Noticing
from bot.reminders import Reminders
from handlers.report import RESTRICTED, URGENT, Answer, Place, SafeContact, Status
from knowledge.library import Library
from storage.casework import StaffReport
from storage.conversations import WEB, Address
from tests.console_desk import SAID, Colleague, Desk, open_desk, picture


async def opened(desk: Desk, reference: str, username: str = "supervisor") -> StaffReport:
    async with desk.store.work() as work:
        report = await work.casework.open(reference, desk.by(username), desk.clock.now)
    assert report is not None
    return report


async def at(desk: Desk, reference: str, username: str = "handler") -> Colleague:
    """Somebody who has the report open."""
    colleague = await desk.colleague(username)
    await colleague.get(f"/reports/{reference}")
    return colleague


class TestViews:
    async def test_each_shows_what_it_says(self, desk: Desk) -> None:
        mine, urgent = await desk.report(), await desk.report(flags=frozenset({URGENT}))
        async with desk.store.work() as work:
            handler = desk.by("handler")
            await work.filing.assign(mine, handler.staff, handler, desk.clock.now)
        colleague = await desk.colleague("handler")
        for view, found in (
            ("mine", [mine]),
            ("unassigned", [urgent]),
            ("urgent", [urgent]),
            ("overdue", []),
            ("all", [urgent, mine]),
        ):
            page = await colleague.get(f"/?view={view}")
            assert page.links("/reports/FC") == [f"/reports/{one}" for one in found], view

    async def test_one_can_be_kept_under_a_name_and_deleted(self, desk: Desk) -> None:
        await desk.report()
        colleague = await desk.colleague("handler")
        await colleague.get("/?kind=asb&view=unassigned")
        kept = await colleague.post("/views", name="  ASB   nobody has ")
        page = await colleague.get(kept.location)
        assert "The view is kept" in page.text
        assert "ASB nobody has" in page.text
        other = await (await desk.colleague("supervisor")).get("/?kind=asb&view=unassigned")
        assert "ASB nobody has" not in other.text
        await colleague.get("/?kind=asb&view=unassigned")
        gone = await colleague.post(colleague.page.html.split('action="')[-1].split('"')[0])
        assert "The view is deleted" in (await colleague.get(gone.location)).text

    async def test_what_is_not_ours_in_an_address_asks_for_nothing(self, desk: Desk) -> None:
        reference = await desk.report()
        colleague = await desk.colleague("handler")
        for query in ("person=99", "tag=x", "since=soon", "until=2026-99-99", "sort=x", "view=x"):
            page = await colleague.get(f"/?{query}")
            assert page.status == 200
            assert reference in page.html

    async def test_days_are_those_of_london(self, desk: Desk) -> None:
        reference = await desk.report()
        day = desk.clock.now.date()
        colleague = await desk.colleague("handler")
        assert reference in (await colleague.get(f"/?since={day}&until={day}")).html
        before = day - timedelta(days=1)
        assert reference not in (await colleague.get(f"/?until={before}")).html


class TestMany:
    async def test_they_are_taken_on_and_put_back(self, desk: Desk) -> None:
        references = [await desk.report() for _ in range(3)]
        colleague = await desk.colleague("handler")
        await colleague.get("/")
        ticked = [("report", f"{one}:0") for one in references[:2]]
        done = await many(colleague, "take", ticked)
        page = await colleague.get(done.location)
        assert "Done with 2 reports." in page.text
        assert [(await opened(desk, one)).assignee for one in references] == [
            "The handler", "The handler", "",
        ]  # fmt: skip
        async with desk.store.work() as work:
            supervisor = desk.by("supervisor")
            await work.filing.put(references[0], 1, supervisor, desk.clock.now)
        undone = await colleague.post(
            page.html.split('action="/bulk/')[1].split('"')[0].join(("/bulk/", ""))
        )
        assert (
            "It is undone. 1 had changed meanwhile" in (await colleague.get(undone.location)).text
        )
        assert [(await opened(desk, one)).assignee for one in references[:2]] == [
            "The handler", "",
        ]  # fmt: skip

    @pytest.mark.parametrize("what", ["triage", "tag:CCTV", "give"])
    async def test_each_thing_is_done_and_undone(self, desk: Desk, what: str) -> None:
        reference = await desk.report()
        before = await opened(desk, reference)
        if what == "give":
            what = f"give:{desk.people['supervisor'].id}"
        colleague = await desk.colleague("handler")
        await colleague.get("/")
        done = await many(colleague, what, [("report", f"{reference}:{before.version}")])
        page = await colleague.get(done.location)
        after = await opened(desk, reference)
        assert stands(after) != stands(before)
        await colleague.post("/bulk/" + page.html.split('action="/bulk/')[1].split('"')[0])
        assert stands(await opened(desk, reference)) == stands(before)

    async def test_what_others_changed_meanwhile_is_left_alone(self, desk: Desk) -> None:
        reference = await desk.report()
        colleague = await desk.colleague("handler")
        await colleague.get("/")
        async with desk.store.work() as work:
            supervisor = desk.by("supervisor")
            await work.filing.assign(reference, supervisor.staff, supervisor, desk.clock.now)
        done = await many(colleague, "take", [("report", f"{reference}:0")])
        assert "1 had changed meanwhile" in (await colleague.get(done.location)).text
        assert (await opened(desk, reference)).assignee == "The supervisor"

    async def test_restricted_ones_are_not_touched_by_who_may_not_see_them(
        self, desk: Desk
    ) -> None:
        hidden = await desk.report(flags=frozenset({RESTRICTED}))
        colleague = await desk.colleague("handler")
        await colleague.get("/")
        await many(colleague, "take", [("report", f"{hidden}:0")])
        assert (await opened(desk, hidden)).assignee == ""

    async def test_nothing_ticked_is_said(self, desk: Desk) -> None:
        await desk.report()
        colleague = await desk.colleague("handler")
        await colleague.get("/")
        for what, ticked in (("take", []), ("burn", [("report", "x:0")])):
            seen = await many(colleague, what, ticked)
            assert "Tick at least one report" in (await colleague.get(seen.location)).text


def stands(report: StaffReport) -> tuple[object, ...]:
    return report.status, report.tags, report.assignee


async def many(colleague: Colleague, what: str, ticked: list[tuple[str, str]]):
    page = colleague.page
    fields = [("csrf", page.field("csrf")), ("once", page.field("once")), ("what", what)]
    return await colleague.ask("POST", "/bulk", data=[*fields, *ticked])


WORDS = {"what": "words", "reason": "a report I am working on"}


class TestFinding:
    async def test_it_wants_a_reason_and_keeps_what_was_typed(self, desk: Desk) -> None:
        await desk.report()
        colleague = await desk.colleague("handler")
        await colleague.get("/")
        asked = await colleague.post("/search", text="music")
        assert (asked.status, asked.field("text")) == (200, "")
        assert 'value="music"' in asked.html
        assert "Choose what to look for, and why." in asked.text
        refused = await colleague.post("/search", text="music", what="words", reason="bored")
        assert refused.status == 422
        assert not await desk.events("searched")

    async def test_a_vehicle_a_reporter_and_a_place_are_found_by_their_keys(
        self, desk: Desk
    ) -> None:
        answers = (
            Answer("what", "What", "A red van, AB12 CDE, every night"),
            Answer("phone", "Phone", "07700 900123"),
        )
        place = Place("CM1 1QH", district="chelmsford")
        reference = await desk.report(answers=answers, place=place)
        other = await desk.report()
        await Noticing(desk.store, lambda: desk.shelf.library, desk.clock, desk.live).read()
        colleague = await desk.colleague("handler")
        for what, text in (
            ("vehicle", "ab12cde"),
            ("reporter", "07700 900 123"),
            ("place", "cm1 1qh"),
        ):
            await colleague.get("/search")
            page = await colleague.post(
                "/search", text=text, what=what, reason="to find duplicates"
            )
            assert reference in page.html, what
            assert other not in page.html

    async def test_words_find_reports_and_show_where_they_stand(self, desk: Desk) -> None:
        reference = await desk.report()
        other = await desk.report(answers=(Answer("what", "What", "A stolen bicycle"),))
        colleague = await desk.colleague("handler")
        await colleague.get("/search")
        page = await colleague.post("/search", text="MUSIC numb", **WORDS)
        assert page.links("/reports/FC") == [f"/reports/{reference}"]
        assert SAID in page.text
        assert other not in page.html
        assert "1 report" in page.text
        assert ("handler", "searched", "") in await desk.events()

    async def test_a_number_of_the_force_opens_its_report(self, desk: Desk) -> None:
        reference = await desk.report()
        colleague = await at(desk, reference)
        await colleague.post(
            f"/reports/{reference}/numbers", **{"number-kind": "crime", "number": "42/1234/26"}
        )
        await colleague.get("/search")
        seen = await colleague.post("/search", text="42/1234/26")
        assert seen.location == f"/reports/{reference}"

    async def test_closed_ones_are_found_where_they_are_asked_for(self, desk: Desk) -> None:
        reference = await desk.report()
        colleague = await at(desk, reference)
        await colleague.post(
            f"/reports/{reference}/status", status="closed", disposition="advice given"
        )
        await colleague.get("/search")
        assert reference not in (await colleague.post("/search", text="music", **WORDS)).html
        assert (
            reference in (await colleague.post("/search", text="music", closed="yes", **WORDS)).html
        )

    async def test_restricted_ones_are_not_found_by_who_may_not_see_them(self, desk: Desk) -> None:
        hidden = await desk.report(flags=frozenset({RESTRICTED}))
        for username, found in (("handler", False), ("supervisor", True)):
            colleague = await desk.colleague(username)
            await colleague.get("/search")
            page = await colleague.post("/search", text="music", **WORDS)
            assert (hidden in page.html) is found

    @pytest.mark.parametrize("text", ["", "  ", "?!", "x" * 201])
    async def test_what_cannot_be_looked_for_is_said(self, desk: Desk, text: str) -> None:
        colleague = await desk.colleague("handler")
        await colleague.get("/search")
        page = await colleague.post("/search", text=text, **WORDS)
        assert page.status == 422
        assert "There is a problem" in page.text


class TestAReport:
    async def test_it_is_taken_on_given_on_and_put_back(self, desk: Desk) -> None:
        reference = await desk.report()
        colleague = await at(desk, reference)
        for to, whose in (
            ("me", "The handler"),
            (str(desk.people["supervisor"].id), "The supervisor"),
            ("nobody", ""),
        ):
            await colleague.get(f"/reports/{reference}")
            seen = await colleague.post(f"/reports/{reference}/assignee", to=to)
            assert "Saved: who has it." in (await colleague.get(seen.location)).text
            assert (await opened(desk, reference)).assignee == whose
        await colleague.get(f"/reports/{reference}")
        wrong = await colleague.post(f"/reports/{reference}/assignee", to="999")
        assert wrong.status == 422

    async def test_whoever_comes_second_is_told_and_changes_nothing(self, desk: Desk) -> None:
        reference = await desk.report()
        first, second = await at(desk, reference), await at(desk, reference, "supervisor")
        await first.post(f"/reports/{reference}/assignee", to="me")
        for path, fields in (
            ("assignee", {"to": "me"}),
            ("filing", {"priority": "1"}),
            ("numbers", {"number-kind": "crime", "number": "42/1/26"}),
            ("grade", {"grade": "priority", "threat": "Half a sentence"}),
        ):
            seen = await second.post(f"/reports/{reference}/{path}", page=second.page, **fields)
            assert seen.status == 409, path
            assert "The handler took it on" in seen.text
            second.page = await second.get(f"/reports/{reference}")
            await first.get(f"/reports/{reference}")
            to = "nobody" if (await opened(desk, reference)).assignee else "me"
            await first.post(f"/reports/{reference}/assignee", to=to)
            await first.get(f"/reports/{reference}")
            if to == "nobody":
                await first.post(f"/reports/{reference}/assignee", to="me")

    async def test_tags_priority_and_due_date_are_saved_together(self, desk: Desk) -> None:
        reference = await desk.report()
        colleague = await at(desk, reference)
        page = colleague.page
        fields = [
            ("csrf", page.field("csrf")), ("version", page.field("version")), ("tag", "CCTV"),
            ("tag", "repeat"), ("tag", "none of ours"), ("priority", "1"),
            ("due-day", "2026-12-01"), ("due-time", "17:30"),
        ]  # fmt: skip
        await colleague.ask("POST", f"/reports/{reference}/filing", data=fields)
        report = await opened(desk, reference)
        assert (report.tags, report.priority) == (("CCTV", "repeat"), 1)
        assert report.due_at is not None
        assert report.due_at.isoformat() == "2026-12-01T17:30:00+00:00"
        await colleague.get(f"/reports/{reference}")
        half = {"priority": "0", "due-day": "2026-12-02", "due-time": ""}
        wrong = await colleague.post(f"/reports/{reference}/filing", **half)
        assert "Write the day and the time" in wrong.text

    async def test_thrive_is_kept_in_staffs_own_words(self, desk: Desk) -> None:
        reference = await desk.report()
        colleague = await at(desk, reference)
        path = f"/reports/{reference}/grade"
        assert "Choose a grade" in (await colleague.post(path, threat="They shout")).text
        assert "Say why" in (await colleague.post(path, grade="priority")).text
        await colleague.get(f"/reports/{reference}")
        await colleague.post(path, grade="priority", threat="They shout", harm="No sleep")
        page = await colleague.get(f"/reports/{reference}")
        for words in ("They shout", "No sleep", "graded it “priority”"):
            assert words in page.text
        events = [event for event in await desk.events() if event[1] == "report graded"]
        assert len(events) == 1

    async def test_links_hold_for_staff_and_are_told_to_no_resident(self, desk: Desk) -> None:
        reference, other = await desk.report(), await desk.report(kind="theft")
        hidden = await desk.report(flags=frozenset({RESTRICTED}))
        colleague = await at(desk, reference)
        path = f"/reports/{reference}/links"
        for wrong in ("FC-000", reference, hidden):
            seen = await colleague.post(path, other=wrong, relation="duplicate")
            assert seen.status == 422, wrong
            assert hidden not in seen.html or wrong == hidden
        await colleague.get(f"/reports/{reference}")
        await colleague.post(path, other=other.lower(), relation="same problem")
        assert other in (await colleague.get(f"/reports/{reference}")).text
        async with desk.store.work() as work:
            shown = await work.reports.read(other)
        assert shown is not None
        assert shown.updates == ()
        await colleague.post(f"/reports/{reference}/links/{other}/delete")
        assert (await opened(desk, reference)).links == ()

    async def test_a_passage_is_blacked_out_and_a_supervisor_shows_it_again(
        self, desk: Desk
    ) -> None:
        reference = await desk.report()
        colleague = await at(desk, reference)
        path = f"/reports/{reference}/redactions"
        missing = await colleague.post(
            path, **{"passage": "Jane", "redact-why": "does not belong here"}
        )
        assert "do not stand in the report" in missing.text
        await colleague.get(f"/reports/{reference}")
        await colleague.post(
            path, **{"passage": "Margaret Hale", "redact-why": "would tell who somebody is"}
        )
        page = await colleague.get(f"/reports/{reference}")
        assert "Margaret Hale" not in page.html
        assert "[redacted]" in page.text
        assert "Margaret" not in (await colleague.get(f"/reports/{reference}/copy")).html
        (redaction,) = (await opened(desk, reference)).redactions
        await colleague.get(f"/reports/{reference}")
        refused = await colleague.post(f"{path}/{redaction.id}/lift")
        assert refused.status == 403
        supervisor = await at(desk, reference, "supervisor")
        await supervisor.post(f"{path}/{redaction.id}/lift")
        assert "Margaret Hale" in (await colleague.get(f"/reports/{reference}")).text

    async def test_a_picture_is_locked_away_with_one_press(self, desk: Desk) -> None:
        reference = await desk.report(photo=picture())
        (photo,) = (await opened(desk, reference)).photos
        colleague = await at(desk, reference)
        await colleague.post(f"/reports/{reference}/photos/{photo.id}/quarantine")
        page = await colleague.get(f"/reports/{reference}")
        assert photo.sha256 in page.text
        assert (await colleague.get(f"/reports/{reference}/photos/{photo.id}")).status == 404

    async def test_a_colleague_named_in_a_note_finds_it(self, desk: Desk) -> None:
        reference = await desk.report()
        colleague = await at(desk, reference)
        wrong = await colleague.post(f"/reports/{reference}/notes", note="@nobody see this")
        assert "Nobody here is called @nobody" in wrong.text
        await colleague.get(f"/reports/{reference}")
        await colleague.post(f"/reports/{reference}/notes", note="@Supervisor: mail a@b.example")
        supervisor = await desk.colleague("supervisor")
        page = await supervisor.get("/shift")
        assert reference in page.text
        assert "My shift 1" in page.text
        await supervisor.get(f"/reports/{reference}")
        assert "My shift 1" not in (await supervisor.get("/shift")).text

    async def test_it_can_be_copied_in_the_order_of_the_forces_system(self, desk: Desk) -> None:
        answers = (
            Answer("name", "Name", "Margaret Hale"),
            Answer("odd", "Something else", "Blue"),
            Answer("what", "What happens", SAID),
        )
        reference = await desk.report(answers=answers)
        page = await (await desk.colleague("handler")).get(f"/reports/{reference}/copy")
        places = [page.text.index(words) for words in (SAID, "Margaret Hale", "Blue")]
        assert places == sorted(places)
        assert ("handler", "report copied", reference) in await desk.events()


class TestAroundIt:
    async def test_it_is_handed_on_to_a_team_and_taken_back(self, desk: Desk) -> None:
        reference = await desk.report()
        async with desk.store.work() as work:
            team = await work.teams.add("Harlow NPT", "supervisor", desk.clock.now)
        colleague = await at(desk, reference)
        await colleague.post(f"/reports/{reference}/team", team=team)
        assert "In the team Harlow NPT" in (await colleague.get(f"/reports/{reference}")).text
        assert "Harlow NPT" in (await colleague.get(f"/?team={team}")).text
        await colleague.get(f"/reports/{reference}")
        wrong = await colleague.post(f"/reports/{reference}/team", team="none")
        assert "Choose a team." in wrong.text
        await colleague.get(f"/reports/{reference}")
        await colleague.post(f"/reports/{reference}/team", team="")
        assert (await opened(desk, reference)).team == ""

    async def test_the_chat_it_came_from_is_beside_it(self, desk: Desk) -> None:
        reference = await desk.report(chat="margaret")
        async with desk.store.work() as work:
            kept = await work.conversations.load(Address(WEB, "margaret"), desk.clock.now)
            work.transcript.hear(kept, "Is <anybody> there?", desk.clock.now)
        colleague = await at(desk, reference)
        page = await colleague.get(f"/reports/{reference}/conversation")
        assert "Is <anybody> there?" in page.text
        assert ("handler", "conversation viewed", reference) in await desk.events()

    async def test_a_map_shows_the_district_and_the_place_that_was_shared(self, desk: Desk) -> None:
        place = Place("", district="harlow", latitude=51.77, longitude=0.1)
        near, far = await desk.report(place=place), await desk.report()
        colleague = await at(desk, near)
        assert "chart-spot" in colleague.page.html
        assert "chart-spot" not in (await colleague.get(f"/reports/{far}")).html


class TestTwoAtOnce:
    async def test_each_is_told_of_the_other_and_of_changes_as_they_happen(
        self, desk: Desk
    ) -> None:
        reference = await desk.report()
        first, second = await at(desk, reference), await at(desk, reference, "supervisor")
        async with first.stream(f"/reports/{reference}/events?version=0") as mine:
            async with second.stream(f"/reports/{reference}/events?version=0"):
                assert await told(mine, "here") == '["The supervisor"]'
                page = await first.get(f"/reports/{reference}")
                assert "The supervisor has this report open too." in page.text
                await second.post(f"/reports/{reference}/assignee", to="me")
                assert await told(mine, "changed") == "yes"
            assert await told(mine, "here") == "[]"

    async def test_a_report_that_is_not_for_them_has_no_stream(self, desk: Desk) -> None:
        hidden = await desk.report(flags=frozenset({RESTRICTED}))
        colleague = await desk.colleague("handler")
        assert (await colleague.get(f"/reports/{hidden}/events")).status == 404


async def told(stream: StreamReader, event: str) -> str:
    """What comes with the next event of that name."""
    async with asyncio.timeout(20):
        while await stream.readuntil(b"\n") != f"event: {event}\n".encode():
            pass
        return (await stream.readuntil(b"\n")).decode().removeprefix("data: ").strip()


class TestReplies:
    async def test_a_ready_made_one_comes_filled(self, desk: Desk) -> None:
        reference = await desk.report(kind="hate")
        colleague = await desk.colleague("handler")
        page = await colleague.get(f"/reports/{reference}?reply=hate")
        assert f"looking at your report {reference}" in page.text
        assert "{reference}" not in page.html
        plain = await colleague.get(f"/reports/{reference}?reply=theft")
        assert "serial numbers" not in plain.text

    async def test_an_answer_is_asked_for_and_its_resident_reminded_once(self, desk: Desk) -> None:
        reference = await desk.report(chat="margaret")
        colleague = await at(desk, reference)
        await colleague.post(f"/reports/{reference}/status", status="in triage")
        await colleague.get(f"/reports/{reference}")
        await colleague.post(f"/reports/{reference}/messages", message="Which door?", ask="yes")
        assert (await opened(desk, reference)).status is Status.AWAITING_REPORTER
        reminders = Reminders(desk.store, desk.counter, lambda: desk.shelf.library, desk.clock)

        async def said() -> int:
            async with desk.store.work() as work:
                return len(await work.transcript.read(Address(WEB, "margaret")))

        before = await said()
        await reminders.look()
        assert await said() == before
        desk.clock.forward(days=5)
        for _ in range(2):
            await reminders.look()
        assert await said() == before + 1
        assert (await opened(desk, reference)).story[-1].text == "reminded the resident"

    async def test_where_it_is_not_safe_nobody_is_reminded(self, desk: Desk) -> None:
        reference = await desk.report(chat="margaret", contact=SafeContact("here", safe=False))
        colleague = await at(desk, reference)
        await colleague.post(f"/reports/{reference}/messages", message="Which door?", ask="yes")
        desk.clock.forward(days=5)
        await Reminders(desk.store, desk.counter, lambda: desk.shelf.library, desk.clock).look()
        async with desk.store.work() as work:
            assert await work.transcript.read(Address(WEB, "margaret")) == ()


class TestForACaller:
    FIELDS = {  # noqa: RUF012 - not changed
        "channel": "phone", "kind": "asb", "what": "Fireworks at night", "where": "CM1 1QH",
        "contact": "none",
    }  # fmt: skip

    async def test_a_report_is_kept_and_its_code_shown_once(self, desk: Desk) -> None:
        colleague = await desk.colleague("handler")
        await colleague.get("/take")
        page = await colleague.post("/take", **self.FIELDS, safe="yes", flag=URGENT)
        reference = page.links("/reports/FC")[0].removeprefix("/reports/")
        code = page.html.split("<dt>Code</dt><dd>")[1].split("<")[0]
        report = await opened(desk, reference)
        assert (report.channel, report.district, report.kind) == ("phone", "chelmsford", "asb")
        assert report.answers[0].value == "Fireworks at night"
        assert report.place == Place("CM1 1QH", district="chelmsford")
        assert URGENT in report.flags
        assert report.due_at is not None
        async with desk.store.work() as work:
            kept = await work.conversations.load(Address(WEB, "caller"), desk.clock.now)
            found = await work.reports.by_code(code, kept.id, desk.clock.now)
        assert found is not None
        assert found.reference == reference
        assert ("handler", "report taken", reference) in await desk.events()

    async def test_what_is_missing_is_said_and_nothing_typed_is_lost(self, desk: Desk) -> None:
        colleague = await desk.colleague("handler")
        await colleague.get("/take")
        page = await colleague.post(
            "/take", **(self.FIELDS | {"where": "", "contact": "phone", "kind": "bogus"})
        )
        assert page.status == 422
        for words in ("Write where it was", "Write the phone number", "Choose what kind"):
            assert words in page.text
        assert "Fireworks at night" in page.text


class TestMyShift:
    async def test_a_note_is_handed_to_the_next_shift(self, desk: Desk) -> None:
        colleague = await desk.colleague("handler")
        await colleague.get("/shift")
        empty = await colleague.post("/shift", note=" ")
        assert "Write what the next shift has to know" in empty.text
        seen = await colleague.post("/shift", note="Mill Lane is quiet again")
        assert "Your note is kept" in (await colleague.get(seen.location)).text
        page = await (await desk.colleague("supervisor")).get("/shift")
        assert "Mill Lane is quiet again" in page.text

    async def test_what_is_still_mine_is_there(self, desk: Desk) -> None:
        reference, other = await desk.report(), await desk.report()
        colleague = await at(desk, reference)
        await colleague.post(f"/reports/{reference}/assignee", to="me")
        page = await colleague.get("/shift")
        assert page.links("/reports/FC") == [f"/reports/{reference}"]
        assert other not in page.html


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    """The console, on an otherwise quiet morning."""
    async with open_desk(staffed, library, now) as opened:
        yield opened
