"""What the machine notices is a suggestion with its reason, and stays within what one may see."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from handlers.report import RESTRICTED
from knowledge.library import Library
from tests.bot.web.noticing import BIKES, BIKES_TOO, read, told
from tests.console_desk import Desk, open_desk

NOBODY = "No other report looks like this one, by place, time and words."


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        yield opened


class TestBesideAReport:
    async def test_one_that_may_be_the_same_is_shown_with_the_reason(self, desk: Desk) -> None:
        here, other = await told(desk, BIKES), await told(desk, BIKES_TOO, days=2)
        handler = await desk.colleague("handler")
        assert "not been compared with others yet" in (await handler.get(f"/reports/{here}")).text
        await read(desk)
        page = await handler.get(f"/reports/{here}")
        assert f"{other} New Same street, 2 days apart, 3 in 4 words alike." in page.text
        assert (
            "Suggestions, from place, time and words. Nothing is done unless you do it."
            in page.text
        )
        assert f'action="/reports/{here}/links"' in page.html
        assert 'name="relation" value="duplicate"' in page.html
        assert "1 other report with the same phone number in the last 12 months" in page.text
        assert "1 other report in the same street in the last 90 days" in page.text
        assert "under the same name" not in page.text, "it is known by the phone number already"

    async def test_one_by_itself_says_so(self, desk: Desk) -> None:
        here = await told(desk)
        await read(desk)
        page = await (await desk.colleague("handler")).get(f"/reports/{here}")
        assert NOBODY in page.text
        assert "Reads urgent" not in page.text

    async def test_a_restricted_one_is_there_for_supervisors_and_leaves_no_trace_for_others(
        self, desk: Desk
    ) -> None:
        here = await told(desk, BIKES)
        secret = await told(desk, BIKES_TOO, flags=frozenset({RESTRICTED}))
        await read(desk, through=True)
        for_supervisor = await (await desk.colleague("supervisor")).get(f"/reports/{here}")
        assert secret in for_supervisor.text
        handler = await desk.colleague("handler")
        page = await handler.get(f"/reports/{here}")
        assert NOBODY in page.text
        for path in (f"/reports/{here}", "/notices", "/shares"):
            assert secret not in (await handler.get(path)).html

    async def test_not_the_same_is_kept_with_a_name_and_can_be_taken_back(self, desk: Desk) -> None:
        here, other = await told(desk, BIKES), await told(desk, BIKES_TOO)
        await read(desk)
        handler = await desk.colleague("handler")
        await handler.get(f"/reports/{here}")
        sent = await handler.post(f"/reports/{here}/unlike", other=other, so="yes")
        assert (sent.status, sent.location) == (303, f"/reports/{here}?done=unlike#noticed")
        page = await handler.get(sent.location)
        assert "marked as not the same, with your name" in page.text
        assert "May be the same problem" not in page.text
        assert f"Marked as not the same (1) {other} The handler," in page.text
        assert (await handler.post(f"/reports/{here}/unlike", other=other, so="no")).status == 303
        assert "May be the same problem" in (await handler.get(f"/reports/{here}")).text
        events = [what for _, what, about in await desk.events() if about == here]
        assert {"marked as not the same", "no longer marked as not the same"} < set(events)

    @pytest.mark.parametrize("other", ["", "FC-ABC-DEFX", "secret", "itself"])
    async def test_a_pair_with_one_that_is_not_for_them_is_not_found(
        self, desk: Desk, other: str
    ) -> None:
        here = await told(desk)
        secret = await told(desk, flags=frozenset({RESTRICTED}))
        handler = await desk.colleague("handler")
        await handler.get(f"/reports/{here}")
        named = {"secret": secret, "itself": here}.get(other, other)
        assert (await handler.post(f"/reports/{here}/unlike", other=named)).status == 404

    async def test_what_reads_urgent_stands_at_the_top_with_the_words_that_did_it(
        self, desk: Desk
    ) -> None:
        here = await told(desk, "We came home. He is kicking the <b>door</b> in! Please come.")
        await read(desk)
        page = await (await desk.colleague("handler")).get(f"/reports/{here}")
        before, _, after = page.text.partition("Reads urgent: ")
        assert "What they told us" in after
        assert "kicking the <b>door</b>" in after.split("”")[0]
        assert "We came home" not in after.split("”")[0]
        assert "Urgent" in before


class TestNoticed:
    async def test_a_place_and_a_reporter_that_come_up_again_are_listed_with_the_numbers(
        self, desk: Desk
    ) -> None:
        three = [await told(desk, days=days) for days in (3, 2, 1)]
        await read(desk, through=True)
        page = await (await desk.colleague("handler")).get("/notices")
        latest = ", ".join(reversed(three)).replace(", ", " , ")
        assert f"Mill Road Chelmsford 3 in 90 days {latest}" in page.text
        assert f"Phone number 3 in 365 days {latest}" in page.text
        assert "Margaret" not in page.html
        assert "900123" not in page.html

    async def test_a_series_says_what_is_usual_and_leads_to_the_queue(self, desk: Desk) -> None:
        for days in (*range(28, 200, 28), *[1] * 8):
            await told(desk, days=days)
        await read(desk, through=True)
        page = await (await desk.colleague("handler")).get("/notices")
        assert "8 in 14 days; 0.5 usual (7 in the 182 days before)" in page.text
        (path,) = page.links("/?status=all")
        assert path == "/?status=all&district=chelmsford&kind=asb"

    async def test_restricted_ones_are_counted_for_nobody(self, desk: Desk) -> None:
        for days in (3, 2, 1):
            await told(desk, days=days, flags=frozenset({RESTRICTED}))
        await read(desk, through=True)
        page = await (await desk.colleague("supervisor")).get("/notices")
        assert "No place has come up three times." in page.text
        assert "Nobody has reported three times." in page.text

    async def test_with_nothing_to_say_it_says_so(self, desk: Desk) -> None:
        page = await (await desk.colleague("handler")).get("/notices")
        assert page.status == 200
        assert "No kind of report stands out in any district." in page.text
