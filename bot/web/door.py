"""The door of the chat page: whose session, whether the form is ours, whether it is too much."""

import time
from collections.abc import Callable

from aiohttp import web

from bot.web.guard import Limits, Tokens, Whereabouts, is_own
from bot.web.lines import FormKeys
from bot.web.session import Sessions

PER_SESSION = (1.0, 60)
PER_ADDRESS = (20.0, 400)
"""Messages a second in the long run, and at once; many residents share a network's address."""
STREAMS_PER_SESSION = 8


class Door:
    """Lets requests in; keeps nothing but how many came lately."""

    def __init__(
        self,
        sessions: Sessions,
        tokens: Tokens,
        whereabouts: Whereabouts,
        public_host: str,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.sessions, self.tokens = sessions, tokens
        self._whereabouts, self._public_host = whereabouts, public_host
        self._per_session = Limits(*PER_SESSION, seconds)
        self._per_address = Limits(*PER_ADDRESS, seconds)

    def is_own(self, request: web.Request) -> bool:
        """Whether one of our own pages made this request."""
        return is_own(request, self._public_host)

    def too_fast(self, request: web.Request, session: str) -> bool:
        """Whether too much came from this session or this network lately; counts this one."""
        address = self._per_address.allow(self._whereabouts.of(request))
        return not (self._per_session.allow(session) and address)

    def keys(self, session: str) -> FormKeys:
        """What the forms of this session's pages carry."""
        return FormKeys(self.tokens.token(session))
