"""Switches that an operator turns and every replica obeys, across restarts."""

from datetime import datetime

from sqlalchemy import delete, select

from storage.audit import Audit
from storage.connection import Connection
from storage.seal import Keyring
from storage.tables import meta

MAINTENANCE = "maintenance"
"""While it is on the counter takes nothing but emergencies."""
_ON = b"on"


class Switches:
    """One fact each in `meta`: its row is there while the switch is on."""

    def __init__(self, connection: Connection, keyring: Keyring, audit: Audit) -> None:
        self._connection, self._keyring, self._audit = connection, keyring, audit

    async def is_on(self, name: str) -> bool:
        """Whether it is on; raises Unsealable for a row that this counter has not written."""
        statement = select(meta.c.value).where(meta.c.name == name)
        sealed = (await self._connection.scalars(statement)).one_or_none()
        return sealed is not None and self._keyring.open(sealed, "meta", name, "value") == _ON

    async def turn(self, name: str, who: str, now: datetime, *, on: bool) -> None:
        """Turn it on or off; an audit event, also where it was so already."""
        await self._connection.execute(delete(meta).where(meta.c.name == name))
        if on:
            value = self._keyring.seal(_ON, "meta", name, "value")
            await self._connection.execute(
                self._connection.insert(meta).values({"name": name, "value": value})
            )
        await self._audit.append(who, f"{name} {'on' if on else 'off'}", "", {}, now)
