"""Signing in at an identity provider, over real HTTP with real keys: who gets in, who does not."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from bot.settings import Oidc
from knowledge.library import Library
from tests.console_desk import Colleague, Desk, Seen, open_desk
from tests.oidc_provider import CLIENT, SECRET, SmallProvider, running_provider

ROBIN = {"sub": "4711", "preferred_username": "Handler", "name": "Robin Handler"}
Opened = Callable[..., AbstractAsyncContextManager[Desk]]


async def go(colleague: Colleague, away: str) -> Seen:
    """Follow the way to the provider, and the way it sends back."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(away, allow_redirects=False) as answer,
    ):
        back = answer.headers["Location"]
    return await colleague.get("/" + back.split("/", 3)[3])


async def sign_in(desk: Desk) -> tuple[Colleague, Seen]:
    colleague = await desk.colleague()
    page = await colleague.get("/login")
    assert "Sign in with your work account" in page.text
    return colleague, await go(colleague, (await colleague.get("/login/provider")).location)


async def test_an_account_is_tied_to_who_signs_in_first_and_to_nobody_else(
    opened: Opened, provider: SmallProvider
) -> None:
    async with opened() as desk:
        provider.person = ROBIN
        colleague, seen = await sign_in(desk)
        assert seen.status == 200
        assert seen.headers["Refresh"] == "0; url=/"
        assert (await colleague.get("/")).status == 200
        assert "with your work account" in (await colleague.get("/me")).text
        provider.person = ROBIN | {"preferred_username": "a-new-name"}
        assert (await sign_in(desk))[1].status == 200, "known by what never changes"
        provider.person = ROBIN | {"sub": "another"}
        assert (await sign_in(desk))[1].status == 403, "the same name makes nobody the same"
        assert ("identity provider", "sign-in failed", "") in await desk.events()


async def test_nobody_without_an_account_gets_in_nor_one_that_is_closed(
    opened: Opened, provider: SmallProvider
) -> None:
    async with opened() as desk:
        for person in ({"sub": "1"}, {"sub": "1", "preferred_username": "nobody"}):
            provider.person = person
            _, seen = await sign_in(desk)
            assert seen.status == 403
            assert "may not sign in here" in seen.text
        provider.person = ROBIN
        await sign_in(desk)
        async with desk.store.work() as work:
            await work.staff.disable("handler", desk.clock.now)
        assert (await sign_in(desk))[1].status == 403


async def test_groups_make_accounts_and_say_their_role_each_time(
    opened: Opened, provider: SmallProvider
) -> None:
    roles = {"fc-handlers": "handler", "fc-supervisors": "supervisor"}
    async with opened(roles=roles) as desk:
        provider.person = {"sub": "1", "preferred_username": "anna@essex", "name": "Anna"}
        assert (await sign_in(desk))[1].status == 403, "in no group of ours"
        for groups, role in ((["fc-handlers"], "handler"), ([*roles, "x"], "supervisor")):
            provider.person["groups"] = groups
            assert (await sign_in(desk))[1].status == 200
            async with desk.store.work() as work:
                account = await work.staff.find("anna@essex")
            assert account is not None
            assert account.role == role
        provider.person["groups"] = []
        assert (await sign_in(desk))[1].status == 403, "out of the group is out"


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another-client"},
        {"iss": "https://evil.example"},
        {"nonce": "another"},
        {"exp": 1},
        {"azp": "another-client"},
        {"sub": None},
    ],
)
async def test_a_token_that_is_not_for_us_now_signs_nobody_in(
    opened: Opened, provider: SmallProvider, changed: dict[str, Any]
) -> None:
    async with opened() as desk:
        provider.person, provider.changed = ROBIN, changed
        colleague, seen = await sign_in(desk)
        assert seen.status == 502
        assert not colleague.cookie("staff")


async def test_a_token_of_another_key_signs_nobody_in(
    opened: Opened, provider: SmallProvider
) -> None:
    async with opened() as desk:
        provider.person = ROBIN
        provider.shown = RSAKey.generate_key(2048, {"kid": "one"})
        assert (await sign_in(desk))[1].status == 502


async def test_a_code_brought_by_another_browser_signs_nobody_in(
    opened: Opened, provider: SmallProvider
) -> None:
    async with opened() as desk:
        provider.person = ROBIN
        one, other = await desk.colleague(), await desk.colleague()
        away = (await one.get("/login/provider")).location
        await other.get("/login/provider")
        assert (await go(other, away)).status == 403
        back = "/login/provider/back"
        assert (await other.get(f"{back}?code=x&state=x")).status == 403
        assert (await (await desk.colleague()).get(f"{back}?code=x&state=")).status == 403


async def test_one_that_is_away_is_said_calmly(opened: Opened, provider: SmallProvider) -> None:
    async with opened(issuer="http://127.0.0.1:9") as desk:
        seen = await (await desk.colleague()).get("/login/provider")
        assert seen.status == 502
        assert "did not answer as it should" in seen.text


async def test_roles_that_must_sign_in_there_have_no_password_here(opened: Opened) -> None:
    async with opened(only=("handler",)) as desk:
        stranger = await desk.colleague()
        wrong = await stranger.sign_in("nobody")
        seen = await stranger.sign_in("handler")
        assert seen.status == wrong.status == 403
        assert seen.text == wrong.text


async def test_a_second_factor_is_for_the_provider_to_ask_for(
    opened: Opened, provider: SmallProvider
) -> None:
    async with opened(second_factor=("handler",)) as desk:
        provider.person = ROBIN
        colleague, _ = await sign_in(desk)
        assert (await colleague.get("/")).status == 200


@pytest.fixture
async def provider(now: datetime) -> AsyncIterator[SmallProvider]:
    async with running_provider(now) as running:
        yield running


@pytest.fixture
def opened(staffed: Path, library: Library, now: datetime, provider: SmallProvider) -> Opened:
    """Opens the console with this provider; arguments are more of [staff] or [staff.oidc]."""

    @asynccontextmanager
    async def desk(*, second_factor: tuple[str, ...] = (), **more: Any) -> AsyncIterator[Desk]:
        usual: dict[str, Any] = {
            "issuer": provider.url,
            "client_id": CLIENT,
            "client_secret": SecretStr(SECRET),
        }
        settings = {"oidc": Oidc(**(usual | more)), "second_factor": second_factor}
        async with open_desk(staffed, library, now, **settings) as made:
            yield made

    return desk
