"""The chat page as a browser without scripts sees it."""

import asyncio
import itertools
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest
from aiohttp import ClientResponse, FormData

from bot.reflex import HELD, NOT_RECORDED
from bot.settings import Web
from bot.web.session import address_of
from knowledge.markup import to_plain
from tests.bot.web.resident import Resident, read
from tests.chat_desk import Desk
from tests.counting import break_journal

ALARM = "someone is breaking into my house right now, I am hiding upstairs"
QUESTION = "How do I report antisocial behaviour?"
GREETING = "good morning"
PAGES = ("/", "/about", "/help", "/privacy", "/accessibility", "/feedback", "/nowhere")


@pytest.fixture
async def stranger(desk: Desk) -> AsyncIterator[Resident]:
    """Another browser, which has not opened the page."""
    async with Resident(await desk.serve()) as somebody:
        yield somebody


async def said(desk: Desk, resident: Resident) -> list[str | None]:
    """What the transcript holds of the resident's own words."""
    lines = await desk.transcript(resident.session)
    return [line.text for line in lines if line.reply is None]


def break_database(desk: Desk) -> None:
    """Take a table away under the running program."""
    with sqlite3.connect(desk.database) as connection:
        connection.execute("ALTER TABLE conversations RENAME TO gone")


class TestOpening:
    async def test_the_page_greets_and_keeps_nothing(self, desk: Desk, resident: Resident) -> None:
        assert resident.page.status == 200
        assert "Nobody watches this chat live" in resident.page.lines[0]
        assert "Make a report" in resident.page.choices
        assert await desk.conversation(resident.session) is None

    async def test_the_way_out_is_the_second_thing_to_be_focused(self, stranger: Resident) -> None:
        for path in PAGES:
            page = await stranger.open(path)
            assert page.focusable[:3] == ["Skip to main content", "Leave this site", "call 999"]

    async def test_the_page_says_beforehand_that_the_history_stays(
        self, resident: Resident
    ) -> None:
        assert "does not clear your browser’s history" in resident.page.text

    async def test_the_title_never_shows_what_is_talked_about(self, resident: Resident) -> None:
        page = await resident.say("my husband hits me")
        assert page.title == "Front Counter: Essex Police"

    async def test_no_page_has_script_or_style_of_its_own(self, stranger: Resident) -> None:
        for path in PAGES:
            self._is_plain((await stranger.open(path)).html)

    @staticmethod
    def _is_plain(html: str) -> None:
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", html)
        assert re.findall(r'(?:src|href)="https?://[^"]*"', html.split("<main", maxsplit=1)[0]) == [
            'href="https://999bsl.co.uk"'
        ]

    async def test_headings_never_skip_a_level(self, stranger: Resident) -> None:
        for path in PAGES:
            levels = [int(heading[1]) for heading in (await stranger.open(path)).headings]
            assert levels[0] == 1
            assert levels.count(1) == 1
            assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


class TestHeaders:
    async def test_every_answer_is_guarded(self, stranger: Resident) -> None:
        for path in (*PAGES, "/leave", "/events", "/theme.css", "/say"):
            async with stranger.client.get(path, allow_redirects=False) as response:
                self._is_guarded(response.headers)
            stored = "no-cache" if path == "/theme.css" else "no-store"
            assert response.headers["Cache-Control"] == stored, path

    @staticmethod
    def _is_guarded(headers: Mapping[str, str]) -> None:
        assert "default-src 'none'; script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Server" not in headers
        assert "Strict-Transport-Security" not in headers

    async def test_assets_are_kept_for_ever_under_an_address_that_names_their_content(
        self, resident: Resident
    ) -> None:
        addresses = re.findall(r'(?:src|href)="(/(?:static/|theme)[^"]+)"', resident.page.html)
        assert len(addresses) == 5
        for address in addresses:
            async with resident.client.get(address) as response:
                assert response.status == 200
                assert "immutable" in response.headers["Cache-Control"]

    async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
        self, stranger: Resident
    ) -> None:
        async with stranger.client.get("/") as response:
            cookie = response.headers["Set-Cookie"]
        assert re.fullmatch(r"session=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax", cookie)

    async def test_over_https_the_cookie_is_bound_to_the_host(self, desk: Desk) -> None:
        settings = Web.model_validate({"public_url": "https://chat.example.org"})
        async with (
            Resident(await desk.serve(settings)) as browser,
            browser.client.get("/") as response,
        ):
            cookie = response.headers["Set-Cookie"]
            transport = response.headers["Strict-Transport-Security"]
        assert cookie.startswith("__Host-session=")
        assert "Secure" in cookie
        assert transport == "max-age=31536000"


