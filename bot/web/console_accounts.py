"""Accounts, for administrators: made, changed, closed, and helped when somebody is locked out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_form import Filled, Slip, by_of, first_time
from bot.web.console_frame import ACCOUNTS, Frame, who
from bot.web.console_text import SENSITIVE_NAMES
from storage.staff import HANDLER, ROLES, Account, Terms, read_username
from storage.tokens import new_password
from storage.work import Store, Work

_TEAM = re.compile("[a-z0-9-]*")

DONE = {
    "changed": "The account is changed. It holds from their next click on.",
    "disabled": "The account is closed, and they are signed out.",
    "enabled": "The account is open again.",
    "factor": "Second factor and passkeys are reset, and they are signed out everywhere.",
    "out": "They are signed out everywhere.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFilled(Filled):
    """The form of an account, to make one or to change it."""

    username: str = ""
    name: str = ""
    role: str = HANDLER
    team: str = ""
    districts: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()


class AccountPages:
    """The list of accounts, the page of one, and what administrators do with it."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def list(self, request: web.Request) -> web.Response:
        """GET /accounts; looking here is an event."""
        async with self._store.work() as work:
            username = who(request).staff.username
            await work.audit.append(username, "accounts viewed", "", {}, self._clock())
        return await self._list(request, AccountFilled(csrf=who(request).csrf))

    async def add(self, request: web.Request) -> web.Response:
        """POST /accounts: with a password that is shown once, and changed at the first sign-in."""
        form, by, now = request[FORM], by_of(who(request)), self._clock()
        filled = self._read(request, form)
        password = new_password()
        try:
            async with self._store.work() as work:
                if not await first_time(work, form, by, now):
                    raise web.HTTPSeeOther(ACCOUNTS)
                made = await work.staff.add(
                    filled.username,
                    filled.name,
                    password,
                    filled.role,
                    now,
                    by.staff.username,
                    must_change=True,
                )
        except ValueError as error:
            filled = replace(filled, problems=(Slip("username", str(error)),))
            return await self._list(request, filled, 422)
        return self._password(request, made.username, password)

    async def show(self, request: web.Request) -> web.Response:
        """GET /accounts/{username}; looking here is an event too."""
        async with self._store.work() as work:
            account = await self._found(request, work)
            username = who(request).staff.username
            await work.audit.append(username, "account viewed", account.username, {}, self._clock())
        filled = _as_it_is(request, account)
        done = DONE.get(request.query.get("done", ""), "")
        return self._one(request, account, filled, done=done)

    async def change(self, request: web.Request) -> web.Response:
        """POST /accounts/{username}."""
        form = request[FORM]
        filled = self._read(request, form)
        async with self._store.work() as work:
            account = await self._found(request, work)
        try:
            if not _TEAM.fullmatch(filled.team):
                raise ValueError("A team is named by small letters, digits and dashes.")
            async with self._store.work() as work:
                by = who(request).staff.username
                await work.staff.change(account.username, _terms(filled), self._clock(), by)
        except ValueError as error:
            filled = replace(filled, problems=(Slip("name", str(error)),))
            return self._one(request, account, filled, status=422)
        raise _back(account, "changed")

    async def disable(self, request: web.Request) -> web.Response:
        """POST /accounts/{username}/disable: they are out at once."""
        async with self._store.work() as work:
            account = await self._found(request, work)
        try:
            async with self._store.work() as work:
                by = who(request).staff.username
                await work.staff.disable(account.username, self._clock(), by)
        except ValueError as error:
            filled = replace(_as_it_is(request, account), problems=(Slip("", str(error)),))
            return self._one(request, account, filled, status=422)
        raise _back(account, "disabled")

    async def enable(self, request: web.Request) -> web.Response:
        """POST /accounts/{username}/enable."""
        async with self._store.work() as work:
            account = await self._found(request, work)
            await work.staff.enable(account.username, self._clock(), who(request).staff.username)
        raise _back(account, "enabled")

    async def new_password(self, request: web.Request) -> web.Response:
        """POST /accounts/{username}/password: one to pass on, for who has forgotten theirs."""
        form, by, now = request[FORM], by_of(who(request)), self._clock()
        password = new_password()
        async with self._store.work() as work:
            account = await self._found(request, work)
            if not await first_time(work, form, by, now):
                raise _back(account, "out")
            username = by.staff.username
            await work.staff.set_password(
                account.username, password, now, username, must_change=True
            )
            await work.sessions.revoke_all(account.username, now, username)
        return self._password(request, account.username, password)

    async def reset_factor(self, request: web.Request) -> web.Response:
        """POST /accounts/{username}/second-factor: for who has lost phone and recovery codes."""
        now, by = self._clock(), who(request).staff.username
        async with self._store.work() as work:
            account = await self._found(request, work)
            staff = await work.staff.known(account.username)
            if staff is None:
                raise web.HTTPNotFound
            await work.factors.reset(staff, now, by)
            await work.sessions.revoke_all(account.username, now, by)
        raise _back(account, "factor")

    async def sign_out(self, request: web.Request) -> web.Response:
        """POST /accounts/{username}/sign-out: end all their sign-ins."""
        async with self._store.work() as work:
            account = await self._found(request, work)
            by = who(request).staff.username
            await work.sessions.revoke_all(account.username, self._clock(), by)
        raise _back(account, "out")

    async def _found(self, request: web.Request, work: Work) -> Account:
        """The account that the address names; raises 404 where there is none."""
        username = read_username(request.match_info["username"][:64])
        account = await work.staff.find(username) if username else None
        if account is None:
            raise web.HTTPNotFound
        return account

    def _read(self, request: web.Request, form: Mapping[str, str]) -> AccountFilled:
        return AccountFilled(
            csrf=who(request).csrf,
            username=form.get("username", "").strip()[:64],
            name=form.get("name", "").strip()[:200],
            role=form.get("role", "")[:16],
            team=form.get("team", "").strip()[:64],
            districts=tuple(id for id, _ in self._districts() if f"district-{id}" in form),
            cleared=tuple(kind for kind in SENSITIVE_NAMES if f"kind-{kind}" in form),
        )

    def _districts(self) -> tuple[tuple[str, str], ...]:
        found = self._shelf.library.places.districts.values()
        return tuple(sorted(((each.id, each.name) for each in found), key=lambda pair: pair[1]))

    async def _list(
        self, request: web.Request, filled: AccountFilled, status: int = 200
    ) -> web.Response:
        async with self._store.work() as work:
            accounts = await work.staff.list()
        return self._frame.page(
            request, "accounts.html", status=status, accounts=accounts, form=filled, roles=ROLES
        )

    def _one(
        self,
        request: web.Request,
        account: Account,
        filled: AccountFilled,
        *,
        status: int = 200,
        done: str = "",
    ) -> web.Response:
        return self._frame.page(
            request,
            "account.html",
            status=status,
            account=account,
            form=filled,
            done=done,
            roles=ROLES,
            all_districts=self._districts(),
            kinds=SENSITIVE_NAMES.items(),
        )

    def _password(self, request: web.Request, username: str, password: str) -> web.Response:
        """Said once, so the answer itself is the page."""
        return self._frame.page(request, "one_time.html", username=username, password=password)


def _terms(filled: AccountFilled) -> Terms:
    return Terms(
        name=filled.name,
        role=filled.role,
        team=filled.team,
        districts=filled.districts,
        cleared=filled.cleared,
    )


def _as_it_is(request: web.Request, account: Account) -> AccountFilled:
    return AccountFilled(
        csrf=who(request).csrf,
        username=account.username,
        name=account.name,
        role=account.role,
        team=account.team,
        districts=account.districts,
        cleared=account.cleared,
    )


def _back(account: Account, done: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"{ACCOUNTS}/{account.username}?done={done}")
