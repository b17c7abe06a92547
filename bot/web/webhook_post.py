"""Posts to webhooks: to the address that was checked and nowhere else, and not for ever."""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.addresses import Addresses
from bot.courier import NotTaken

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)


class _NotAllowed(OSError):  # noqa: N818 - reads as the state it is
    """A name stands for an address that webhooks may not have."""


class Poster:
    """Sends messages; made by open_poster."""

    def __init__(self, client: aiohttp.ClientSession, addresses: Addresses) -> None:
        self._client, self._addresses = client, addresses

    async def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Post it, following no redirect; the status of the answer. Raises NotTaken."""
        try:
            self._addresses.check(address)
            async with self._client.post(
                address, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status
        except aiohttp.ClientConnectorError as error:
            refused = isinstance(error.os_error, _NotAllowed)
            raise NotTaken("address not allowed" if refused else "no connection") from None
        except TimeoutError:
            raise NotTaken("no answer in time") from None
        except ValueError:
            raise NotTaken("address not allowed") from None
        except (aiohttp.ClientError, OSError):
            raise NotTaken("connection broken") from None


@asynccontextmanager
async def open_poster(addresses: Addresses) -> AsyncIterator[Poster]:
    """The way out; a proxy of the environment is passed by, since it would look names up itself."""
    connector = aiohttp.TCPConnector(
        resolver=_Resolver(addresses), use_dns_cache=False, force_close=True
    )
    async with aiohttp.ClientSession(
        connector=connector, timeout=TIMEOUT, headers={"User-Agent": "front-counter"}
    ) as client:
        yield Poster(client, addresses)


class _Resolver(AbstractResolver):
    """Looks names up and leaves what is allowed, so that what was checked is connected to."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses, self._resolver = addresses, ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        allowed = [each for each in found if self._addresses.allow(each["host"])]
        if not allowed:
            raise _NotAllowed("no public address")
        return allowed

    async def close(self) -> None:
        await self._resolver.close()
