"""Pictures: whole or not at all, and gone when nobody has them."""

import hashlib
import os
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from storage.conversations import Address
from storage.files import CHUNK
from storage.seal import Unsealable
from storage.tables import file_chunks
from storage.work import Store


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
async def test_bytes_come_back_as_they_were(
    store: Store, here: Address, now: datetime, size: int
) -> None:
    data = os.urandom(size)
    async with store.work() as work:
        chat = await work.conversations.load(here, now)
        id = await work.files.keep(data, "image/png", chat.id, now)
    async with store.work() as work:
        expected = (data, "image/png", hashlib.sha256(data).hexdigest())
        assert await work.files.read(id) == expected


async def test_a_missing_or_swapped_piece_is_noticed(
    store: Store, here: Address, now: datetime
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(here, now)
        cut, mixed = [
            await work.files.keep(os.urandom(2 * CHUNK), "image/png", chat.id, now)
            for _ in range(2)
        ]
        connection = work.files._connection
        last = file_chunks.c.number == 1
        await connection.execute(delete(file_chunks).where(file_chunks.c.file_id == cut, last))
        swap = update(file_chunks).where(file_chunks.c.file_id == mixed)
        await connection.execute(swap.values(number=1 - file_chunks.c.number + 10))
        with pytest.raises(Unsealable, match="not whole"):
            await work.files.read(cut)
        with pytest.raises(Unsealable, match="moved"):
            await work.files.read(mixed)


async def test_only_pictures_of_drafts_can_be_dropped(
    store: Store, here: Address, now: datetime, noise: Any
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(here, now)
        sent, loose = [await work.files.keep(b"x", "image/png", chat.id, now) for _ in range(2)]
        work.files.attach([sent], noise.reference)
        await work.files.drop([sent, loose, "unknown"])
        assert (await work.files.read(sent))[0] == b"x"
        assert (await work.files.read(noise.photo))[0] == b"noise"
        with pytest.raises(LookupError):
            await work.files.read(loose)


async def test_a_picture_stays_with_the_report_it_was_sent_in(
    store: Store, here: Address, now: datetime, new_report: Any, noise: Any
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(here, now)
        photo = await work.files.keep(b"x", "image/png", chat.id, now)
        work.files.attach([photo], noise.reference)
        other, _ = work.reports.keep(new_report, None, now)
        work.files.attach([photo], other)
        assert [kept.id for kept in await work.files.of(noise.reference)] == [photo]
        assert await work.files.of(other) == ()


async def test_only_old_orphans_are_purged(
    store: Store, here: Address, now: datetime, noise: Any
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(here, now)
        photo = await work.files.keep(b"x", "image/png", chat.id, now - timedelta(days=3))
        assert await work.files.purge_orphans(now) == 0
        assert (await work.files.read(photo))[0] == b"x"
