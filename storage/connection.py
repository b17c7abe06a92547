"""Transactions that nobody can leave half-way, whose rows are written many at a time."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import cache
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
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.selectable import TypedReturnsRows

from storage.errors import Unavailable, translated
from storage.prepared import prepared
from storage.tables import metadata

_Value = TypeVar("_Value")

_GRACE = 5.0
"""Seconds that open transactions have at the end."""
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

        It is written before the next `execute` or the commit. All rows of a statement have the
        same keys. It is the same where it is the same object, one that lives as long as the
        program: so the turns of many conversations need one round trip, not many.
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
                ready = prepared(statement, tuple(rows[0]), self._connection.dialect)
                await _whole(self._connection.exec_driver_sql(ready.sql, ready.bind(rows)))

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

    @asynccontextmanager
    async def without_trigger(self, table: Table, name: str) -> AsyncIterator[None]:
        """Lift a trigger for the length of the block; a rollback puts it back too."""
        if self._connection.dialect.name == "postgresql":
            await self.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER {name}"))
            yield
            await self.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER {name}"))
            return
        known = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
        made = (await self.execute(known, [{"name": name}])).scalar_one()
        await self.execute(text(f"DROP TRIGGER {name}"))
        yield
        await self.execute(text(made))

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """The INSERT that knows ON CONFLICT, in the database's own dialect."""
        return _insert(table, self._connection.dialect.name)

    def insert_once(self, table: Table) -> Insert:
        """The INSERT, for `later`, that passes over a row that is there already."""
        return _insert_once(table, self._connection.dialect.name)

    def count_up(self, table: Table, column: str) -> Insert:
        """The INSERT, for `later`, that adds one where the row is there already."""
        return _count_up(table, column, self._connection.dialect.name)


class Database:
    """An open database, and turns at it: `at_once` is how many connections it has.

    `writers` is how many transactions that write are worth having under way at once; `shared` is
    whether other processes may have it open too.
    """

    def __init__(self, engine: AsyncEngine, at_once: int, writers: int = 1) -> None:
        self.engine, self.writers = engine, writers
        self._at_once, self._closed = at_once, False
        self.shared = engine.dialect.name == "postgresql"
        self._turns = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction: committed on a clean exit, rolled back on an exception.

        Cancelled while it waits for its turn, it has not begun; later, it ends properly first.
        Raises Unavailable where it is the database that fails, whatever was asked of it, and
        Rejected where it is the statement.
        """
        if self._closed:
            raise Unavailable("closed")
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
                raise translated(error) from error
            finally:
                await _whole(stack.aclose())

    async def close(self) -> None:
        """Begin nothing any more, let what has begun end for a while, and close all connections."""
        self._closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                for _ in range(self._at_once):
                    await self._turns.acquire()
        await self.engine.dispose()


def _insert(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _insert_once(table: Table, dialect: str) -> Insert:
    return _insert(table, dialect).on_conflict_do_nothing()


@cache
def _count_up(table: Table, column: str, dialect: str) -> Insert:
    return _insert(table, dialect).on_conflict_do_update(
        index_elements=list(table.primary_key), set_={column: table.c[column] + 1}
    )


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
