"""The operator's way into the running counter: a socket in the data folder, for its owner only.

SQLite is for one process, so a command such as `front-counter staff` hands its order to the one
that runs.
"""

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from bot.orders import Operator, Order
from storage.errors import StorageError

log = logging.getLogger(__name__)

LONGEST = 64 * 1024
PATIENCE = 30.0
"""Seconds to send an order."""
LONGEST_ORDER = 3600.0
"""Seconds to carry one out: a backup or new keys of a large database take their time."""


class NobodyThere(Exception):  # noqa: N818 - says what the client found
    """No counter runs on this data folder."""


def socket_of(data: Path) -> Path:
    """Where the socket of a data folder is."""
    return data / "control.sock"


@asynccontextmanager
async def open_control(path: Path, operator: Operator) -> AsyncIterator[None]:
    """Take orders at `path` for the length of the block; only this user may connect."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                order = Order(**json.loads(await reader.readline()))
            async with asyncio.timeout(LONGEST_ORDER):
                said, done = await operator.carry_out(order), True
        except (ValueError, TypeError, TimeoutError, StorageError) as error:
            said, done = str(error) or "That took too long.", False
        writer.write(json.dumps({"said": said, "done": done}).encode() + b"\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    _clear(path)
    before = os.umask(0o177)
    try:
        server = await asyncio.start_unix_server(take, path, limit=LONGEST)
    except OSError as error:
        # A path may be too long for a socket; everything but this convenience works without it.
        log.warning("no control socket: %s", error)
        yield
        return
    finally:
        os.umask(before)
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
        _clear(path)


def _clear(path: Path) -> None:
    """Take away a socket that nobody listens to any more."""
    path.unlink(missing_ok=True)


async def ask(path: Path, order: Order) -> str:
    """Hand an order to the counter that runs; the text to print.

    Raises NobodyThere, or ValueError with a sentence for what cannot be done.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(path)
    except OSError:
        raise NobodyThere from None
    try:
        writer.write(json.dumps(asdict(order)).encode() + b"\n")
        await writer.drain()
        async with asyncio.timeout(LONGEST_ORDER):
            answer = json.loads(await reader.read() or b"{}")
    finally:
        writer.close()
        await writer.wait_closed()
    if not answer.get("done"):
        raise ValueError(answer.get("said", "The running counter gave no answer."))
    return str(answer["said"])
