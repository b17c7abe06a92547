"""Sealing: what residents wrote, and how to reach them, unreadable and unmovable without keys."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_SIZE = 32
KEY_ID_SIZE = 4
_VERSION = b"\x01"
_NONCE_SIZE = 12
_HEADER_SIZE = len(_VERSION) + KEY_ID_SIZE
_INDEX_SIZE = 16


class Unsealable(Exception):  # noqa: N818 - says what the value is
    """A sealed value was changed or moved, or its key is not in the key file."""


@dataclass(frozen=True, slots=True)
class SealKey:
    """One AES-256 key, and the id by which sealed values name it."""

    id: bytes
    secret: bytes = field(repr=False)


class Keyring:
    """Seals with the newest key, opens with any, and finds sealed values again by blind index.

    `keys` are newest first, at least one. `lasting` (32 bytes) is what the keys that must outlive
    every rotation are derived from, by HKDF-SHA-256 (RFC 5869).
    """

    def __init__(self, keys: Sequence[SealKey], lasting: bytes) -> None:
        self.renew(keys)
        self._index_key = _derive(lasting, b"blind index")
        self.audit_key = _derive(lasting, b"audit chain")

    def renew(self, keys: Sequence[SealKey]) -> None:
        """Use these keys from now on, newest first."""
        self.newest = keys[0].id
        self._ciphers = {key.id: AESGCM(key.secret) for key in keys}

    def seal(self, data: bytes, table: str, row: str, column: str) -> bytes:
        """The version | key id | nonce | AES-256-GCM ciphertext, bound to where it will stand.

        The nonce is random: 96 bits are enough for 2**32 values a key (NIST SP 800-38D, 8.3).
        """
        header = _VERSION + self.newest
        nonce = secrets.token_bytes(_NONCE_SIZE)
        cipher = self._ciphers[self.newest]
        return header + nonce + cipher.encrypt(nonce, data, _bind(header, table, row, column))

    def open(self, sealed: bytes, table: str, row: str, column: str) -> bytes:
        """What was sealed for exactly this place; raises Unsealable for anything else."""
        header, rest = sealed[:_HEADER_SIZE], sealed[_HEADER_SIZE:]
        cipher = self._ciphers.get(header[len(_VERSION) :])
        if not header.startswith(_VERSION) or cipher is None:
            raise Unsealable(f"{table}.{column} is sealed with a key that is not in the key file")
        nonce, ciphertext = rest[:_NONCE_SIZE], rest[_NONCE_SIZE:]
        try:
            return cipher.decrypt(nonce, ciphertext, _bind(header, table, row, column))
        except (InvalidTag, ValueError) as error:
            raise Unsealable(
                f"{table}.{column} was changed or moved, or has another key"
            ) from error

    def seal_text(self, text: str, table: str, row: str, column: str) -> bytes:
        """`seal` for text; lone surrogates too, since what was written is kept as it was."""
        return self.seal(text.encode("utf-8", "surrogatepass"), table, row, column)

    def open_text(self, sealed: bytes, table: str, row: str, column: str) -> str:
        """`open` for what seal_text sealed."""
        return self.open(sealed, table, row, column).decode("utf-8", "surrogatepass")

    def blind_index(self, kind: str, value: str) -> bytes:
        """16 bytes by which `value` is found again; one kind's say nothing about another's."""
        message = f"{kind}|{value}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._index_key, message, hashlib.sha256)[:_INDEX_SIZE]


def _bind(header: bytes, table: str, row: str, column: str) -> bytes:
    return header + f"{table}|{row}|{column}".encode()


def _derive(lasting: bytes, purpose: bytes) -> bytes:
    info = b"front-counter " + purpose
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=info).derive(lasting)
