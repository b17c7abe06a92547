"""Restore: a backup is looked at in whole before it takes the place of the database."""

import asyncio
import os
import sqlite3
from collections.abc import Collection
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, make_url, select

from storage.audit import Audit
from storage.backup import program
from storage.backup_file import BadBackup, Manifest, read_backup
from storage.connection import Connection, Database
from storage.database import only_process, open_database
from storage.durable import sync_folder
from storage.erasure import Erasure, Tombstone
from storage.errors import CannotOpen, StorageError
from storage.files import Files
from storage.key_file import read_keys
from storage.migrations import current_schema, migrate
from storage.rotate import sealed_columns
from storage.seal import Keyring, Unsealable
from storage.tables import metadata

_SAMPLE = 50
"""Values of each sealed column that are opened before a restored database is trusted."""


class CannotRestore(StorageError):  # noqa: N818 - reads as the sentence it is
    """The backup was not restored; the text says why, and whether anything was changed."""


async def restore(
    url: str, key_file: Path, path: Path, stones: Collection[Tombstone], at: datetime
) -> Manifest:
    """Restore a backup to the database at `url`, which nobody may have open.

    It is looked at in whole before anything is swapped: every piece, the database's own integrity,
    the counts, the audit chain, a sample of sealed values. What was erased stays so: by `stones`,
    and by those of a database that stands there. Raises CannotRestore: a SQLite database is as it
    was then, and of a new PostgreSQL one another has to be made once anything was written to it.
    """
    keyring = read_keys(key_file)
    try:
        if make_url(url).get_backend_name() == "sqlite":
            return await _restore_file(url, keyring, path, stones, at)
        return await _restore_dump(url, keyring, path, stones)
    except (BadBackup, CannotOpen) as error:
        raise CannotRestore(f"Nothing was changed. {error}") from error


async def _restore_file(
    url: str, keyring: Keyring, path: Path, stones: Collection[Tombstone], at: datetime
) -> Manifest:
    target = Path(make_url(url).database or "").absolute()  # noqa: ASYNC240 - nothing else runs
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".restored")
    with only_process(target):
        try:
            manifest = await asyncio.to_thread(_unpack, path, keyring, fresh, "sqlite")
            await asyncio.to_thread(_check_integrity, fresh)
            known = {*stones, *await _stones_of(target)}
            async with open_database(f"sqlite+aiosqlite:///{fresh}") as database:
                await _trust(database, keyring, manifest, known)
            _set_away(target, at)
            fresh.rename(target)
            sync_folder(target.parent)
        except CannotRestore as error:
            raise CannotRestore(f"Nothing was changed. {error}") from None
        finally:
            for leftover in target.parent.glob(fresh.name + "*"):
                leftover.unlink(missing_ok=True)
    return manifest


async def _restore_dump(
    url: str, keyring: Keyring, path: Path, stones: Collection[Tombstone]
) -> Manifest:
    # Its kind stands at the end, and what is cut short must not be begun with.
    manifest = await asyncio.to_thread(_read_through, path, keyring)
    if manifest.kind != "postgresql":
        raise CannotRestore(f"Nothing was changed. The backup is of a {manifest.kind} database.")
    async with open_database(url) as database:
        async with database.engine.connect() as raw:
            if await raw.run_sync(current_schema) is not None:
                raise CannotRestore(
                    "Nothing was changed. The database is not empty. Make a new one, restore into "
                    "that, and let storage.url name it then."
                )
        options = ("--dbname", database.engine.url.database or "", "--no-owner")
        async with program(
            "pg_restore", database.engine.url, *options, "--single-transaction"
        ) as process:
            assert process.stdin is not None  # noqa: S101 - what PIPE means
            # Where it ends before all is written, its exit code says why.
            with suppress(ConnectionError):
                for piece in read_backup(path, keyring):
                    if not isinstance(piece, Manifest):
                        process.stdin.write(piece)
                        await process.stdin.drain()
        try:
            await _trust(database, keyring, manifest, set(stones))
        except StorageError as error:
            raise CannotRestore(
                f"{error} What was restored is not to be used: make another new database."
            ) from error
    return manifest


def _read_through(path: Path, keyring: Keyring) -> Manifest:
    """The manifest of a backup that is whole; raises BadBackup."""
    return next(piece for piece in read_backup(path, keyring) if isinstance(piece, Manifest))


def _unpack(path: Path, keyring: Keyring, fresh: Path, kind: str) -> Manifest:
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        for piece in read_backup(path, keyring):
            if isinstance(piece, Manifest):
                if piece.kind != kind:
                    raise CannotRestore(f"The backup is of a {piece.kind} database.")
                file.flush()
                os.fsync(file.fileno())
                return piece
            file.write(piece)
    raise CannotRestore("The backup has no manifest.")


def _check_integrity(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise CannotRestore("The database in the backup is damaged.")


async def _trust(
    database: Database, keyring: Keyring, manifest: Manifest, stones: Collection[Tombstone]
) -> None:
    """Look at a restored database before it is used; then erase again what was erased since."""
    async with database.transaction() as connection:
        for name, table in metadata.tables.items():
            if name in manifest.counts:
                counted = select(func.count()).select_from(table)
                found = (await connection.scalars(counted)).one()
                if found != manifest.counts[name]:
                    raise CannotRestore(f"{name} has {found} rows, not {manifest.counts[name]}.")
    await migrate(database)
    async with database.transaction() as connection:
        audit = Audit(connection, keyring)
        broken = await audit.verify()
        if broken is not None:
            raise CannotRestore(f"The audit trail in the backup is broken at event {broken}.")
        await _open_some(connection, keyring)
        erasure = Erasure(connection, keyring, audit, Files(connection, keyring))
        await erasure.erase_again(sorted(stones, key=lambda stone: stone.at))
    # All of it into the one file that is about to be moved.
    if not database.shared:
        async with database.engine.connect() as raw:
            await raw.exec_driver_sql("COMMIT")
            await raw.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


async def _open_some(connection: Connection, keyring: Keyring) -> None:
    """Open a sample of every sealed column; raises CannotRestore where one does not open."""
    for spot in sealed_columns():
        table = spot.column.table
        plain = [column for column in table.columns if column is not spot.column]
        some = select(*plain, spot.column.label("sealed")).where(spot.column.is_not(None))
        for row in await connection.execute(some.order_by(func.random()).limit(_SAMPLE)):
            try:
                keyring.open(row.sealed, table.name, spot.row(row), spot.column.name)
            except Unsealable as error:
                raise CannotRestore(f"A sealed value does not open: {error}.") from None


async def _stones_of(file: Path) -> tuple[Tombstone, ...]:
    """What the database that stands there knows to be erased; nothing where it cannot be read."""
    if not file.exists():  # noqa: ASYNC240 - nothing else runs
        return ()
    return await asyncio.to_thread(_read_stones, file)


def _read_stones(file: Path) -> tuple[Tombstone, ...]:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT kind, key, at FROM tombstones").fetchall()
    except sqlite3.Error:
        return ()
    return tuple(Tombstone(k, key, datetime.fromisoformat(f"{at}+00:00")) for k, key, at in rows)


def _set_away(file: Path, at: datetime) -> None:
    """Keep the database that stood there under another name."""
    for suffix in ("", "-wal", "-shm"):
        old = file.with_name(file.name + suffix)
        if old.exists():
            old.rename(file.with_name(f"{file.name}.before-{at:%Y%m%dT%H%M%S}{suffix}"))
