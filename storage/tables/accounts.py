"""What stands behind an account: second factors, conflicts, glass that was broken, searches."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables.base import Blind, Moment, Reference, Sealed, Token, metadata, report_key


def staff_key(**options: Any) -> Column[int]:
    """A column that names an account."""
    return Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False, **options)


second_factors = Table(
    "second_factors",
    metadata,
    Column("id", Token, primary_key=True),
    staff_key(unique=True),
    Column("secret", Sealed, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("last_step", BigInteger, nullable=False),
)
"""The secret that somebody's authenticator app has too; it counts once they have confirmed it.
`last_step` is the number of the half minute whose code was used last: none is used twice."""

recovery_codes = Table(
    "recovery_codes",
    metadata,
    staff_key(primary_key=True),
    Column("code", Blind, primary_key=True),
    Column("used_at", Moment),
)
"""A code that stands in once for the authenticator app."""

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Token, primary_key=True),
    staff_key(index=True),
    Column("credential", Text, nullable=False, unique=True),
    Column("public_key", Text, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("used_at", Moment),
)
"""A passkey of somebody's device: its id and its public key, both in base64url."""

report_conflicts = Table(
    "report_conflicts",
    metadata,
    staff_key(primary_key=True),
    report_key(primary_key=True, index=True),
    Column("at", Moment, nullable=False),
)
"""Somebody has said that they must not work on this report: it does not exist for them."""

openings = Table(
    "openings",
    metadata,
    Column("id", Token, primary_key=True),
    staff_key(),
    Column("reference", Reference, nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("reason", Sealed, nullable=False),
    Index(None, "staff_id", "until"),
    Index(None, "at"),
)
"""Somebody broke the glass: they asked for a report that was not for them, and said why. Kept also
where there is no such report, since a look in vain is to be explained as well."""

searches = Table(
    "searches",
    metadata,
    Column("id", Token, primary_key=True),
    staff_key(),
    Column("at", Moment, nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("terms", Sealed, nullable=False),
)
"""What somebody searched for, which may name a person; the audit trail names the search by id."""
