"""The schema and its history: every version of it, brought up to date when the program starts."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.connection import Database, alone
from storage.errors import CannotOpen

_VERSIONS = Path(__file__).parent / "versions"


async def migrate(database: Database) -> None:
    """Bring the schema up to this code's, in one transaction; raises CannotOpen for a newer one.

    Of replicas that start together, one does it and the others wait.
    """
    async with database.engine.begin() as connection:
        await alone(connection)
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    current = current_schema(connection)
    known = sorted(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py"))
    if current == known[-1]:
        return
    if current is not None and current not in known:
        raise CannotOpen(
            f"The database was made by a newer Front Counter (its schema is {current}): "
            "run that version or a later one."
        )
    # Rarely needed, and slow to import.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config(attributes={"connection": connection})
    # Alembic reads options with interpolation, and a folder may well have a % in its name.
    folder = str(Path(__file__).parent).replace("%", "%%")
    config.set_main_option("script_location", folder)
    command.upgrade(config, "head")


def current_schema(connection: Connection) -> str | None:
    """The version the database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)
