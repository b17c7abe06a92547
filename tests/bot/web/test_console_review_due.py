"""Reports due for review in the console: listed, kept, held, let go, erased, and never twice."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.orders import OPERATOR, Operator, Order
from bot.tombstones import TOMBSTONES, TombstoneFile
from bot.web.console_text import lasting
from bot.web.permissions import GRANTED, Permission
from handlers.report import RESTRICTED, Answer, Disposition, Status
from knowledge.library import Library
from storage.erasure import read_tombstones
from storage.retention import Retention
from tests.console_desk import SAID, Colleague, Desk, Seen, open_desk, picture

MISSING = "FC-347-9ACA"
LIFE = Retention().reports
NOTE = "Operation Teapot, ask Priya"


class TestTheList:
    async def test_it_says_of_each_report_what_it_is_and_why_it_is_there(self, desk: Desk) -> None:
        reference = await closed(desk)
        young = await desk.report()
        grow_old(desk)
        page = await (await desk.colleague("supervisor")).get("/due")
        assert page.links("/due/FC") == [f"/due/{reference}"]
        assert young not in page.html
        row = f"{reference} Antisocial behaviour Closed 22 November 2026 22 November 2032"
        assert f"{row} 6 years since its last change None" in page.text
        assert "1 to decide about" in page.text

    async def test_a_wish_for_erasure_comes_first_and_a_hold_last(self, desk: Desk) -> None:
        held, old = await closed(desk), await closed(desk)
        grow_old(desk)
        wished = await desk.report()
        async with desk.store.work() as work:
            await work.erasure.hold(held, OPERATOR, desk.clock.now)
            await work.reports.ask_erasure(wished, desk.clock.now)
        page = await (await desk.colleague("supervisor")).get("/due")
        assert page.links("/due/FC") == [f"/due/{one}" for one in (wished, old, held)]
        assert "2 to decide about, 1 on legal hold" in page.text
        assert "Its resident asked for erasure" in page.text

    async def test_no_word_of_a_resident_is_in_it(self, desk: Desk) -> None:
        reference = await wish(desk)
        supervisor = await desk.colleague("supervisor")
        for path in ("/due", f"/due/{reference}", f"/due/{reference}/erase"):
            page = await supervisor.get(path)
            assert reference in page.text
            for words in (SAID, "Margaret", "old mill", "after six"):
                assert words not in page.html
        assert not await desk.events("report viewed")

    async def test_the_navigation_counts_for_those_who_may_decide(self, desk: Desk) -> None:
        await wish(desk)
        held = await wish(desk)
        async with desk.store.work() as work:
            await work.erasure.hold(held, OPERATOR, desk.clock.now)
        supervisor, handler = await desk.colleague("supervisor"), await desk.colleague("handler")
        for path in ("/", "/due", "/knowledge", "/no/such/page"):
            page = await supervisor.get(path)
            assert "Due for review 1 to decide about" in page.text, path
        page = await handler.get("/")
        assert page.links("/due") == []
        assert "Due for review" not in page.text

    async def test_nobody_else_may_look_or_decide(self, desk: Desk) -> None:
        reference = await wish(desk)
        for role in ("handler", "comms", "admin"):
            colleague = await desk.colleague(role)
            await colleague.get("/nothing-here")
            for path in ("/due", f"/due/{reference}", f"/due/{reference}/erase"):
                seen = await colleague.get(path)
                assert (seen.status, "You cannot do that here" in seen.text) == (403, True)
            for what in ("keep", "hold", "release", "erase"):
                seen = await colleague.post(f"/due/{reference}/{what}", reason="civil claim")
                assert (seen.status, "Nothing was saved" in seen.text) == (403, True)
        assert not [event for event in await desk.events() if event[2] == reference]

    def test_whoever_decides_may_see_restricted_reports_and_the_trail(self) -> None:
        deciding = GRANTED[Permission.DECIDE_ERASURE]
        assert deciding <= GRANTED[Permission.OPEN_RESTRICTED]
        assert deciding <= GRANTED[Permission.SEE_AUDIT]
        assert deciding <= GRANTED[Permission.WRITE_NOTE]

    async def test_restricted_ones_are_in_it(self, desk: Desk) -> None:
        reference = await wish(desk, flags=frozenset({RESTRICTED}))
        assert reference in (await (await desk.colleague("supervisor")).get("/due")).html

    async def test_a_page_holds_25_and_leads_to_the_next(self, desk: Desk) -> None:
        for _ in range(27):
            await wish(desk)
        supervisor = await desk.colleague("supervisor")
        first = await supervisor.get("/due")
        assert len(first.links("/due/FC")) == 25
        (following,) = first.links("/due?page")
        assert len((await supervisor.get(following)).links("/due/FC")) == 2
        assert (await supervisor.get("/due?page=99")).location == "/due?page=2"
        for nonsense in (
            "page=-1",
            "page=%E2%91%A0",
            "done=erased",
            "done=kept&about=%3Cscript%3E",
        ):
            seen = await supervisor.get(f"/due?{nonsense}")
            assert seen.status == 200
            assert "desk-said" not in seen.html

    async def test_an_empty_one_says_so(self, desk: Desk) -> None:
        page = await (await desk.colleague("supervisor")).get("/due")
        assert "No report is due for review" in page.text
        assert "to decide about" not in page.text.split("Sign out")[0]


class TestKeeping:
    async def test_it_comes_up_again_after_another_life(self, desk: Desk) -> None:
        reference = await closed(desk)
        grow_old(desk)
        supervisor = await desk.colleague("supervisor")
        await supervisor.get(f"/due/{reference}")
        seen = await supervisor.post(f"/due/{reference}/keep")
        assert (seen.status, seen.location) == (303, f"/due?done=kept&about={reference}")
        page = await supervisor.get(seen.location)
        assert f"{reference} is kept, and comes up again after another 6 years" in page.text
        assert "No report is due" in page.text
        event = ("supervisor", "report reviewed and kept", reference)
        assert await desk.events(event[1]) == [event]
        grow_old(desk)
        page = await (await desk.colleague("supervisor")).get("/due")
        assert reference in page.html
        assert "6 years since its last review" in page.text

    async def test_where_its_resident_wanted_it_erased_they_wait_for_an_answer(
        self, desk: Desk
    ) -> None:
        reference = await wish(desk)
        supervisor = await desk.colleague("supervisor")
        page = await supervisor.get(f"/due/{reference}")
        assert "Its resident asked on 22 November 2026 for it to be erased" in page.text
        seen = await supervisor.post(f"/due/{reference}/keep", asked=page.field("asked"))
        page = await supervisor.get(seen.location)
        assert "asked for it to be erased: write to them" in page.text
        assert f"/reports/{reference}" in page.links("/reports/")

    async def test_one_that_is_not_due_is_not_decided_about(self, desk: Desk) -> None:
        reference = await desk.report()
        supervisor = await desk.colleague("supervisor")
        page = await supervisor.get(f"/due/{reference}")
        assert "It is not due for review" in page.text
        assert "Keep it" not in page.text
        assert "Erase it for good" not in (await supervisor.get(f"/due/{reference}/erase")).text
        for what in ("keep", "erase"):
            seen = await supervisor.post(f"/due/{reference}/{what}", why="no longer needed")
            assert (seen.status, "Nothing of yours was done" in seen.text) == (409, True)
        assert [what for _, what, about in await desk.events() if about == reference] == []

    async def test_one_that_does_not_exist_is_not_found(self, desk: Desk) -> None:
        supervisor = await desk.colleague("supervisor")
        for path in (f"/due/{MISSING}", f"/due/{MISSING}/erase", "/due/nonsense"):
            assert (await supervisor.get(path)).status == 404
        await supervisor.get("/due")
        reason = {"reason": "civil claim", "why": "no longer needed"}
        await supervisor.get("/nothing-here")
        for what in ("keep", "hold", "release", "erase"):
            assert (await supervisor.post(f"/due/{MISSING}/{what}", **reason)).status == 404


class TestHolding:
    async def test_it_is_held_for_a_reason_and_said_where_the_report_is(self, desk: Desk) -> None:
        reference = await wish(desk)
        supervisor = await desk.colleague("supervisor")
        await supervisor.get(f"/due/{reference}")
        seen = await supervisor.post(f"/due/{reference}/hold", reason="civil claim", note=NOTE)
        assert NOTE not in seen.location
        page = await supervisor.get(seen.location)
        assert f"{reference} is on legal hold" in page.text
        assert "On legal hold Civil claim, since 22 November 2026" in page.text
        report = await supervisor.get(f"/reports/{reference}")
        assert "On legal hold since 22 November 2026, 09:30 : civil claim" in report.text
        assert NOTE in report.text
        assert await desk.events("legal hold set") == [("supervisor", "legal hold set", reference)]
        assert await details(desk, reference, "legal hold set") == {"reason": "civil claim"}
        handlers = await (await desk.colleague("handler")).get(f"/reports/{reference}")
        assert "until a supervisor lifts the hold" in handlers.text

    async def test_it_needs_a_reason_and_keeps_what_was_written(self, desk: Desk) -> None:
        reference = await wish(desk)
        supervisor = await desk.colleague("supervisor")
        await supervisor.get(f"/due/{reference}")
        for reason, wrong in (
            ("", "Choose why it is held"),
            ("because I say so", "Choose why it is held"),
        ):
            seen = await supervisor.post(f"/due/{reference}/hold", reason=reason, note=NOTE)
            assert (seen.status, wrong in seen.text, NOTE in seen.text) == (422, True, True)
        seen = await supervisor.post(f"/due/{reference}/hold", reason="another reason", note=" ")
        assert (seen.status, "Write what the reason is" in seen.text) == (422, True)
        assert 'value="another reason" selected' in seen.html
        seen = await supervisor.post(
            f"/due/{reference}/hold", reason="civil claim", note="word " * 900
        )
        assert "Make it shorter by 499 characters" in seen.text
        assert not await desk.events("legal hold set")
        assert not await desk.events("note added")

    async def test_what_is_written_about_it_is_not_in_the_audit_trail(self, desk: Desk) -> None:
        reference = await wish(desk)
        supervisor = await desk.colleague("supervisor")
        await supervisor.get(f"/due/{reference}")
        await supervisor.post(f"/due/{reference}/hold", reason="another reason", note=NOTE)
        assert "Teapot" not in (await supervisor.get("/audit")).html
        assert await desk.events("note added") == [("supervisor", "note added", reference)]

    async def test_an_open_report_can_be_held_before_its_time(self, desk: Desk) -> None:
        reference = await desk.report()
        supervisor = await desk.colleague("supervisor")
        report = await supervisor.get(f"/reports/{reference}")
        (there,) = set(report.links("/due/"))
        await supervisor.get(there)
        seen = await supervisor.post(f"{there}/hold", reason="inquest or inquiry")
        assert seen.status == 303
        assert "inquest or inquiry" in (await supervisor.get(there)).text

    async def test_a_hold_of_the_command_line_is_lifted_here(self, desk: Desk) -> None:
        reference = await wish(desk)
        operator = Operator(desk.store, desk.clock)
        await operator.carry_out(Order("reports hold", {"reference": reference}))
        supervisor = await desk.colleague("supervisor")
        page = await supervisor.get(f"/due/{reference}")
        assert "Reason: none was given" in page.text
        seen = await supervisor.post(f"/due/{reference}/release")
        assert (
            f"{reference} is no longer on legal hold" in (await supervisor.get(seen.location)).text
        )
        assert await desk.events("legal hold lifted")
        assert "On legal hold" not in (await supervisor.get(f"/reports/{reference}")).text


class TestErasing:
    async def test_one_sees_what_goes_and_what_stays_and_then_it_is_gone(self, desk: Desk) -> None:
        reference = await wish(desk, photo=picture(), chat="margaret")
        supervisor = await desk.colleague("supervisor")
        (there,) = (await supervisor.get(f"/due/{reference}")).links(f"/due/{reference}/")
        page = await supervisor.get(there)
        for words in ("What goes", "the pictures", "What stays", "the audit trail", "400 days"):
            assert words in page.text
        assert not await desk.events("report erased")
        seen = await supervisor.post(there, why="its resident asked for it")
        page = await supervisor.get(seen.location)
        assert f"{reference} is erased, and stays so when a backup is restored" in page.text
        assert (await supervisor.get(f"/reports/{reference}")).status == 404
        assert await desk.events("report erased") == [("supervisor", "report erased", reference)]
        said = {"reason": "its resident asked for it"}
        assert await details(desk, reference, "report erased") == said
        async with desk.store.work() as work:
            assert await work.reports.read(reference) is None
            assert await work.files.of(reference) == ()

    async def test_its_tombstone_is_written_as_the_command_writes_one(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        here, there = await wish(desk), await wish(desk)
        supervisor = await desk.colleague("supervisor")
        await erase(supervisor, here)
        operator = Operator(desk.store, desk.clock)
        await operator.carry_out(Order("reports erase", {"reference": there}))
        await TombstoneFile(desk.store, tmp_path, Retention().tombstones, desk.clock).once()
        stones = read_tombstones(tmp_path / TOMBSTONES)
        written = {(stone.kind, stone.key, stone.at) for stone in stones}
        assert written == {("report", key, desk.clock.now) for key in (here, there)}

    async def test_it_needs_a_reason(self, desk: Desk) -> None:
        reference = await wish(desk)
        supervisor = await desk.colleague("supervisor")
        for why in ("", "because I say so"):
            await supervisor.get(f"/due/{reference}/erase")
            seen = await supervisor.post(f"/due/{reference}/erase", why=why)
            assert (seen.status, "Choose why it is erased" in seen.text) == (422, True)
            assert "What stays" in seen.text
        assert not await desk.events("report erased")

    async def test_one_on_legal_hold_is_not_erased(self, desk: Desk) -> None:
        reference = await wish(desk)
        async with desk.store.work() as work:
            await work.erasure.hold(reference, OPERATOR, desk.clock.now)
        supervisor = await desk.colleague("supervisor")
        page = await supervisor.get(f"/due/{reference}")
        assert "Not while it is on legal hold" in page.text
        assert f"/due/{reference}/erase" not in page.html
        assert "Erase it for good" not in (await supervisor.get(f"/due/{reference}/erase")).text
        seen = await supervisor.post(f"/due/{reference}/erase", why="no longer needed")
        assert (seen.status, "On legal hold" in seen.text) == (409, True)
        assert not await desk.events("report erased")

    async def test_a_form_that_is_not_ours_erases_nothing(self, desk: Desk) -> None:
        reference = await wish(desk)
        supervisor = await desk.colleague("supervisor")
        page = await supervisor.get(f"/due/{reference}/erase")
        fields = {"why": "no longer needed", "version": page.field("version")}
        there = f"/due/{reference}/erase"
        for forged in ({"csrf": ""}, {"csrf": "0" * 64}):
            assert (await supervisor.ask("POST", there, data=fields | forged)).status == 403
        other = {"Sec-Fetch-Site": "cross-site"}
        form = fields | {"csrf": page.field("csrf")}
        assert (await supervisor.ask("POST", there, data=form, headers=other)).status == 403
        assert not await desk.events("report erased")


class TestTwoAtOnce:
    async def test_the_second_is_told_what_the_first_decided(self, desk: Desk) -> None:
        reference = await wish(desk)
        first, second = await two(desk)
        await first.get(f"/due/{reference}")
        await second.get(f"/due/{reference}/erase")
        await first.post(f"/due/{reference}/hold", reason="civil claim")
        seen = await second.post(f"/due/{reference}/erase", why="no longer needed")
        assert seen.status == 409
        assert "This report changed while you were deciding" in seen.text
        assert "supervisor: legal hold set" in seen.text
        assert "Reason: civil claim" in seen.text
        assert not await desk.events("report erased")
        again = await second.post(f"/due/{reference}/release")
        assert again.status == 303

    async def test_what_is_gone_was_erased_once_and_one_hears_by_whom(self, desk: Desk) -> None:
        reference = await wish(desk)
        first, second = await two(desk)
        mine = await second.get(f"/due/{reference}/erase")
        await erase(first, reference)
        seen = await second.post(f"/due/{reference}/erase", page=mine, why="no longer needed")
        assert seen.status == 410
        assert f"{reference} was erased by supervisor on 22 November 2026" in seen.text
        assert (await second.get(f"/due/{reference}")).status == 410
        assert len(await desk.events("report erased")) == 1

    @pytest.mark.parametrize("what", ["keep", "hold", "erase"])
    async def test_of_two_at_the_same_moment_one_decides(self, desk: Desk, what: str) -> None:
        reference = await wish(desk)
        people = await two(desk)
        where = f"/due/{reference}/erase" if what == "erase" else f"/due/{reference}"
        pages = [await each.get(where) for each in people]
        reason = {"reason": "civil claim", "why": "no longer needed"}
        answers: list[Seen] = await asyncio.gather(
            *(
                each.post(f"/due/{reference}/{what}", page=page, **reason)
                for each, page in zip(people, pages, strict=True)
            )
        )
        told = 410 if what == "erase" else 409
        assert sorted(seen.status for seen in answers) == [303, told]
        decided = {"report reviewed and kept", "legal hold set", "report erased"}
        assert len([event for event in await desk.events() if event[1] in decided]) == 1

    @pytest.mark.parametrize("what", ["keep", "hold", "erase"])
    async def test_a_double_click_is_one_decision_and_no_complaint(
        self, desk: Desk, what: str
    ) -> None:
        reference = await wish(desk)
        supervisor = await desk.colleague("supervisor")
        path = "/erase" if what == "erase" else ""
        page = await supervisor.get(f"/due/{reference}{path}")
        reason = {"reason": "civil claim", "why": "no longer needed"}
        for _ in range(2):
            seen = await supervisor.post(f"/due/{reference}/{what}", page=page, **reason)
            assert seen.status == 303
        events = [what for _, what, about in await desk.events() if about == reference]
        assert len(events) == 1

    async def test_what_its_resident_adds_meanwhile_is_not_decided_over(self, desk: Desk) -> None:
        reference = await closed(desk)
        grow_old(desk)
        supervisor = await desk.colleague("supervisor")
        await supervisor.get(f"/due/{reference}/erase")
        async with desk.store.work() as work:
            await work.reports.add(reference, "It is happening again", desk.clock.now)
        seen = await supervisor.post(f"/due/{reference}/erase", why="no longer needed")
        assert seen.status == 409
        assert "Its resident added to it" in seen.text
        assert "Reopened" in seen.text
        assert "happening again" not in seen.html
        assert not await desk.events("report erased")


async def test_nothing_that_was_written_is_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "Secret Sesame"
    reference = await wish(desk, answers=(Answer("what", "What happens", secret),))
    supervisor = await desk.colleague("supervisor")
    await supervisor.get(f"/due/{reference}")
    await supervisor.post(f"/due/{reference}/hold", reason="civil claim", note=NOTE)
    desk.clock.fails = RuntimeError(secret)
    seen = await supervisor.get(f"/due/{reference}")
    desk.clock.fails = None
    assert seen.status == 500
    for words in (secret, "Teapot"):
        assert words not in caplog.text
        assert words not in seen.html


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "1 day"), (45, "45 days"), (365, "365 days"), (731, "2 years"), (2192, "6 years")],
)
def test_a_life_is_in_days_or_whole_years(days: int, words: str) -> None:
    assert lasting(timedelta(days=days)) == words


async def closed(desk: Desk) -> str:
    """A report that was closed just now."""
    reference = await desk.report()
    by, advice = desk.by("handler"), Disposition.ADVICE_GIVEN
    async with desk.store.work() as work:
        await work.casework.change_status(reference, Status.CLOSED, advice, by, desk.clock.now, 0)
    return reference


async def wish(desk: Desk, **changes: object) -> str:
    """A report whose resident has just asked for its erasure."""
    reference = await desk.report(**changes)
    async with desk.store.work() as work:
        await work.reports.ask_erasure(reference, desk.clock.now)
    return reference


def grow_old(desk: Desk) -> None:
    """As long passes as a closed report is kept without a question; everybody signs in anew."""
    desk.clock.forward(days=LIFE.days, seconds=1)


async def erase(colleague: Colleague, reference: str) -> None:
    await colleague.get(f"/due/{reference}/erase")
    seen = await colleague.post(f"/due/{reference}/erase", why="no longer needed")
    assert seen.status == 303


async def two(desk: Desk) -> tuple[Colleague, Colleague]:
    """Two who may decide; they share an account, not a browser."""
    return await desk.colleague("supervisor"), await desk.colleague("supervisor")


async def details(desk: Desk, reference: str, what: str) -> object:
    """What the audit trail says besides of the one event of that kind."""
    async with desk.store.work() as work:
        (event,) = [one for one in await work.audit.about(reference) if one.what == what]
    return json.loads(event.detail)


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    """The console, on an otherwise quiet morning."""
    async with open_desk(staffed, library, now) as opened:
        yield opened
