"""A load balancer: hands each connection on to its favourite replica, or to one that lives."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

HOST = "127.0.0.1"
CHUNK = 64 * 1024


class Balancer:
    """Passes bytes on and looks at none of them; a connection ends when either side ends it."""

    def __init__(self, ports: Mapping[str, int], favourite: str) -> None:
        self._ports, self._favourite = ports, favourite
        self._carried: set[asyncio.Task[None]] = set()
        self.url = ""
        self.reached: list[str] = []
        """The replica of each connection, in the order in which they were made."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Balancer"]:
        """Take connections at `url` for the length of the block."""
        server = await asyncio.start_server(self._take, HOST, 0)
        self.url = f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in self._carried:
                task.cancel()
            await asyncio.gather(*self._carried, return_exceptions=True)

    def _take(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._carried.add(task)
        task.add_done_callback(self._carried.discard)

    async def _carry(self, from_browser: StreamReader, to_browser: StreamWriter) -> None:
        for name in sorted(self._ports, key=lambda name: name != self._favourite):
            with suppress(OSError):
                replica = await asyncio.open_connection(HOST, self._ports[name])
                self.reached.append(name)
                from_replica, to_replica = replica
                # Either ends with the other: what is closed has nothing more to read.
                await asyncio.gather(
                    _pour(from_browser, to_replica), _pour(from_replica, to_browser)
                )
                return
        to_browser.close()


async def _pour(source: StreamReader, sink: StreamWriter) -> None:
    try:
        with suppress(ConnectionError):
            while data := await source.read(CHUNK):
                sink.write(data)
                await sink.drain()
    finally:
        sink.close()
