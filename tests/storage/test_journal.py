"""The journal: what it was given is there again after a kill, in order, and no word of it shows."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from handlers.messages import Chose, Event, Said, SharedPhoto
from storage.conversations import TELEGRAM, WEB, Address
from storage.errors import CannotOpen
from storage.journal import CannotHold, Journal, open_journal
from storage.seal import Keyring, SealKey

ADA, BEN = Address(WEB, "ada-CANARY"), Address(TELEGRAM, "4711")


@pytest.fixture
def keyring() -> Keyring:
    return Keyring([SealKey(b"abcd", bytes(32))], bytes(32))


@pytest.fixture
async def journal(tmp_path: Path, keyring: Keyring) -> AsyncIterator[Journal]:
    async with open_journal(tmp_path / "journal", keyring) as opened:
        yield opened


def files(folder: Path) -> list[Path]:
    return sorted((folder / "journal").glob("journal.0*"))


async def held(folder: Path, keyring: Keyring) -> list[tuple[Address, str, Event, datetime]]:
    """What a new start finds, in order."""
    found = []
    async with open_journal(folder, keyring) as journal:
        while heads := journal.heads(9):
            first = heads[0]
            found.append((first.address, first.event_id, first.event, first.at))
            journal.done(first)
    return found


async def test_what_was_held_is_there_again_in_order(
    tmp_path: Path, keyring: Keyring, now: datetime
) -> None:
    given: list[tuple[Address, str, Event, datetime]] = [
        (ADA, "1", Said("hello \ud83d CANARY"), now),
        (BEN, "2", Chose("review:send"), now + timedelta(seconds=1)),
        (ADA, "3", SharedPhoto(b"\x00\xff picture", "image/png", "CANARY"), now),
    ]
    async with open_journal(tmp_path / "journal", keyring) as journal:
        for one in given:
            await journal.add(*one)
        assert (len(journal), journal.holds(ADA), journal.oldest) == (3, True, now)
    written = b"".join(path.read_bytes() for path in files(tmp_path))
    assert b"CANARY" not in written
    assert b"4711" not in written
    assert await held(tmp_path / "journal", keyring) == given
    assert files(tmp_path) == []


async def test_the_same_event_twice_is_held_once(journal: Journal, now: datetime) -> None:
    await journal.add(ADA, "1", Said("hello"), now)
    await journal.add(ADA, "1", Said("hello"), now)
    assert len(journal) == 1


async def test_the_files_go_when_nothing_waits_any_more(
    journal: Journal, tmp_path: Path, now: datetime
) -> None:
    await asyncio.gather(*(journal.add(ADA, str(n), Said("x"), now) for n in range(20)))
    assert [each.event_id for each in journal.heads(9)] == ["0"]
    for _ in range(20):
        assert files(tmp_path)
        journal.done(journal.heads(1)[0])
    assert (len(journal), journal.holds(ADA), files(tmp_path)) == (0, False, [])
    await journal.add(ADA, "again", Said("x"), now)
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("damage", ["cut", "flip"])
async def test_damage_costs_no_more_than_the_record_it_hit(
    tmp_path: Path, keyring: Keyring, now: datetime, damage: str
) -> None:
    async with open_journal(tmp_path / "journal", keyring) as journal:
        for number in range(5):
            await journal.add(ADA, str(number), Said("hello"), now)
    (file,) = files(tmp_path)
    data = file.read_bytes()
    size = len(data) // 5
    flipped = bytes([data[size + 40] ^ 1])
    spoilt = data[:-3] if damage == "cut" else data[: size + 40] + flipped + data[size + 41 :]
    file.write_bytes(spoilt)
    ids = [id for _, id, _, _ in await held(tmp_path / "journal", keyring)]
    assert ids == (["0", "1", "2", "3"] if damage == "cut" else ["0", "2", "3", "4"])


async def test_a_full_journal_says_so_and_keeps_what_it_has(
    tmp_path: Path, keyring: Keyring, now: datetime
) -> None:
    journal = Journal(tmp_path, keyring, most_bytes=400)
    await journal.add(ADA, "1", Said("hello"), now)
    with pytest.raises(CannotHold, match="full"):
        await journal.add(ADA, "2", Said("x" * 400), now)
    assert [each.event_id for each in journal.heads(9)] == ["1"]
    await journal.close()


async def test_what_could_not_be_written_takes_up_no_room(
    tmp_path: Path, keyring: Keyring, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError("the disk")

    journal = Journal(tmp_path, keyring, most_bytes=400)
    monkeypatch.setattr(os, "fdatasync", fail)
    for number in range(9):
        with pytest.raises(CannotHold, match="OSError"):
            await journal.add(ADA, str(number), Said("hello"), now)
    monkeypatch.undo()
    await journal.add(ADA, "9", Said("hello"), now)
    await journal.close()


async def test_files_that_cannot_be_taken_away_hold_up_nothing(
    journal: Journal, tmp_path: Path, keyring: Keyring, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def fail(*_: object, **__: object) -> None:
        raise OSError("read-only file system")

    await journal.add(ADA, "1", Said("hello"), now)
    monkeypatch.setattr(Path, "unlink", fail)
    journal.done(journal.heads(1)[0])
    monkeypatch.undo()
    assert len(journal) == 0
    await journal.add(ADA, "2", Said("hello"), now)
    assert len(files(tmp_path)) == 2


async def test_after_a_failed_write_the_next_event_begins_another_file(
    journal: Journal, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError("the disk, and what was written")

    await journal.add(ADA, "1", Said("hello"), now)
    monkeypatch.setattr(os, "fdatasync", fail)
    with pytest.raises(CannotHold) as error:
        await journal.add(ADA, "2", Said("hello"), now)
    monkeypatch.undo()
    assert "written" not in str(error.value)
    await journal.add(ADA, "3", Said("hello"), now)
    assert len(files(tmp_path)) == 2
    assert len(journal) == 2


async def test_each_replica_needs_a_folder_of_its_own(
    journal: Journal, tmp_path: Path, keyring: Keyring
) -> None:
    with pytest.raises(CannotOpen, match="each replica needs a folder of its own"):
        async with open_journal(tmp_path / "journal", keyring):
            pass
