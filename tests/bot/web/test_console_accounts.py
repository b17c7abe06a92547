"""Accounts in the console: made and changed by administrators, looked after by their holders."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from knowledge.library import Library
from tests.console_desk import PASSWORD, Desk, Seen, open_desk

NEW = "marsh kettle tumble 41"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def password_on(page: Seen) -> str:
    return page.html.split('desk-key">')[1].split("<")[0]


class TestAdministrators:
    async def test_make_an_account_whose_password_only_its_holder_knows_in_the_end(
        self, desk: Desk
    ) -> None:
        admin = await desk.colleague("admin")
        await admin.get("/accounts")
        made = await admin.post("/accounts", username="Anna", name="Anna Smith", role="auditor")
        first = password_on(made)
        assert first not in (await admin.get("/accounts")).html
        anna = await desk.colleague()
        await anna.sign_in("anna", first)
        for path in ("/", "/audit", "/me/password"):
            seen = await anna.get(path)
            assert seen.location == "/me/password" or path == "/me/password"
        wrong = await anna.post("/me/password", current="wrong", new=NEW, again=NEW)
        assert "That is not your password" in wrong.text
        done = await anna.post("/me/password", current=first, new=NEW, again=NEW)
        assert done.location == "/me?done=password"
        assert (await anna.get("/")).location == "/figures"
        events = await desk.events()
        assert ("admin", "accounts viewed", "") in events
        assert ("admin", "account added", "anna") in events
        assert ("anna", "password changed", "anna") in await desk.events()

    async def test_a_double_click_makes_one_account(self, desk: Desk) -> None:
        admin = await desk.colleague("admin")
        page = await admin.get("/accounts")
        fields = {"username": "anna", "name": "Anna", "role": "handler"}
        assert (await admin.post("/accounts", page=page, **fields)).status == 200
        assert (await admin.post("/accounts", page=page, **fields)).status == 303
        again = await admin.post("/accounts", page=await admin.get("/accounts"), **fields)
        assert again.status == 422
        assert "an account “anna” already" in again.text
        assert 'value="Anna"' in again.html, "nothing typed is lost"

    async def test_what_they_change_holds_from_the_next_click_on(self, desk: Desk) -> None:
        harlow = await desk.report()
        handler, admin = await desk.colleague("handler"), await desk.colleague("admin")
        assert (await handler.get(f"/reports/{harlow}")).status == 200
        await admin.get("/accounts/handler")
        fields = {"name": "Robin", "role": "handler", "team": "harlow-npt"}
        boxes = {"district-harlow": "yes", "kind-children": "yes"}
        await admin.post("/accounts/handler", **fields, **boxes)
        assert (await handler.get(f"/reports/{harlow}")).status == 404
        page = await admin.get("/accounts/handler?done=changed")
        assert "holds from their next click" in page.text
        for box in boxes:
            assert f'name="{box}" type="checkbox" value="yes" checked' in page.html
        assert page.html.count(" checked") == 2
        refused = await admin.post("/accounts/handler", **(fields | {"team": "Näme of somebody"}))
        assert refused.status == 422

    async def test_a_closed_account_is_out_at_once_and_can_be_opened_again(
        self, desk: Desk
    ) -> None:
        handler, admin = await desk.colleague("handler"), await desk.colleague("admin")
        await handler.get("/")
        await admin.get("/accounts/handler")
        await admin.post("/accounts/handler/disable")
        assert (await handler.get("/")).location == "/login"
        await admin.get("/accounts/handler")
        await admin.post("/accounts/handler/enable")
        assert (await handler.get("/")).location == "/login", "the old sign-in is gone for good"
        assert (await (await desk.colleague("handler")).get("/")).status == 200

    async def test_the_last_one_cannot_lock_everybody_out(self, desk: Desk) -> None:
        admin = await desk.colleague("admin")
        await admin.get("/accounts/admin")
        closed = await admin.post("/accounts/admin/disable")
        lowered = await admin.post("/accounts/admin", name="Me", role="comms")
        for seen in (closed, lowered):
            assert seen.status == 422
            assert "the last administrator" in seen.text
        assert (await admin.get("/accounts")).status == 200

    async def test_give_a_new_password_to_who_has_forgotten_theirs(self, desk: Desk) -> None:
        handler, admin = await desk.colleague("handler"), await desk.colleague("admin")
        await admin.get("/accounts/handler")
        given = password_on(await admin.post("/accounts/handler/password"))
        assert (await handler.get("/")).location == "/login"
        stranger = await desk.colleague()
        assert (await stranger.sign_in("handler")).status == 403
        assert (await stranger.sign_in("handler", given)).status == 303
        assert (await stranger.get("/")).location == "/me/password"

    async def test_end_anybodys_sign_ins(self, desk: Desk) -> None:
        handler, admin = await desk.colleague("handler"), await desk.colleague("admin")
        await admin.get("/accounts/handler")
        await admin.post("/accounts/handler/sign-out")
        assert (await handler.get("/")).location == "/login"
        assert ("admin", "signed out everywhere", "handler") in await desk.events()


class TestEverybody:
    async def test_sees_where_they_are_signed_in_and_ends_what_they_do_not_know(
        self, desk: Desk
    ) -> None:
        here, there = await desk.colleague(), await desk.colleague()
        await here.ask("GET", "/login", headers={"User-Agent": FIREFOX})
        form = {"username": "handler", "password": PASSWORD, "csrf": here.page.field("csrf")}
        await here.ask("POST", "/login", data=form, headers={"User-Agent": FIREFOX})
        await there.sign_in("handler")
        page = await here.get("/me")
        assert "Firefox on Windows This one" in page.text
        assert "from 127.0.0.1" in page.text
        assert FIREFOX not in page.html
        await here.post("/me/sign-ins/end", id=page.field("id"))
        assert (await there.get("/")).location == "/login"
        assert (await here.get("/me?done=ended")).text.count("with a password") == 1

    async def test_cannot_end_somebody_elses_sign_in(self, desk: Desk) -> None:
        handler, admin = await desk.colleague("handler"), await desk.colleague("admin")
        await desk.colleague("admin")
        id = (await admin.get("/me")).field("id")
        await handler.get("/me")
        await handler.post("/me/sign-ins/end", id=id)
        assert (await admin.get("/me")).field("id") == id

    async def test_signs_out_everywhere_else(self, desk: Desk) -> None:
        here, there = await desk.colleague("handler"), await desk.colleague("handler")
        await here.get("/me")
        await here.post("/me/sign-ins/end-others")
        assert (await there.get("/")).location == "/login"
        assert (await here.get("/")).status == 200

    @pytest.mark.parametrize(
        ("new", "again", "said"),
        [
            ("short", "short", "at least 12 characters"),
            ("x" * 129, "x" * 129, "128 characters at most"),
            ("passwordpassword", "passwordpassword", "too easy to guess"),
            ("essexpolice1836", "essexpolice1836", "too easy to guess"),
            (NEW, NEW + "!", "not the same"),
        ],
    )
    async def test_chooses_a_good_password(
        self, desk: Desk, new: str, again: str, said: str
    ) -> None:
        handler = await desk.colleague("handler")
        await handler.get("/me/password")
        seen = await handler.post("/me/password", current=PASSWORD, new=new, again=again)
        assert seen.status == 422
        assert said in seen.text
        assert new not in seen.html

    async def test_guesses_of_their_password_are_counted_here_too(self, desk: Desk) -> None:
        handler = await desk.colleague("handler")
        await handler.get("/me/password")
        for _ in range(6):
            seen = await handler.post("/me/password", current="wrong", new=NEW, again=NEW)
        assert seen.status == 429


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        yield opened
