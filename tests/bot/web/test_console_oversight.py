"""What supervisors do in the console: teams, leave, workload, the audit trail, quality."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from handlers.report import Disposition, Status
from knowledge.library import Library
from storage.quality import Criterion
from storage.searches import SearchReason
from tests.console_desk import Colleague, Desk, open_desk


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        yield opened


@pytest.fixture
async def supervisor(desk: Desk) -> Colleague:
    return await desk.colleague("supervisor")


async def assigned(desk: Desk, to: str) -> str:
    """A report that somebody has."""
    reference = await desk.report()
    by = desk.by(to)
    async with desk.store.work() as work:
        await work.filing.assign(reference, by.staff, by, desk.clock.now, 0)
    return reference


class TestTeams:
    async def test_a_team_is_added_and_filled(self, desk: Desk, supervisor: Colleague) -> None:
        assert "There is no team yet" in (await supervisor.get("/teams")).text
        added = await supervisor.post("/teams", name="North")
        assert added.location == "/teams/north?done=added"
        page = await supervisor.get(added.location)
        assert "The team is added. Say who is in it." in page.text
        member = f"member-{desk.people['handler'].id}"
        ticked = {"district-maldon": "yes", member: "yes", "district-atlantis": "yes"}
        saved = await supervisor.post("/teams/north", name="The North", **ticked)
        assert saved.location == "/teams/north?done=saved"
        assert "The North Maldon The handler" in (await supervisor.get("/teams")).text
        page = await supervisor.get("/teams/north")
        assert page.html.count(" checked>") == 2

    async def test_a_double_click_adds_one(self, desk: Desk, supervisor: Colleague) -> None:
        page = await supervisor.get("/teams")
        for _ in range(2):
            assert (await supervisor.post("/teams", page=page, name="North")).status == 303
        assert await desk.events("team added") == [("supervisor", "team added", "north")]

    async def test_a_slip_comes_back_filled(self, supervisor: Colleague) -> None:
        await supervisor.get("/teams")
        await supervisor.post("/teams", name="North")
        await supervisor.get("/teams")
        refused = await supervisor.post("/teams", name="North")
        assert refused.status == 422
        assert "There is a team “North” already. Choose another name." in refused.text
        assert 'value="North"' in refused.html
        await supervisor.get("/teams/north")
        unnamed = await supervisor.post("/teams/north", name=" ", **{"district-maldon": "yes"})
        assert unnamed.status == 422
        assert unnamed.html.count(" checked>") == 1

    async def test_a_team_is_removed(self, supervisor: Colleague) -> None:
        await supervisor.get("/teams")
        await supervisor.post("/teams", name="North")
        await supervisor.get("/teams/north")
        assert (await supervisor.post("/teams/north/remove")).status == 303
        assert (await supervisor.get("/teams/north")).status == 404


class TestLeaveAndWorkload:
    async def test_whose_reports_wait_while_they_are_away_is_said(
        self, desk: Desk, supervisor: Colleague
    ) -> None:
        await assigned(desk, "handler")
        page = await supervisor.get("/workload")
        assert "The handler 1 0 0 just now No" in page.text
        assert "Hand them on" not in page.text
        await supervisor.get("/leave")
        today = f"{desk.clock.now:%Y-%m-%d}"
        person = str(desk.people["handler"].id)
        form = {"person": person, "from": today, "to": today, "kind": "away"}
        assert (await supervisor.post("/leave", **form)).location == "/leave"
        page = await supervisor.get("/workload")
        assert "Hand them on: The handler: 1 open" in page.text
        theirs = f"/?person={desk.people['handler'].id}"
        assert page.links("/?person")[:2] == [theirs, theirs]
        leave = await supervisor.get("/leave")
        assert "Away today" in leave.text
        removed = leave.html.split('action="/leave/')[1].split('"')[0]
        assert (await supervisor.post(f"/leave/{removed}")).status == 303
        assert "Hand them on" not in (await supervisor.get("/workload")).text
        assert [what for _, what, about in await desk.events() if about == "handler"][-2:] == [
            "leave added",
            "leave removed",
        ]

    async def test_a_slip_in_leave_comes_back_filled(self, supervisor: Colleague) -> None:
        await supervisor.get("/leave")
        form = {"person": "", "from": "2026-12-24", "to": "2026-12-01", "kind": "sickness"}
        refused = await supervisor.post("/leave", **form)
        assert refused.status == 422
        for words in (
            "Choose who is away.",
            "The last day comes before the first. Swap them.",
            "Choose what kind of leave it is.",
        ):
            assert words in refused.text
        assert 'value="2026-12-24"' in refused.html

    async def test_a_handler_sees_their_own_workload_and_nobody_elses(self, desk: Desk) -> None:
        await assigned(desk, "supervisor")
        page = await (await desk.colleague("handler")).get("/workload")
        assert "The handler 0 0 0" in page.text
        assert "The supervisor" not in page.text
        assert "/teams" not in page.html


class TestTheAuditTrail:
    async def test_it_is_searched_by_who_what_about_and_when(
        self, desk: Desk, supervisor: Colleague
    ) -> None:
        reference = await desk.report()
        handler = await desk.colleague("handler")
        await handler.get(f"/reports/{reference}")
        today, spaced = f"{desk.clock.now:%Y-%m-%d}", reference.lower().replace("-", " ")
        for query in (
            "who=handler&what=report+viewed",
            f"about={spaced}",
            f"who=HANDLER&about={reference}&from={today}&to={today}",
        ):
            page = await supervisor.get(f"/audit?{query}")
            assert f"handler report viewed {reference}" in page.text, query
            assert "1 event, newest first" in page.text, query
        page = await supervisor.get("/audit?who=nobody")
        assert "No events match" in page.text
        tomorrow = f"{desk.clock.now + timedelta(days=1):%Y-%m-%d}"
        assert "No events match" in (await supervisor.get(f"/audit?from={tomorrow}")).text

    async def test_what_was_searched_for_is_recorded_but_no_words(
        self, desk: Desk, supervisor: Colleague
    ) -> None:
        await supervisor.get("/audit?who=handler&about=somebody+with+a+name&what=x")
        async with desk.store.work() as work:
            (event,) = await work.audit.latest(1)
        assert event.what == "audit trail viewed"
        assert event.detail == '{"about":true,"what":true,"who":"handler"}'

    async def test_the_words_that_an_event_names_are_shown_and_that_is_an_event_too(
        self, desk: Desk, supervisor: Colleague
    ) -> None:
        handler = desk.by("handler").staff
        async with desk.store.work() as work:
            await work.searches.record(
                handler, "reporter", "Robin <b>Hood", SearchReason.CONTACT, desk.clock.now
            )
            await work.glass.break_glass("FC-0", "it was asked for", handler, desk.clock.now)
        page = await supervisor.get("/audit?who=handler")
        assert "Robin" not in page.text
        shown = [(await supervisor.get(path)).text for path in page.links("/audit/words/")]
        assert "Why a closed report was opened it was asked for" in shown[0]
        assert "What was searched for Robin <b>Hood" in shown[1]
        assert (await supervisor.get("/audit/words/nothing")).status == 404
        events = [(who, what) for who, what, _ in await desk.events()]
        assert ("supervisor", "reason read") in events
        assert ("supervisor", "search terms read") in events

    async def test_pages_lead_to_the_oldest_event(self, desk: Desk, supervisor: Colleague) -> None:
        async with desk.store.work() as work:
            for number in range(120):
                await work.audit.append("ann", "test", f"{number}", {}, desk.clock.now)
        page = await supervisor.get("/audit?who=ann")
        assert "100 events, and there are older ones" in page.text
        (older,) = page.links("/audit?who=ann&before=")
        page = await supervisor.get(older)
        assert "20 events, newest first" in page.text
        assert "Newest events" in page.text

    async def test_a_day_that_is_none_is_said(self, supervisor: Colleague) -> None:
        page = await supervisor.get("/audit?from=yesterday")
        assert page.status == 422
        assert "Write the day like 2026-03-31." in page.text
        assert 'value="yesterday"' in page.html

    async def test_it_is_taken_away_as_a_file_and_that_is_recorded(
        self, desk: Desk, supervisor: Colleague
    ) -> None:
        async with desk.store.work() as work:
            await work.audit.append("=ann", "test", "", {}, desk.clock.now)
        file = await supervisor.get("/audit.csv?what=test")
        rows = [*csv.reader(io.StringIO(file.body.decode("utf-8-sig")))]
        assert rows[0] == ["number", "at", "who", "what", "about", "detail"]
        assert [row[2] for row in rows[1:]] == ["'=ann"]
        assert ("supervisor", "audit trail exported", "") in await desk.events()


class TestQuality:
    @pytest.fixture
    async def reference(self, desk: Desk) -> str:
        """Closed by the handler in the week before this one."""
        reference, by = await desk.report(), desk.by("handler")
        async with desk.store.work() as work:
            at = desk.clock.now
            await work.casework.change_status(
                reference, Status.CLOSED, Disposition.MISUSE, by, at, 0
            )
        desk.clock.forward(days=7)
        return reference

    async def test_a_closed_report_is_reviewed(
        self, desk: Desk, supervisor: Colleague, reference: str
    ) -> None:
        supervisor = await desk.colleague("supervisor")
        page = await supervisor.get("/quality")
        assert f"{reference} Antisocial behaviour Chelmsford" in page.text
        (link,) = page.links("/quality/")
        form = await supervisor.get(link)
        fields = {"week": form.field("week"), "note": "Kind words."}
        unfinished = await supervisor.post(f"/quality/{reference}", **fields)
        assert unfinished.status == 422
        assert "Answer: Is the grade right?" in unfinished.text
        assert "Kind words." in unfinished.html
        marks = dict.fromkeys(map(str, Criterion), "yes") | {"redaction": "na", "reply": "no"}
        saved = await supervisor.post(f"/quality/{reference}", **fields, **marks)
        assert saved.location.startswith("/quality?week=")
        page = await supervisor.get("/quality")
        assert "The supervisor, " in page.text
        assert "Not yet" not in page.text
        seen = await supervisor.get(link)
        assert "Is what we wrote to the resident clear? No" in seen.text
        assert "Kind words." in seen.text
        late = await supervisor.post(f"/quality/{reference}", page=unfinished, **fields, **marks)
        assert late.status == 303, "the same form sent twice counts once"
        second = await supervisor.post(
            f"/quality/{reference}", page=form, once="0" * 32, **fields, **marks
        )
        assert second.status == 409
        assert "A colleague has reviewed it meanwhile" in second.text

    async def test_nobody_reviews_what_they_closed_or_what_was_not_drawn(
        self, desk: Desk, reference: str
    ) -> None:
        other = await desk.report()
        supervisor = await desk.colleague("supervisor")
        assert (await supervisor.get(f"/quality/{other}")).status == 404
        marks = dict.fromkeys(map(str, Criterion), "yes")
        await supervisor.get("/quality")
        await supervisor.get(f"/quality/{reference}")
        assert (await supervisor.post(f"/quality/{other}", **marks)).status == 404

    async def test_it_is_for_supervisors(self, desk: Desk) -> None:
        for role in ("handler", "admin", "comms"):
            assert (await (await desk.colleague(role)).get("/quality")).status == 403
