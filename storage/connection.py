"""Transactions that nobody can leave half-way: a cancelled caller waits for its statement."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar, overload

from sqlalchemy import CursorResult, Executable, ScalarResult, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.selectable import TypedReturnsRows

_Value = TypeVar("_Value")

Rows = Sequence[Mapping[str, Any]]


class Connection:
    """The connection of one transaction.

    A driver whose statement is cancelled throws the connection away with the transaction still
    open in it; on SQLite that leaves the whole database locked. So statements are waited for, and
    the cancellation takes effect after them.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(
        self, statement: Executable, rows: Rows | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Execute a statement, once or for each of `rows`."""
        return await _whole(self._connection.execute(statement, rows))

    @overload
    async def scalars(self, statement: TypedReturnsRows[_Value]) -> ScalarResult[_Value]: ...

    @overload
    async def scalars(
        self, statement: Executable, rows: Rows | None = None
    ) -> ScalarResult[Any]: ...

    async def scalars(self, statement: Executable, rows: Rows | None = None) -> ScalarResult[Any]:
        """Execute a statement; the first column of what it returns."""
        return await _whole(self._connection.scalars(statement, rows))

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """The INSERT that knows ON CONFLICT, in the database's own dialect."""
        if self._connection.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)


class Database:
    """An open database, and turns at it: `at_once` is how many connections it has."""

    def __init__(self, engine: AsyncEngine, at_once: int) -> None:
        self.engine = engine
        self._turns = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction: committed on a clean exit, rolled back on an exception.

        Cancelled while it waits for its turn, it has not begun; later, it ends properly first.
        """
        async with self._turns:
            stack = AsyncExitStack()
            try:
                connection = await _whole(stack.enter_async_context(self.engine.connect()))
                await _whole(connection.begin().start())
                yield Connection(connection)
                await _whole(connection.commit())
            finally:
                await _whole(stack.aclose())


async def _whole(step: Coroutine[Any, Any, _Value]) -> _Value:
    """What `step` comes to; a cancellation meanwhile is raised when it has ended."""
    task = asyncio.ensure_future(step)
    cancelled = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return task.result()
    if not task.cancelled():
        # Looked at, so that nobody complains that it never was.
        task.exception()
    raise cancelled
