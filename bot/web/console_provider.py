"""Signing in at the force's own identity provider, and back."""

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from aiohttp import hdrs, web

from bot.web.console_entrance import Entrance
from bot.web.console_frame import Frame, home
from bot.web.console_sign_in import SignIn
from bot.web.oidc import Identity, Provider, ProviderFailed
from storage.sessions import PROVIDER, Whence
from storage.staff import ROLES, Staff, Terms, read_username
from storage.work import Store, Work

log = logging.getLogger(__name__)

BACK = "/login/provider/back"
WHO = "identity provider"
"""Who the audit trail says it was."""
REFUSED = "Your work account may not sign in here. Ask an administrator."
FAILED = "The sign-in service did not answer as it should. Try again, or ask an administrator."


class ProviderPages:
    """The way to the provider and back. `roles` is group to role; empty: no account is made."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        frame: Frame,
        entrance: Entrance,
        sign_in: SignIn,
        provider: Provider,
        roles: Mapping[str, str],
    ) -> None:
        self._store, self._clock, self._frame = store, clock, frame
        self._entrance, self._cookies = entrance, entrance.cookies
        self._sign_in, self._provider, self._roles = sign_in, provider, roles

    async def go(self, request: web.Request) -> web.Response:
        """GET /login/provider."""
        key = secrets.token_urlsafe(32)
        try:
            there = await self._provider.address(self._back(request), key)
        except ProviderFailed as error:
            return self._failed(request, error)
        response = web.Response(status=303, headers={hdrs.LOCATION: there})
        # Strict, it would not come back: it is another site that sends them here.
        self._cookies.give(response, self._cookies.provider, key, same_site="Lax")
        return response

    async def back(self, request: web.Request) -> web.Response:
        """GET /login/provider/back: with a code that says who they are, or without one."""
        key = self._cookies.of(request, self._cookies.provider)
        if not self._provider.is_ours(request.query.get("state", ""), key):
            return self._sign_in.page(request, problem=FAILED, status=403)
        code = request.query.get("code", "")
        if not code:
            return self._sign_in.page(request, problem=REFUSED, status=403)
        try:
            identity = await self._provider.identity(code, self._back(request), key)
        except ProviderFailed as error:
            return self._failed(request, error)
        now, whence = self._clock(), self._entrance.whence(request)
        try:
            async with self._store.work() as work:
                staff, token = await self._enter(work, identity, whence, now)
        except ValueError:
            async with self._store.work() as work:
                await work.audit.append(WHO, "sign-in failed", "", {}, now)
            return self._sign_in.page(request, problem=REFUSED, status=403)
        # Sent on by a redirect, the new cookie would stay behind: another site began all this.
        there = home(staff.role)
        response = self._frame.page(request, "entered.html", there=there)
        response.headers["Refresh"] = f"0; url={there}"
        self._entrance.keep(response, token)
        self._cookies.take_away(response, self._cookies.provider)
        return response

    async def _enter(
        self, work: Work, who: Identity, whence: Whence, now: datetime
    ) -> tuple[Staff, str]:
        """Sign somebody in; raises ValueError where they have no account and get none."""
        role = next((role for role in ROLES[::-1] if role in self._theirs(who)), None)
        if self._roles and role is None:
            raise ValueError("no group of theirs has a role")
        staff = await work.staff.of_subject(who.issuer, who.subject)
        if staff is None:
            staff = await self._tied(work, who, role, now)
        if role is not None and staff.role != role:
            account = await work.staff.find(staff.username)
            if account is None:
                raise ValueError("the account is gone")
            terms = Terms(
                name=account.name,
                role=role,
                team=account.team,
                districts=account.districts,
                cleared=account.cleared,
            )
            await work.staff.change(staff.username, terms, now, WHO)
            staff = await self._known(work, staff.username)
        return staff, await work.sessions.open(staff, now, whence, via=PROVIDER)

    async def _tied(self, work: Work, who: Identity, role: str | None, now: datetime) -> Staff:
        """The account they have from now on: the one of that name, or a new one."""
        username = read_username(who.username)
        if username is None:
            raise ValueError("the claim is no username")
        if role is not None and await work.staff.find(username) is None:
            await work.staff.add(username, who.name[:128] or username, "", role, now, WHO)
        if not await work.staff.tie(username, who.issuer, who.subject, now):
            raise ValueError("the account is closed, or somebody else's")
        return await self._known(work, username)

    async def _known(self, work: Work, username: str) -> Staff:
        staff = await work.staff.known(username)
        if staff is None:
            raise ValueError("the account is closed")
        return staff

    def _theirs(self, who: Identity) -> frozenset[str]:
        return frozenset(self._roles[group] for group in who.groups if group in self._roles)

    def _back(self, request: web.Request) -> str:
        return self._entrance.origin(request) + BACK

    def _failed(self, request: web.Request, error: ProviderFailed) -> web.Response:
        log.error("the identity provider: %s", error)
        return self._sign_in.page(request, problem=FAILED, status=502)
