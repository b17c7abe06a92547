"""Sessions: who is signed in, from where, and how that ends."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select, update

from storage.audit import Audit
from storage.connection import Connection
from storage.glass import exceptions_of
from storage.seal import Keyring
from storage.staff import Staff, read_username, staff_of, with_factors
from storage.tables import sessions, staff
from storage.tokens import hash_token, new_id, new_session_token

PASSWORD, PASSKEY, PROVIDER = "password", "passkey", "provider"
"""How somebody signed in; of these, only a password may want something besides."""
_TOUCHES = 60
"""Into how many parts an idle time is cut; a sign-in is noted as used once in each."""
_IN, _CODE = "in", "code"
_TO_SHOW_A_CODE = timedelta(minutes=10)
FRESH = timedelta(minutes=15)
"""So long after signing in, somebody may change how they sign in; later they do so again first."""


@dataclass(frozen=True, slots=True)
class SessionLife:
    """How long a sign-in lasts: without a request, and at all."""

    idle: timedelta = timedelta(minutes=15)
    absolute: timedelta = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Whence:
    """Where somebody signs in from."""

    browser: str = ""
    """A coarse name of ours, such as "Firefox on Windows"; 32 characters at most."""
    address: str = ""
    """A network address; kept sealed."""


@dataclass(frozen=True, slots=True)
class SignedInFrom:
    """One of somebody's sign-ins, as they see it."""

    id: str
    made_at: datetime
    seen_at: datetime
    via: str
    browser: str
    address: str
    here: bool
    """Whether it is the one with which they look."""


