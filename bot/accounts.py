"""What an operator does with accounts of the console: make one, list them, close one."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.password_rule import PasswordRule
from storage.staff import COMMAND_LINE, ROLES
from storage.work import Store, Work


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asked for on the command line."""

    action: str
    """"add", "list", "disable", "sign-out" or "reset-factor"."""
    username: str = ""
    name: str = ""
    role: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without the password."""
        return f"Wish({self.action!r}, {self.username!r})"


async def carry_out(
    wish: Wish, store: Store, now: datetime, rule: PasswordRule = PasswordRule()
) -> str:
    """Do it; the sentence to print. Raises ValueError with one for what cannot be done."""
    if wish.action == "add":
        if wish.role not in ROLES:
            known = ", ".join(ROLES)
            raise ValueError(f"There is no role “{wish.role}”. Roles are: {known}.")
        names = (wish.username, wish.name)
        if problem := await asyncio.to_thread(rule.problem, wish.password, names):
            raise ValueError(f"{problem} Nothing was changed.")
    async with store.work() as work:
        match wish.action:
            case "add":
                await work.staff.add(wish.username, wish.name, wish.password, wish.role, now)
                return f"{wish.name} can now sign in as {wish.username} ({wish.role})."
            case "disable":
                await work.staff.disable(wish.username, now)
                return f"{wish.username} can no longer sign in, and is signed out everywhere."
            case "sign-out":
                count = await work.sessions.revoke_all(wish.username, now, COMMAND_LINE)
                return f"{wish.username} is signed out everywhere: {count} sign-ins ended."
            case "reset-factor":
                return await _reset_factor(work, wish.username, now)
            case _:
                return await _listed(work)


async def _reset_factor(work: Work, username: str, now: datetime) -> str:
    who = await work.staff.known(username)
    if who is None:
        raise ValueError(f"There is no open account “{username}”.")
    await work.factors.reset(who, now, COMMAND_LINE)
    await work.sessions.revoke_all(who.username, now, COMMAND_LINE)
    return (
        f"{who.username} has no second factor any more and is signed out everywhere. Be sure that "
        "it was they who asked."
    )


async def _listed(work: Work) -> str:
    accounts = await work.staff.list()
    if not accounts:
        return "There are no accounts yet. Make one with: front-counter staff add USERNAME"
    return "\n".join(
        f"{account.username:20} {account.role:12} "
        f"{'second factor' if account.second_factor else 'password only':15} {account.name}"
        + (" (disabled)" if account.disabled else "")
        for account in accounts
    )
