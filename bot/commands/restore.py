"""`front-counter restore`: puts a backup in the place of the database, once it has proved whole."""

import sys
from pathlib import Path

from bot.clock import utc_now
from bot.config import Config
from bot.control import socket_of
from bot.tombstones import TOMBSTONES
from storage.erasure import read_tombstones
from storage.errors import StorageError
from storage.restore import restore


async def restore_from(config: Config, path: Path) -> int:
    """Restore it; the exit code."""
    if socket_of(config.data).exists():
        print("The counter runs on this data folder. Stop it first.", file=sys.stderr)
        return 1
    stones = read_tombstones(config.journal / TOMBSTONES)
    try:
        manifest = await restore(config.database_url, config.key_file, path, stones, utc_now())
    except (StorageError, OSError) as error:
        print(f"Not restored. {error}", file=sys.stderr)
        return 1
    print(
        f"Restored: {manifest.counts['reports']:,} reports, as they were at {manifest.made_at}. "
        "Integrity, counts, the audit trail and a sample of sealed values were looked at, and what "
        "was erased since then has been erased again."
    )
    return 0