class Sessions:
    """Who is signed in. Signing in is Store.login, since that takes two transactions."""

    def __init__(
        self, connection: Connection, keyring: Keyring, audit: Audit, life: SessionLife
    ) -> None:
        self._connection = connection
        self._keyring = keyring
        self._audit = audit
        self._life = life

    async def open(
        self,
        who: Staff,
        now: datetime,
        whence: Whence = Whence(),
        *,
        via: str = PASSWORD,
        wants_code: bool = False,
    ) -> str:
        """Begin a session: its token, which only the browser keeps.

        One that wants a code signs nobody in until `complete`.
        """
        token, id = new_session_token(), new_id()
        row = {
            "token_hash": hash_token(token),
            "id": id,
            "staff_id": who.id,
            "made_at": now,
            "seen_at": now,
            "stage": _CODE if wants_code else _IN,
            "via": via,
            "browser": whence.browser,
            "address": self._keyring.seal_text(whence.address, "sessions", id, "address"),
        }
        await self._connection.execute(insert(sessions).values(row))
        if not wants_code:
            await self._audit.append(who.username, "signed in", who.username, {"by": via}, now)
        return token

    async def current(self, token: str, now: datetime, *, touch: bool = True) -> Staff | None:
        """Who is signed in with the token; None where nobody is any more.

        They thereby stay so, unless `touch` is False: then it was no person who asked.
        """
        alive = (
            sessions.c.token_hash == hash_token(token),
            sessions.c.stage == _IN,
            sessions.c.seen_at >= now - self._life.idle,
            sessions.c.made_at >= now - self._life.absolute,
        )
        looked = select(sessions.c.staff_id, sessions.c.via, sessions.c.seen_at).where(*alive)
        found = (await self._connection.execute(looked)).one_or_none()
        # Not at every page: writing is what makes a look slow.
        if touch and found is not None and now - found.seen_at >= self._life.idle / _TOUCHES:
            await self._connection.execute(update(sessions).where(*alive).values(seen_at=now))
        who = None if found is None else await self._who(found.staff_id)
        if who is None or found is None:
            return None
        reach = await exceptions_of(self._connection, who, now)
        if found.via != PASSWORD:
            # Whoever let them in has asked for all that there was to ask.
            return replace(who, reach=reach, must_change=False, second_factor=True)
        return replace(who, reach=reach)

    async def is_fresh(self, token: str, now: datetime) -> bool:
        """Whether whoever holds this token has signed in a moment ago, and not somebody for them.

        A console left open must not be enough to give oneself a way in that lasts.
        """
        statement = select(sessions.c.id).where(
            sessions.c.token_hash == hash_token(token),
            sessions.c.stage == _IN,
            sessions.c.made_at >= now - FRESH,
        )
        return (await self._connection.scalars(statement)).one_or_none() is not None

    async def waiting(self, token: str, now: datetime) -> Staff | None:
        """Who has shown a password with this token, and has still to show a code."""
        statement = select(sessions.c.staff_id).where(self._is_waiting(token, now))
        id = (await self._connection.scalars(statement)).one_or_none()
        return None if id is None else await self._who(id)

    async def complete(self, token: str, now: datetime, by: str) -> str:
        """The code was right: they are signed in, under a new token. Raises LookupError."""
        fresh = new_session_token()
        values = {"token_hash": hash_token(fresh), "stage": _IN, "made_at": now, "seen_at": now}
        changed = update(sessions).where(self._is_waiting(token, now)).values(values)
        found = await self._connection.scalars(changed.returning(sessions.c.staff_id))
        id = found.one_or_none()
        who = None if id is None else await self._who(id)
        if who is None:
            raise LookupError("nobody waits with this token")
        await self._audit.append(who.username, "signed in", who.username, {"by": by}, now)
        return fresh

    async def end(self, token: str, now: datetime) -> None:
        """Sign out; nothing happens where the session has ended already."""
        gone = await self._drop(sessions.c.token_hash == hash_token(token))
        for row in gone:
            who = await self._who(row.staff_id)
            if who is not None and row.stage == _IN:
                await self._audit.append(who.username, "signed out", who.username, {}, now)

    async def of(self, who: Staff, now: datetime, token: str = "") -> tuple[SignedInFrom, ...]:
        """Somebody's sign-ins that still hold, the last used first."""
        statement = (
            select(sessions)
            .where(
                sessions.c.staff_id == who.id,
                sessions.c.stage == _IN,
                sessions.c.seen_at >= now - self._life.idle,
                sessions.c.made_at >= now - self._life.absolute,
            )
            .order_by(sessions.c.seen_at.desc(), sessions.c.id)
        )
        mine = hash_token(token)
        rows = await self._connection.execute(statement)
        return tuple(self._shown(row, mine) for row in rows)

    async def revoke(self, who: Staff, id: str, now: datetime) -> None:
        """End one of somebody's own sign-ins."""
        if await self._drop(and_(sessions.c.staff_id == who.id, sessions.c.id == id)):
            await self._audit.append(who.username, "sign-in ended", who.username, {}, now)

    async def revoke_all(self, username: str, now: datetime, by: str, keep: str = "") -> int:
        """End all sign-ins of an account but the one with the token `keep`; how many.

        Raises ValueError where there is no such account.
        """
        known = select(staff.c.id).where(staff.c.username == read_username(username))
        id = (await self._connection.scalars(known)).one_or_none()
        if id is None:
            raise ValueError(f"There is no account “{username}”. See: front-counter staff list")
        theirs = and_(sessions.c.staff_id == id, sessions.c.token_hash != hash_token(keep))
        count = len(await self._drop(theirs))
        await self._audit.append(by, "signed out everywhere", username, {"count": count}, now)
        return count

    async def purge(self, now: datetime) -> int:
        """Forget sessions that have run out."""
        over = or_(
            sessions.c.seen_at < now - self._life.idle,
            sessions.c.made_at < now - self._life.absolute,
        )
        return (await self._connection.execute(delete(sessions).where(over))).rowcount

    def _is_waiting(self, token: str, now: datetime) -> ColumnElement[bool]:
        return and_(
            sessions.c.token_hash == hash_token(token),
            sessions.c.stage == _CODE,
            sessions.c.made_at >= now - _TO_SHOW_A_CODE,
        )

    async def _who(self, id: int) -> Staff | None:
        statement = with_factors().where(staff.c.id == id, staff.c.disabled_at.is_(None))
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else staff_of(row)

    async def _drop(self, which: ColumnElement[bool]) -> list[Row[Any]]:
        gone = delete(sessions).where(which).returning(sessions.c.staff_id, sessions.c.stage)
        return list((await self._connection.execute(gone)).all())

    def _shown(self, row: Row[Any], mine: bytes) -> SignedInFrom:
        return SignedInFrom(
            id=row.id,
            made_at=row.made_at,
            seen_at=row.seen_at,
            via=row.via,
            browser=row.browser,
            address=self._keyring.open_text(row.address, "sessions", row.id, "address"),
            here=row.token_hash == mine,
        )
