"""The key file: made on the first run for its owner's eyes only, read ever after."""

import base64
import binascii
import logging
import re
import secrets
import stat
from pathlib import Path

from storage.durable import replace, sync_folder, write_new
from storage.errors import CannotOpen
from storage.seal import KEY_ID_SIZE, KEY_SIZE, Keyring, SealKey

_log = logging.getLogger(__name__)

_LINE = re.compile(
    r"(?:lasting|(?P<kind>seal|next) (?P<id>[0-9a-f]{8})) (?P<key>[A-Za-z0-9+/]{43}=)"
)
_ABOUT = """\
# Front Counter's keys. Whoever has this file and the database can read everything in it; without
# this file nobody can. Keep a copy of it, apart from the backups of the data.
# `lasting` finds things again and chains the audit trail: it never changes.
# `seal`: the first of these seals, all of them open. `next`: opens, and will seal one day.
"""


def read_keys(path: Path) -> Keyring:
    """The keys in the file at `path`; warns where others may read it; raises CannotOpen."""
    return Keyring(*_read(path))


def _read(path: Path) -> tuple[tuple[SealKey, ...], bytes]:
    """The sealing keys, the one that seals first, and the lasting one."""
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


def read_key_list(path: Path) -> tuple[SealKey, ...]:
    """The sealing keys of the file, the one that seals first; raises CannotOpen."""
    return _read(path)[0]


def prepare_key(path: Path) -> str:
    """Add a key that only opens yet, unless there is one already; its id. Raises CannotOpen."""
    lines = path.read_text(encoding="ascii").splitlines()
    waiting = [line for line in lines if line.startswith("next ")]
    if waiting:
        return waiting[0].split()[1]
    id = secrets.token_hex(KEY_ID_SIZE)
    _replace(path, [*lines, f"next {id} {_new_key()}"])
    return id


def promote_key(path: Path) -> str:
    """Let the prepared key, or else a new one, be the one that seals; its id. Raises CannotOpen."""
    id = prepare_key(path)
    lines = path.read_text(encoding="ascii").splitlines()
    (prepared,) = (line for line in lines if line.startswith("next "))
    lines.remove(prepared)
    first = next(place for place, line in enumerate(lines) if line.startswith("seal "))
    lines.insert(first, prepared.replace("next ", "seal ", 1))
    _replace(path, lines)
    return id


def make_keys(path: Path) -> Keyring:
    """New keys in a new file with mode 0600; raises CannotOpen, also where there is one already."""
    lines = [f"lasting {_new_key()}", f"seal {secrets.token_hex(KEY_ID_SIZE)} {_new_key()}"]
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # On the disk before anything is sealed: keys lost to a power cut are data lost.
        write_new(path, _ABOUT + "\n".join(lines) + "\n")
        sync_folder(path.parent)
    except OSError as error:
        raise CannotOpen(f"The key file {path} cannot be made: {error.strerror}.") from error
    return read_keys(path)


def _replace(path: Path, lines: list[str]) -> None:
    try:
        replace(path, "\n".join(lines) + "\n")
    except OSError as error:
        raise CannotOpen(f"The key file {path} cannot be changed: {error.strerror}.") from error


def _parse(path: Path, lines: list[str]) -> tuple[tuple[SealKey, ...], bytes]:
    keys: dict[str, list[SealKey]] = {"seal": [], "next": []}
    lasting = []
    for line in filter(None, lines):
        match = _LINE.fullmatch(line)
        secret = _decoded(match["key"]) if match else b""
        if match is None or len(secret) != KEY_SIZE:
            raise CannotOpen(f"The key file {path} is damaged.")
        if match["id"] is None:
            lasting.append(secret)
        else:
            keys[match["kind"]].append(SealKey(bytes.fromhex(match["id"]), secret))
    if not keys["seal"] or len(lasting) != 1:
        raise CannotOpen(f"The key file {path} is damaged: it lacks a key.")
    return (*keys["seal"], *keys["next"]), lasting[0]


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_SIZE)).decode("ascii")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