class TestSaying:
    async def test_a_question_is_answered_on_the_page(self, desk: Desk, resident: Resident) -> None:
        page = await resident.say(QUESTION)
        assert page.status == 200
        assert page.lines[1] == QUESTION
        assert len(page.lines) == 3
        assert await said(desk, resident) == [QUESTION]

    async def test_the_answer_to_a_form_is_a_redirect(self, resident: Resident) -> None:
        data = {**resident.page.fields, "text": "hello"}
        async with resident.client.post("/say", data=data, allow_redirects=False) as response:
            assert response.status == 303
            assert response.headers["Location"] == "/#last"
        page = await resident.open()
        assert page.html.count('id="last"') == 1

    async def test_what_is_typed_stays_text(self, resident: Resident) -> None:
        markup = "<script>alert(1)</script> [x](javascript:alert(1)) **b** {force} %s"
        typed = f"{QUESTION} {markup}\n\n  two lines"
        page = await resident.say(typed)
        assert page.lines[1] == typed
        assert "<script>alert" not in page.html

    async def test_the_buttons_of_the_first_page_can_be_pressed_and_typed(
        self, stranger: Resident, resident: Resident
    ) -> None:
        pressed = await resident.choose("Make a report")
        assert pressed.lines[1] == "Make a report"
        await stranger.open()
        typed = await stranger.say("1")
        assert typed.lines[2] == pressed.lines[2]
        assert typed.choices == pressed.choices

    async def test_only_the_last_thing_said_has_buttons(self, resident: Resident) -> None:
        page = await resident.choose("Make a report")
        assert "Follow my report" not in page.choices
        assert page.html.count('class="app-choices"') == 1

    async def test_the_same_form_sent_twice_is_taken_once(
        self, desk: Desk, resident: Resident
    ) -> None:
        data = {**resident.page.fields, "text": QUESTION}
        answers = await asyncio.gather(
            *(resident.client.post("/say", data=data, allow_redirects=False) for _ in range(4))
        )
        assert [answer.status for answer in answers] == [303] * 4
        assert await said(desk, resident) == [QUESTION]

    async def test_other_words_from_the_same_form_are_not_lost(
        self, desk: Desk, resident: Resident
    ) -> None:
        fields = resident.page.fields
        await resident.say("hello")
        resident.page.fields = fields
        await resident.say("thank you")
        assert await said(desk, resident) == ["hello", "thank you"]

    async def test_two_tabs_share_one_chat(self, resident: Resident) -> None:
        other = resident.tab()
        await other.open()
        await resident.say("hello")
        page = await other.say("thank you")
        assert [line for line in page.lines if line in {"hello", "thank you"}] == [
            "hello",
            "thank you",
        ]

    async def test_two_browsers_do_not_see_each_other(
        self, stranger: Resident, resident: Resident
    ) -> None:
        await resident.say(GREETING)
        other = await stranger.open()
        assert GREETING not in other.html

    async def test_a_form_of_several_parts_may_also_hold_words(
        self, desk: Desk, resident: Resident
    ) -> None:
        form = FormData({**resident.page.fields, "text": "hello"}, default_to_multipart=True)
        async with resident.client.post("/say", data=form) as response:
            assert response.status == 200
        assert await said(desk, resident) == ["hello"]

    async def test_a_button_from_yesterday_is_answered_kindly(self, resident: Resident) -> None:
        page = await resident.press("q:what:some-option")
        assert page.status == 200
        assert "no longer works" in page.lines[-1]

    async def test_a_button_that_never_was_is_answered_kindly(self, resident: Resident) -> None:
        page = await resident.press("\u202e💥" * 500)
        assert page.status == 200
        assert "no longer works" in page.lines[-1]


