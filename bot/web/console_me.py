"""Somebody's own account: their password, and where they are signed in."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web

from bot.password_rule import LONGEST, SHORTEST, PasswordRule
from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_entrance import Entrance, waits
from bot.web.console_form import Filled, Slip
from bot.web.console_frame import ME, Frame, who
from storage.errors import LoginRefused
from storage.passkeys import Passkey
from storage.sessions import SignedInFrom
from storage.staff import Staff
from storage.tokens import is_id
from storage.work import Store

DONE = {
    "password": "Your password is changed, and you are signed out everywhere else.",
    "ended": "That sign-in is ended.",
    "others": "You are signed out everywhere else.",
    "passkey": "The passkey is added. You can sign in with it from now on.",
    "passkey-removed": "The passkey is removed.",
}
WRONG = "That is not your password."
VIA = {
    "password": "with a password",
    "passkey": "with a passkey",
    "provider": "with your work account",
}


@dataclass(frozen=True, slots=True)
class Mine:
    """What somebody's own page shows."""

    sign_ins: tuple[SignedInFrom, ...]
    passkeys: tuple[Passkey, ...]
    has_app: bool
    codes_left: int
    fresh: bool
    """Whether they have signed in a moment ago."""


class OwnPages:
    """The page of one's own account, and the one on which its password is changed.

    `passkey` says what to ask a browser for that is to make a passkey; None where there are none.
    """

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        clock: Callable[[], datetime],
        frame: Frame,
        entrance: Entrance,
        rule: PasswordRule,
        passkey: Callable[[web.Request], str] | None = None,
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame
        self._entrance, self._rule, self._passkey = entrance, rule, passkey

    async def show(self, request: web.Request) -> web.Response:
        """GET /me."""
        signed_in, now = who(request), self._clock()
        async with self._store.work() as work:
            mine = Mine(
                await work.sessions.of(signed_in.staff, now, signed_in.token),
                await work.passkeys.of(signed_in.staff),
                await work.factors.has_app(signed_in.staff),
                await work.factors.codes_left(signed_in.staff),
                await work.sessions.is_fresh(signed_in.token, now),
            )
        return self._frame.page(
            request,
            "me.html",
            mine=mine,
            via=VIA,
            form=Filled(csrf=signed_in.csrf),
            done=DONE.get(request.query.get("done", ""), ""),
            passkey=self._passkey(request) if self._passkey else "",
        )

    async def end(self, request: web.Request) -> web.Response:
        """POST /me/sign-ins/end: one of one's own."""
        id = request[FORM].get("id", "")
        if not is_id(id):
            raise web.HTTPNotFound
        async with self._store.work() as work:
            await work.sessions.revoke(who(request).staff, id, self._clock())
        raise web.HTTPSeeOther(f"{ME}?done=ended")

    async def end_others(self, request: web.Request) -> web.Response:
        """POST /me/sign-ins/end-others."""
        signed_in = who(request)
        username = signed_in.staff.username
        async with self._store.work() as work:
            await work.sessions.revoke_all(username, self._clock(), username, signed_in.token)
        raise web.HTTPSeeOther(f"{ME}?done=others")

    async def password(self, request: web.Request) -> web.Response:
        """GET /me/password."""
        return self._password_page(request)

    async def change_password(self, request: web.Request) -> web.Response:
        """POST /me/password: whoever knows the old one; all their other sign-ins end."""
        form, signed_in, now = request[FORM], who(request), self._clock()
        staff = signed_in.staff
        slips = await self._slips(form.get("new", ""), form.get("again", ""), staff)
        if slips:
            return self._password_page(request, slips, 422)
        address = self._entrance.whence(request).address
        try:
            right = await self._store.proof.knows_password(
                staff.username, form.get("current", "")[:1024], address, now
            )
        except LoginRefused as refusal:
            slip = Slip("current", waits(WRONG, refusal.wait_seconds))
            return self._password_page(request, (slip,), 429)
        if not right:
            return self._password_page(request, (Slip("current", WRONG),), 422)
        async with self._store.work() as work:
            await work.staff.set_password(staff.username, form["new"], now, staff.username)
            await work.sessions.revoke_all(staff.username, now, staff.username, signed_in.token)
        raise web.HTTPSeeOther(f"{ME}?done=password")

    async def _slips(self, new: str, again: str, staff: Staff) -> tuple[Slip, ...]:
        names = (staff.username, staff.name, *self._shelf.library.force.names.values())
        # Reckoning takes a moment, in which others should not have to wait.
        if problem := await asyncio.to_thread(self._rule.problem, new, names):
            return (Slip("new", problem),)
        return () if new == again else (Slip("again", "The two are not the same."),)

    def _password_page(
        self, request: web.Request, slips: Sequence[Slip] = (), status: int = 200
    ) -> web.Response:
        signed_in = who(request)
        return self._frame.page(
            request,
            "password.html",
            status=status,
            form=replace(Filled(csrf=signed_in.csrf), problems=tuple(slips)),
            must=signed_in.staff.must_change,
            shortest=SHORTEST,
            longest=LONGEST,
        )
