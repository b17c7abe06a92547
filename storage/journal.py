"""The journal: events that the database could not take, sealed, in order, fsynced before an answer.

It is made for a second volume, so that a full or broken first one does not take it along.
"""

import asyncio
import logging
import os
import struct
import zlib
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from handlers.messages import Event
from storage.alone import alone_with
from storage.codec import from_json, one_from_json, one_to_json, to_json
from storage.conversations import Address
from storage.durable import sync_folder
from storage.errors import StorageError
from storage.seal import Keyring, Unsealable

log = logging.getLogger(__name__)

# A mark by which the next record is found behind a damaged one, then length, number and CRC-32.
_MARK = b"\xfcJ1\n"
_HEAD = struct.Struct(">4sIQI")
_MOST_BYTES = 256 * 1024 * 1024


class CannotHold(StorageError):  # noqa: N818 - reads as the sentence it is
    """The journal cannot take an event either: nothing of it is kept anywhere."""


@dataclass(frozen=True, slots=True)
class Held:
    """An event that waits in the journal."""

    address: Address
    event_id: str
    event: Event
    at: datetime
    number: int = 0
    """Its place in the journal, from 1 on."""


@dataclass(frozen=True, slots=True)
class _About:
    """What is kept of an event besides itself."""

    channel: str
    key: str
    event_id: str
    at: datetime