class TestRefusing:
    async def test_nothing_typed_is_an_error_beside_the_box(self, resident: Resident) -> None:
        page = await resident.say(" \n\t ")
        assert page.status == 400
        assert page.title.startswith("Error:")
        assert "Type something first" in page.html
        assert 'href="#text"' in page.html

    async def test_a_form_made_for_nobody_is_refused_and_the_text_stays(
        self, desk: Desk, resident: Resident
    ) -> None:
        page = await resident.say(QUESTION, token="0" * 64)
        assert page.status == 403
        assert page.box == QUESTION
        assert await said(desk, resident) == []
        again = await resident.say(page.box)
        assert again.lines[1] == QUESTION

    async def test_a_form_that_outlived_its_cookie_can_be_sent_once_more(
        self, resident: Resident
    ) -> None:
        resident.client.session.cookie_jar.clear()
        page = await resident.say(QUESTION)
        assert (page.status, page.box) == (403, QUESTION)
        assert (await resident.say(page.box)).lines[1] == QUESTION

    async def test_a_form_of_another_secret_is_refused(
        self, desk: Desk, resident: Resident
    ) -> None:
        async with Resident(await desk.serve(secret=bytes(32))) as elsewhere:
            elsewhere.client.session.cookie_jar.update_cookies({"session": resident.session})
            elsewhere.page.fields = resident.page.fields
            assert (await elsewhere.say("hello")).status == 403

    async def test_a_form_on_another_site_is_refused(self, desk: Desk, resident: Resident) -> None:
        data = {**resident.page.fields, "text": "hello"}
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "https://[evil"},
        ):
            async with resident.client.post("/say", data=data, headers=headers) as response:
                page = read(response.status, await response.text())
            assert page.status == 403, headers
            assert "999" in page.text
        assert await desk.conversation(resident.session) is None

    async def test_a_text_that_is_too_long_stays_in_the_box_up_to_the_limit(
        self, desk: Desk, resident: Resident
    ) -> None:
        page = await resident.say("é" * 10_001)
        assert page.status == 400
        assert page.box == "é" * 10_000
        assert "10,000 characters" in page.text
        assert await said(desk, resident) == []

    async def test_the_longest_text_is_taken(self, desk: Desk, resident: Resident) -> None:
        text = "漆" * 10_000  # 90,000 bytes once it is encoded
        await resident.press("form:asb")
        assert (await resident.say(text)).status == 200
        assert await said(desk, resident) == [text]

    async def test_a_megabyte_is_refused_with_a_page(self, resident: Resident) -> None:
        page = await resident.say("x" * 1_000_000)
        assert page.status == 413
        assert "That is too big" in page.text

    async def test_a_megabyte_in_pieces_is_refused_too(self, resident: Resident) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}

        async def pieces():  # type: ignore[no-untyped-def]  # aiohttp takes any async generator
            for _ in range(64):
                yield b"text=" + b"x" * 16_384

        async with resident.client.post("/say", data=pieces(), headers=headers) as response:
            assert response.status == 413

    async def test_too_much_too_fast_is_slowed_down_but_never_kept_from_999(
        self, desk: Desk, resident: Resident
    ) -> None:
        data = {**resident.page.fields, "text": ""}
        statuses = [await self._post(resident, data) for _ in range(62)]
        assert statuses == [400] * 60 + [429] * 2
        page = await resident.say("hello there")
        assert (page.status, page.box) == (429, "hello there")
        page = await resident.say(ALARM)
        assert page.status == 200
        assert "Call 999 now" in page.text
        assert page.box == ALARM
        assert await said(desk, resident) == []
        desk.clock.pass_by(timedelta(seconds=1))
        assert (await resident.say("hello there")).status == 200

    async def _post(self, resident: Resident, data: dict[str, str]) -> int:
        async with resident.client.post("/say", data=data) as response:
            return response.status

    @pytest.mark.parametrize("text", [QUESTION, ALARM])
    async def test_a_refused_text_that_shows_danger_still_gets_the_card(
        self, resident: Resident, text: str
    ) -> None:
        page = await resident.say(text, token="")
        assert page.status == 403
        assert ("Call 999 now" in page.text) == (text == ALARM)


