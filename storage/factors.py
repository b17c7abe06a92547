"""Second factors: codes of an authenticator app, each good once, and codes for who has lost it."""

import hmac
import re
from datetime import datetime

import pyotp
from sqlalchemy import delete, insert, select, update

from storage.audit import Audit
from storage.connection import Connection
from storage.seal import Keyring
from storage.staff import Staff
from storage.tables import passkeys, recovery_codes, second_factors
from storage.tokens import new_id, new_recovery_code

APP, RECOVERY = "authenticator app", "recovery code"
"""What somebody showed."""
CODES = 10
"""Recovery codes that are made at once."""
_STEP = 30
_SLACK = 1
"""Half minutes by which a telephone's clock may be off, either way."""
_DIGITS = re.compile("[0-9]{6}")
_NEVER = 0


class Factors:
    """What somebody has to show beside their password."""

    def __init__(self, connection: Connection, keyring: Keyring, audit: Audit) -> None:
        self._connection, self._keyring, self._audit = connection, keyring, audit

    async def begin(self, who: Staff, now: datetime) -> str:
        """The secret to put into an app, in base32; the same until a code of it is confirmed.

        Raises ValueError where they have an app already.
        """
        statement = select(second_factors).where(second_factors.c.staff_id == who.id)
        row = (await self._connection.execute(statement)).one_or_none()
        if row is not None and row.confirmed_at is not None:
            raise ValueError("There is an authenticator app already.")
        if row is not None:
            return self._secret(row.id, row.secret)
        id, secret = new_id(), pyotp.random_base32()
        sealed = self._keyring.seal_text(secret, "second_factors", id, "secret")
        made = {"id": id, "staff_id": who.id, "secret": sealed, "made_at": now}
        await self._connection.execute(insert(second_factors).values(made | {"last_step": _NEVER}))
        return secret

    async def confirm(self, who: Staff, code: str, now: datetime) -> tuple[str, ...] | None:
        """From now on the app is wanted: the recovery codes, told only here; None if it is wrong.

        Raises LookupError where no app was begun.
        """
        statement = select(second_factors.c.id).where(second_factors.c.staff_id == who.id)
        id = (await self._connection.scalars(statement)).one_or_none()
        if id is None:
            raise LookupError("no app was begun")
        if not await self._takes(who, code, now, confirmed=False):
            return None
        confirmed = update(second_factors).where(second_factors.c.id == id)
        await self._connection.execute(confirmed.values(confirmed_at=now))
        await self._audit.append(who.username, "second factor set up", who.username, {}, now)
        return await self._fresh_codes(who)

    async def has_app(self, who: Staff) -> bool:
        """Whether they have confirmed an app."""
        statement = select(second_factors.c.id).where(
            second_factors.c.staff_id == who.id, second_factors.c.confirmed_at.is_not(None)
        )
        return (await self._connection.scalars(statement)).one_or_none() is not None

    async def check(self, who: Staff, code: str, now: datetime) -> str | None:
        """What was shown, APP or RECOVERY, and is thereby used up; None for a wrong code."""
        if await self._takes(who, code, now, confirmed=True):
            return APP
        index = self._index(who, code)
        unused = recovery_codes.c.used_at.is_(None)
        mine = (recovery_codes.c.staff_id == who.id) & (recovery_codes.c.code == index) & unused
        used = update(recovery_codes).where(mine).values(used_at=now)
        return RECOVERY if (await self._connection.execute(used)).rowcount else None

    async def new_codes(self, who: Staff, now: datetime) -> tuple[str, ...]:
        """Other recovery codes in place of all earlier ones."""
        await self._audit.append(who.username, "recovery codes made", who.username, {}, now)
        return await self._fresh_codes(who)

    async def codes_left(self, who: Staff) -> int:
        """How many recovery codes are not used yet."""
        statement = select(recovery_codes.c.code).where(
            recovery_codes.c.staff_id == who.id, recovery_codes.c.used_at.is_(None)
        )
        return len((await self._connection.scalars(statement)).all())

    async def reset(self, who: Staff, now: datetime, by: str) -> None:
        """Take away app, recovery codes and passkeys: they have lost them."""
        for table in (second_factors, recovery_codes, passkeys):
            await self._connection.execute(delete(table).where(table.c.staff_id == who.id))
        await self._audit.append(by, "second factor reset", who.username, {}, now)

    async def _takes(self, who: Staff, code: str, now: datetime, *, confirmed: bool) -> bool:
        """Whether the app shows this code about now, and it was not used before."""
        digits = code.replace(" ", "")
        statement = select(second_factors).where(second_factors.c.staff_id == who.id)
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None or (row.confirmed_at is not None) != confirmed:
            return False
        if not _DIGITS.fullmatch(digits):
            return False
        app = pyotp.TOTP(self._secret(row.id, row.secret), interval=_STEP)
        here = int(now.timestamp()) // _STEP
        shown = (
            step
            for step in range(here - _SLACK, here + _SLACK + 1)
            if step > row.last_step and hmac.compare_digest(app.generate_otp(step), digits)
        )
        step = next(shown, None)
        if step is None:
            return False
        # Of two that send the same code at once, only one finds it unused.
        unused = (second_factors.c.id == row.id) & (second_factors.c.last_step < step)
        used = update(second_factors).where(unused).values(last_step=step)
        return bool((await self._connection.execute(used)).rowcount)

    async def _fresh_codes(self, who: Staff) -> tuple[str, ...]:
        codes = tuple(new_recovery_code() for _ in range(CODES))
        mine = delete(recovery_codes).where(recovery_codes.c.staff_id == who.id)
        await self._connection.execute(mine)
        rows = [{"staff_id": who.id, "code": self._index(who, code)} for code in codes]
        await self._connection.execute(insert(recovery_codes), rows)
        return codes

    def _secret(self, id: str, sealed: bytes) -> str:
        return self._keyring.open_text(sealed, "second_factors", id, "secret")

    def _index(self, who: Staff, code: str) -> bytes:
        letters = "".join(char for char in code.upper() if char.isalnum())
        return self._keyring.blind_index(RECOVERY, f"{who.id} {letters}")
