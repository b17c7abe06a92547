"""The staff console: who gets in, what they see, what they can do, and what is recorded of it."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from PIL import Image

from bot.live import QUEUE
from bot.web.console_door import BY_ITSELF
from bot.web.console_text import age, local, shown
from bot.web.permissions import Page, Unguarded, add_pages, check_routes
from handlers.report import (
    RESTRICTED,
    UNDER_18,
    URGENT,
    Answer,
    Disposition,
    Place,
    SafeContact,
    Status,
)
from knowledge.article import Problem
from knowledge.library import Library
from storage.conversations import WEB, Address
from storage.sessions import SessionLife
from tests.console_desk import PASSWORD, SAID, Desk, Seen, keep, open_desk, picture

MISSING = "FC-347-9ACA"
IDLE = SessionLife().idle.total_seconds()
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


class TestTheDoor:
    def test_a_route_that_declares_no_permission_stops_the_start(self) -> None:
        async def secret(_: web.Request) -> web.Response:
            return web.Response()

        app = web.Application()
        declared = add_pages(app, (Page("GET", "/secret", secret),))
        with pytest.raises(Unguarded, match="GET /secret"):
            check_routes(app, declared)

    async def test_what_is_wrong_with_a_try_is_not_said(self, desk: Desk) -> None:
        stranger = await desk.colleague()
        wrong = await stranger.sign_in("handler", "wrong")
        unknown = await stranger.sign_in("nobody", "wrong")
        assert wrong.status == unknown.status == 403
        assert wrong.text == unknown.text
        assert "password is not right" in wrong.text

    async def test_whoever_guesses_has_to_wait(self, desk: Desk) -> None:
        stranger = await desk.colleague()
        tries = [await stranger.sign_in("handler", f"guess {number}") for number in range(8)]
        assert tries[0].status == 403
        assert tries[-1].status == 429
        assert int(tries[-1].headers["Retry-After"]) > 0
        early = await stranger.sign_in("handler", PASSWORD)
        assert early.status == 429
        desk.clock.forward(minutes=2)
        assert (await stranger.sign_in("handler")).status == 303

    async def test_signing_in_always_begins_a_new_session(self, desk: Desk) -> None:
        colleague = await desk.colleague("handler")
        first = colleague.cookie("staff")
        await colleague.get("/login")
        await colleague.sign_in("handler")
        assert colleague.cookie("staff") != first
        other = await desk.colleague()
        seen = await other.ask("GET", "/", headers={"Cookie": f"staff={first}"})
        assert seen.status == 303

    async def test_the_cookie_is_kept_from_scripts_and_other_sites(self, desk: Desk) -> None:
        stranger = await desk.colleague()
        seen = await stranger.sign_in("handler")
        given = [value for name, value in seen.headers.items() if name == "Set-Cookie"]
        cookie = next(value for value in given if value.startswith("staff="))
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Path=/" in cookie

    async def test_over_https_the_cookie_belongs_to_this_host_alone(
        self, staffed: Path, library: Library, now: datetime
    ) -> None:
        async with open_desk(staffed, library, now, "https://counter.example") as desk:
            stranger = await desk.colleague()
            seen = await stranger.get("/login")
            cookie = seen.headers["Set-Cookie"]
            assert cookie.startswith("__Host-staff-door=")
            assert "Secure" in cookie
            assert "Strict-Transport-Security" in seen.headers

    async def test_the_sign_in_form_of_another_site_is_refused(self, desk: Desk) -> None:
        stranger = await desk.colleague()
        seen = await stranger.ask(
            "POST", "/login", data={"username": "handler", "password": PASSWORD, "csrf": "x"}
        )
        assert seen.status == 403
        assert not stranger.cookie("staff")

    @pytest.mark.parametrize(
        "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
    )
    async def test_a_form_that_another_site_sends_changes_nothing(
        self, desk: Desk, headers: dict[str, str]
    ) -> None:
        reference = await desk.report()
        colleague = await desk.colleague("handler")
        page = await colleague.get(f"/reports/{reference}")
        form = {"csrf": page.field("csrf"), "note": "forged"}
        seen = await colleague.ask(
            "POST", f"/reports/{reference}/notes", data=form, headers=headers
        )
        assert seen.status == 403
        assert not await desk.events("note added")

    async def test_a_form_without_its_token_changes_nothing(self, desk: Desk) -> None:
        reference = await desk.report()
        colleague = await desk.colleague("handler")
        for token in ("", "0" * 64, "ü"):
            seen = await colleague.ask(
                "POST", f"/reports/{reference}/notes", data={"csrf": token, "note": "forged"}
            )
            assert seen.status == 403
        assert not await desk.events("note added")

    async def test_signing_out_ends_the_session_and_not_just_the_cookie(self, desk: Desk) -> None:
        colleague = await desk.colleague("handler")
        token = colleague.cookie("staff")
        await colleague.get("/")
        seen = await colleague.post("/logout")
        assert seen.location == "/login?signed-out"
        other = await desk.colleague()
        assert (await other.ask("GET", "/", headers={"Cookie": f"staff={token}"})).status == 303
        assert [what for _, what, _ in await desk.events()][-1] == "signed out"

    async def test_a_closed_account_is_out_at_once(self, desk: Desk) -> None:
        colleague = await desk.colleague("handler")
        async with desk.store.work() as work:
            await work.staff.disable("handler", desk.clock.now)
        assert (await colleague.get("/")).location == "/login"

    async def test_a_session_runs_out_and_what_was_written_is_handed_back(self, desk: Desk) -> None:
        reference = await desk.report()
        colleague = await desk.colleague("handler")
        await colleague.get(f"/reports/{reference}")
        desk.clock.forward(hours=9)
        seen = await colleague.post(f"/reports/{reference}/notes", note="Half an hour of work")
        assert seen.status == 403
        assert "Half an hour of work" in seen.text
        assert not await desk.events("note added")

    async def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(self, desk: Desk) -> None:
        colleague = await desk.colleague("handler")
        for _ in range(2):
            desk.clock.forward(seconds=IDLE * 0.6)
            last = await colleague.get("/", **{BY_ITSELF: "yes"})
        assert last.location == "/login"
        assert (await colleague.get("/events")).location.startswith("/login")

    async def test_the_stream_brings_news_until_the_session_ends(self, desk: Desk) -> None:
        colleague = await desk.colleague("handler")
        async with colleague.stream("/events") as events:
            assert b"data: news" in await events.readuntil(b"news\n\n")
            desk.live.tell(QUEUE)
            assert await events.readuntil(b"\n\n") == b"data: news\n\n"
            desk.clock.forward(seconds=IDLE * 2)
            desk.live.tell(QUEUE)
            assert await events.read() in {b"", b"data: news\n\n"}, "it ends"

    async def test_after_signing_in_one_goes_on_to_where_one_wanted(self, desk: Desk) -> None:
        reference = await desk.report()
        stranger = await desk.colleague()
        sent = await stranger.get(f"/reports/{reference}")
        await stranger.get(sent.location)
        seen = await stranger.sign_in("handler")
        assert seen.location == f"/reports/{reference}"

    @pytest.mark.parametrize(
        "there", ["//evil.example", "//evil", "https://evil.example", "/\\evil", "/?x"]
    )
    async def test_signing_in_never_leads_to_another_site(self, desk: Desk, there: str) -> None:
        stranger = await desk.colleague()
        await stranger.get("/login")
        seen = await stranger.sign_in("handler", next=there)
        assert seen.location == "/"

    async def test_comms_and_administrators_start_where_they_may(self, desk: Desk) -> None:
        for role, start in (("comms", "/knowledge"), ("admin", "/knowledge")):
            stranger = await desk.colleague()
            assert (await stranger.sign_in(role)).location == start
            assert (await stranger.get("/")).location == start


class TestTheQueue:
    async def test_urgent_ones_come_first_and_then_the_newest(self, desk: Desk) -> None:
        old = await desk.report()
        desk.clock.forward(hours=1)
        urgent = await desk.report(flags=frozenset({URGENT}))
        desk.clock.forward(hours=1)
        new = await desk.report()
        page = await (await desk.colleague("handler")).get("/")
        assert page.links("/reports/FC") == [f"/reports/{one}" for one in (urgent, new, old)]
        assert page.html.count("desk-table__pressing") == 1

    async def test_no_word_of_a_resident_is_in_it(self, desk: Desk) -> None:
        await desk.report()
        page = await (await desk.colleague("supervisor")).get("/?view=all")
        assert "Chelmsford" in page.text
        for words in (SAID, "Margaret", "old mill", "after six"):
            assert words not in page.html

    async def test_restricted_reports_are_there_for_supervisors_only(self, desk: Desk) -> None:
        reference = await desk.report(flags=frozenset({RESTRICTED}))
        handlers = await (await desk.colleague("handler")).get("/?view=all")
        supervisors = await (await desk.colleague("supervisor")).get("/?view=all")
        assert reference not in handlers.html
        assert "Restricted" not in handlers.html
        assert reference in supervisors.html

    async def test_filters_narrow_the_list_and_views_count_all(self, desk: Desk) -> None:
        wanted = await desk.report(place=Place("there", district="harlow"))
        other = await desk.report(flags=frozenset({UNDER_18}))
        handler = await desk.colleague("handler")
        by_district = await handler.get("/?district=harlow")
        assert wanted in by_district.html
        assert other not in by_district.html
        assert "Open 2 reports" in by_district.text
        by_flag = await handler.get(f"/?flag={UNDER_18}")
        assert other in by_flag.html
        assert wanted not in by_flag.html
        by_kind = await handler.get("/?kind=theft")
        assert "No reports match" in by_kind.text

    async def test_closed_ones_are_not_among_the_open(self, desk: Desk) -> None:
        reference = await desk.report()
        async with desk.store.work() as work:
            await work.casework.change_status(
                reference,
                Status.CLOSED,
                Disposition.ADVICE_GIVEN,
                desk.by("handler"),
                desk.clock.now,
                0,
            )
        handler = await desk.colleague("handler")
        assert reference not in (await handler.get("/")).html
        assert reference in (await handler.get("/?view=closed")).html

    async def test_a_page_holds_25_and_leads_to_the_next(self, desk: Desk) -> None:
        async with desk.store.work() as work:
            for _ in range(27):
                await keep(work, desk.clock.now)
        handler = await desk.colleague("handler")
        first = await handler.get("/?district=chelmsford")
        assert len(first.links("/reports/FC")) == 25
        (following,) = first.links("/?district=chelmsford&page")
        second = await handler.get(following)
        assert len(second.links("/reports/FC")) == 2
        beyond = await handler.get("/?page=99")
        assert beyond.location == "/?page=2"

    async def test_an_empty_one_says_so(self, desk: Desk) -> None:
        page = await (await desk.colleague("handler")).get("/")
        assert "New ones appear by themselves" in page.text

    @pytest.mark.parametrize(
        "query",
        [
            "status=bogus",
            "page=-1",
            "page=999999999999999999999999",
            "page=%E2%91%A0",
            "district=%00&kind=' or 1=1&flag=<script>",
            "status=closed&status=new",
            "%ff=%fe",
        ],
    )
    async def test_an_address_that_makes_no_sense_shows_the_queue(
        self, desk: Desk, query: str
    ) -> None:
        seen = await (await desk.colleague("handler")).get(f"/?{query}")
        assert seen.status == 200
        assert "<script>" not in seen.html.split("</head>")[1]

    async def test_a_reference_read_out_over_the_phone_opens_its_report(self, desk: Desk) -> None:
        reference = await desk.report()
        handler = await desk.colleague("handler")
        spoken = reference.removeprefix("FC-").replace("-", " ").lower()
        await handler.get("/search")
        assert (await handler.post("/search", text=spoken)).location.endswith(reference)


class TestAReport:
    async def test_it_shows_everything_the_resident_said(self, desk: Desk) -> None:
        reference = await desk.report()
        page = await (await desk.colleague("handler")).get(f"/reports/{reference}")
        for words in (SAID, "Margaret Hale", "by the old mill", "Chelmsford", "after six"):
            assert words in page.text

    async def test_what_was_said_is_shown_as_it_is_and_does_nothing(self, desk: Desk) -> None:
        said = "<script>alert(1)</script> {{ 7*7 }} \u202egnp.exe\u202c \ud83d zero\u200bwidth"
        reference = await desk.report(answers=(Answer("what", "What happens", said),))
        page = await (await desk.colleague("handler")).get(f"/reports/{reference}")
        assert page.status == 200
        assert "&lt;script&gt;alert(1)" in page.html
        assert "{{ 7*7 }}" in page.html
        assert "\u202e" not in page.html
        assert "\u200b" not in page.html
        for sign in ("U+202E", "U+202C", "U+D83D", "U+200B"):
            assert sign in page.text

    async def test_each_look_is_one_event(self, desk: Desk) -> None:
        reference = await desk.report()
        handler = await desk.colleague("handler")
        await handler.get(f"/reports/{reference}")
        await handler.get(f"/reports/{reference}")
        assert await desk.events("report viewed") == [
            ("handler", "report viewed", reference),
            ("handler", "report viewed", reference),
        ]

    async def test_a_restricted_one_does_not_exist_for_handlers(self, desk: Desk) -> None:
        reference = await desk.report(flags=frozenset({RESTRICTED}), photo=picture())
        async with desk.store.work() as work:
            (photo,) = await work.files.of(reference)
        handler = await desk.colleague("handler")
        for path in ("", "/status", "/notes", "/messages", f"/photos/{photo.id}"):
            there, missing = f"/reports/{reference}{path}", f"/reports/{MISSING}{path}"
            if path in {"", f"/photos/{photo.id}"}:
                hidden, absent = await handler.get(there), await handler.get(missing)
            else:
                fields = {"status": "closed", "note": "n", "message": "m"}
                hidden = await handler.post(there, **fields)
                absent = await handler.post(missing, **fields)
            assert hidden.status == absent.status == 404, path
            assert hidden.text == absent.text
        assert ("handler", "report view refused", reference) in await desk.events()

    async def test_a_restricted_one_is_marked_for_supervisors(self, desk: Desk) -> None:
        reference = await desk.report(flags=frozenset({RESTRICTED}))
        page = await (await desk.colleague("supervisor")).get(f"/reports/{reference}")
        assert "Only colleagues cleared for this may read it" in page.text

    async def test_only_supervisors_see_who_opened_it(self, desk: Desk) -> None:
        reference = await desk.report()
        await (await desk.colleague("handler")).get(f"/reports/{reference}")
        supervisors = await (await desk.colleague("supervisor")).get(f"/reports/{reference}")
        handlers = await (await desk.colleague("handler")).get(f"/reports/{reference}")
        assert "Who opened or changed it" in supervisors.text
        assert "handler , report viewed" in supervisors.text
        assert "Who opened or changed it" not in handlers.text

    async def test_one_report_leads_to_the_other_about_the_same_problem(self, desk: Desk) -> None:
        first = await desk.report()
        second = await desk.report(continues=first)
        handler = await desk.colleague("handler")
        assert second in (await handler.get(f"/reports/{first}")).text
        assert first in (await handler.get(f"/reports/{second}")).text


class TestChangingTheStatus:
    async def test_only_allowed_changes_are_offered(self, desk: Desk) -> None:
        reference = await desk.report()
        page = await (await desk.colleague("handler")).get(f"/reports/{reference}")
        assert 'value="in triage"' in page.html
        assert 'value="forwarded"' not in page.html

    async def test_it_is_saved_told_and_recorded(self, desk: Desk) -> None:
        reference = await desk.report()
        handler = await desk.colleague("handler")
        await handler.get(f"/reports/{reference}")
        seen = await handler.post(f"/reports/{reference}/status", status="in triage")
        assert seen.location == f"/reports/{reference}?done=status"
        page = await handler.get(seen.location)
        assert "The status is saved" in page.text
        assert "The handler changed the status from “new” to “in triage”" in page.text
        assert await desk.events("status changed")

    async def test_closing_needs_a_disposition(self, desk: Desk) -> None:
        reference = await desk.report()
        handler = await desk.colleague("handler")
        await handler.get(f"/reports/{reference}")
        refused = await handler.post(f"/reports/{reference}/status", status="closed")
        assert refused.status == 422
        assert "Choose a disposition" in refused.text
        assert 'value="closed" checked' in refused.html
        closed = await handler.post(
            f"/reports/{reference}/status", status="closed", disposition="advice given"
        )
        page = await handler.get(closed.location)
        assert "Advice given" in page.text

    @pytest.mark.parametrize("status", ["", "new", "forwarded", "deleted"])
    async def test_a_forged_change_is_refused(self, desk: Desk, status: str) -> None:
        reference = await desk.report()
        handler = await desk.colleague("handler")
        await handler.get(f"/reports/{reference}")
        seen = await handler.post(f"/reports/{reference}/status", status=status)
        assert seen.status == 422
        assert not await desk.events("status changed")

    async def test_whoever_is_second_is_told_who_was_first_and_keeps_what_they_chose(
        self, desk: Desk
    ) -> None:
        reference = await desk.report()
        handler, supervisor = await desk.colleague("handler"), await desk.colleague("supervisor")
        await handler.get(f"/reports/{reference}")
        await supervisor.get(f"/reports/{reference}")
        await supervisor.post(f"/reports/{reference}/status", status="in progress")
        choice = {"status": "closed", "disposition": "duplicate"}
        conflict = await handler.post(f"/reports/{reference}/status", **choice)
        assert conflict.status == 409
        assert "The supervisor changed the status from “new” to “in progress”" in conflict.text
        assert 'value="closed" checked' in conflict.html
        assert 'value="duplicate" selected' in conflict.html
        again = await handler.post(f"/reports/{reference}/status", **choice)
        assert again.status == 303

    async def test_a_double_click_is_one_change_and_no_conflict(self, desk: Desk) -> None:
        reference = await desk.report()
        handler = await desk.colleague("handler")
        page = await handler.get(f"/reports/{reference}")
        for _ in range(2):
            seen = await handler.post(f"/reports/{reference}/status", page=page, status="in triage")
            assert seen.status == 303
        assert len(await desk.events("status changed")) == 1


class TestNotesAndMessages:
    async def test_a_note_is_for_staff_alone(self, desk: Desk) -> None:
        reference = await desk.report(chat="margaret")
        handler = await desk.colleague("handler")
        await handler.get(f"/reports/{reference}")
        seen = await handler.post(f"/reports/{reference}/notes", note="She rang twice")
        assert "She rang twice" in (await handler.get(seen.location)).text
        async with desk.store.work() as work:
            report = await work.reports.read(reference)
            heard = await work.transcript.read(Address(WEB, "margaret"))
        assert report is not None
        assert report.updates == ()
        assert heard == ()

    async def test_a_message_is_announced_and_none_of_its_words(self, desk: Desk) -> None:
        reference = await desk.report(chat="margaret")
        handler = await desk.colleague("handler")
        page = await handler.get(f"/reports/{reference}")
        assert "Announced on their channel as “You have an update”" in page.text
        seen = await handler.post(f"/reports/{reference}/messages", message="A patrol will come")
        assert "They will be told" in (await handler.get(seen.location)).text
        async with desk.store.work() as work:
            lines = await work.transcript.read(Address(WEB, "margaret"))
            report = await work.reports.read(reference)
        (said,) = (line.reply.text for line in lines if line.reply is not None)
        assert "update" in said
        assert "patrol" not in said
        assert report is not None
        assert [update.text for update in report.updates] == ["A patrol will come"]

    async def test_a_page_that_the_resident_has_open_hears_of_it_at_once(self, desk: Desk) -> None:
        reference = await desk.report(chat="margaret")
        handler = await desk.colleague("handler")
        await handler.get(f"/reports/{reference}")
        async with desk.live.listen(Address(WEB, "margaret")) as listener:
            await handler.post(f"/reports/{reference}/messages", message="Hello")
            assert await listener.news(1)

    async def test_where_contact_is_not_safe_nothing_is_announced(self, desk: Desk) -> None:
        contact = SafeContact("here", safe=False, when="never")
        reference = await desk.report(chat="margaret", contact=contact)
        handler = await desk.colleague("handler")
        page = await handler.get(f"/reports/{reference}")
        assert "Do not send this person any notice" in page.text
        assert "Waits on the report’s page only" in page.text
        seen = await handler.post(f"/reports/{reference}/messages", message="Hello")
        assert "nothing was announced" in (await handler.get(seen.location)).text
        async with desk.store.work() as work:
            assert await work.transcript.read(Address(WEB, "margaret")) == ()
            report = await work.reports.read(reference)
        assert report is not None
        assert [update.text for update in report.updates] == ["Hello"]

    @pytest.mark.parametrize(
        ("answers", "contact", "rule"),
        [
            ((("contact", "none"),), SafeContact("none"), "They asked not to be contacted."),
            ((), SafeContact("none"), "They were not asked how to reach them."),
            ((("contact", "phone"),), SafeContact("phone"), "leave no message"),
            ((("parent-contact", "yes"),), SafeContact(), "we may talk to their parent"),
            ((("parent-contact", "no"),), SafeContact(), "Do not talk to their parent"),
            ((), SafeContact(), "Do not talk to their parent"),
        ],
    )
    async def test_the_rule_is_what_the_resident_said(
        self,
        desk: Desk,
        answers: tuple[tuple[str, str], ...],
        contact: SafeContact,
        rule: str,
    ) -> None:
        given = tuple(Answer(question, question, option, option) for question, option in answers)
        flags = frozenset({UNDER_18} if "parent" in rule else ())
        reference = await desk.report(answers=given, contact=contact, flags=flags)
        page = await (await desk.colleague("handler")).get(f"/reports/{reference}")
        assert rule in page.text

    async def test_where_nobody_follows_it_the_page_says_that_it_waits(self, desk: Desk) -> None:
        reference = await desk.report()
        page = await (await desk.colleague("handler")).get(f"/reports/{reference}")
        assert "no chat follows this report" in page.text

    @pytest.mark.parametrize("form", ["note", "message"])
    async def test_a_double_click_sends_once(self, desk: Desk, form: str) -> None:
        reference = await desk.report(chat="margaret")
        handler = await desk.colleague("handler")
        page = await handler.get(f"/reports/{reference}")
        both = [
            await handler.post(f"/reports/{reference}/{form}s", page=page, **{form: "Only once"})
            for _ in range(2)
        ]
        assert [seen.status for seen in both] == [303, 303]
        assert (await handler.get(f"/reports/{reference}")).text.count("Only once") == 1

    @pytest.mark.parametrize("form", ["note", "message"])
    async def test_what_cannot_be_saved_is_kept_to_be_mended(self, desk: Desk, form: str) -> None:
        reference = await desk.report()
        handler = await desk.colleague("handler")
        await handler.get(f"/reports/{reference}")
        empty = await handler.post(f"/reports/{reference}/{form}s", **{form: " \n "})
        assert empty.status == 422
        assert f"Write the {form} first" in empty.text
        long = await handler.post(f"/reports/{reference}/{form}s", **{form: "word " * 900})
        assert long.status == 422
        assert "Make it shorter by 499 characters" in long.text
        assert "word word word" in long.text


class TestPictures:
    async def test_a_copy_without_hidden_data_is_shown_and_the_look_recorded(
        self, desk: Desk
    ) -> None:
        reference = await desk.report(photo=picture())
        handler = await desk.colleague("handler")
        page = await handler.get(f"/reports/{reference}")
        (source,) = [part.split('"')[0] for part in page.html.split('<img src="')[1:]]
        assert not await desk.events("photo viewed")
        seen = await handler.get(source)
        assert seen.headers["Content-Type"] == "image/jpeg"
        assert seen.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in seen.headers["Content-Security-Policy"]
        assert seen.headers["Cache-Control"] == "no-store"
        assert b"SecretCamera" not in seen.body
        with Image.open(io.BytesIO(seen.body)) as image:
            assert image.size == (60, 40)
        assert await desk.events("photo viewed") == [("handler", "photo viewed", reference)]

    async def test_one_of_another_report_is_not_found(self, desk: Desk) -> None:
        restricted = await desk.report(photo=picture(), flags=frozenset({RESTRICTED}))
        other = await desk.report()
        async with desk.store.work() as work:
            (photo,) = await work.files.of(restricted)
        handler = await desk.colleague("handler")
        assert (await handler.get(f"/reports/{other}/photos/{photo.id}")).status == 404

    async def test_what_is_no_picture_is_never_shown(self, desk: Desk) -> None:
        reference = await desk.report(photo=b"<svg onload=alert(1)>")
        async with desk.store.work() as work:
            (photo,) = await work.files.of(reference)
        handler = await desk.colleague("handler")
        seen = await handler.get(f"/reports/{reference}/photos/{photo.id}")
        assert seen.status == 404
        assert b"<svg" not in seen.body


class TestOversight:
    async def test_a_refused_knowledge_folder_is_said_on_every_page(self, desk: Desk) -> None:
        desk.shelf.refused = (Problem("articles/drones.md", 12, "no words for <999>"),)
        reference = await desk.report()
        handler = await desk.colleague("handler")
        for path in ("/", f"/reports/{reference}"):
            page = await handler.get(path)
            assert "The knowledge files have 1 error" in page.text
            assert "no words for <999>" in page.text
        stranger = await desk.colleague()
        assert "knowledge files" not in (await stranger.get("/login")).text

    async def test_comms_see_what_is_due_for_review(self, desk: Desk) -> None:
        article = next(iter(desk.shelf.library.articles.values()))
        past = datetime.combine(article.review_by, datetime.min.time(), UTC)
        comms = await desk.colleague("comms")
        desk.clock.now = past
        await comms.sign_in("comms")
        page = await comms.get("/knowledge")
        assert article.title in page.text

    async def test_the_audit_trail_shows_the_last_events_and_that_it_is_whole(
        self, desk: Desk
    ) -> None:
        reference = await desk.report()
        await (await desk.colleague("handler")).get(f"/reports/{reference}")
        supervisor = await desk.colleague("supervisor")
        page = await supervisor.get("/audit")
        assert "The chain is whole" in (await supervisor.get("/audit/check")).text
        assert f"handler report viewed {reference}" in page.text
        assert ("supervisor", "audit trail viewed", "") in await desk.events()


class TestWhateverIsSent:
    async def test_every_answer_carries_the_security_headers(self, desk: Desk) -> None:
        stranger, handler = await desk.colleague(), await desk.colleague("handler")
        answers = [
            await stranger.get("/login"),
            await stranger.get("/"),
            await stranger.get("/health/ready"),
            await handler.get("/"),
            await handler.get("/no/such/page"),
            await handler.ask("DELETE", "/"),
        ]
        for seen in answers:
            assert HEADERS.items() <= dict(seen.headers).items()
            assert "default-src 'none'" in seen.headers["Content-Security-Policy"]
            assert "unsafe" not in seen.headers["Content-Security-Policy"]
            assert seen.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        ("method", "path", "options", "status"),
        [
            ("GET", "/reports/not-a-reference", {}, 404),
            ("GET", f"/reports/{MISSING}", {}, 404),
            ("GET", f"/reports/{'%00' * 300}", {}, 404),
            ("GET", f"/reports/{MISSING}/photos/..%2f..%2fseal.key", {}, 404),
            ("GET", "/static/..%2f..%2fconsole.py", {}, 404),
            ("PUT", "/", {"data": b"x"}, 405),
            ("POST", "/knowledge", {"data": {"a": "b"}}, 405),
            ("POST", "/login", {"json": {"username": "handler"}}, 415),
            ("POST", "/login", {"data": {"username": "x" * 300_000}}, 413),
            ("POST", "/logout", {"data": {"csrf": "x" * 1_000_000}}, 413),
        ],
    )
    async def test_it_gets_a_calm_refusal(
        self, desk: Desk, method: str, path: str, options: dict[str, object], status: int
    ) -> None:
        handler = await desk.colleague("handler")
        seen = await handler.ask(method, path, **options)
        assert seen.status == status
        assert "Traceback" not in seen.html
        assert "<h1" in seen.html

    async def test_a_mistake_of_ours_is_a_page_without_a_traceback(
        self, desk: Desk, caplog: pytest.LogCaptureFixture
    ) -> None:
        reference = await desk.report()
        handler = await desk.colleague("handler")
        desk.clock.fails = RuntimeError(SAID)
        seen = await handler.get(f"/reports/{reference}")
        assert seen.status == 500
        assert "Something is wrong on our side" in seen.text
        assert SAID not in seen.html + caplog.text

    async def test_two_at_once_lose_nothing(self, desk: Desk) -> None:
        reference = await desk.report(chat="margaret")
        handler, supervisor = await desk.colleague("handler"), await desk.colleague("supervisor")
        pages: list[Seen] = [
            await one.get(f"/reports/{reference}") for one in (handler, supervisor)
        ]
        answers = await asyncio.gather(
            handler.post(f"/reports/{reference}/status", page=pages[0], status="in triage"),
            supervisor.post(f"/reports/{reference}/status", page=pages[1], status="in progress"),
            handler.post(f"/reports/{reference}/notes", page=pages[1], note="no token of mine"),
        )
        assert sorted(seen.status for seen in answers) == [303, 403, 409]
        assert len(await desk.events("status changed")) == 1


class TestWords:
    def test_times_are_those_of_a_clock_in_london(self) -> None:
        assert local(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == "1 July 2026, 13:00"
        assert local(datetime(2026, 11, 22, 12, 0, tzinfo=UTC)) == "22 November 2026, 12:00"

    @pytest.mark.parametrize(
        ("minutes", "words"),
        [(0, "just now"), (59, "59 min"), (60, "1 h"), (1440, "1 day"), (4000, "2 days")],
    )
    def test_an_age_has_one_unit(self, now: datetime, minutes: int, words: str) -> None:
        since = datetime.fromtimestamp(now.timestamp() - minutes * 60, UTC)
        assert age(since, now) == words

    def test_a_moment_that_is_yet_to_come_is_just_now(self, now: datetime) -> None:
        assert age(datetime(2027, 1, 1, tzinfo=UTC), now) == "just now"

    def test_emoji_and_right_to_left_scripts_stay_whole(self) -> None:
        for words in ("👩‍👩‍👧 ❤️", "مرحبا", "می‌خواهم"):
            assert str(shown(words)) == words


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    """The console, on an otherwise quiet morning."""
    async with open_desk(staffed, library, now) as opened:
        yield opened
