"""Staff: their accounts, and who is signed in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update

from storage.audit import Audit
from storage.connection import Connection
from storage.passwords import Passwords
from storage.tables import sessions, staff
from storage.tokens import hash_token, new_session_token

HANDLER, SUPERVISOR, COMMS, ADMIN = "handler", "supervisor", "comms", "admin"
ROLES = (HANDLER, SUPERVISOR, COMMS, ADMIN)
COMMAND_LINE = "command line"

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody with an account."""

    id: int
    username: str
    name: str
    role: str
    """One of ROLES."""
    districts: tuple[str, ...] = ()
    """Ids of the districts that are theirs; empty for all."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the administrator sees it."""

    username: str
    name: str
    role: str
    made_at: datetime
    disabled: bool


@dataclass(frozen=True, slots=True)
class SessionLife:
    """How long a sign-in lasts: without a request, and at all."""

    idle: timedelta = timedelta(minutes=15)
    absolute: timedelta = timedelta(hours=8)


class Accounts:
    """Accounts and sessions; signing in is `Store.login`, since it takes two transactions."""

    def __init__(
        self, connection: Connection, passwords: Passwords, audit: Audit, life: SessionLife
    ) -> None:
        self._connection = connection
        self._passwords = passwords
        self._audit = audit
        self._life = life

    async def add(
        self,
        username: str,
        name: str,
        password: str,
        role: str,
        now: datetime,
        by: str = COMMAND_LINE,
    ) -> Staff:
        """Make an account; raises ValueError, in words for the administrator.

        How good a password must be is for the caller to say.
        """
        known = read_username(username)
        if known is None:
            raise ValueError("A username is 1 to 64 of: a-z, 0-9, dot, dash, underscore, @.")
        if role not in ROLES:
            raise ValueError(f"A role is one of: {', '.join(ROLES)}.")
        row = {"username": known, "name": name, "role": role, "made_at": now}
        hash = await self._passwords.hash(password)
        statement = self._connection.insert(staff).values(row | {"password": hash})
        added = statement.on_conflict_do_nothing().returning(staff.c.id)
        id = (await self._connection.scalars(added)).one_or_none()
        if id is None:
            raise ValueError(f"There is an account “{known}” already.")
        await self._audit.append(by, "account added", known, {"role": role}, now)
        return Staff(id, known, name, role)

    async def list(self) -> tuple[Account, ...]:
        """All accounts, by username."""
        rows = await self._connection.execute(select(staff).order_by(staff.c.username))
        return tuple(
            Account(row.username, row.name, row.role, row.made_at, row.disabled_at is not None)
            for row in rows
        )

    async def colleagues(self) -> tuple[Staff, ...]:
        """Those who work on reports, by name."""
        statement = (
            select(staff)
            .where(staff.c.role.in_((HANDLER, SUPERVISOR)), staff.c.disabled_at.is_(None))
            .order_by(staff.c.name, staff.c.id)
        )
        return tuple(_staff(row) for row in await self._connection.execute(statement))

    async def names(self) -> Mapping[int, str]:
        """The name that goes with each account's id."""
        rows = await self._connection.execute(select(staff.c.id, staff.c.name))
        return {row.id: row.name for row in rows}

    async def disable(self, username: str, now: datetime, by: str = COMMAND_LINE) -> None:
        """Close an account and throw its holder out at once; raises ValueError for none."""
        statement = (
            update(staff)
            .where(staff.c.username == read_username(username))
            .values(disabled_at=now)
            .returning(staff.c.id, staff.c.username)
        )
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            raise ValueError(f"There is no account “{username}”. See: front-counter staff list")
        await self._connection.execute(delete(sessions).where(sessions.c.staff_id == row.id))
        await self._audit.append(by, "account disabled", row.username, {}, now)

    async def password_of(self, username: str) -> tuple[Staff, str] | None:
        """The account that may sign in by that name, and its password's hash."""
        statement = select(staff).where(
            staff.c.username == read_username(username), staff.c.disabled_at.is_(None)
        )
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else (_staff(row), row.password)

    async def open_session(self, who: Staff, now: datetime) -> str:
        """Begin a session: its token, which only the browser keeps."""
        token = new_session_token()
        row = {"token_hash": hash_token(token), "staff_id": who.id, "made_at": now, "seen_at": now}
        await self._connection.execute(insert(sessions).values(row))
        await self._audit.append(who.username, "signed in", who.username, {}, now)
        return token

    async def session(self, token: str, now: datetime, *, touch: bool = True) -> Staff | None:
        """Who is signed in with the token; None where nobody is any more.

        They thereby stay so, unless `touch` is False: then it was no person who asked.
        """
        alive = (
            sessions.c.token_hash == hash_token(token),
            sessions.c.seen_at >= now - self._life.idle,
            sessions.c.made_at >= now - self._life.absolute,
        )
        touched = update(sessions).where(*alive).values(seen_at=now).returning(sessions.c.staff_id)
        looked = select(sessions.c.staff_id).where(*alive)
        id = (await self._connection.scalars(touched if touch else looked)).one_or_none()
        statement = select(staff).where(staff.c.id == id, staff.c.disabled_at.is_(None))
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else _staff(row)

    async def logout(self, token: str, now: datetime) -> None:
        """End the session; nothing happens where it has ended already."""
        ended = (
            delete(sessions)
            .where(sessions.c.token_hash == hash_token(token))
            .returning(sessions.c.staff_id)
        )
        id = (await self._connection.scalars(ended)).one_or_none()
        if id is not None:
            statement = select(staff.c.username).where(staff.c.id == id)
            username = (await self._connection.scalars(statement)).one()
            await self._audit.append(username, "signed out", username, {}, now)

    async def purge(self, now: datetime) -> int:
        """Forget sessions that have run out."""
        over = or_(
            sessions.c.seen_at < now - self._life.idle,
            sessions.c.made_at < now - self._life.absolute,
        )
        return (await self._connection.execute(delete(sessions).where(over))).rowcount


def read_username(text: str) -> str | None:
    """The username in what somebody typed, or None where it can be nobody's."""
    known = text.strip().casefold()
    return known if _USERNAME.fullmatch(known) else None


def _staff(row: Row[Any]) -> Staff:
    return Staff(id=row.id, username=row.username, name=row.name, role=row.role)
