"""What all tables share: the metadata, moments, sealed columns, and keys that point elsewhere."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite has no time zones, so there it is naive on disk."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC; raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware of its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC, aware."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


Number = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits; SQLite counts up by itself only in a column that says INTEGER."""
Sealed = LargeBinary
Token = String(32)
"""A random 128-bit id in hexadecimal digits, made before the row is, since sealing needs it."""
Blind = LargeBinary(16)
"""A blind index: finds a sealed value again without telling what it is."""
Reference = String(11)


def conversation_key(*, ondelete: str, **options: Any) -> Column[str]:
    """A column that names a conversation, and what becomes of the row when that is erased."""
    key = ForeignKey("conversations.id", ondelete=ondelete)
    return Column("conversation_id", Token, key, **options)


def report_key(name: str = "reference", **options: Any) -> Column[str]:
    """A column that names a report; its row goes with the report."""
    key = ForeignKey("reports.reference", ondelete="CASCADE")
    return Column(name, Reference, key, **options)
