"""Tokens and webhooks are seen to on the command line, also while the counter runs."""

import stat
from pathlib import Path

import pytest

from bot.cli import main
from bot.clock import utc_now
from bot.orders import Operator, Order
from bot.webhook_message import new_secret, read_secret
from storage.work import Store

NOTHING = {"what": "", "scopes": "", "networks": "", "until": "", "events": "", "sensitive": ""}


class Desk:
    """An operator at the command line."""

    def __init__(self, store: Store) -> None:
        self._operator = Operator(store, utc_now)

    async def order(self, name: str, what: str = "", **said: str) -> str:
        arguments = NOTHING | {"what": what} | said
        return await self._operator.carry_out(Order(f"api {name}", arguments))


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


async def test_a_token_is_shown_once_and_then_only_by_its_name(desk: Desk, store: Store) -> None:
    said = await desk.order(
        "token add", "crm", scopes="reports:list,reports:read", networks="10.0.0.0/8",
        until="2999-12-31",
    )  # fmt: skip
    token = said.split()[0]
    assert token.startswith("fc_")
    async with store.work() as work:
        found = await work.api_tokens.find(token, utc_now())
    assert found is not None
    listed = await desk.order("token list")
    assert token not in listed
    for part in ("crm", "valid to 2999-12-31", "reports:list reports:read", "from 10.0.0.0/8"):
        assert part in listed
    await desk.order("token revoke", "crm")
    assert "revoked" in await desk.order("token list")


async def test_what_cannot_be_done_is_said_in_a_sentence(desk: Desk) -> None:
    for name, what, said, why in (
        ("token add", "crm", {}, "Say what it is for"),
        ("token add", "crm", {"scopes": "everything"}, "no scope “everything”"),
        ("token add", "No Name", {"scopes": "forms:read"}, "A token’s name"),
        ("token add", "crm", {"scopes": "forms:read", "networks": "home"}, "no address"),
        ("token add", "crm", {"scopes": "forms:read", "until": "soon"}, "no day"),
        ("token add", "crm", {"scopes": "forms:read", "until": "2020-01-01"}, "over already"),
        ("token revoke", "crm", {}, "no token “crm”"),
        ("webhook add", "https://x.example/", {"secret": new_secret()}, "Say what it is told of"),
        ("webhook add", "https://x.example/", {"events": "alarm.raised", "secret": "x"}, "whsec_"),
        ("webhook remove", "1", {}, "no webhook “1”"),
        ("webhook test", "1", {}, "no webhook “1”"),
        ("webhook revoke", "1", {}, "no order"),
    ):
        with pytest.raises(ValueError, match=why):
            await desk.order(name, what, **said)
    assert "There are no tokens" in await desk.order("token list")
    assert "There are no webhooks" in await desk.order("webhook list")
    assert "told anything" in await desk.order("webhook deliveries")


async def test_a_name_that_was_used_stays_used_so_that_the_audit_trail_means_one(
    desk: Desk,
) -> None:
    await desk.order("token add", "crm", scopes="forms:read")
    await desk.order("token revoke", "crm")
    with pytest.raises(ValueError, match="already"):
        await desk.order("token add", "crm", scopes="forms:read")


async def test_a_webhook_is_made_tried_and_removed(desk: Desk) -> None:
    secret = new_secret()
    said = await desk.order(
        "webhook add", "https://x.example/hook", events="report.closed", secret=secret,
        sensitive="yes",
    )  # fmt: skip
    id = said.split()[0]
    listed = await desk.order("webhook list")
    for part in (id, "https://x.example/hook", "report.closed", "sensitive"):
        assert part in listed
    assert secret not in listed
    await desk.order("webhook test", id)
    assert "test" in await desk.order("webhook deliveries")
    await desk.order("webhook remove", id)
    assert "There are no webhooks" in await desk.order("webhook list")


def test_the_command_makes_a_secret_where_there_is_none_and_keeps_one_that_is(
    tmp_path: Path, empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "secret"
    command = ["api", "webhook", "add", "https://x.example/", "--data", str(tmp_path / "data")]
    command += ["--events", "report.created", "--secret-file", str(file)]
    for _ in range(2):
        assert main(command) == 0
        made = file.read_text(encoding="ascii")
        assert len(read_secret(made)) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "is told from now on" in capsys.readouterr().out
    assert main([*command[:3], "http://localhost/", *command[4:]]) == 1
    assert "begins with https://" in capsys.readouterr().err
    assert main(command[:-2]) == 2
