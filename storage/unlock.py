"""Bringing database and keys together, and telling before any harm is done if they do not match."""

import hmac
from pathlib import Path

from sqlalchemy import insert, select

from storage.audit import first_head
from storage.connection import Connection, Database
from storage.errors import CannotOpen
from storage.key_file import make_keys, read_keys
from storage.seal import Keyring, Unsealable
from storage.tables import meta

_CHECK = "key check"
_PLACE = ("meta", _CHECK, "value")


async def unlock(database: Database, key_file: Path) -> Keyring:
    """The keys of the database; an empty one is given new keys, unless the file is there already.

    Raises CannotOpen where the file is missing, damaged, or another database's.
    """
    async with database.transaction() as connection:
        await connection.alone()
        statement = select(meta.c.value).where(meta.c.name == _CHECK)
        sealed = (await connection.scalars(statement)).one_or_none()
        if sealed is None:
            return await _begin(connection, key_file)
    keyring = read_keys(key_file)
    try:
        found = keyring.open(sealed, *_PLACE)
    except Unsealable:
        found = b""
    if not hmac.compare_digest(found, _known(keyring)):
        raise CannotOpen(
            f"The key file {key_file} does not belong to this database: nothing in it can be read "
            "with these keys. Put the right key file back; nothing has been changed."
        )
    return keyring


async def _begin(connection: Connection, key_file: Path) -> Keyring:
    keyring = _read_or_make(key_file)
    check = {"name": _CHECK, "value": keyring.seal(_known(keyring), *_PLACE)}
    await connection.execute(insert(meta), [check, first_head(keyring)])
    return keyring


def _read_or_make(key_file: Path) -> Keyring:
    # It may be there already: given by hand, or made by a first run that was then cut short.
    return read_keys(key_file) if key_file.exists() else make_keys(key_file)


def _known(keyring: Keyring) -> bytes:
    """What the check must open to: it takes both the sealing keys and the lasting one."""
    return b"front counter " + keyring.blind_index("key check", "front counter")
