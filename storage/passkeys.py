"""Passkeys: the public keys of devices with which staff sign in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from storage.audit import Audit
from storage.connection import Connection
from storage.staff import Staff, staff_of, with_factors
from storage.tables import passkeys, staff
from storage.tokens import new_id


@dataclass(frozen=True, slots=True)
class Passkey:
    """What is kept of a passkey; the secret never leaves its device."""

    id: str
    credential: str
    """Its id as the browser knows it, in base64url."""
    public_key: str
    """COSE, in base64url."""
    sign_count: int
    """How often it was used, as the device says; 0 from devices that do not count."""
    made_at: datetime
    used_at: datetime | None


class Passkeys:
    """Passkeys by account and by credential."""

    def __init__(self, connection: Connection, audit: Audit) -> None:
        self._connection, self._audit = connection, audit

    async def add(
        self, who: Staff, credential: str, public_key: str, sign_count: int, now: datetime
    ) -> None:
        """Let this device sign somebody in; raises Rejected for one that is known already."""
        row = {
            "id": new_id(),
            "staff_id": who.id,
            "credential": credential,
            "public_key": public_key,
            "sign_count": sign_count,
            "made_at": now,
        }
        await self._connection.execute(insert(passkeys).values(row))
        await self._audit.append(who.username, "passkey added", who.username, {}, now)

    async def of(self, who: Staff) -> tuple[Passkey, ...]:
        """Somebody's passkeys, the oldest first."""
        statement = select(passkeys).where(passkeys.c.staff_id == who.id)
        rows = await self._connection.execute(statement.order_by(passkeys.c.made_at))
        return tuple(
            Passkey(r.id, r.credential, r.public_key, r.sign_count, r.made_at, r.used_at)
            for r in rows
        )

    async def find(self, credential: str) -> tuple[Staff, Passkey] | None:
        """Whose passkey it is, if their account is open."""
        statement = select(passkeys).where(passkeys.c.credential == credential)
        r = (await self._connection.execute(statement)).one_or_none()
        if r is None:
            return None
        holder = with_factors().where(staff.c.id == r.staff_id, staff.c.disabled_at.is_(None))
        row = (await self._connection.execute(holder)).one_or_none()
        if row is None:
            return None
        found = Passkey(r.id, r.credential, r.public_key, r.sign_count, r.made_at, r.used_at)
        return staff_of(row), found

    async def used(self, id: str, sign_count: int, now: datetime) -> None:
        """It has just signed somebody in."""
        values = {"sign_count": sign_count, "used_at": now}
        await self._connection.execute(update(passkeys).where(passkeys.c.id == id).values(values))

    async def remove(self, who: Staff, id: str, now: datetime) -> None:
        """Let the device sign nobody in any more."""
        mine = delete(passkeys).where(passkeys.c.id == id, passkeys.c.staff_id == who.id)
        if (await self._connection.execute(mine)).rowcount:
            await self._audit.append(who.username, "passkey removed", who.username, {}, now)
