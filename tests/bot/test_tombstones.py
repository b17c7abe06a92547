"""What was erased stays erased, whichever of database and file is lost, or comes back old."""

from datetime import datetime, timedelta
from pathlib import Path

from bot.tombstones import TOMBSTONES, TombstoneFile
from handlers.messages import Reply
from storage.conversations import WEB, Address
from storage.erasure import CHAT, REPORT, Tombstone, read_tombstones, write_tombstones
from storage.work import Store

LIFE = timedelta(days=400)
ADA = Address(WEB, "ada")


async def test_an_empty_database_takes_nothing_away_from_the_file(
    store: Store, tmp_path: Path, now: datetime
) -> None:
    stones = (Tombstone(REPORT, "FC-ABC-DEFX", now - timedelta(days=9)), Tombstone(CHAT, "a", now))
    write_tombstones(tmp_path / TOMBSTONES, stones)
    await TombstoneFile(store, tmp_path, LIFE, lambda: now).once()
    assert read_tombstones(tmp_path / TOMBSTONES) == stones
    async with store.work() as work:
        assert await work.erasure.buried() == stones


async def test_what_an_old_database_brings_back_is_erased_again(
    store: Store, tmp_path: Path, now: datetime
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(ADA, now)
        work.transcript.say(chat, [Reply("before")], now)
        # It was asked for once before.
        await work.erasure.bury(CHAT, chat.id, now - timedelta(days=3))
    later = now + timedelta(hours=1)
    write_tombstones(tmp_path / TOMBSTONES, [Tombstone(CHAT, chat.id, later)])
    await TombstoneFile(store, tmp_path, LIFE, lambda: later).once()
    async with store.work() as work:
        assert await work.transcript.read(ADA) == ()


async def test_one_that_has_had_its_time_goes_from_the_file_too(
    store: Store, tmp_path: Path, now: datetime
) -> None:
    write_tombstones(tmp_path / TOMBSTONES, [Tombstone(CHAT, "a", now - LIFE - timedelta(days=1))])
    await TombstoneFile(store, tmp_path, LIFE, lambda: now).once()
    assert read_tombstones(tmp_path / TOMBSTONES) == ()
