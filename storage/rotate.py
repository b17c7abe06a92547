"""Key rotation while running: a new key seals, and what older ones sealed is sealed anew."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, LargeBinary, Row, Table, and_, func, select, tuple_, update
from sqlalchemy.sql.elements import ColumnElement

from storage.connection import Database
from storage.key_file import prepare_key, promote_key, read_key_list
from storage.seal import KEY_ID_SIZE, Keyring
from storage.tables import metadata

_BATCH = 200


@dataclass(frozen=True, slots=True)
class _Spot:
    """A sealed column, and what names its row in the seal."""

    column: Column[bytes]
    row: Callable[[Row[Any]], str]


def _named(*names: str) -> Callable[[Row[Any]], str]:
    return lambda row: ":".join(str(getattr(row, name)) for name in names)


_ROW_OF = {
    "meta": _named("name"),
    "messages": _named("seal_id"),
    "report_events": _named("seal_id"),
    "reports": _named("reference"),
    "report_traces": _named("reference"),
    "file_chunks": _named("file_id", "number"),
    "api_requests": _named("seal_id"),
}
"""What names a row in the seal, where that is not its `id`."""

_NOT_SEALED = {"sessions.token_hash", "audit.mac"}
"""Binary columns that hold no ciphertext; blind indexes have a length and are told by it."""


def sealed_columns() -> list[_Spot]:
    """Every sealed column of the schema."""
    return [
        _Spot(column, _ROW_OF.get(table.name, _named("id")))
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
        and column.type.length is None
        and f"{table.name}.{column.name}" not in _NOT_SEALED
    ]


class Rotation:
    """The key file of a running program, and everything sealed with it."""

    def __init__(self, database: Database, keyring: Keyring, key_file: Path) -> None:
        self._database, self._keyring, self._key_file = database, keyring, key_file

    def prepare(self) -> str:
        """Add a key that opens and does not seal yet, for other replicas to get first; its id.

        Raises CannotOpen where the file cannot be written.
        """
        prepared = prepare_key(self._key_file)
        self.reload()
        return prepared

    def reload(self) -> tuple[str, ...]:
        """Read the key file again; the ids of its keys, the one that seals first."""
        keys = read_key_list(self._key_file)
        self._keyring.renew(keys)
        return tuple(key.id.hex() for key in keys)

    async def rotate(self) -> tuple[str, int]:
        """Seal with a new key from now on, and seal all there is anew; its id, and how many values.

        A prepared key is taken where there is one. Interrupted, it goes on where it was when it is
        called again.
        """
        if not await self.left():
            promote_key(self._key_file)
            self.reload()
        done = 0
        for spot in sealed_columns():
            done += await self._reseal(spot)
        return self._keyring.newest.hex(), done

    async def left(self) -> int:
        """How many values another key than the newest has sealed."""
        count = 0
        async with self._database.transaction() as connection:
            for spot in sealed_columns():
                table = spot.column.table
                statement = select(func.count()).select_from(table).where(self._older(spot.column))
                count += (await connection.scalars(statement)).one()
        return count

    async def _reseal(self, spot: _Spot) -> int:
        """Seal a column anew, some rows a transaction, so that nobody waits long."""
        done, last = 0, None
        while True:
            async with self._database.transaction() as connection:
                rows = (await connection.execute(self._next(spot, last))).all()
                for row in rows:
                    await connection.execute(self._sealed_anew(spot, row))
            if not rows:
                return done
            done += len(rows)
            last = tuple(rows[-1][: len(_key(spot))])

    def _next(self, spot: _Spot, last: tuple[Any, ...] | None) -> Any:
        table: Table = spot.column.table
        key = _key(spot)
        others = [column for column in table.columns if column not in key]
        # What names the row may be in any column, but of the sealed ones only this is fetched.
        light = [c for c in others if not isinstance(c.type, LargeBinary)]
        statement = select(*key, *light, spot.column.label("sealed"))
        statement = statement.where(self._older(spot.column)).order_by(*key).limit(_BATCH)
        if last is not None:
            statement = statement.where(tuple_(*key) > last)
        return statement.with_for_update(key_share=True)

    def _sealed_anew(self, spot: _Spot, row: Row[Any]) -> Any:
        table: Table = spot.column.table
        place = (table.name, spot.row(row), spot.column.name)
        sealed = self._keyring.seal(self._keyring.open(row.sealed, *place), *place)
        same = and_(*(column == getattr(row, column.name) for column in _key(spot)))
        return update(table).where(same).values({spot.column.name: sealed})

    def _older(self, column: Column[bytes]) -> ColumnElement[bool]:
        """Whether a value is there and names another key than the newest."""
        id = func.substr(column, 2, KEY_ID_SIZE)
        return and_(column.is_not(None), id != self._keyring.newest)


def _key(spot: _Spot) -> list[Column[Any]]:
    return list(spot.column.table.primary_key)
