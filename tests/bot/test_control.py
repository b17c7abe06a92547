"""Accounts are made while the counter runs, by the socket in its data folder, or without it."""

import stat
from dataclasses import asdict
from pathlib import Path

import pyotp
import pytest

from bot.accounts import Wish, carry_out
from bot.clock import utc_now
from bot.control import NobodyThere, ask, open_control, socket_of
from bot.orders import Operator, Order
from handlers.messages import Said
from storage.work import Store

ADD = Wish("add", "anna", "Anna Smith", "supervisor", "a long enough password")


def wish(made: Wish) -> Order:
    return Order("staff", asdict(made))


async def test_an_account_made_through_the_running_counter_can_sign_in(
    tmp_path: Path, store: Store
) -> None:
    path = socket_of(tmp_path)
    async with open_control(path, Operator(store, utc_now)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "Anna Smith can now sign in" in await ask(path, wish(ADD))
        assert "anna" in await ask(path, wish(Wish("list")))
    assert await store.login("anna", "a long enough password", "here", utc_now())
    assert not path.exists()


async def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path: Path, store: Store) -> None:
    path = socket_of(tmp_path)
    async with open_control(path, Operator(store, utc_now)):
        with pytest.raises(ValueError, match="no role"):
            await ask(path, wish(Wish("add", "a", "A", "king", "a long enough password")))
        with pytest.raises(ValueError, match="at least 12"):
            await ask(path, wish(Wish("add", "a", "A", "handler", "short")))
        with pytest.raises(ValueError, match="no account"):
            await ask(path, wish(Wish("disable", "nobody")))


async def test_somebody_is_signed_out_and_helped_in_from_the_command_line(
    tmp_path: Path, store: Store
) -> None:
    path, now = socket_of(tmp_path), utc_now()
    async with open_control(path, Operator(store, utc_now)):
        await ask(path, wish(ADD))
        token = await store.login("anna", "a long enough password", "here", now)
        assert "1 sign-ins ended" in await ask(path, wish(Wish("sign-out", "anna")))
        async with store.work() as work:
            assert await work.sessions.current(token, now) is None
            anna = await work.staff.known("anna")
            assert anna is not None
            secret = await work.factors.begin(anna, now)
        await store.proof.confirm_app(anna, pyotp.TOTP(secret).at(now), now)
        assert "second factor" in await ask(path, wish(Wish("list")))
        assert "no second factor any more" in await ask(path, wish(Wish("reset-factor", "anna")))
        async with store.work() as work:
            anna = await work.staff.known("anna")
        assert anna is not None
        assert not anna.second_factor
        for action in ("sign-out", "reset-factor"):
            with pytest.raises(ValueError, match="There is no"):
                await ask(path, wish(Wish(action, "nobody")))


async def test_keys_and_audit_are_seen_to_while_the_counter_runs(
    tmp_path: Path, store: Store
) -> None:
    path = socket_of(tmp_path)
    async with open_control(path, Operator(store, utc_now)):
        assert "seals" in await ask(path, Order("keys list"))
        assert "Copy the key file" in await ask(path, Order("keys prepare"))
        assert "seals from now on" in await ask(path, Order("keys rotate"))
        assert "whole: 2 events" in await ask(path, Order("audit verify"))
        with pytest.raises(ValueError, match="does not know"):
            await ask(path, Order("make coffee"))


async def test_what_could_not_be_handled_is_listed_without_a_word_and_shown_on_the_record(
    tmp_path: Path, store: Store
) -> None:
    path, now = socket_of(tmp_path), utc_now()
    async with open_control(path, Operator(store, utc_now)):
        assert "a turn was made of each" in await ask(path, Order("set-aside list"))
        async with store.work() as work:
            work.set_aside.keep(Said("words of a resident"), "KeyError at x.py", None, now)
        listed = await ask(path, Order("set-aside list"))
        assert "KeyError at x.py" in listed
        assert "words" not in listed
        shown = await ask(path, Order("set-aside show", {"id": listed.split()[0]}))
        assert "words of a resident" in shown
        with pytest.raises(ValueError, match="Nothing of that id"):
            await ask(path, Order("set-aside show", {"id": "x"}))
    async with store.work() as work:
        (event,) = await work.audit.latest(1)
    assert event.what == "event set aside was read"


async def test_with_no_counter_running_the_socket_says_so(tmp_path: Path) -> None:
    with pytest.raises(NobodyThere):
        await ask(socket_of(tmp_path), wish(Wish("list")))


async def test_an_empty_list_says_what_to_do(store: Store) -> None:
    assert "staff add" in await carry_out(Wish("list"), store, utc_now())


def test_a_wish_never_shows_its_password() -> None:
    assert "long enough" not in repr(ADD)
