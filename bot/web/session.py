"""The resident's session: one cookie that holds a random secret and nothing else."""

import hashlib
import re
import secrets

from aiohttp import web

from storage.conversations import WEB, Address

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
"""256 random bits in URL-safe Base64."""


class Sessions:
    """Gives the cookie, reads it and takes it away; it ends with the browser."""

    def __init__(self, *, https: bool) -> None:
        self._https = https
        # A __Host- cookie cannot be set by a neighbouring host; browsers want https for it.
        self._name = "__Host-session" if https else "session"

    def of(self, request: web.Request) -> str | None:
        """The session the request belongs to; None where it has none of the right shape."""
        session = request.cookies.get(self._name, "")
        return session if _SHAPE.fullmatch(session) else None

    def give(self, response: web.StreamResponse, session: str) -> None:
        """Ask the browser to keep the session until it is closed.

        Lax, since with Strict a link on the force's website would lead to a fresh session that
        replaces the one with the draft.
        """
        response.set_cookie(
            self._name, session, path="/", httponly=True, samesite="Lax", secure=self._https
        )

    def take_away(self, response: web.StreamResponse) -> None:
        """Ask the browser to forget the session."""
        response.del_cookie(self._name, path="/", httponly=True, samesite="Lax", secure=self._https)


def new_session() -> str:
    """A session nobody has had before."""
    return secrets.token_urlsafe(32)


def address_of(session: str) -> Address:
    """Where the session's conversation is held; the secret itself is kept nowhere."""
    return Address(WEB, hashlib.sha256(session.encode()).hexdigest())
