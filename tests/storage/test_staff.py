"""Staff: accounts, sessions, and signing in slowly for whoever guesses."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from storage.errors import LoginRefused
from storage.passwords import Passwords
from storage.work import Store

PASSWORD = "correct horse battery"
DESK, HOME = "10.0.0.1", "192.0.2.7"
SLOW = pytest.mark.parametrize("source", ["sqlite"], indirect=True)
"""Hashing many passwords takes its time, and is the same whatever the database."""


async def refused(store: Store, username: str, password: str, address: str, at: datetime) -> int:
    with pytest.raises(LoginRefused) as caught:
        await store.login(username, password, address, at)
    return caught.value.wait_seconds


async def test_signing_in_begins_a_session_that_says_who(store: Store, now: datetime) -> None:
    token = await store.login(" Hana", PASSWORD, DESK, now)
    async with store.work() as work:
        who = await work.sessions.current(token, now)
        assert who is not None
        assert (who.username, who.name, who.role) == ("hana", "Hana Handler", "handler")
        assert await work.sessions.current("another", now) is None
        assert await work.sessions.current("\ud83d", now) is None
        assert [event.what for event in await work.audit.about("hana")] == [
            "account added",
            "signed in",
        ]


async def test_each_sign_in_has_a_token_of_its_own_and_signing_out_ends_only_that(
    store: Store, now: datetime
) -> None:
    one = await store.login("hana", PASSWORD, DESK, now)
    two = await store.login("hana", PASSWORD, HOME, now)
    async with store.work() as work:
        await work.sessions.end(one, now)
        await work.sessions.end("unknown", now)
        assert await work.sessions.current(one, now) is None
        assert await work.sessions.current(two, now) is not None


async def test_a_session_ends_when_idle_and_at_the_latest_after_a_shift(
    store: Store, now: datetime
) -> None:
    token = await store.login("hana", PASSWORD, DESK, now)
    other = await store.login("sue", PASSWORD, DESK, now)
    async with store.work() as work:
        for minutes in range(10, 480, 10):
            at = now + timedelta(minutes=minutes)
            assert await work.sessions.current(token, at) is not None, at
        assert await work.sessions.current(token, now + timedelta(minutes=481)) is None
        assert await work.sessions.current(other, now + timedelta(minutes=16)) is None
        assert await work.sessions.purge(now + timedelta(minutes=481)) == 2


async def test_a_sign_in_is_noted_as_used_once_in_a_while_and_not_at_every_page(
    store: Store, now: datetime
) -> None:
    token = await store.login("hana", PASSWORD, DESK, now)

    async def used(seconds: int) -> datetime:
        at = now + timedelta(seconds=seconds)
        async with store.work() as work:
            who = await work.sessions.current(token, at)
            assert who is not None
            (sign_in,) = await work.sessions.of(who, at, token)
        return sign_in.seen_at

    assert await used(5) == now
    assert await used(40) == now + timedelta(seconds=40)


async def test_a_disabled_account_is_out_at_once_and_stays_out(store: Store, now: datetime) -> None:
    token, other = [await store.login(who, PASSWORD, DESK, now) for who in ("hana", "sue")]
    async with store.work() as work:
        await work.staff.disable("hana", now)
        assert await work.sessions.current(token, now) is None
        assert await work.sessions.current(other, now) is not None
        disabled = {account.username: account.disabled for account in await work.staff.list()}
        with pytest.raises(ValueError, match="no account"):
            await work.staff.disable("nobody", now)
        assert await work.sessions.purge(now + timedelta(days=1)) == 1
    assert disabled == {"hana": True, "sue": False}
    await refused(store, "hana", PASSWORD, DESK, now)


@pytest.mark.parametrize(
    ("username", "role", "why"),
    [
        ("HANA", "handler", "already"),
        ("", "handler", "username"),
        ("a b", "handler", "username"),
        ("new", "chief", "role"),
    ],
)
async def test_an_account_that_cannot_be_made_says_why(
    store: Store, now: datetime, username: str, role: str, why: str
) -> None:
    async with store.work() as work:
        with pytest.raises(ValueError, match=why):
            await work.staff.add(username, "Name", PASSWORD, role, now)
        # And the transaction goes on.
        await work.staff.add("new", "New", PASSWORD, "comms", now)


@SLOW
async def test_guessing_gets_slow_for_the_account_alone(store: Store, now: datetime) -> None:
    waits = [await refused(store, "hana", "wrong", f"192.0.2.{n}", now) for n in range(5)]
    assert waits == [0, 0, 0, 0, 1]
    assert await refused(store, "hana", PASSWORD, DESK, now) == 1
    assert await store.login("sue", PASSWORD, DESK, now)
    assert await store.login("hana", PASSWORD, DESK, now + timedelta(seconds=1))
    # Having been right, she starts afresh.
    assert await refused(store, "hana", "wrong", DESK, now + timedelta(seconds=1)) == 0


@SLOW
async def test_the_wait_doubles_up_to_a_minute_and_is_forgotten(
    store: Store, now: datetime
) -> None:
    at, waits = now, []
    for number in range(13):
        waits.append(await refused(store, "hana", "wrong", f"192.0.2.{number}", at))
        at += timedelta(seconds=waits[-1])
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    later = at + timedelta(minutes=16)
    assert await refused(store, "hana", "wrong", DESK, later) == 0


async def test_a_try_that_came_too_early_does_not_lengthen_the_wait(
    store: Store, now: datetime
) -> None:
    for number in range(5):
        await refused(store, "hana", "wrong", f"192.0.2.{number}", now)
    for _ in range(20):
        await refused(store, "hana", "wrong", HOME, now)
    assert await store.login("hana", PASSWORD, DESK, now + timedelta(seconds=1))


async def test_a_clock_put_back_does_not_lock_anybody_out(store: Store, now: datetime) -> None:
    for number in range(6):
        at = now + timedelta(hours=3, seconds=number)
        await refused(store, "hana", "wrong", f"192.0.2.{number}", at)
    assert await refused(store, "hana", PASSWORD, DESK, now) <= 2


@SLOW
async def test_one_address_trying_many_names_gets_slow_and_a_busy_station_does_not(
    store: Store, now: datetime
) -> None:
    for _ in range(15):
        assert await store.login("hana", PASSWORD, DESK, now)
    waits = [await refused(store, f"name{number}", "wrong", HOME, now) for number in range(10)]
    assert waits == [0] * 9 + [1]
    assert await refused(store, "another", "wrong", HOME, now) == 1
    assert await store.login("hana", PASSWORD, DESK, now)


class CountingPasswords(Passwords):
    """The real thing, and how often it was asked for what."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[bool] = Counter()

    async def verify(self, hash: str | None, password: str) -> bool:
        self.asked[hash is None] += 1
        return await super().verify(hash, password)


