"""`front-counter staff`: accounts of the console, made and closed by an operator."""

import getpass
import sys

from bot.accounts import Wish, carry_out
from bot.clock import utc_now
from bot.config import Config
from bot.control import NobodyThere, ask, socket_of
from storage.errors import StorageError
from storage.work import open_store


async def manage(
    config: Config, action: str, username: str | None, name: str | None, role: str
) -> int:
    """Carry out one `staff` command, in the counter that runs or by ourselves; the exit code."""
    if action != "list" and not username:
        print(f"Say whom: front-counter staff {action} USERNAME", file=sys.stderr)
        return 2
    try:
        password = read_password() if action == "add" else ""
        wish = Wish(action, username or "", name or username or "", role, password)
        try:
            said = await ask(socket_of(config.data), wish)
        except NobodyThere:
            async with open_store(config.database_url, config.key_file) as store:
                said = await carry_out(wish, store, utc_now())
    except (ValueError, StorageError) as error:
        print(error, file=sys.stderr)
        return 1
    print(said)
    return 0


def read_password() -> str:
    """Ask twice for a password without showing it; from a pipe, read one line.

    Raises ValueError with a sentence for the operator where the two differ.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password (at least 12 characters): ")
    if password != getpass.getpass("The same again: "):
        raise ValueError("The two passwords differ. Nothing was changed.")
    return password
