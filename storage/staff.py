"""Staff: their accounts, what each may reach, and how they are changed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, select, update

from storage.audit import Audit
from storage.connection import Connection
from storage.passwords import Passwords
from storage.reach import EVERYTHING, Reach, bits_of, kinds_of
from storage.seal import Keyring
from storage.tables import second_factors, sessions, staff

HANDLER, SUPERVISOR, COMMS, AUDITOR, ADMIN = "handler", "supervisor", "comms", "auditor", "admin"
ROLES = (HANDLER, SUPERVISOR, COMMS, AUDITOR, ADMIN)
COMMAND_LINE = "command line"

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_LONGEST_NAME = 128
_SUBJECT = "oidc subject"


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody with an account."""

    id: int
    username: str
    name: str
    role: str
    """One of ROLES."""
    reach: Reach = field(default_factory=Reach)
    must_change: bool = False
    """Whether somebody else knows their password."""
    second_factor: bool = False
    """Whether more than a password stands between their account and a stranger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an administrator says of an account."""

    name: str
    role: str
    team: str = ""
    districts: tuple[str, ...] = ()
    """Ids; empty for all."""
    cleared: tuple[str, ...] = ()
    """Of storage.reach.KINDS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Terms):
    """An account as the administrator sees it."""

    username: str
    made_at: datetime
    disabled: bool
    must_change: bool = False
    second_factor: bool = False


class Accounts:
    """Accounts; who is signed in with one is for storage.sessions.

    Every change raises ValueError, in words for the administrator, for what cannot be done.
    """

    def __init__(
        self, connection: Connection, keyring: Keyring, passwords: Passwords, audit: Audit
    ) -> None:
        self._connection = connection
        self._keyring = keyring
        self._passwords = passwords
        self._audit = audit

    async def add(
        self,
        username: str,
        name: str,
        password: str,
        role: str,
        now: datetime,
        by: str = COMMAND_LINE,
        *,
        must_change: bool = False,
    ) -> Staff:
        """Make an account; one without a password signs in elsewhere.

        How good a password must be is for the caller to say. Supervisors are cleared for
        everything until somebody narrows that.
        """
        known = read_username(username)
        if known is None:
            raise ValueError("A username is 1 to 64 of: a-z, 0-9, dot, dash, underscore, @.")
        _check(name, role)
        cleared = EVERYTHING if role == SUPERVISOR else 0
        row = {
            "username": known,
            "name": name,
            "role": role,
            "made_at": now,
            "password": await self._passwords.hash(password) if password else "",
            "must_change": must_change,
            "clearances": cleared,
        }
        added = self._connection.insert(staff).values(row).on_conflict_do_nothing()
        id = (await self._connection.scalars(added.returning(staff.c.id))).one_or_none()
        if id is None:
            raise ValueError(f"There is an account “{known}” already.")
        await self._audit.append(by, "account added", known, {"role": role}, now)
        return Staff(id, known, name, role, Reach(cleared=cleared), must_change)

    async def list(self) -> tuple[Account, ...]:
        """All accounts, by username."""
        rows = await self._connection.execute(with_factors().order_by(staff.c.username))
        return tuple(_account(row) for row in rows)

    async def find(self, username: str) -> Account | None:
        """The account of that name, or None."""
        row = await self._row(username)
        return None if row is None else _account(row)

    async def known(self, username: str) -> Staff | None:
        """Who has the account of that name, if it is open."""
        row = await self._row(username)
        return None if row is None or row.disabled_at is not None else staff_of(row)

    async def change(self, username: str, terms: Terms, now: datetime, by: str) -> None:
        """Make an account what this says; it holds from its owner's next click on."""
        row = await self._one(username)
        _check(terms.name, terms.role)
        if terms.role != ADMIN:
            await self._leave_an_admin(row)
        districts, kinds = " ".join(sorted(terms.districts)), bits_of(terms.cleared)
        await self._set(
            row.id,
            name=terms.name,
            role=terms.role,
            team=terms.team,
            districts=districts,
            clearances=kinds,
        )
        detail = {
            "role": terms.role,
            "team": terms.team,
            "districts": districts,
            "cleared": " ".join(kinds_of(kinds)),
        }
        await self._audit.append(by, "account changed", row.username, detail, now)

    async def colleagues(self) -> tuple[Staff, ...]:
        """Those who work on reports, by name."""
        desk = with_factors().where(
            staff.c.role.in_((HANDLER, SUPERVISOR)), staff.c.disabled_at.is_(None)
        )
        rows = await self._connection.execute(desk.order_by(staff.c.name, staff.c.id))
        return tuple(map(staff_of, rows))

    async def names(self) -> Mapping[int, str]:
        """The name that goes with each account's id."""
        rows = await self._connection.execute(select(staff.c.id, staff.c.name))
        return {row.id: row.name for row in rows}

    async def disable(self, username: str, now: datetime, by: str = COMMAND_LINE) -> None:
        """Close an account and throw its holder out at once."""
        row = await self._one(username)
        await self._leave_an_admin(row)
        await self._set(row.id, disabled_at=now)
        await self._connection.execute(delete(sessions).where(sessions.c.staff_id == row.id))
        await self._audit.append(by, "account disabled", row.username, {}, now)

    async def enable(self, username: str, now: datetime, by: str) -> None:
        """Open an account again."""
        row = await self._one(username)
        await self._set(row.id, disabled_at=None)
        await self._audit.append(by, "account enabled", row.username, {}, now)

    async def set_password(
        self, username: str, password: str, now: datetime, by: str, *, must_change: bool = False
    ) -> None:
        """Give an account another password, with which nobody is signed in yet.

        Its own holder's other sessions are for the caller to keep or end.
        """
        row = await self._one(username)
        hash = await self._passwords.hash(password)
        await self._set(row.id, password=hash, must_change=must_change)
        await self._audit.append(by, "password changed", row.username, {}, now)

    async def password_of(self, username: str) -> tuple[Staff, str] | None:
        """The account that may sign in by that name, and its password's hash."""
        row = await self._row(username)
        if row is None or row.disabled_at is not None:
            return None
        return staff_of(row), row.password

    async def of_subject(self, issuer: str, subject: str) -> Staff | None:
        """Who signs in at that identity provider as `subject`, if the account is open."""
        index = self._subject(issuer, subject)
        statement = with_factors().where(staff.c.subject == index, staff.c.disabled_at.is_(None))
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else staff_of(row)

    async def tie(self, username: str, issuer: str, subject: str, now: datetime) -> bool:
        """Let that identity provider's `subject` be this account, unless it is tied already."""
        row = await self._one(username)
        if row.subject is not None or row.disabled_at is not None:
            return False
        await self._set(row.id, subject=self._subject(issuer, subject))
        await self._audit.append(row.username, "identity provider tied", row.username, {}, now)
        return True

    def _subject(self, issuer: str, subject: str) -> bytes:
        return self._keyring.blind_index(_SUBJECT, f"{issuer} {subject}")

    async def _row(self, username: str) -> Row[Any] | None:
        statement = with_factors().where(staff.c.username == read_username(username))
        return (await self._connection.execute(statement)).one_or_none()

    async def _one(self, username: str) -> Row[Any]:
        row = await self._row(username)
        if row is None:
            raise ValueError(f"There is no account “{username}”. See: front-counter staff list")
        return row

    async def _set(self, id: int, **values: Any) -> None:
        await self._connection.execute(update(staff).where(staff.c.id == id).values(values))

    async def _leave_an_admin(self, row: Row[Any]) -> None:
        """Raise ValueError where nobody could keep accounts any more."""
        if row.role != ADMIN or row.disabled_at is not None:
            return
        # Locked, or the last two could shut each other out at the same moment.
        able = select(staff.c.id).where(staff.c.role == ADMIN, staff.c.disabled_at.is_(None))
        others = (await self._connection.scalars(able.with_for_update())).all()
        if others == [row.id]:
            raise ValueError(
                f"{row.username} is the last administrator. Make another one first, or nobody "
                "could look after accounts."
            )


