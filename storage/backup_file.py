"""A backup on disk: what the database gave, in sealed pieces, and what there has to be in it.

Only the key file opens it, and that is kept elsewhere. Each piece is bound to this backup and to
its place in it; the manifest is the last one, so that a backup cut short is known to be.
"""

import hashlib
import json
import os
import secrets
import struct
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from storage.durable import sync_folder
from storage.errors import StorageError
from storage.seal import Keyring, Unsealable

PIECE = 1024 * 1024
_MAGIC = b"FRONT-COUNTER-BACKUP 1\n"
_LENGTH = struct.Struct(">I")
_DATA, _MANIFEST = b"D", b"M"
_MOST = 2 * PIECE


class BadBackup(StorageError):  # noqa: N818 - says what it is
    """The file is no backup, not a whole one, or not of these keys; the text says which."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    kind: str
    """"sqlite" or "postgresql"."""
    made_at: str
    schema: str
    counts: Mapping[str, int]
    """Rows by table."""
    size: int = 0
    sha256: str = ""


class Writer:
    """Writes a backup; the file is there under its name only when it is whole."""

    def __init__(self, path: Path, keyring: Keyring) -> None:
        self._path, self._keyring = path, keyring
        self._fresh = path.with_name(path.name + ".new")
        self._id = secrets.token_bytes(16)
        self._number, self._size, self._hash = 0, 0, hashlib.sha256()

    def __enter__(self) -> "Writer":
        handle = os.open(self._fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._file.write(_MAGIC + self._id)
        return self

    def write(self, data: bytes) -> None:
        """Add a piece, of PIECE bytes at the most."""
        self._size += len(data)
        self._hash.update(data)
        self._add(_DATA + data)

    def finish(self, kind: str, schema: str, counts: Mapping[str, int], at: datetime) -> Manifest:
        """Write the manifest, and put the file under its name."""
        made_at, sha256 = at.isoformat(), self._hash.hexdigest()
        manifest = Manifest(kind, made_at, schema, counts, self._size, sha256)
        self._add(_MANIFEST + json.dumps(asdict(manifest)).encode())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._fresh.rename(self._path)
        sync_folder(self._path.parent)
        return manifest

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._fresh.unlink(missing_ok=True)

    def _add(self, plain: bytes) -> None:
        sealed = self._keyring.seal(plain, "backup", self._id.hex(), str(self._number))
        self._number += 1
        self._file.write(_LENGTH.pack(len(sealed)) + sealed)


def read_backup(path: Path, keyring: Keyring) -> Iterator[bytes | Manifest]:
    """The pieces of a backup, and last its manifest; raises BadBackup, also when it is cut short.

    What was given before it is known to be whole only when the manifest has come.
    """
    checked, size = hashlib.sha256(), 0
    with _opened(path) as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise BadBackup(f"{path} is no backup of a front counter.")
        id, number = file.read(16).hex(), 0
        while head := file.read(_LENGTH.size):
            length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else _MOST + 1
            sealed = file.read(min(length, _MOST))
            if len(sealed) != length:
                break
            try:
                plain = keyring.open(sealed, "backup", id, str(number))
            except Unsealable:
                raise BadBackup(f"{path} was changed, or needs another key file.") from None
            number += 1
            if plain[:1] == _MANIFEST:
                manifest = Manifest(**json.loads(plain[1:]))
                if (manifest.size, manifest.sha256) != (size, checked.hexdigest()):
                    break
                yield manifest
                return
            size += len(plain) - 1
            checked.update(plain[1:])
            yield plain[1:]
    raise BadBackup(f"{path} is cut short: it is not a whole backup.")


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise BadBackup(f"{path} cannot be read: {error.strerror}.") from error
