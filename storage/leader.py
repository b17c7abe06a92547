"""One of several replicas at a time: who sends, who polls, who deletes by age."""

import asyncio
import logging
import zlib
from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.connection import Database

_log = logging.getLogger(__name__)

_TRY_EVERY = 1.0
_LOOK_EVERY = 2.0

Work = Callable[[], Coroutine[Any, Any, None]]


async def lead(
    database: Database, what: str, work: Work, standing_by: Callable[[], None] | None = None
) -> None:
    """Run `work` while this process is the one that does `what`; ends when `work` ends.

    On SQLite it always is. On PostgreSQL it holds an advisory lock by a connection of its own,
    which the server lets go of however the process ends; when the connection is lost, `work` is
    cancelled, and begun again once the lock is ours again. `standing_by` is called where another
    one leads.
    """
    if not database.shared:
        await work()
        return
    while True:
        try:
            async with database.engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                while not await _try_lock(connection, what):
                    if standing_by is not None:
                        standing_by()
                    await asyncio.sleep(_TRY_EVERY)
                _log.info("this process leads: %s", what)
                await _while_connected(connection, work)
                return
        except (SQLAlchemyError, OSError) as error:
            _log.warning("no longer leading: %s (%s)", what, type(error).__name__)
            await asyncio.sleep(_TRY_EVERY)


async def _try_lock(connection: AsyncConnection, what: str) -> bool:
    key = zlib.crc32(f"front counter {what}".encode())
    return bool((await connection.execute(select(func.pg_try_advisory_lock(key)))).scalar())


async def _while_connected(connection: AsyncConnection, work: Work) -> None:
    """Run `work` to its end; raises, with it cancelled, where the connection is lost."""
    task = asyncio.create_task(work())
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_LOOK_EVERY)
            await connection.execute(select(1))
        task.result()
    finally:
        task.cancel()
        await asyncio.wait({task})
