"""Second factors: a code is good once, about now, for one account; recovery codes stand in."""

import asyncio
from datetime import datetime, timedelta

import pyotp
import pytest

from storage.errors import LoginRefused
from storage.factors import APP, RECOVERY
from storage.scope import By
from storage.staff import Staff
from storage.work import Store

SETTLED = timedelta(minutes=2)


async def set_up(store: Store, who: Staff, now: datetime) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    async with store.work() as work:
        app = pyotp.TOTP(await work.factors.begin(who, now))
    return app, await store.proof.confirm_app(who, app.at(now), now)


async def shown(store: Store, who: Staff, code: str, now: datetime) -> str | None:
    async with store.work() as work:
        return await work.factors.check(who, code, now)


async def test_a_code_counts_half_a_minute_early_or_late_and_no_longer(
    store: Store, handler: By, now: datetime
) -> None:
    me = handler.staff
    app, _ = await set_up(store, me, now)
    at = now + SETTLED
    late, early = app.at(at - timedelta(seconds=60)), app.at(at + timedelta(seconds=60))
    assert await shown(store, me, late, at) is None
    assert await shown(store, me, early, at) is None
    assert await shown(store, me, app.at(at - timedelta(seconds=30)), at) == APP
    assert await shown(store, me, f" {app.at(at)[:3]} {app.at(at)[3:]}", at) == APP
    assert await shown(store, me, app.at(at + timedelta(seconds=30)), at) == APP


async def test_of_many_that_send_the_same_code_at_once_one_is_let_in(
    store: Store, handler: By, now: datetime
) -> None:
    app, (first, *_) = await set_up(store, handler.staff, now)
    at = now + SETTLED
    for code in (app.at(at), first):
        tries = (shown(store, handler.staff, code, at) for _ in range(8))
        found = await asyncio.gather(*tries)
        assert len([one for one in found if one is not None]) == 1


async def test_a_code_of_before_is_not_good_after_a_later_one(
    store: Store, handler: By, now: datetime
) -> None:
    app, _ = await set_up(store, handler.staff, now)
    at = now + SETTLED
    assert await shown(store, handler.staff, app.at(at), at) == APP
    assert await shown(store, handler.staff, app.at(at - timedelta(seconds=30)), at) is None


async def test_recovery_codes_are_for_one_account_however_they_are_written(
    store: Store, handler: By, supervisor: By, now: datetime
) -> None:
    _, codes = await set_up(store, handler.staff, now)
    await set_up(store, supervisor.staff, now)
    assert await shown(store, supervisor.staff, codes[0], now) is None
    assert await shown(store, handler.staff, codes[0].lower().replace("-", " "), now) == RECOVERY
    async with store.work() as work:
        assert await work.factors.codes_left(handler.staff) == 9
        fresh = await work.factors.new_codes(handler.staff, now)
        assert await work.factors.check(handler.staff, codes[1], now) is None
        assert await work.factors.check(handler.staff, fresh[0], now) == RECOVERY


async def test_an_app_that_is_not_confirmed_is_wanted_of_nobody(
    store: Store, handler: By, now: datetime
) -> None:
    async with store.work() as work:
        secret = await work.factors.begin(handler.staff, now)
        assert await work.factors.begin(handler.staff, now) == secret
        assert await work.factors.check(handler.staff, pyotp.TOTP(secret).at(now), now) is None
        known = await work.staff.known("hana")
    assert known is not None
    assert not known.second_factor
    with pytest.raises(LoginRefused):
        await store.proof.confirm_app(handler.staff, "000000", now)
    await store.proof.confirm_app(handler.staff, pyotp.TOTP(secret).at(now), now)
    async with store.work() as work:
        with pytest.raises(ValueError, match="already"):
            await work.factors.begin(handler.staff, now)


async def test_after_a_reset_it_begins_anew(store: Store, handler: By, now: datetime) -> None:
    app, codes = await set_up(store, handler.staff, now)
    async with store.work() as work:
        await work.factors.reset(handler.staff, now, "command line")
        at = now + SETTLED
        for code in (app.at(at), codes[0]):
            assert await work.factors.check(handler.staff, code, at) is None
        assert pyotp.TOTP(await work.factors.begin(handler.staff, now)).secret != app.secret