def read_username(text: str) -> str | None:
    """The username in what somebody typed, or None where it can be nobody's."""
    known = text.strip().casefold()
    return known if _USERNAME.fullmatch(known) else None


def with_factors() -> Any:
    """Everything of accounts, and whether each has an authenticator app.

    A passkey is none: it signs in by itself, and would help nobody who has shown a password.
    """
    app = exists().where(
        second_factors.c.staff_id == staff.c.id, second_factors.c.confirmed_at.is_not(None)
    )
    return select(staff, app.label("second_factor"))


def staff_of(row: Row[Any]) -> Staff:
    """Whose account it is, from a row of with_factors."""
    reach = Reach(tuple(row.districts.split()), row.clearances)
    return Staff(
        row.id, row.username, row.name, row.role, reach, row.must_change, bool(row.second_factor)
    )


def _account(row: Row[Any]) -> Account:
    return Account(
        username=row.username,
        name=row.name,
        role=row.role,
        made_at=row.made_at,
        disabled=row.disabled_at is not None,
        districts=tuple(row.districts.split()),
        cleared=kinds_of(row.clearances),
        team=row.team,
        must_change=row.must_change,
        second_factor=bool(row.second_factor),
    )


def _check(name: str, role: str) -> None:
    if role not in ROLES:
        raise ValueError(f"A role is one of: {', '.join(ROLES)}.")
    if not 0 < len(name) <= _LONGEST_NAME:
        raise ValueError(f"A name has 1 to {_LONGEST_NAME} characters.")
