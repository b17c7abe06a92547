"""Passwords, hashed with Argon2id away from the event loop and few at a time."""

import asyncio
import base64
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Hashes and verifies; `slots` at a time, since each takes 19 MiB and a core for 40 ms.

    The parameters are OWASP's (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane.
    """

    def __init__(self, slots: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._slots = asyncio.Semaphore(slots)
        self._nobody = self._impossible_hash()

    async def hash(self, password: str) -> str:
        """The hash to keep, with its salt and parameters."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, _bytes(password))

    async def verify(self, hash: str | None, password: str) -> bool:
        """Whether `password` is the one; None for nobody's, which takes as long and is never."""
        async with self._slots:
            return await asyncio.to_thread(self._verify, hash or self._nobody, _bytes(password))

    def _verify(self, hash: str, password: bytes) -> bool:
        try:
            return self._hasher.verify(hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def _impossible_hash(self) -> str:
        """A hash of no known password: it costs as much to verify, and nothing to make."""
        salt, digest = (
            base64.b64encode(secrets.token_bytes(size)).decode("ascii").rstrip("=")
            for size in (self._hasher.salt_len, self._hasher.hash_len)
        )
        cost = (
            f"m={self._hasher.memory_cost},t={self._hasher.time_cost},p={self._hasher.parallelism}"
        )
        return f"$argon2id$v=19${cost}${salt}${digest}"


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