@pytest.fixture
def passwords(store: Store) -> CountingPasswords:
    counting = CountingPasswords()
    store._passwords = counting
    return counting


async def test_of_many_guesses_at_once_only_the_free_ones_are_looked_at(
    store: Store, now: datetime, passwords: CountingPasswords
) -> None:
    guesses = (store.login("hana", f"{n}", f"192.0.2.{n}", now) for n in range(60))
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert all(isinstance(result, LoginRefused) for result in results)
    assert passwords.asked.total() == 5


@SLOW
@pytest.mark.parametrize("username", ["nobody", "", "a b", "' OR 1=1 --", "\ud83d", "x" * 500])
async def test_an_unknown_name_is_refused_like_a_wrong_password(
    store: Store, now: datetime, passwords: CountingPasswords, username: str
) -> None:
    unknown = [await refused(store, username, PASSWORD, HOME, now) for _ in range(6)]
    known = [await refused(store, "hana", "wrong", DESK, now) for _ in range(6)]
    assert unknown == known
    # As much hashing for the one as for the other.
    assert passwords.asked == {True: 5, False: 5}


async def test_nobodys_hash_takes_the_same_work_and_no_password_fits_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passwords = Passwords()
    real = await passwords.hash("x")
    assert passwords._nobody.rsplit("$", 2)[0] == real.rsplit("$", 2)[0]
    assert len(passwords._nobody) == len(real)
    looked_at: list[str] = []
    verify = PasswordHasher.verify

    def record(self: PasswordHasher, hash: str, password: bytes) -> bool:
        looked_at.append(hash)
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", record)
    assert not await passwords.verify(None, "")
    assert looked_at == [passwords._nobody]
    assert await passwords.verify(real, "x")
    assert not await passwords.verify(real, "y")
    assert not await passwords.verify("not a hash", "x")


async def test_failed_sign_ins_are_in_the_trail_without_what_was_typed(
    on_sqlite: Store, now: datetime, file: Any
) -> None:
    await refused(on_sqlite, "hana", "CANARY", DESK, now)
    await refused(on_sqlite, "CANARY", "x", DESK, now)
    async with on_sqlite.work() as work:
        assert [event.what for event in await work.audit.about("hana")] == [
            "account added",
            "sign-in failed",
        ]
        (unknown,) = await work.audit.about("")
    assert (unknown.who, unknown.what) == ("somebody", "sign-in failed")
    assert b"CANARY" not in file.read_bytes() + file.with_name(file.name + "-wal").read_bytes()


async def test_neither_passwords_nor_tokens_are_in_the_database(
    on_sqlite: Store, now: datetime, file: Any
) -> None:
    token = await on_sqlite.login("hana", PASSWORD, DESK, now)
    disk = file.read_bytes() + file.with_name(file.name + "-wal").read_bytes()
    assert PASSWORD.encode() not in disk
    assert token.encode() not in disk