NASTY = [
    "\0\0\0",
    "a\x00b\x1b[31m\x07c",
    "\u202eevil\u202c \u2066x\u2069 \u200b\u200c\u200d\ufeff",
    "مرحبا كيف حالك",
    "😀" * 3000,
    "Z" + "\u0301" * 2000,
    "\ud7ff\ue000\uffff\U0010ffff",
    "<b>x</b>&amp;<!-- --><img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% raw %} ${7*7} #{7*7}",
    "%s %n {0} {force} {phone:refuge} {nothing}",
    "'; DROP TABLE conversations; --",
    "# h\n> q\n- l\n```\ncode\n```\n[a](b)\n***",
    "a" * 9999,
    "\n" * 200 + "x",
    "\r\n\r\nSet-Cookie: a=b",
    "/start ../../etc/passwd",
    "999",
    "٩٩٩",
]

FORMS = [
    b"\xff\xfe\x00",
    b"text=%ED%A0%80%FF&token=%00",
    b"&&&===;;;",
    b"text",
    b"=" * 3000,
    b"&".join(b"a%d=1" % number for number in range(500)),
    "text=ü".encode("latin-1"),
]
MULTIPART = "multipart/form-data; boundary=x"
BODIES = [
    ("multipart/form-data", b"hello"),
    (MULTIPART, b"hello"),
    (MULTIPART, b"--x\r\n\r\n"),
    (MULTIPART, b"--x\r\nContent-Disposition: ???\r\n\r\nz\r\n"),
    (MULTIPART, b"--x--\r\n"),
    (MULTIPART, b""),
    (MULTIPART, b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--"),
    (
        MULTIPART,
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n'
        b"Content-Transfer-Encoding: nonsense\r\n\r\nz\r\n--x--\r\n",
    ),
    ("multipart/form-data; boundary=" + "x" * 300, b"--x--"),
    ("application/json", b'{"text": '),
    ("text/plain", b"text=hello"),
    ("nonsense", b"text=hello"),
]
WRONG_WAYS = [
    ("GET", "/say", 405),
    ("DELETE", "/", 405),
    ("POST", "/", 405),
    ("PUT", "/leave", 405),
    ("GET", "/no/such/page", 404),
    ("GET", "/static/../chat.py", 404),
    ("GET", "/static/%2e%2e/chat.py", 404),
    ("GET", "/.env", 404),
    ("GET", "/?" + "a=1&" * 500, 200),
]


class TestNastyInput:
    async def test_no_text_breaks_the_page(self, resident: Resident) -> None:
        for text in NASTY:
            page = await resident.say(text)
            assert page.status in {200, 400}, ascii(text)
            assert (await resident.open()).status == 200, ascii(text)

    async def test_no_form_breaks_the_page(self, resident: Resident) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=no-such"}
        for body in FORMS:
            async with resident.client.post("/say", data=body, headers=headers) as response:
                assert 400 <= response.status < 500, body
                self._is_calm(await response.text())

    @pytest.mark.filterwarnings("ignore::RuntimeWarning")  # how aiohttp reports a bad part
    async def test_no_body_breaks_the_page(self, resident: Resident) -> None:
        for kind, body in BODIES:
            headers = {"Content-Type": kind}
            async with resident.client.post("/say", data=body, headers=headers) as response:
                assert 400 <= response.status < 500, (kind, body)
                self._is_calm(await response.text())

    async def test_wrong_ways_end_on_a_calm_page(self, resident: Resident) -> None:
        for method, path, status in WRONG_WAYS:
            async with resident.client.request(method, path) as response:
                assert response.status == status, (method, path)
                self._is_calm(await response.text())
                assert ("Allow" in response.headers) == (status == 405)

    async def test_a_cookie_that_we_did_not_make_opens_a_fresh_chat(
        self, stranger: Resident
    ) -> None:
        for cookie in ("", "x", "a" * 43, "é" * 43, "../" * 20, "a" * 5000):
            headers = {"Cookie": f"session={cookie}"}
            async with stranger.client.get("/", headers=headers) as response:
                assert response.status == 200, cookie

    @staticmethod
    def _is_calm(html: str) -> None:
        assert "999" in html
        assert "Traceback" not in html
        assert "Error" not in html.replace("Error:", "")


class TestUrgency:
    async def test_an_alarm_is_answered_first_and_in_red(self, resident: Resident) -> None:
        page = await resident.say(ALARM)
        assert page.lines[2] == page.urgent[0]
        assert page.urgent[0].startswith("Call 999 now")

    async def test_words_that_are_not_kept_are_not_shown_again(
        self, desk: Desk, resident: Resident
    ) -> None:
        page = await resident.say(ALARM)
        assert "breaking into" not in page.html
        assert page.lines[1] == "You sent something here. Your words are not kept in this chat."
        assert await said(desk, resident) == [None]

    async def test_a_broken_database_does_not_keep_anybody_from_999(
        self, desk: Desk, resident: Resident
    ) -> None:
        break_database(desk)
        page = await resident.say(ALARM)
        assert page.status == 200
        assert "Call 999 now" in page.text
        assert "not in our records yet" in page.text
        assert page.box == ""

    async def test_a_broken_database_is_said_honestly(self, desk: Desk, resident: Resident) -> None:
        break_database(desk)
        page = await resident.say("there is a dumped fridge in the lane")
        assert page.status == 200
        assert to_plain(HELD).split("\n")[0] in page.text
        assert page.box == ""
        shown = await resident.open()
        assert shown.status == 503
        assert "call 999 now" in shown.text

    async def test_where_the_journal_is_broken_too_nothing_is_promised(
        self, desk: Desk, resident: Resident
    ) -> None:
        break_database(desk)
        break_journal(desk.database.parent)
        page = await resident.say("there is a dumped fridge in the lane")
        assert page.status == 503
        assert to_plain(NOT_RECORDED).split("\n")[0] in page.text
        assert page.box == "there is a dumped fridge in the lane"
        page = await resident.say(ALARM)
        assert page.status == 200
        assert "Call 999 now" in page.text
        assert "has not been recorded" in page.text

    async def test_a_stuck_database_holds_the_card_back_for_a_moment_only(
        self, desk: Desk, resident: Resident
    ) -> None:
        async with desk.store.work():
            page = await resident.say(ALARM)
            assert page.status == 200
            assert "Call 999 now" in page.text
            assert "not in our records yet" in page.text
        for _ in range(200):
            if (await resident.open()).urgent:
                return
            await asyncio.sleep(0.02)
        pytest.fail("the held turn was lost")

    async def test_our_script_learns_that_nothing_need_be_sent_again(
        self, desk: Desk, resident: Resident
    ) -> None:
        break_database(desk)
        status, answer = await resident.script(text="there is a dumped fridge in the lane")
        assert (status, answer["kept"], answer["held"]) == (200, False, True)
        assert "not in our records yet" in answer["problem"]


class TestScript:
    async def test_our_script_gets_the_new_lines_alone(self, resident: Resident) -> None:
        await resident.say("hello")
        newest = max(int(id) for id in re.findall(r'id="m(\d+)"', resident.page.html))
        status, answer = await resident.script(text="thank you", after=str(newest))
        assert (status, answer["kept"]) == (200, True)
        assert "thank you" in answer["lines"]
        assert answer["lines"].count("<li") == 2
        assert "<html" not in answer["lines"]

    async def test_our_script_learns_which_lines_are_gone(self, resident: Resident) -> None:
        await resident.say("hello")
        await resident.say("privacy")
        await resident.choose("Delete this chat")
        _, answer = await resident.script(choice="delete:yes", after="0")
        first = min(int(id) for id in re.findall(r'id="m(\d+)"', answer["lines"]))
        assert answer["oldest"] == first
        assert "hello" not in answer["lines"].replace("Hello", "")

    async def test_our_script_is_told_what_is_wrong(self, resident: Resident) -> None:
        status, answer = await resident.script(text="")
        assert (status, answer["kept"]) == (400, False)
        assert "Type something first" in answer["problem"]

    async def test_our_script_gets_a_new_token_for_a_stale_form(self, resident: Resident) -> None:
        _, answer = await resident.script(text="hello", token="")
        resident.page.fields["token"] = answer["token"]
        status, answer = await resident.script(text="hello")
        assert (status, answer["kept"]) == (200, True)

    async def test_our_script_is_told_of_whole_failures_too(self, resident: Resident) -> None:
        status, answer = await resident.script(text="x" * 1_000_000)
        assert (status, answer["kept"]) == (413, False)
        assert "too big" in answer["problem"]


class TestStream:
    async def test_news_arrives_while_the_page_is_open(self, resident: Resident) -> None:
        await resident.say("hello")
        newest = max(int(id) for id in re.findall(r'id="m(\d+)"', resident.page.html))
        async with resident.client.get(f"/events?after={newest}") as stream:
            assert stream.headers["Content-Type"] == "text/event-stream"
            assert stream.headers["X-Accel-Buffering"] == "no"
            await resident.say("first line\n\nthird line")
            event = await self._event(stream)
        assert int(event["id"]) > newest
        assert "first line\n\nthird line" in event["data"]

    async def test_a_page_that_comes_back_gets_what_it_missed(self, resident: Resident) -> None:
        await resident.say("hello")
        headers = {"Last-Event-ID": "0"}
        async with resident.client.get("/events?after=99999", headers=headers) as stream:
            event = await self._event(stream)
        assert "hello" in event["data"]

    async def test_it_ends_when_the_program_stops(self, desk: Desk, resident: Resident) -> None:
        async with resident.client.get("/events") as stream:
            desk.live.close()
            async with asyncio.timeout(2):
                assert b"retry:" in await stream.content.read()

    async def test_without_a_session_there_is_nothing_to_wait_for(self, stranger: Resident) -> None:
        async with stranger.client.get("/events") as stream:
            assert stream.status == 204

    async def test_one_browser_cannot_open_them_without_end(self, resident: Resident) -> None:
        streams = [await resident.client.get("/events") for _ in range(8)]
        async with resident.client.get("/events") as one_more:
            assert one_more.status == 429
        for stream in streams:
            stream.close()

    async def _event(self, stream: ClientResponse) -> dict[str, str]:
        """The first event that carries lines."""
        found: dict[str, str] = {}
        async with asyncio.timeout(2):
            async for raw in stream.content:
                line = raw.decode().removesuffix("\n")
                if not line and "data" in found:
                    break
                name, _, value = line.partition(": ")
                found[name] = f"{found[name]}\n{value}" if name in found else value
        return found


class TestLeaving:
    async def test_the_link_forgets_all_and_goes_away(self, desk: Desk, resident: Resident) -> None:
        await resident.say(GREETING)
        before = resident.session
        async with resident.client.get("/leave", allow_redirects=False) as response:
            assert response.status == 303
            assert response.headers["Location"] == "https://www.bbc.co.uk/weather"
            assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        assert not list(resident.client.session.cookie_jar)
        async with desk.store.work() as work:
            assert await work.transcript.read(address_of(before)) == ()
        page = await resident.open()
        assert len(page.lines) == 1
        assert resident.session != before

    async def test_an_unfinished_report_goes_too(self, desk: Desk, resident: Resident) -> None:
        await resident.press("form:asb")
        kept = await desk.conversation(resident.session)
        assert kept is not None
        assert kept.draft is not None
        address = address_of(resident.session)
        await resident.client.post("/leave", allow_redirects=False)
        async with desk.store.work() as work:
            left = await work.conversations.find(address)
        assert left is None or left.conversation.draft is None

    async def test_the_beacon_is_not_led_to_another_site(self, resident: Resident) -> None:
        headers = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"}
        async with resident.client.post("/leave", headers=headers) as response:
            assert response.status == 204
        assert not list(resident.client.session.cookie_jar)

    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_another_site_cannot_throw_a_chat_away(
        self, desk: Desk, resident: Resident, method: str
    ) -> None:
        await resident.say("hello")
        headers = {"Sec-Fetch-Site": "cross-site"}
        async with resident.client.request(
            method, "/leave", headers=headers, allow_redirects=False
        ) as response:
            assert "Clear-Site-Data" not in response.headers
        assert await said(desk, resident) == ["hello"]

    async def test_somebody_in_a_hurry_leaves_though_the_database_is_broken(
        self, desk: Desk, resident: Resident
    ) -> None:
        await resident.say("hello")
        break_database(desk)
        async with resident.client.get("/leave", allow_redirects=False) as response:
            assert response.status == 303

    async def test_a_page_left_open_for_long_starts_afresh(
        self, desk: Desk, resident: Resident
    ) -> None:
        await resident.say(GREETING)
        desk.clock.pass_by(timedelta(minutes=59))
        assert GREETING in (await resident.open()).html
        desk.clock.pass_by(timedelta(minutes=2))
        page = await resident.open()
        assert GREETING not in page.html
        assert len(page.lines) == 1


class TestReading:
    async def test_each_page_can_be_read(self, stranger: Resident) -> None:
        for path in ("/about", "/help", "/privacy", "/accessibility", "/feedback"):
            page = await stranger.open(path)
            assert page.status == 200, path
            assert not re.search(r"[{}]", page.text), path
            assert "999" in page.text, path

    async def test_the_sources_of_the_data_are_named(self, stranger: Resident) -> None:
        text = (await stranger.open("/about")).text
        for source in ("Office for National Statistics", "OS data ©", "Royal Mail", "GeoNames"):
            assert source in text

    async def test_the_privacy_page_says_how_long_by_the_settings(self, stranger: Resident) -> None:
        text = (await stranger.open("/privacy")).text
        assert "24 hours after you last used it" in text
        assert "90 days, locked" in text

    async def test_feedback_leads_into_the_chat(self, stranger: Resident) -> None:
        page = await stranger.open("/feedback")
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page.html))
        stranger.page.fields = fields
        answer = await stranger.choose("Give feedback in the chat")
        assert "beta" in answer.lines[-1]


class TestErrors:
    async def test_a_fault_of_ours_is_a_calm_page(
        self, desk: Desk, resident: Resident, caplog: pytest.LogCaptureFixture
    ) -> None:
        await resident.say("a secret of mine")
        desk.clock.now = desk.clock.now.replace(tzinfo=None)  # the page cannot reckon with it
        page = await resident.open()
        assert page.status == 500
        assert "call 999 now" in page.text
        assert "Traceback" not in page.html
        assert "a secret of mine" not in caplog.text

    async def test_json_is_never_taken_for_a_page(self, resident: Resident) -> None:
        async with resident.client.get("/nowhere", headers={"Accept": "application/json"}) as got:
            assert got.status == 404
            assert json.loads(await got.text())["kept"] is False
