"""The schema and its history: every version of it, brought up to date when the program starts."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.connection import Database
from storage.errors import CannotOpen


async def migrate(database: Database) -> None:
    """Bring the schema up to this code's, in one transaction; raises CannotOpen for a newer one."""
    async with database.engine.begin() as connection:
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    # Alembic reads options with interpolation, and a folder may well have a % in its name.
    folder = str(Path(__file__).parent).replace("%", "%%")
    config.set_main_option("script_location", folder)
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {one.revision for one in scripts.walk_revisions()}:
        raise CannotOpen(
            f"The database was made by a newer Front Counter (its schema is {current}): "
            "run that version or a later one."
        )
    command.upgrade(config, "head")
