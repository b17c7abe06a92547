"""Transactions that nobody can leave half-way, whose rows are written many at a time."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar, overload

from sqlalchemy import (
    CursorResult,
    Executable,
    FromClause,
    Insert,
    ScalarResult,
    Table,
    Update,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.selectable import TypedReturnsRows

from storage.errors import unavailable
from storage.tables import metadata

_Value = TypeVar("_Value")

_BEGINNING = 1836
"""The advisory lock of whoever makes or changes the schema; any number of ours will do."""

Rows = Sequence[Mapping[str, Any]]
Mark = tuple[int, dict[Insert | Update, int]]
"""What had been written, and what was waiting to be, at some moment of a transaction."""

# A row can only be written after the row that it points to.
_ORDER: Mapping[FromClause, int] = {
    table: place for place, table in enumerate(metadata.sorted_tables)
}


class Connection:
    """The connection of one transaction.

    A driver whose statement is cancelled throws the connection away with the transaction still
    open in it; on SQLite that leaves the whole database locked. So statements are waited for, and
    the cancellation takes effect after them.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._waiting: dict[Insert | Update, list[Mapping[str, Any]]] = {}
        self._done = 0

    def later(self, statement: Insert | Update, row: Mapping[str, Any]) -> None:
        """Write a row by a statement of one table, with all that wait for the same one.

        It is written before the next `execute` or the commit. A statement is the same where it is
        the same object: so that the turns of many conversations need one round trip, not many.
        """
        self._waiting.setdefault(statement, []).append(row)

    def mark(self) -> Mark:
        """Where the transaction stands, for `undo`."""
        return self._done, {statement: len(rows) for statement, rows in self._waiting.items()}

    def undo(self, mark: Mark) -> bool:
        """Drop the rows put off since `mark`; False where some statement was executed meanwhile."""
        done, waiting = mark
        if done != self._done:
            return False
        for statement, rows in self._waiting.items():
            del rows[waiting.get(statement, 0) :]
        return True

    async def flush(self) -> None:
        """Write what waits, tables in the order of their foreign keys."""
        waiting, self._waiting = self._waiting, {}
        for statement in sorted(waiting, key=lambda each: _ORDER[each.table]):
            if rows := waiting[statement]:
                self._done += 1
                await _whole(self._connection.execute(statement, rows))

    async def execute(
        self, statement: Executable, rows: Rows | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Execute a statement, once or for each of `rows`."""
        await self.flush()
        self._done += 1
        return await _whole(self._connection.execute(statement, rows))

    @overload
    async def scalars(self, statement: TypedReturnsRows[_Value]) -> ScalarResult[_Value]: ...

    @overload
    async def scalars(
        self, statement: Executable, rows: Rows | None = None
    ) -> ScalarResult[Any]: ...

    async def scalars(self, statement: Executable, rows: Rows | None = None) -> ScalarResult[Any]:
        """Execute a statement; the first column of what it returns."""
        await self.flush()
        self._done += 1
        return await _whole(self._connection.scalars(statement, rows))

    async def alone(self) -> None:
        """Let no other process begin what only one may do at a time, until the commit."""
        await alone(self._connection)

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """The INSERT that knows ON CONFLICT, in the database's own dialect."""
        if self._connection.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)


class Database:
    """An open database, and turns at it: `at_once` is how many connections it has.

    `writers` is how many transactions that write are worth having under way at once; `shared` is
    whether other processes may have it open too.
    """

    def __init__(self, engine: AsyncEngine, at_once: int, writers: int = 1) -> None:
        self.engine, self.writers = engine, writers
        self.shared = engine.dialect.name == "postgresql"
        self._turns = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction: committed on a clean exit, rolled back on an exception.

        Cancelled while it waits for its turn, it has not begun; later, it ends properly first.
        Raises Unavailable where it is the database that fails, whatever was asked of it.
        """
        async with self._turns:
            stack = AsyncExitStack()
            try:
                raw = await _whole(stack.enter_async_context(self.engine.connect()))
                await _whole(raw.begin().start())
                connection = Connection(raw)
                yield connection
                await connection.flush()
                await _whole(raw.commit())
            except (SQLAlchemyError, OSError) as error:
                raise (unavailable(error) or error) from error
            finally:
                await _whole(stack.aclose())


async def alone(connection: AsyncConnection) -> None:
    """Let no other process begin what only one may do at a time, until this transaction ends."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_BEGINNING)))


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
