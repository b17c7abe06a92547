"""Which replies a channel has taken that the database does not know of yet.

Written without waiting for the disk: the system keeps it when the process is killed, and then the
next one does not send those replies again. When the power goes it may be lost: then they are sent
twice, with the same reference.
"""

import os
from collections.abc import Iterator
from pathlib import Path


class SentLog:
    """A file of lines: the reply's number, and the channel's id of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def left(self) -> Iterator[tuple[int, str]]:
        """What the process before us had sent and not yet written into the database."""
        if not self._path.exists():
            return
        for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
            number, _, id = line.partition(" ")
            if number.isdecimal():
                yield int(number), id

    def add(self, id: int, channel_message_id: str) -> None:
        """The channel has taken it. Raises OSError."""
        if self._file is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            self._file = os.open(self._path, flags, 0o600)
        os.write(self._file, f"{id} {channel_message_id}\n".encode())

    def clear(self) -> None:
        """All of it is in the database. Raises OSError."""
        if self._path.exists() and self._path.stat().st_size:
            os.truncate(self._path, 0)
