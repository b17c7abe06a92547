"""Who may send us a form, and how often: our own pages, with a token tied to the session."""

import hashlib
import hmac
import math
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from aiohttp import web

from bot.pace import Bucket


class Tokens:
    """Makes and checks what a form brings back; keeps nothing.

    `secret` is at least 32 random bytes that only this service knows.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def token(self, session: str) -> str:
        """The token of every form of this session."""
        return self._mac("form", session.encode())

    def right(self, session: str, token: str) -> bool:
        """Whether a form with this token was made for this session."""
        return hmac.compare_digest(self.token(session).encode(), token.encode())

    def event_id(self, session: str, form: str, content: bytes) -> str:
        """One id for the same content of the same form, however often it is sent.

        Says nothing of the content, which may be what a resident wrote.
        """
        return self._mac("event", session.encode(), form.encode(), content)

    def _mac(self, purpose: str, *parts: bytes) -> str:
        # Each part by its hash, so that no two different rows of parts look alike.
        whole = b"".join(hashlib.sha256(part).digest() for part in (purpose.encode(), *parts))
        return hmac.new(self._secret, whole, hashlib.sha256).hexdigest()


class Limits:
    """A bucket of tokens for each key; forgets those that have filled up again."""

    MOST_KEYS = 20_000

    def __init__(
        self, rate: float, burst: int, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._new: Callable[[], Bucket] = lambda: Bucket(rate, burst, seconds)
        self._buckets: dict[str, Bucket] = {}

    def allow(self, key: str) -> bool:
        """Whether one more is allowed now; counts it if so."""
        if len(self._buckets) >= self.MOST_KEYS and key not in self._buckets:
            self._forget()
        bucket = self._buckets.setdefault(key, self._new())
        if bucket.delay() > 0:
            return False
        bucket.take()
        return True

    def left(self, key: str) -> tuple[int, int]:
        """How many more are allowed now, and whole seconds until one is; 0 where one is now."""
        bucket = self._buckets.get(key) or self._new()
        return bucket.left, math.ceil(bucket.delay())

    def _forget(self) -> None:
        """Drop buckets that are full; where that is not enough, the oldest half."""
        kept = {key: bucket for key, bucket in self._buckets.items() if not bucket.full}
        if len(kept) >= self.MOST_KEYS:
            kept = dict(list(kept.items())[len(kept) // 2 :])
        self._buckets = kept


def is_own(request: web.Request, public_host: str = "") -> bool:
    """Whether a request that changes something was made by one of our own pages.

    By Sec-Fetch-Site, else by Origin. Our pages send no referrer, so the Origin of their forms is
    "null": then, and where a browser sends neither, only the form's token decides.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin", "null")
    if origin == "null":
        return True
    try:
        return urlsplit(origin).netloc == (public_host or request.host)
    except ValueError:
        return False


class Whereabouts:
    """Which network address a request comes from, seen through proxies that we trust.

    `proxies` are addresses or networks. ValueError for one that is neither.
    """

    def __init__(self, proxies: Sequence[str]) -> None:
        self._proxies = tuple(ip_network(proxy, strict=False) for proxy in proxies)

    def of(self, request: web.Request) -> str:
        """The address; of IPv6 the /64, since that is what one household has."""
        return _household(self.exactly(request))

    def exactly(self, request: web.Request) -> str:
        """The address, as it was seen or told; it may be no address at all."""
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        address = request.remote or ""
        while self._trusted(address) and hops:
            address = hops.pop().strip() or address
        return address

    def _trusted(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._proxies)


def _household(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network((found, 64), strict=False))
    return str(found)
