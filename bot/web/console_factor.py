"""Setting up a second factor: an authenticator app, and the codes for who has lost it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pyotp
import segno
from aiohttp import web
from markupsafe import Markup

from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_form import Filled, Slip
from bot.web.console_frame import Frame, SignedIn, home, who
from storage.errors import LoginRefused
from storage.work import Store

WRONG = "That code is not right. Check that the clock of your phone is, and try the next code."


class FactorPages:
    """The page on which an app is set up and, once it is, recovery codes are made anew."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /me/second-factor."""
        return await self._page(request, Filled(csrf=who(request).csrf))

    async def confirm(self, request: web.Request) -> web.Response:
        """POST /me/second-factor: a code of the app proves that it has the secret."""
        signed_in, code = who(request), request[FORM].get("code", "")[:32]
        if not await self._is_fresh(signed_in):
            return await self._page(request, Filled(csrf=signed_in.csrf), 403)
        try:
            codes = await self._store.proof.confirm_app(signed_in.staff, code, self._clock())
        except LoginRefused as refusal:
            return await self._wrong(request, refusal)
        except LookupError:
            raise web.HTTPNotFound from None
        return self._codes(request, signed_in, codes)

    async def new_codes(self, request: web.Request) -> web.Response:
        """POST /me/second-factor/codes: in place of those of before, for who has the app."""
        signed_in, code = who(request), request[FORM].get("code", "")[:32]
        try:
            codes = await self._store.proof.new_recovery_codes(signed_in.staff, code, self._clock())
        except LoginRefused as refusal:
            return await self._wrong(request, refusal)
        return self._codes(request, signed_in, codes)

    async def _wrong(self, request: web.Request, refusal: LoginRefused) -> web.Response:
        wait = refusal.wait_seconds
        said = f"{WRONG} Wait {wait} seconds first." if wait else WRONG
        filled = replace(Filled(csrf=who(request).csrf), problems=(Slip("code", said),))
        return await self._page(request, filled, 429 if wait else 422)

    async def _page(self, request: web.Request, filled: Filled, status: int = 200) -> web.Response:
        signed_in, secret = who(request), ""
        fresh = await self._is_fresh(signed_in)
        async with self._store.work() as work:
            has_app = await work.factors.has_app(signed_in.staff)
            if fresh and not has_app:
                secret = await work.factors.begin(signed_in.staff, self._clock())
        return self._frame.page(
            request,
            "second_factor.html",
            status=status,
            form=filled,
            has_app=has_app,
            fresh=fresh,
            must=bool(signed_in.owes),
            secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
            picture=self._picture(signed_in, secret) if secret else "",
        )

    async def _is_fresh(self, signed_in: SignedIn) -> bool:
        """Whether they signed in a moment ago: setting up an app changes how they do."""
        async with self._store.work() as work:
            return await work.sessions.is_fresh(signed_in.token, self._clock())

    def _picture(self, signed_in: SignedIn, secret: str) -> Markup:
        """The square that a phone's camera reads."""
        names = self._shelf.library.force.names
        issuer = f"{names['force']} {names['service']}"
        uri = pyotp.TOTP(secret).provisioning_uri(name=signed_in.staff.username, issuer_name=issuer)
        svg = segno.make(uri, error="m").svg_inline(border=4, light="#fff", omitsize=True)
        return Markup(svg)  # noqa: S704 - segno draws squares, and none of it is text

    def _codes(
        self, request: web.Request, signed_in: SignedIn, codes: tuple[str, ...]
    ) -> web.Response:
        """Said once, so the answer itself is the page."""
        there = home(signed_in.staff.role)
        return self._frame.page(request, "recovery_codes.html", codes=codes, on=there)
