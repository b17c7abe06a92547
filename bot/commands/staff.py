"""`front-counter staff`: accounts of the console, made and closed by an operator."""

import getpass
import sys
from dataclasses import asdict

from bot.accounts import Wish
from bot.commands.order import have_done
from bot.config import Config
from bot.orders import Order
from bot.web.permission_table import as_table


async def manage(
    config: Config, action: str, username: str | None, name: str | None, role: str
) -> int:
    """Carry out one `staff` command, in the counter that runs or by ourselves; the exit code."""
    if action == "permissions":
        print(as_table())
        return 0
    if action != "list" and not username:
        print(f"Say whom: front-counter staff {action} USERNAME", file=sys.stderr)
        return 2
    try:
        password = read_password() if action == "add" else ""
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    wish = Wish(action, username or "", name or username or "", role, password)
    return await have_done(config, Order("staff", asdict(wish)))


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
