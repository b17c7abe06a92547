"""The schema: made in one go, left alone when it is there, and never used when it is newer."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select, text

from storage import migrations
from storage.database import open_database
from storage.errors import CannotOpen
from storage.migrations import migrate
from storage.tables import metadata, report_traces, reports


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
