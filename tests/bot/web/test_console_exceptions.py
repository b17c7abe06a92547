"""Exceptions to who sees a report: broken glass, conflicts of interest, sensitive kinds."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from handlers.report import RESTRICTED
from knowledge.library import Library
from storage.staff import Terms
from tests.console_desk import Desk, open_desk

MISSING = "FC-347-9ACA"
WHY = "Her sister is at the counter and asks what happened."


async def test_glass_that_is_broken_opens_one_report_for_an_hour_and_somebody_is_told(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    hidden, other = [await desk.report(flags=frozenset({RESTRICTED})) for _ in range(2)]
    supervisor = await desk.colleague("supervisor")
    assert (await supervisor.get(f"/reports/{hidden}")).links("/reports") == [
        f"/reports/{hidden}/glass"
    ]
    await supervisor.get(f"/reports/{hidden}/glass")
    assert (await supervisor.post(f"/reports/{hidden}/glass", note="because")).status == 422
    seen = await supervisor.post(f"/reports/{hidden}/glass", note=WHY)
    assert seen.location == f"/reports/{hidden}"
    page = await supervisor.get(seen.location)
    assert "You broke the glass" in page.text
    assert (await supervisor.get(f"/reports/{other}")).status == 404
    assert "alert (break-glass)" in caplog.text
    assert hidden not in caplog.text
    assert WHY not in caplog.text
    async with desk.store.work() as work:
        (event,) = [one for one in await work.audit.about(hidden) if one.what == "glass broken"]
        id = event.detail.split('"opening":"')[1].split('"')[0]
        assert await work.glass.why(id) == WHY
    desk.clock.forward(minutes=10)
    assert (await supervisor.get(f"/reports/{hidden}")).status == 200
    for _ in range(6):
        desk.clock.forward(minutes=10)
        last = await supervisor.get(f"/reports/{hidden}")
    assert last.status == 404


async def test_a_reference_that_is_none_looks_the_same_until_a_reason_was_given(
    desk: Desk,
) -> None:
    hidden = await desk.report(flags=frozenset({RESTRICTED}))
    supervisor = await desk.colleague("supervisor")
    pages = []
    for reference in (hidden, MISSING):
        for path in (f"/reports/{reference}", f"/reports/{reference}/glass"):
            seen = await supervisor.get(path)
            once = seen.field("once")
            pages.append(seen.html.replace(reference, "").replace(once or "none", ""))
    assert pages[:2] == pages[2:]
    seen = await supervisor.post(f"/reports/{MISSING}/glass", note=WHY)
    assert seen.status == 404
    assert "There is no such report" in seen.text
    assert ("supervisor", "glass broken", MISSING) in await desk.events()


async def test_handlers_break_no_glass(desk: Desk) -> None:
    hidden = await desk.report(flags=frozenset({RESTRICTED}))
    handler = await desk.colleague("handler")
    assert not (await handler.get(f"/reports/{hidden}")).links("/reports")
    assert (await handler.get(f"/reports/{hidden}/glass")).status == 403


async def test_a_report_somebody_must_not_work_on_no_longer_exists_for_them(desk: Desk) -> None:
    reference = await desk.report()
    async with desk.store.work() as work:
        mine, by = desk.people["handler"], desk.by("handler")
        await work.filing.assign(reference, mine, by, desk.clock.now, 0)
    handler, supervisor = await desk.colleague("handler"), await desk.colleague("supervisor")
    await handler.get(f"/reports/{reference}")
    assert (await handler.post(f"/reports/{reference}/conflict")).location == "/"
    assert (await handler.get(f"/reports/{reference}")).status == 404
    assert reference not in (await handler.get("/?status=all")).html
    page = await supervisor.get(f"/reports/{reference}")
    assert "The handler declared a conflict of interest" in page.text
    assert "With The handler" not in page.text, "nor is it theirs"
    await supervisor.post(f"/reports/{reference}/conflict/lift", username="handler")
    assert (await handler.get(f"/reports/{reference}")).status == 200
    what = [what for _, what, about in await desk.events() if about == reference]
    assert what.count("conflict declared") == what.count("conflict lifted") == 1


async def test_a_supervisor_with_a_conflict_cannot_break_the_glass_for_it(desk: Desk) -> None:
    reference = await desk.report()
    supervisor = await desk.colleague("supervisor")
    await supervisor.get(f"/reports/{reference}")
    await supervisor.post(f"/reports/{reference}/conflict")
    await supervisor.get(f"/reports/{reference}/glass")
    seen = await supervisor.post(f"/reports/{reference}/glass", note=WHY)
    assert seen.status == 404


async def test_who_marks_a_report_as_sensitive_may_lose_it_from_sight(desk: Desk) -> None:
    reference = await desk.report()
    handler, supervisor = await desk.colleague("handler"), await desk.colleague("supervisor")
    await handler.get(f"/reports/{reference}")
    seen = await handler.post(f"/reports/{reference}/sensitive", **{"kind-children": "yes"})
    assert seen.location == "/"
    assert (await handler.get(f"/reports/{reference}")).status == 404
    async with desk.store.work() as work:
        terms = Terms(name="Sam", role="supervisor", cleared=("children",))
        await work.staff.change("supervisor", terms, desk.clock.now, "test")
    page = await supervisor.get(f"/reports/{reference}")
    assert "Restricted: Children" in page.text
    both = {"kind-children": "yes", "kind-police-staff": "yes"}
    await supervisor.post(f"/reports/{reference}/sensitive", **both)
    assert (await supervisor.get(f"/reports/{reference}")).status == 404, "for all of the kinds"


async def test_kinds_one_is_not_cleared_for_cannot_be_taken_off(desk: Desk) -> None:
    reference = await desk.report(flags=frozenset({"police-staff", RESTRICTED}))
    supervisor = await desk.colleague("supervisor")
    await supervisor.get(f"/reports/{reference}/glass")
    await supervisor.post(f"/reports/{reference}/glass", note=WHY)
    await supervisor.get(f"/reports/{reference}")
    await supervisor.post(f"/reports/{reference}/sensitive")
    assert "Restricted: Police staff" in (await supervisor.get(f"/reports/{reference}")).text


async def test_an_earlier_report_that_is_not_for_them_is_not_named(desk: Desk) -> None:
    hidden = await desk.report(flags=frozenset({RESTRICTED}))
    later = await desk.report(continues=hidden)
    page = await (await desk.colleague("handler")).get(f"/reports/{later}")
    assert page.status == 200
    assert hidden not in page.html


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    """A console whose supervisor is cleared for nothing until a test says otherwise."""
    async with open_desk(staffed, library, now) as opened:
        async with opened.store.work() as work:
            terms = Terms(name="Sam", role="supervisor")
            await work.staff.change("supervisor", terms, now, "test")
        yield opened
