"""The schema: made in one go, left alone when it is there, and never used when it is newer."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, bindparam, select, text

from storage import migrations
from storage.database import open_database
from storage.errors import CannotOpen
from storage.migrations import migrate
from storage.tables import metadata, report_traces, reports, tombstones
from storage.tables.base import Moment
from tests.storage.conftest import Filled


def schema(file: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


async def test_an_empty_database_becomes_what_the_tables_say(tmp_path: Path) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return [*compare_metadata(context, metadata)]

    async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}") as database:
        await migrate(database)
        async with database.engine.connect() as connection:
            assert await connection.run_sync(differences) == []


async def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "100% new" / "counter.db"
    for _ in range(2):
        async with open_database(f"sqlite+aiosqlite:///{file}") as database:
            await migrate(database)
            before = schema(file)
            await migrate(database)
            assert schema(file) == before
    assert {name for name, _ in before} >= set(metadata.tables) | {"audit_no_update"}


async def test_autoincrement_is_in_the_schema_and_not_only_in_the_code(tmp_path: Path) -> None:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}") as database:
        await migrate(database)
    made = {name for name, sql in schema(tmp_path / "new.db") if sql and "AUTOINCREMENT" in sql}
    assert made == {
        "messages", "report_changes", "report_events", "report_grades", "staff",
        "webhook_deliveries",
    }  # fmt: skip


async def test_a_schema_newer_than_the_code_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    url = f"sqlite+aiosqlite:///{file}"
    async with open_database(url) as database:
        await migrate(database)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = schema(file)
    async with open_database(url) as database:
        with pytest.raises(CannotOpen, match=r"made by a newer Front Counter .*9999"):
            await migrate(database)
    assert schema(file) == before


async def test_a_migration_that_fails_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "new.db"
    with closing(sqlite3.connect(file)) as connection:
        # One of the last tables is in the way.
        connection.execute("CREATE TABLE alarms (id INTEGER)")
    before = schema(file)
    async with open_database(f"sqlite+aiosqlite:///{file}") as database:
        with pytest.raises(Exception, match="alarms already exists"):
            await migrate(database)
    assert schema(file) == before


async def test_reports_of_before_wait_to_be_read_and_nobody_is_alerted_of_them(
    tmp_path: Path,
) -> None:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}") as database:
        async with database.engine.begin() as connection:
            await connection.run_sync(_up_to, "0007")
            await connection.execute(
                text(
                    "INSERT INTO reports (reference, code_index, kind, status, district, urgent, "
                    "restricted, continues, body, version, made_at, changed_at) VALUES "
                    "('FC-347-9ACA', 'i', 'asb', 'new', 'maldon', 1, 0, '', 'b', 0, "
                    "'2026-01-02 03:04:05.000000', '2026-01-03 03:04:05.000000')"
                )
            )
        await migrate(database)
        async with database.engine.connect() as connection:
            (trace,) = await connection.execute(select(report_traces))
            (viewed_at,) = await connection.scalars(select(reports.c.viewed_at))
    assert (trace.reference, trace.kind, trace.district) == ("FC-347-9ACA", "asb", "maldon")
    assert (trace.made_at.day, trace.read_at, trace.traits) == (2, None, None)
    assert viewed_at.day == 3


def _up_to(connection: Connection, revision: str) -> None:
    """Bring the schema to an earlier version of it."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    command.upgrade(config, revision)


async def test_accounts_of_before_keep_their_reports_and_pictures_locked_away_stay_away(
    tmp_path: Path,
) -> None:
    await keeps_what_was_there(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}")


async def test_and_so_on_postgresql(filled: Filled) -> None:
    await keeps_what_was_there(filled.server.create("old"))


async def keeps_what_was_there(url: str) -> None:
    """Make the schema of before, with people at work in it, and bring it up to date."""
    async with open_database(url) as database:
        async with database.engine.begin() as connection:
            await connection.run_sync(_up_to, "0008")
            for statement, values in _BEFORE:
                known = text(statement).bindparams(bindparam("at", type_=Moment))
                await connection.execute(known, values | {"at": _AT})
        await migrate(database)
        async with database.engine.connect() as connection:
            found = await connection.execute(
                text(
                    "SELECT s.id, s.username, s.clearances, r.sensitive FROM reports AS r "
                    "JOIN staff AS s ON s.id = r.assignee_id ORDER BY s.id"
                )
            )
            assert [tuple(row) for row in found] == [(4, "hana", 0, 0), (7, "sue", 31, 16)]
            sessions = await connection.execute(text("SELECT count(*) FROM sessions"))
            assert sessions.scalar() == 0, "everybody signs in anew"
            stones = await connection.execute(select(tombstones.c.kind, tombstones.c.key))
            assert {tuple(row) for row in stones} == {("report", "FC-3"), ("picture", "p1")}


_AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
_STAFF = (
    "INSERT INTO staff (id, username, name, role, password, made_at) "
    "VALUES (:id, :name, :name, :role, 'x', :at)"
)
_SESSION = (
    "INSERT INTO sessions (token_hash, staff_id, made_at, seen_at) VALUES (:token, 4, :at, :at)"
)
_REPORT = (
    "INSERT INTO reports (reference, code_index, kind, status, district, urgent, restricted, "
    "continues, assignee_id, body, version, made_at, changed_at) VALUES "
    "(:name, :code, 'asb', 'new', '', false, :restricted, '', :id, :code, 0, :at, :at)"
)
_BEFORE: tuple[tuple[str, dict[str, object]], ...] = (
    (_STAFF, {"id": 4, "name": "hana", "role": "handler"}),
    (_STAFF, {"id": 7, "name": "sue", "role": "supervisor"}),
    (_SESSION, {"token": b"a"}),
    (_REPORT, {"id": 4, "name": "FC-1", "code": b"1", "restricted": False}),
    (_REPORT, {"id": 7, "name": "FC-2", "code": b"2", "restricted": True}),
    ("INSERT INTO tombstones (kind, key, at) VALUES ('report', 'FC-3', :at)", {}),
    (
        "INSERT INTO quarantined (file_id, reference, at, staff_id, sha256) "
        "VALUES ('p1', 'FC-1', :at, 4, :sealed)",
        {"sealed": b"s"},
    ),
)