class Journal:
    """Holds events; made by open_journal. Files are named by the number of their first record."""

    def __init__(self, folder: Path, keyring: Keyring, most_bytes: int = _MOST_BYTES) -> None:
        self._folder, self._keyring, self._most = folder, keyring, most_bytes
        self._waiting: dict[Address, OrderedDict[int, Held]] = {}
        self._ids: set[tuple[Address, str]] = set()
        self._next = 1
        self._size = 0
        self._file: int | None = None
        self._unwritten: deque[tuple[bytes, asyncio.Future[None]]] = deque()
        self._adding = 0
        self._writing: asyncio.Task[None] | None = None
        for held, size in self._read():
            self._remember(held)
            self._size += size
            self._next = held.number + 1

    def __len__(self) -> int:
        return len(self._ids)

    def holds(self, address: Address) -> bool:
        """Whether events of that conversation wait: then later ones have to join them."""
        return address in self._waiting

    def heads(self, most: int) -> tuple[Held, ...]:
        """The first event of each of at most so many conversations, the oldest first."""
        firsts = (next(iter(events.values())) for events in self._waiting.values())
        return tuple(sorted(firsts, key=lambda held: held.number)[:most])

    @property
    def oldest(self) -> datetime | None:
        """When the event came that waits longest; None where none waits."""
        heads = self.heads(1)
        return heads[0].at if heads else None

    async def add(self, address: Address, event_id: str, event: Event, at: datetime) -> None:
        """Hold an event; on the disk when this returns. Raises CannotHold.

        An event that is held already is not held again.
        """
        if (address, event_id) in self._ids:
            return
        held = Held(address, event_id, event, at, self._next)
        record = self._record(held)
        if self._size + len(record) > self._most:
            raise CannotHold("the journal is full")
        self._next += 1
        self._size += len(record)
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unwritten.append((record, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        self._adding += 1
        written.add_done_callback(lambda _: self._added(held, written))
        await asyncio.shield(written)

    def done(self, held: Held) -> None:
        """It is in the database now; the files go when nothing waits any more."""
        events = self._waiting.get(held.address)
        if events is None or events.pop(held.number, None) is None:
            return
        self._ids.discard((held.address, held.event_id))
        if not events:
            del self._waiting[held.address]
        if not self._ids and not self._adding:
            self._clear()

    async def close(self) -> None:
        """Wait for what is being written, and close the file."""
        if self._writing is not None:
            await asyncio.wait((self._writing,))
        self._shut()

    def _added(self, held: Held, written: asyncio.Future[None]) -> None:
        # Also where the caller was cancelled meanwhile: it is on the disk all the same.
        self._adding -= 1
        if not written.cancelled() and written.exception() is None:
            self._remember(held)

    def _remember(self, held: Held) -> None:
        self._waiting.setdefault(held.address, OrderedDict())[held.number] = held
        self._ids.add((held.address, held.event_id))

    async def _write_all(self) -> None:
        """Write what waits, one fsync for all that came in the meantime."""
        while self._unwritten:
            batch = [self._unwritten.popleft() for _ in range(len(self._unwritten))]
            try:
                await asyncio.to_thread(self._append, b"".join(record for record, _ in batch))
            except OSError as error:
                log.error("the journal cannot be written: %s", type(error).__name__)
                for record, written in batch:
                    self._size -= len(record)
                    _settle(written, CannotHold(type(error).__name__))
            else:
                for _, written in batch:
                    _settle(written, None)

    def _append(self, data: bytes) -> None:
        try:
            if self._file is None:
                self._file = self._new_file()
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]
            os.fdatasync(self._file)
        except OSError:
            # After a failed fsync nobody knows what is on the disk, and a second try may lie: so
            # this file is left as it is, and the next event begins another.
            self._shut()
            raise

    def _new_file(self) -> int:
        taken = [int(path.suffix[1:]) for path in self._files()]
        path = self._folder / f"journal.{max(taken, default=0) + 1:06}"
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        sync_folder(self._folder)
        return file

    def _clear(self) -> None:
        """Take the files away: all that was in them is in the database."""
        self._shut()
        self._size = 0
        try:
            for path in self._files():
                path.unlink(missing_ok=True)
        except OSError as error:
            # Should they come back at the next start, their events are known to be taken.
            log.error("files of the journal cannot be taken away: %s", type(error).__name__)

    def _shut(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("journal.[0-9]*"))

    def _record(self, held: Held) -> bytes:
        about = _About(held.address.channel, held.address.key, held.event_id, held.at)
        # Compact JSON has no line breaks, so that one parts the two.
        text = to_json(about) + b"\n" + one_to_json(held.event)
        sealed = self._keyring.seal(text, "journal", str(held.number), "event")
        head = _HEAD.pack(_MARK, len(sealed), held.number, zlib.crc32(sealed))
        return head + sealed

    def _read(self) -> Iterator[tuple[Held, int]]:
        """What the files hold, in order; damage costs no more than the records it hit."""
        for path in self._files():
            data = path.read_bytes()
            place = 0
            while (place := data.find(_MARK, place)) >= 0:
                held, end = self._read_one(data, place)
                if held is None:
                    log.error("a record of the journal %s is damaged or cut short", path.name)
                    place += len(_MARK)
                    continue
                yield held, end - place
                place = end

    def _read_one(self, data: bytes, place: int) -> tuple[Held | None, int]:
        """The record that begins there, and where it ends; None for a damaged one."""
        if place + _HEAD.size > len(data):
            return None, place
        _, length, number, crc = _HEAD.unpack_from(data, place)
        start = place + _HEAD.size
        sealed = data[start : start + length]
        if len(sealed) != length or zlib.crc32(sealed) != crc:
            return None, place
        try:
            text = self._keyring.open(sealed, "journal", str(number), "event")
            about, event = text.split(b"\n", 1)
            known = from_json(_About, about)
            address = Address(known.channel, known.key)
            held = Held(address, known.event_id, one_from_json(Event, event), known.at, number)
        except (Unsealable, ValueError):
            return None, place
        return held, start + length


@asynccontextmanager
async def open_journal(folder: Path, keyring: Keyring) -> AsyncIterator[Journal]:
    """The journal in `folder`, which only this process may use; raises CannotOpen."""
    taken = (
        f"Another process uses the journal in {folder}: each replica needs a folder of its "
        "own (storage.journal)."
    )
    broken = f"The journal's folder {folder} cannot be used"
    with alone_with(folder / "journal.lock", taken, broken):
        journal = Journal(folder, keyring)
        try:
            yield journal
        finally:
            await journal.close()


def _settle(written: asyncio.Future[None], error: Exception | None) -> None:
    if written.done():
        return
    if error is None:
        written.set_result(None)
    else:
        written.set_exception(error)
