"""Tokens of the API: which systems may ask us, for what, from where, and until when."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Any

from sqlalchemy import Row, insert, select, update

from storage.audit import Audit
from storage.connection import Connection
from storage.reach import EVERYTHING, Reach
from storage.scope import By
from storage.staff import COMMAND_LINE, HANDLER, Staff
from storage.tables import api_tokens, staff
from storage.tokens import hash_token, new_api_token, new_id

NAMED = "api:"
"""What the audit trail puts before a token's name."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,47}")
_NO_PASSWORD = "none"  # noqa: S105 - no hash, so that no password ever fits
_LONGEST_NETWORKS = 512
_USED_EVERY = timedelta(minutes=1)
"""When it was last used is written down no more often than this."""


class Scope(StrEnum):
    """Something that a token may be for."""

    LIST = "reports:list"
    READ = "reports:read"
    READ_SENSITIVE = "reports:read-sensitive"
    WRITE = "reports:write"
    EXPORT = "reports:export"
    FORMS = "forms:read"
    WEBHOOKS = "webhooks:read"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A system that may ask us; the token itself is nowhere."""

    id: str
    name: str
    scopes: frozenset[Scope]
    networks: tuple[str, ...]
    """Where it may ask from; none for anywhere."""
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None
    by: By
    """Who that is in stories and the audit trail, and what exists for it."""

    def comes_from(self, address: str) -> bool:
        """Whether it may ask from this network address."""
        if not self.networks:
            return True
        try:
            here = ip_address(address)
        except ValueError:
            return False
        return any(here in ip_network(network, strict=False) for network in self.networks)


class ApiTokens:
    """The tokens; making and revoking one is in the audit trail."""

    def __init__(self, connection: Connection, audit: Audit) -> None:
        self._connection, self._audit = connection, audit

    async def add(
        self,
        name: str,
        scopes: Collection[Scope],
        now: datetime,
        *,
        networks: Collection[str] = (),
        expires_at: datetime | None = None,
        by: str = COMMAND_LINE,
    ) -> str:
        """Make a token, which is told only here; raises ValueError in words for the operator."""
        token, row = new_api_token(), self._row(name, scopes, networks)
        who = {"username": f"{NAMED}{name}", "name": f"{name} (API)", "role": HANDLER}
        closed = who | {"password": _NO_PASSWORD, "made_at": now, "disabled_at": now}
        account = self._connection.insert(staff).values(closed).on_conflict_do_nothing()
        id = (await self._connection.scalars(account.returning(staff.c.id))).one_or_none()
        if id is None:
            raise ValueError(f"There has been a token “{name}” already. Choose another name.")
        row |= {"token_hash": hash_token(token), "staff_id": id}
        row |= {"made_at": now, "expires_at": expires_at}
        await self._connection.execute(insert(api_tokens).values(row))
        detail = {"scopes": str(row["scopes"])}
        await self._audit.append(by, "API token added", f"{NAMED}{name}", detail, now)
        return token

    async def list(self) -> tuple[ApiToken, ...]:
        """All there have been, by name."""
        rows = await self._connection.execute(_ALL.order_by(api_tokens.c.name))
        return tuple(map(_token, rows))

    async def revoke(self, name: str, now: datetime, by: str = COMMAND_LINE) -> None:
        """Let nobody in with it any more; raises ValueError where there is none to revoke."""
        alive = (api_tokens.c.name == name, api_tokens.c.revoked_at.is_(None))
        statement = update(api_tokens).where(*alive).values(revoked_at=now)
        if not (await self._connection.execute(statement)).rowcount:
            raise ValueError(f"There is no token “{name}”. See: front-counter api token list")
        await self._audit.append(by, "API token revoked", f"{NAMED}{name}", {}, now)

    async def find(self, token: str, now: datetime) -> ApiToken | None:
        """Whose token that is; None for nobody's, a revoked one, or one that has run out."""
        statement = _ALL.where(
            api_tokens.c.token_hash == hash_token(token), api_tokens.c.revoked_at.is_(None)
        )
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None or (row.expires_at is not None and row.expires_at <= now):
            return None
        if row.used_at is None or now - row.used_at >= _USED_EVERY:
            used = update(api_tokens).where(api_tokens.c.id == row.id).values(used_at=now)
            await self._connection.execute(used)
        return _token(row)

    def _row(
        self, name: str, scopes: Collection[Scope], networks: Collection[str]
    ) -> dict[str, Any]:
        """What is asked for as a row; raises ValueError where it makes no token."""
        if not _NAME.fullmatch(name):
            raise ValueError("A token’s name is 1 to 48 of: a-z, 0-9, dot, dash, underscore.")
        if not scopes:
            raise ValueError(f"Say what it is for: --scopes with some of {', '.join(Scope)}.")
        for network in networks:
            ip_network(network, strict=False)
        kept = " ".join(networks)
        if len(kept) > _LONGEST_NETWORKS:
            raise ValueError("That is too many addresses. Name the networks they are in.")
        return {
            "id": new_id(),
            "name": name,
            "scopes": " ".join(sorted(scopes)),
            "networks": kept,
        }


_ALL = select(
    api_tokens, staff.c.username, staff.c.name.label("account_name"), staff.c.role
).join_from(api_tokens, staff, staff.c.id == api_tokens.c.staff_id)


def _token(row: Row[Any]) -> ApiToken:
    scopes = frozenset(map(Scope, row.scopes.split()))
    reach = Reach(cleared=EVERYTHING if Scope.READ_SENSITIVE in scopes else 0)
    account = Staff(row.staff_id, row.username, row.account_name, row.role, reach)
    return ApiToken(
        id=row.id,
        name=row.name,
        scopes=scopes,
        networks=tuple(row.networks.split()),
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
        by=By(account, may_see_restricted=Scope.READ_SENSITIVE in scopes),
    )
