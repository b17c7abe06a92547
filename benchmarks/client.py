"""The client of every measurement: keep-alive connections, each with one request at a time."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from benchmarks.script import for_ever
from benchmarks.server import PATH, SECRET
from benchmarks.telegram import length_of

CONNECTIONS = 64
FIRST_CHAT = 1


@dataclass(slots=True)
class Measured:
    """What a run came to."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    """Seconds of each answered request."""
    refused: int = 0
    """Answers that were not 200."""

    @property
    def rate(self) -> float:
        """Requests a second that were answered with 200."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds that so many of the requests took at most."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


class Updates:
    """The webhook requests of Telegram: for each connection a chat of its own.

    A chat goes on where it stopped, so that what is measured after the warming up is whole reports.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts: defaultdict[int, Iterator[str]] = defaultdict(lambda: for_ever(texts, 0))
        self._update = int(time.time() * 1000) % 10**9

    def of(self, connection: int) -> Callable[[], bytes]:
        """What makes the next request of a connection."""
        texts = self._texts[connection]
        chat = FIRST_CHAT + connection
        who = {"id": chat, "type": "private", "first_name": "R"}
        sender = {"id": chat, "is_bot": False, "first_name": "R"}

        def request() -> bytes:
            self._update += 1
            message = {"message_id": self._update, "date": int(time.time()), "chat": who}
            message |= {"from": sender, "text": next(texts)}
            body = json.dumps({"update_id": self._update, "message": message}).encode()
            return (
                f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
            ).encode() + body

        return request


def hello(_: int) -> Callable[[], bytes]:
    """What makes the requests of the yardstick."""
    return lambda: b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def load(
    urls: Sequence[str],
    requests: Callable[[int], Callable[[], bytes]],
    seconds: float,
    rate: float = 0.0,
    replied: Mapping[int, asyncio.Event] | None = None,
) -> Measured:
    """Ask for so long, as fast as the answers come, or at a steady rate over all connections.

    With `replied`, by chat, an answer is there when the chat has been sent its reply.
    """
    measured = Measured(seconds)
    until = time.perf_counter() + seconds
    pause = CONNECTIONS / rate if rate else 0.0
    await asyncio.gather(
        *(
            _ask(
                urls[number % len(urls)],
                requests(number),
                until,
                measured,
                pause,
                number,
                replied[number + FIRST_CHAT] if replied is not None else None,
            )
            for number in range(CONNECTIONS)
        )
    )
    return measured


async def _ask(
    url: str,
    request: Callable[[], bytes],
    until: float,
    measured: Measured,
    pause: float,
    number: int,
    replied: asyncio.Event | None,
) -> None:
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    due = time.perf_counter() + pause * number / CONNECTIONS
    while (now := time.perf_counter()) < until:
        if pause:
            # From when it was due and not from when it could be sent: waiting counts.
            await asyncio.sleep(max(due - now, 0))
            now, due = due, due + pause
        if replied is not None:
            replied.clear()
        writer.write(request())
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(length_of(head))
        if replied is not None:
            await replied.wait()
        if b" 200 " in head.split(b"\r\n", 1)[0]:
            measured.latencies.append(time.perf_counter() - now)
        else:
            measured.refused += 1
    writer.close()
