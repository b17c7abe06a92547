"""The database: how it is opened, what its connections promise, and that one process has it."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage.alone import alone_with
from storage.connection import Database
from storage.errors import CannotOpen, Rejected, StorageError, Unavailable

_POSTGRESQL = "postgresql+asyncpg"
_PRAGMAS = (
    "journal_mode=WAL",
    # NORMAL would lose what was acknowledged when the power goes.
    "synchronous=FULL",
    "busy_timeout=3000",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "secure_delete=FAST",
)
# Connections to a database server for transactions; a few more stay open to listen and to lead.
_AT_ONCE = 10
_STANDING = 5
_WRITERS = 2
# A connection that gives no sign is given up, on both sides; a stuck turn goes to the journal.
_SERVER = {
    "timeout": 5,
    "command_timeout": 15,
    "server_settings": {
        "application_name": "front-counter",
        "timezone": "UTC",
        "lock_timeout": "5s",
        "statement_timeout": "15s",
        "idle_in_transaction_session_timeout": "30s",
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
    },
}


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """The database at `url`, ready for use and closed at the end; raises CannotOpen.

    SQLite gets one connection, so transactions wait for each other in turn: that is fairer than its
    own lock, and two connections of a SQLite before 3.51.3 may corrupt the file when one writes
    while the other checkpoints (https://sqlite.org/wal.html, "the WAL-reset bug").
    """
    parsed = _parse(url)
    if parsed.get_backend_name() != "sqlite":
        options = {"connect_args": _SERVER} if parsed.drivername == _POSTGRESQL else {}
        size = _AT_ONCE + _STANDING
        engine = _engine(parsed, pool_size=size, max_overflow=0, pool_pre_ping=True, **options)
        async with _checked(engine, _AT_ONCE, _WRITERS) as database:
            yield database
        return
    file = _file(parsed)
    _make_folder(file.parent)
    with only_process(file):
        # Made before SQLite does, which would let others read it, the WAL like the file itself.
        os.close(_opened(file))
        engine = _engine(parsed, pool_size=1, max_overflow=0)
        event.listen(engine.sync_engine, "connect", _prepare)
        event.listen(engine.sync_engine, "begin", _begin)
        async with _checked(engine, 1) as database:
            yield database


@asynccontextmanager
async def _checked(engine: AsyncEngine, at_once: int, writers: int = 1) -> AsyncIterator[Database]:
    """The database if it can be reached, read and locked; raises CannotOpen otherwise."""
    database = Database(engine, at_once, writers)
    try:
        try:
            async with database.transaction():
                pass
        except (Unavailable, Rejected, DBAPIError) as error:
            where = engine.url.render_as_string(hide_password=True)
            cause = error.__cause__ if isinstance(error, StorageError) else error
            reason = cause.orig if isinstance(cause, DBAPIError) else cause
            raise CannotOpen(f"The database {where} cannot be opened: {reason}.") from error
        yield database
    finally:
        await database.close()


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise CannotOpen("The database address is not one that SQLAlchemy understands.") from error


def _engine(url: URL, **options: Any) -> AsyncEngine:
    try:
        # Parameters are what residents wrote: they may not stand in exceptions.
        return create_async_engine(url, hide_parameters=True, **options)
    except (ImportError, SQLAlchemyError) as error:
        raise CannotOpen(
            f"There is no asynchronous driver here for {url.drivername} databases."
        ) from error


def _file(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.query:
        raise CannotOpen("A SQLite database has to be a file: sqlite+aiosqlite:///folder/file.db")
    return Path(url.database).absolute()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotOpen(f"The folder {folder} cannot be made: {error.strerror}.") from error


@contextmanager
def only_process(file: Path) -> Iterator[None]:
    """Hold the database's lock file."""
    lock = file.with_name(file.name + ".lock")
    taken = f"Another process is using {file}; with SQLite there can be only one. Stop it first."
    with alone_with(lock, taken, f"The database {lock} cannot be opened"):
        yield


def _opened(file: Path) -> int:
    """A handle of the file, made for its owner only where it is missing; raises CannotOpen."""
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotOpen(f"The database {file} cannot be opened: {error.strerror}.") from error


def _prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    # SQLAlchemy's recipe: the driver must not open transactions of its own, `_begin` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # IMMEDIATE: every transaction here writes, and one that asks for the lock late may be refused.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
