"""What each database calls the hour of a moment, and the seconds between two of them."""

from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

# Both are whole: hours because London is always whole hours from UTC, so that its days and hours
# can be told from them; seconds because nobody waits in fractions of one.


class utc_hour(FunctionElement[str]):  # noqa: N801 - reads as the function it is in SQL
    """The hour (UTC) of a moment: 2026-11-22 09."""

    inherit_cache = True
    type = String()


class seconds_between(FunctionElement[int]):  # noqa: N801 - as above
    """Whole seconds from a moment to a later one."""

    inherit_cache = True
    type = Integer()


@compiles(utc_hour, "sqlite")
def _sqlite_hour(element: utc_hour, compiler: Any, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 13)"


@compiles(utc_hour, "postgresql")
def _postgresql_hour(element: utc_hour, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


@compiles(seconds_between, "sqlite")
def _sqlite_seconds(element: seconds_between, compiler: Any, **options: Any) -> str:
    # A Julian day is kept in milliseconds, and read three times as fast as strftime writes one.
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(round((julianday({last}) - julianday({first})) * 86400) AS INTEGER)"


@compiles(seconds_between, "postgresql")
def _postgresql_seconds(element: seconds_between, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(round(EXTRACT(epoch FROM {last} - {first})) AS BIGINT)"
