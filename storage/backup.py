"""Backup while running: SQLite's online backup, or pg_dump of one snapshot."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, func, select

from storage.backup_file import PIECE, Manifest, Writer
from storage.connection import Database
from storage.errors import StorageError
from storage.migrations import current_schema
from storage.seal import Keyring
from storage.tables import metadata

_PAGES, _PAUSE = 500, 0.002
"""Pages copied in one go, and the seconds that turns have in between."""


async def back_up(database: Database, keyring: Keyring, path: Path, at: datetime) -> Manifest:
    """Write a backup of the open database to a new file; raises StorageError or OSError."""
    with Writer(path, keyring) as writer:
        if database.shared:
            return await _dump(database, writer, at)
        return await _copy(database, writer, path.with_name(path.name + ".copy"), at)


async def _copy(database: Database, writer: Writer, copy: Path, at: datetime) -> Manifest:
    """SQLite: copy the file page by page while it is used, then seal the copy."""
    file = database.engine.url.database or ""
    try:
        await asyncio.to_thread(_copy_pages, Path(file), copy)
        schema, counts = await asyncio.to_thread(_look_at, copy)
        with copy.open("rb") as plain:
            while piece := await asyncio.to_thread(plain.read, PIECE):
                await asyncio.to_thread(writer.write, piece)
        return writer.finish("sqlite", schema, counts, at)
    finally:
        await asyncio.to_thread(copy.unlink, missing_ok=True)


def _copy_pages(file: Path, copy: Path) -> None:
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        # One that only reads never checkpoints, which keeps it clear of the WAL-reset bug.
        source.execute("PRAGMA query_only=ON")
        source.execute("PRAGMA wal_autocheckpoint=0")
        source.backup(target, pages=_PAGES, sleep=_PAUSE)
        target.execute("PRAGMA journal_mode=DELETE")


def _look_at(copy: Path) -> tuple[str, Mapping[str, int]]:
    with closing(sqlite3.connect(copy)) as connection:
        (schema,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        counts = {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our own names
            for name in metadata.tables
        }
    return schema, counts


async def _dump(database: Database, writer: Writer, at: datetime) -> Manifest:
    """PostgreSQL: pg_dump of one snapshot, in which the rows are counted too."""
    async with database.engine.connect() as raw:
        await raw.execution_options(isolation_level="REPEATABLE READ")
        async with raw.begin():
            snapshot = (await raw.execute(select(func.pg_export_snapshot()))).scalar_one()
            counts = {
                name: (await raw.execute(select(func.count()).select_from(table))).scalar_one()
                for name, table in metadata.tables.items()
            }
            schema = await raw.run_sync(current_schema) or ""
            arguments = ("--format=custom", "--no-owner", f"--snapshot={snapshot}")
            async with program("pg_dump", database.engine.url, *arguments) as dump:
                assert dump.stdout is not None  # noqa: S101 - what PIPE means
                while piece := await dump.stdout.read(PIECE):
                    writer.write(piece)
            return writer.finish("postgresql", schema, counts, at)


@asynccontextmanager
async def program(
    name: str, url: URL, *arguments: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """One of PostgreSQL's programs at work on the database; raises StorageError if it fails."""
    host = url.query.get("host", url.host or "localhost")
    where = {"PGHOST": str(host), "PGPORT": str(url.port or 5432), "PGDATABASE": url.database or ""}
    where |= {"PGUSER": url.username or "", "PGPASSWORD": url.password or ""}
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            name, *arguments, stdin=pipe, stdout=pipe, env=os.environ | where
        )
    except FileNotFoundError:
        raise StorageError(
            f"{name} is not installed here: install PostgreSQL's client programs."
        ) from None
    try:
        yield process
        if process.stdin is not None:
            process.stdin.close()
        failed = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if failed:
        raise StorageError(f"{name} failed; it has said why.")
