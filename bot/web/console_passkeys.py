"""Passkeys in the console: added on one's own page, shown instead of a password to sign in."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from aiohttp import web

from bot.shelf import Shelf
from bot.web.bodies import read_form
from bot.web.console_door import FORM
from bot.web.console_entrance import Entrance, local
from bot.web.console_frame import ME, who
from bot.web.console_sign_in import SignIn
from bot.web.passkeys import (
    Made,
    Site,
    challenge_of,
    count_in,
    credential_in,
    read_made,
    to_make,
    to_show,
)
from storage.errors import StorageError
from storage.sessions import PASSKEY
from storage.staff import Staff
from storage.tokens import hash_token, is_id
from storage.work import Store

WRONG = "That passkey does not sign anybody in here. Use your password."
_ONCE = "passkey"
_LONGEST = 16 * 1024


class PasskeyPages:
    """What a browser is asked for, and the forms in which its answers come."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        clock: Callable[[], datetime],
        entrance: Entrance,
        sign_in: SignIn,
    ) -> None:
        self._store, self._shelf, self._clock = store, shelf, clock
        self._entrance, self._sign_in = entrance, sign_in

    async def add(self, request: web.Request) -> web.Response:
        """POST /me/passkeys."""
        signed_in, now = who(request), self._clock()
        answer = request[FORM].get("credential", "")[:_LONGEST]
        made = read_made(answer, self._site(request), challenge_of(signed_in.token))
        if made is None:
            raise web.HTTPBadRequest
        try:
            async with self._store.work() as work:
                if not await work.sessions.is_fresh(signed_in.token, now):
                    raise web.HTTPForbidden
                await work.passkeys.add(
                    signed_in.staff, made.credential, made.public_key, made.sign_count, now
                )
        except StorageError:
            # The device is known already; nothing is to be done.
            raise web.HTTPSeeOther(ME) from None
        raise web.HTTPSeeOther(f"{ME}?done=passkey")

    async def remove(self, request: web.Request) -> web.Response:
        """POST /me/passkeys/remove."""
        id = request[FORM].get("id", "")
        if not is_id(id):
            raise web.HTTPNotFound
        async with self._store.work() as work:
            await work.passkeys.remove(who(request).staff, id, self._clock())
        raise web.HTTPSeeOther(f"{ME}?done=passkey-removed")

    async def sign_in(self, request: web.Request) -> web.Response:
        """POST /login/passkey: device and finger or PIN, so no second factor besides."""
        form, now = await read_form(request), self._clock()
        key = self._entrance.cookies.of(request, self._entrance.cookies.door)
        answer = form.get("credential", "")[:_LONGEST]
        next = local(form.get("next", ""))
        found = None
        if self._sign_in.is_ours(request, form.get("csrf", "")):
            found = await self._shown(request, answer, key, now)
        if found is None:
            return self._sign_in.page(request, next=next, problem=WRONG, status=403, fresh=True)
        async with self._store.work() as work:
            whence = self._entrance.whence(request)
            token = await work.sessions.open(found, now, whence, via=PASSKEY)
        return await self._entrance.let_in(request, token, next)

    def asked_to_make(self, request: web.Request) -> str:
        """What one's own page asks the browser for, as JSON."""
        signed_in = who(request)
        service = self._shelf.library.force.names["service"]
        challenge = challenge_of(signed_in.token)
        staff = signed_in.staff
        return to_make(self._site(request), service, staff.id, staff.username, challenge)

    def asked_to_show(self, request: web.Request, key: str) -> str:
        """What the sign-in page asks for in the browser that keeps the cookie `key`, as JSON."""
        return to_show(self._site(request), challenge_of(key))

    async def _shown(
        self, request: web.Request, answer: str, key: str, now: datetime
    ) -> Staff | None:
        """Whose passkey was shown; each page is good for one answer."""
        async with self._store.work() as work:
            known = await work.passkeys.find(credential_in(answer))
            if known is None or not await work.handled.once(_ONCE, hash_token(key).hex(), now):
                return None
            staff, passkey = known
            made = Made(passkey.credential, passkey.public_key, passkey.sign_count)
            count = count_in(answer, self._site(request), challenge_of(key), made)
            if count is None:
                return None
            await work.passkeys.used(passkey.id, count, now)
        return staff

    def _site(self, request: web.Request) -> Site:
        origin = self._entrance.origin(request)
        return Site(urlsplit(origin).hostname or "", origin)
