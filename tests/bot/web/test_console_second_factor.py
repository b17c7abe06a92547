"""The second factor in the console: set up, asked for, used up, lost, and wanted of some roles."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pyotp
import pytest

from knowledge.library import Library
from tests.console_desk import Colleague, Desk, Seen, open_desk


def key_on(page: Seen) -> str:
    """The key that stands below the square."""
    return page.html.split('desk-key">')[1].split("<")[0].replace(" ", "")


def code(desk: Desk, key: str) -> str:
    """What an authenticator app shows now."""
    return pyotp.TOTP(key).at(desk.clock.now)


async def set_up(desk: Desk, colleague: Colleague) -> tuple[str, list[str]]:
    """Set up an app; its key, and the recovery codes."""
    key = key_on(await colleague.get("/me/second-factor"))
    done = await colleague.post("/me/second-factor", code=code(desk, key))
    codes = [part.split("<")[0] for part in done.html.split("<li><code>")[1:]]
    assert len(set(codes)) == 10
    desk.clock.forward(seconds=60)
    return key, codes


async def test_a_password_alone_no_longer_signs_in_and_the_code_does(desk: Desk) -> None:
    key, _ = await set_up(desk, await desk.colleague("handler"))
    stranger = await desk.colleague()
    seen = await stranger.sign_in("handler", next="/alarms")
    assert seen.location == "/login/code?next=%2Falarms"
    assert not stranger.cookie("staff")
    await stranger.get(seen.location)
    assert (await stranger.get("/")).location == "/login"
    await stranger.get("/login/code?next=/alarms")
    done = await stranger.post("/login/code", code=code(desk, key))
    assert done.location == "/alarms"
    assert (await stranger.get("/")).status == 200
    assert not stranger.cookie("staff-step")
    what = [what for _, what, about in await desk.events() if about == "handler"]
    assert what[-2:] == ["second factor set up", "signed in"]


async def test_a_code_is_good_once_and_a_recovery_code_too(desk: Desk) -> None:
    key, codes = await set_up(desk, await desk.colleague("handler"))
    shown = code(desk, key)
    for answer, right in ((shown, True), (shown, False), (codes[0], True), (codes[0], False)):
        stranger = await desk.colleague()
        await stranger.get((await stranger.sign_in("handler")).location)
        seen = await stranger.post("/login/code", code=answer.lower())
        assert (seen.status == 303) is right, answer
        if not right:
            assert "not right, or was used already" in seen.text
    me = await desk.colleague("handler")
    assert "9 recovery codes left" in (await me.get("/me")).text


async def test_whoever_guesses_codes_has_to_wait_longer_and_longer(desk: Desk) -> None:
    key, _ = await set_up(desk, await desk.colleague("handler"))
    stranger = await desk.colleague()
    await stranger.get((await stranger.sign_in("handler")).location)
    seen = [await stranger.post("/login/code", code=f"00000{n}") for n in range(6)]
    assert [one.status for one in seen] == [403, 403, 403, 403, 429, 429]
    assert "wait 1 second" in seen[4].text
    assert (await stranger.post("/login/code", code=code(desk, key))).status == 429
    desk.clock.forward(seconds=31)
    assert (await stranger.post("/login/code", code=code(desk, key))).status == 303


async def test_a_step_that_takes_too_long_begins_again(desk: Desk) -> None:
    key, _ = await set_up(desk, await desk.colleague("handler"))
    stranger = await desk.colleague()
    await stranger.get((await stranger.sign_in("handler")).location)
    desk.clock.forward(minutes=11)
    seen = await stranger.post("/login/code", code=code(desk, key))
    assert seen.status == 403
    assert "open for too long" in seen.text
    assert (await stranger.get("/login/code")).location == "/login"


async def test_a_wrong_code_sets_nothing_up_and_new_codes_want_the_app(desk: Desk) -> None:
    handler = await desk.colleague("handler")
    key = key_on(await handler.get("/me/second-factor"))
    assert (await handler.post("/me/second-factor", code="123")).status == 422
    assert key_on(await handler.get("/me/second-factor")) == key, "the square stays the same"
    key, codes = await set_up(desk, handler)
    await handler.get("/me/second-factor")
    assert (await handler.post("/me/second-factor/codes", code=codes[0])).status == 422
    await handler.get("/me/second-factor")
    fresh = await handler.post("/me/second-factor/codes", code=code(desk, key))
    assert codes[1] not in fresh.html
    assert fresh.html.count("<li><code>") == 10


async def test_a_console_left_open_is_not_enough_to_set_one_up(desk: Desk) -> None:
    handler = await desk.colleague("handler")
    key = key_on(await handler.get("/me/second-factor"))
    for _ in range(2):
        desk.clock.forward(minutes=8)
        assert (await handler.get("/me")).status == 200
    assert "sign in again" in (await handler.get("/me/second-factor")).text
    seen = await handler.post("/me/second-factor", code=code(desk, key))
    assert seen.status == 403
    assert key not in seen.html.replace(" ", "")
    assert "Set up an authenticator app" in (await handler.get("/me")).text


async def test_the_key_is_drawn_without_style_or_script(desk: Desk) -> None:
    page = await (await desk.colleague("handler")).get("/me/second-factor")
    drawing = page.html.split("<svg")[1].split("</svg>")[0]
    assert "style" not in drawing
    assert "script" not in drawing


async def test_an_administrator_helps_who_has_lost_everything(desk: Desk) -> None:
    handler = await desk.colleague("handler")
    await set_up(desk, handler)
    admin = await desk.colleague("admin")
    await admin.get("/accounts/handler")
    seen = await admin.post("/accounts/handler/second-factor")
    assert seen.location == "/accounts/handler?done=factor"
    assert (await handler.get("/")).location == "/login", "signed out everywhere"
    stranger = await desk.colleague()
    assert (await stranger.sign_in("handler")).location == "/"
    assert ("admin", "second factor reset", "handler") in await desk.events()


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        yield opened


async def test_whose_role_needs_one_is_led_there_before_anything_else(
    staffed: Path, library: Library, now: datetime
) -> None:
    async with open_desk(staffed, library, now, second_factor=("supervisor",)) as desk:
        reference = await desk.report()
        supervisor, handler = await desk.colleague("supervisor"), await desk.colleague("handler")
        for path in ("/", f"/reports/{reference}", "/audit"):
            assert (await supervisor.get(path)).location == "/me/second-factor"
        page = await supervisor.get("/me/second-factor")
        assert "Your role needs one" in page.text
        assert not page.links("/audit")
        note = f"/reports/{reference}/notes"
        assert (await supervisor.post(note, note="Too early.")).status == 403
        await set_up(desk, supervisor)
        assert (await supervisor.get(f"/reports/{reference}")).status == 200
        assert (await handler.get("/")).status == 200
