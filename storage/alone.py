"""A lock file that one process holds: the system lets go of it however that process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import CannotOpen


@contextmanager
def alone_with(lock: Path, taken: str) -> Iterator[None]:
    """Hold the lock file, made where it is missing; CannotOpen with `taken` where another does.

    Raises OSError where the file itself cannot be opened.
    """
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotOpen(taken) from error
        yield
    finally:
        os.close(handle)
