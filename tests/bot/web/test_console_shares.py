"""Telling a partner is a task that people do: set with a reason, ticked off, recorded."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from handlers.report import RESTRICTED
from knowledge.library import Library
from tests.bot.web.noticing import BIKES, told
from tests.console_desk import Colleague, Desk, Seen, open_desk

TASK = {"recipient": "community-safety-hub", "reason": "solving a problem together", "within": "3"}


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        yield opened


@pytest.fixture
async def handler(desk: Desk) -> Colleague:
    return await desk.colleague("handler")


async def plan(handler: Colleague, reference: str, **fields: str) -> Seen:
    """Open the form, set the task, and see the page that comes of it."""
    await handler.get(f"/reports/{reference}/shares")
    sent = await handler.post(f"/reports/{reference}/shares", **(TASK | fields))
    return await handler.get(sent.location) if sent.location else sent


async def test_the_council_of_the_district_is_offered_and_no_other(
    desk: Desk, handler: Colleague
) -> None:
    page = await handler.get(f"/reports/{await told(desk)}/shares")
    assert "Chelmsford City Council" in page.text
    assert "Basildon Borough Council" not in page.text
    assert "Nothing is sent from here." in page.text


async def test_a_task_gives_a_text_without_who_reported_it_or_who_did_it(
    desk: Desk, handler: Colleague
) -> None:
    reference = await told(desk)
    page = await plan(handler, reference, note="they meet on Mondays")
    assert "The task is set. Nothing has been sent" in page.text
    assert f"Police reference: {reference}" in page.text
    assert BIKES in page.text
    assert "Who reported it is not passed on." in page.text
    assert "they meet on Mondays" in page.text
    for hidden in ("Margaret", "900123", "red hair"):
        assert hidden not in page.html
    report = await handler.get(f"/reports/{reference}")
    assert (
        "Community Safety Hub Solving a problem together. To be told by 25 November" in report.text
    )


async def test_who_reported_it_is_in_the_text_only_with_a_reason(
    desk: Desk, handler: Colleague
) -> None:
    reference = await told(desk)
    refused = await plan(handler, reference, with_identity="yes")
    assert refused.status == 422
    assert "Write why they need to know who reported it." in refused.text
    page = await plan(handler, reference, with_identity="yes", note="she asked for it")
    assert "with who reported it" in page.text
    assert "Margaret Hale" in page.text
    assert "red hair" not in page.html


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"recipient": ""}, "Choose whom to tell."),
        ({"recipient": "my-cousin"}, "Choose whom to tell."),
        ({"reason": "because"}, "Choose why."),
        ({"within": "9999"}, "Choose by when."),
        ({"reason": "another reason"}, "Write what the reason is."),
    ],
)
async def test_what_is_missing_is_asked_for_and_the_rest_stays(
    desk: Desk, handler: Colleague, wrong: dict[str, str], said: str
) -> None:
    page = await plan(handler, await told(desk), **({"note": ""} | wrong))
    assert page.status == 422
    assert said in page.text
    assert page.html.count(" selected") + page.html.count(" checked") == 3 - len(
        {"recipient", "within"} & wrong.keys()
    ) - (wrong.get("reason") == "because")


async def test_who_told_them_and_when_is_recorded_once(desk: Desk, handler: Colleague) -> None:
    reference = await told(desk)
    page = await plan(handler, reference)
    (path,) = [part.split('"')[0] for part in page.html.split('action="') if "/done" in part[:99]]
    told_them = await handler.post(path)
    assert told_them.location == f"/reports/{reference}/shares?done=told"
    supervisor = await desk.colleague("supervisor")
    await supervisor.get(f"/reports/{reference}/shares")
    assert (await supervisor.post(path)).location.endswith("done=already")
    after = await handler.get(f"/reports/{reference}/shares")
    assert "The handler told them" in after.text
    assert "Police reference" not in after.text
    about = [(who, what) for who, what, of in await desk.events() if of == reference]
    assert about.count(("handler", "sharing planned")) == 1
    assert [pair for pair in about if pair[1] == "shared"] == [("handler", "shared")]
    assert ("handler", "report viewed") in about


async def test_the_list_puts_what_is_late_first_and_marks_it(
    desk: Desk, handler: Colleague
) -> None:
    assert "Nothing to share" in (await handler.get("/shares")).text
    later, sooner = await told(desk), await told(desk)
    await plan(handler, later, within="14")
    await plan(handler, sooner, within="1")
    desk.clock.forward(days=2)
    page = await (await desk.colleague("supervisor")).get("/shares")
    assert "2 to do" in page.text
    assert page.links("/reports/") == [f"/reports/{sooner}/shares", f"/reports/{later}/shares"]
    assert page.text.count("overdue") == 1


async def test_a_double_click_sets_one_task(desk: Desk, handler: Colleague) -> None:
    reference = await told(desk)
    form = await handler.get(f"/reports/{reference}/shares")
    for _ in range(2):
        await handler.post(f"/reports/{reference}/shares", page=form, **TASK)
    assert "1 to do" in (await handler.get("/shares")).text


async def test_tasks_of_a_restricted_report_do_not_exist_for_handlers(
    desk: Desk, handler: Colleague
) -> None:
    secret = await told(desk, flags=frozenset({RESTRICTED}))
    supervisor = await desk.colleague("supervisor")
    page = await plan(supervisor, secret)
    assert "Share no more than the partner must know" in page.text
    (path,) = [part.split('"')[0] for part in page.html.split('action="') if "/done" in part[:99]]
    listed = await handler.get("/shares")
    assert "0 to do" in listed.text
    assert secret not in listed.html
    own = await handler.get(f"/reports/{await told(desk)}/shares")
    assert (await handler.get(f"/reports/{secret}/shares")).status == 404
    for there in (f"/reports/{secret}/shares", path, f"/reports/{secret}/shares/x/done"):
        assert (await handler.post(there, page=own, **TASK)).status == 404
