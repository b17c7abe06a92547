"""`front-counter staff`: accounts of the console, made and closed by an operator."""

import getpass
import sys
from datetime import datetime

from bot.clock import utc_now
from bot.config import Config
from storage.errors import StorageError
from storage.staff import ROLES
from storage.work import Store, open_store

SHORTEST = 12


def read_password() -> str:
    """Ask twice for a password without showing it; from a pipe, read one line.

    Raises ValueError with a sentence for the operator where it will not do.
    """
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass.getpass("Password (at least 12 characters): ")
        if password != getpass.getpass("The same again: "):
            raise ValueError("The two passwords differ. Nothing was changed.")
    if len(password) < SHORTEST:
        raise ValueError(f"A password needs at least {SHORTEST} characters. Nothing was changed.")
    return password


async def manage(
    config: Config, action: str, username: str | None, name: str | None, role: str
) -> int:
    """Carry out one `staff` command and print what came of it."""
    if action != "list" and not username:
        print(f"Say whom: front-counter staff {action} USERNAME", file=sys.stderr)
        return 2
    try:
        async with open_store(config.database_url, config.key_file) as store:
            if action == "add":
                said = await add(store, username or "", name or username or "", role, utc_now())
            elif action == "disable":
                said = await disable(store, username or "", utc_now())
            else:
                said = await listing(store)
    except (ValueError, StorageError) as error:
        print(error, file=sys.stderr)
        return 1
    print(said)
    return 0


async def add(store: Store, username: str, name: str, role: str, now: datetime) -> str:
    """Make an account; the sentence to print. Raises ValueError for a taken or wrong name."""
    if role not in ROLES:
        raise ValueError(f"There is no role “{role}”. Roles are: {', '.join(ROLES)}.")
    password = read_password()
    async with store.work() as work:
        await work.staff.add(username, name, password, role, now)
    return f"{name} can now sign in as {username} ({role})."


async def listing(store: Store) -> str:
    """All accounts, a line each."""
    async with store.work() as work:
        accounts = await work.staff.list()
    if not accounts:
        return "There are no accounts yet. Make one with: front-counter staff add USERNAME"
    return "\n".join(
        f"{account.username:20} {account.role:12} {account.name}"
        + (" (disabled)" if account.disabled else "")
        for account in accounts
    )


async def disable(store: Store, username: str, now: datetime) -> str:
    """Close an account and sign it out everywhere; raises ValueError where there is none."""
    async with store.work() as work:
        await work.staff.disable(username, now)
    return f"{username} can no longer sign in, and is signed out everywhere."
