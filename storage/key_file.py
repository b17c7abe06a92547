"""The key file: made on the first run for its owner's eyes only, read ever after."""

import base64
import binascii
import logging
import os
import re
import secrets
import stat
from pathlib import Path

from storage.errors import CannotOpen
from storage.seal import KEY_ID_SIZE, KEY_SIZE, Keyring, SealKey

_log = logging.getLogger(__name__)

_LINE = re.compile(r"(?:lasting|seal (?P<id>[0-9a-f]{8})) (?P<key>[A-Za-z0-9+/]{43}=)")
_ABOUT = """\
# Front Counter's keys. Whoever has this file and the database can read everything in it; without
# this file nobody can. Keep a copy of it, apart from the backups of the data.
# `lasting` finds things again and chains the audit trail: it never changes.
# `seal`: the first of these seals, all of them open.
"""


def read_keys(path: Path) -> Keyring:
    """The keys in the file at `path`; warns where others may read it; raises CannotOpen."""
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            _log.warning("Others can read the key file %s: run `chmod 600` on it.", path)
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError as error:
        raise CannotOpen(
            f"The key file {path} is missing, and nothing in the database can be read without it."
        ) from error
    except (OSError, ValueError) as error:
        raise CannotOpen(f"The key file {path} cannot be read.") from error
    return _parse(path, [line.strip() for line in lines if not line.startswith("#")])


def make_keys(path: Path) -> Keyring:
    """New keys in a new file with mode 0600; raises CannotOpen, also where there is one already."""
    lines = [f"lasting {_new_key()}", f"seal {secrets.token_hex(KEY_ID_SIZE)} {_new_key()}"]
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(_ABOUT + "\n".join(lines) + "\n")
            file.flush()
            # On the disk before anything is sealed: keys lost to a power cut are data lost.
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except OSError as error:
        raise CannotOpen(f"The key file {path} cannot be made: {error.strerror}.") from error
    return read_keys(path)


def _parse(path: Path, lines: list[str]) -> Keyring:
    keys, lasting = [], []
    for line in filter(None, lines):
        match = _LINE.fullmatch(line)
        secret = _decoded(match["key"]) if match else b""
        if match is None or len(secret) != KEY_SIZE:
            raise CannotOpen(f"The key file {path} is damaged.")
        if match["id"] is None:
            lasting.append(secret)
        else:
            keys.append(SealKey(bytes.fromhex(match["id"]), secret))
    if not keys or len(lasting) != 1:
        raise CannotOpen(f"The key file {path} is damaged: it lacks a key.")
    return Keyring(keys, lasting[0])


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_SIZE)).decode("ascii")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def _sync_folder(folder: Path) -> None:
    """Write the folder's entries down: a new file is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
