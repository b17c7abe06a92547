"""A lock file that one process holds: the system lets go of it however that process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import CannotOpen


@contextmanager
def alone_with(lock: Path, taken: str, broken: str) -> Iterator[None]:
    """Hold the lock file, made where it is missing, its folder too.

    Raises CannotOpen: with the sentence `taken` where another process holds it, and with `broken`
    and the system's reason where there can be no such file.
    """
    try:
        lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotOpen(f"{broken}: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotOpen(taken) from error
        yield
    finally:
        os.close(handle)
