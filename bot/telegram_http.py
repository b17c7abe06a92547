"""The Telegram library's calls over aiohttp, a third of the work that its own client makes."""

from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""Errors after which it is certain that Telegram never saw the request."""

_FORM = {
    "User-Agent": BaseRequest.USER_AGENT,
    "Content-Type": "application/x-www-form-urlencoded",
}


def proxy_for(url: str) -> str | None:
    """The proxy on the way to `url` by HTTPS_PROXY, NO_PROXY and the like; None for none.

    Asked once: aiohttp would ask again at every request, each time on another thread.
    """
    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return None
    return getproxies().get(parts.scheme)


class Request(BaseRequest):
    """Connections of one kind: how many there may be, and how many seconds each part may take.

    `connect` is for a free connection and for making one. Errors carry the name of what happened
    and nothing else, since the token stands in every address and residents' words in every body.
    """

    def __init__(
        self, connections: int, *, read: float, connect: float, proxy: str | None = None
    ) -> None:
        self._read = read
        self._connect = connect
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections),
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=proxy,
        )

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take where a call does not say."""
        return self._read

    async def initialize(self) -> None:
        """Nothing: the connections are made when they are needed."""

    async def shutdown(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one request: status and body of the answer; TimedOut or NetworkError without one.

        A bot method may say how long its answer may take; nothing here sends files.
        """
        read = self._read if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        body = urlencode(request_data.json_parameters).encode() if request_data else None
        timeout = aiohttp.ClientTimeout(connect=self._connect, sock_read=read)
        try:
            async with self._session.request(
                method, url, data=body, headers=_FORM, timeout=timeout, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from error
