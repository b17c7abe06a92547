"""What an operator does with accounts of the console: make one, list them, close one."""

from dataclasses import dataclass
from datetime import datetime

from storage.staff import ROLES
from storage.work import Store

SHORTEST = 12
"""Characters of a password."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asked for on the command line."""

    action: str
    """"add", "list" or "disable"."""
    username: str = ""
    name: str = ""
    role: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without the password."""
        return f"Wish({self.action!r}, {self.username!r})"


async def carry_out(wish: Wish, store: Store, now: datetime) -> str:
    """Do it; the sentence to print. Raises ValueError with one for what cannot be done."""
    async with store.work() as work:
        match wish.action:
            case "add":
                if wish.role not in ROLES:
                    known = ", ".join(ROLES)
                    raise ValueError(f"There is no role “{wish.role}”. Roles are: {known}.")
                if len(wish.password) < SHORTEST:
                    raise ValueError(
                        f"A password needs at least {SHORTEST} characters. Nothing was changed."
                    )
                await work.staff.add(wish.username, wish.name, wish.password, wish.role, now)
                return f"{wish.name} can now sign in as {wish.username} ({wish.role})."
            case "disable":
                await work.staff.disable(wish.username, now)
                return f"{wish.username} can no longer sign in, and is signed out everywhere."
            case _:
                accounts = await work.staff.list()
    if not accounts:
        return "There are no accounts yet. Make one with: front-counter staff add USERNAME"
    return "\n".join(
        f"{account.username:20} {account.role:12} {account.name}"
        + (" (disabled)" if account.disabled else "")
        for account in accounts
    )
