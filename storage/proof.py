"""What staff show besides a password, or once more; each try is counted before it is looked at."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from storage.errors import LoginRefused
from storage.factors import APP
from storage.passwords import Passwords
from storage.sign_in import admit, code_keys, forgive, password_keys
from storage.staff import Staff

if TYPE_CHECKING:
    from storage.work import Work

_Made = TypeVar("_Made")


class Proof:
    """Takes codes and passwords, in two transactions each, so that no count is ever rolled back."""

    def __init__(
        self, work: Callable[[], AbstractAsyncContextManager["Work"]], passwords: Passwords
    ) -> None:
        self._work, self._passwords = work, passwords

    async def show_code(self, token: str, code: str, now: datetime) -> str:
        """Show a second factor after the password: the token that signs in.

        Raises LoginRefused, or LookupError where the password was shown too long ago.
        """
        async with self._work() as work:
            who = await work.sessions.waiting(token, now)
        if who is None:
            raise LookupError("nobody waits with this token")

        async def complete(work: "Work") -> str | None:
            shown = await work.factors.check(who, code, now)
            if shown is not None:
                return await work.sessions.complete(token, now, shown)
            await work.audit.append(who.username, "second factor failed", who.username, {}, now)
            return None

        return await self._with_code(who, now, complete)

    async def confirm_app(self, who: Staff, code: str, now: datetime) -> tuple[str, ...]:
        """A code of the app that somebody sets up: their recovery codes.

        Raises LoginRefused, or LookupError where no app was begun.
        """
        return await self._with_code(who, now, lambda work: work.factors.confirm(who, code, now))

    async def new_recovery_codes(self, who: Staff, code: str, now: datetime) -> tuple[str, ...]:
        """Other recovery codes for who shows a code of their app; raises LoginRefused."""

        async def made(work: "Work") -> tuple[str, ...] | None:
            if await work.factors.check(who, code, now) != APP:
                return None
            return await work.factors.new_codes(who, now)

        return await self._with_code(who, now, made)

    async def _with_code(
        self, who: Staff, now: datetime, do: Callable[["Work"], Awaitable[_Made | None]]
    ) -> _Made:
        """Do what takes a code, counted like one at sign-in; raises LoginRefused for None."""
        keys = code_keys(who.username)
        async with self._work() as work:
            wait = await admit(work.tries, keys, now)
        async with self._work() as work:
            made = await do(work)
            if made is not None:
                await forgive(work.tries, keys)
                return made
        raise LoginRefused(wait)

    async def knows_password(
        self, username: str, password: str, address: str, now: datetime
    ) -> bool:
        """Whether it is the password of that account; counted, and LoginRefused, like a sign-in."""
        keys = password_keys(username, address)
        async with self._work() as work:
            await admit(work.tries, keys, now)
            known = await work.staff.password_of(username)
        right = await self._passwords.verify(known and known[1], password)
        if known and right:
            async with self._work() as work:
                await forgive(work.tries, keys)
        return bool(known and right)
