"""audit, crypto, restore-drill and retention: tampering is found, and what is kept comes back."""

import asyncio
import os
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from handlers.messages import Reply
from handlers.report import Answer, Disposition, NewReport, Place, Status
from storage.conversations import TELEGRAM, Address
from storage.erasure import CHAT, REPORT
from storage.queue import QueueFilter
from storage.restore import restore
from storage.retention import Retention, purge
from storage.scope import By
from storage.seal import Keyring, SealKey, Unsealable
from storage.work import Store, open_store
from tests.faults.figures import Figure, at_most, exactly

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
EVENTS = 300
NONCES = 1_000_000

TAMPERING = {
    "edited": "UPDATE audit SET what = 'nothing' WHERE seq = 150",
    "deleted": "DELETE FROM audit WHERE seq = 150",
    "swapped": (
        "UPDATE audit SET seq = -1 WHERE seq = 150; UPDATE audit SET seq = 150 WHERE seq = 151;"
        "UPDATE audit SET seq = 151 WHERE seq = -1"
    ),
    "inserted": (
        "UPDATE audit SET seq = seq + 100000 WHERE seq > 150; INSERT INTO audit SELECT 151, at, "
        "who, what, about, detail, mac FROM audit WHERE seq = 150; "
        "UPDATE audit SET seq = seq - 99999 WHERE seq > 100000"
    ),
    "cut-off": "DELETE FROM audit WHERE seq > 200",
}


def audit() -> Sequence[Figure]:
    """Each kind of tampering in a trail of its own, and an untouched one."""
    found = {kind: asyncio.run(_broken(sql)) for kind, sql in TAMPERING.items()}
    whole = asyncio.run(_broken(""))
    kinds = sum(found.values())
    missed = "".join(f"-not-{kind}" for kind, seen in found.items() if not seen)
    return [
        exactly(f"tampering-found{missed}", kinds, 5),
        exactly("false-alarms", int(whole), 0),
    ]


async def _broken(sql: str) -> bool:
    """Whether a trail that this was done to is found to be broken."""
    with tempfile.TemporaryDirectory(prefix="fc-audit-") as folder:
        file, keys = Path(folder) / "x.db", Path(folder) / "keys"
        async with open_store(f"sqlite+aiosqlite:///{file}", keys) as store, store.work() as work:
            for number in range(EVENTS):
                await work.audit.append("sue", "looked", str(number), {}, NOW)
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.executescript(
                "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;" + sql
            )
        async with open_store(f"sqlite+aiosqlite:///{file}", keys) as store, store.work() as work:
            return await work.audit.verify() is not None


def crypto() -> Sequence[Figure]:
    """Ciphertext that is moved does not open, nonces do not repeat, keys rotate under load."""
    keyring = Keyring([SealKey(b"abcd", bytes(32))], bytes(32))
    sealed = keyring.seal(b"words", "reports", "1", "body")
    moved = [("reports", "2", "body"), ("reports", "1", "other"), ("notes", "1", "body")]
    refused = sum(not _opens(keyring, sealed, place) for place in moved)
    flipped = sum(
        not _opens(keyring, _flip(sealed, place), ("reports", "1", "body"))
        for place in range(len(sealed))
    )
    # What seal() draws, drawn as often: sealing a million values would measure the cipher.
    nonces = {secrets.token_bytes(12) for _ in range(NONCES)}
    failed, left = asyncio.run(_rotated_under_load())
    return [
        exactly("moved-refused", refused, len(moved)),
        exactly("changed-bytes-refused", flipped, len(sealed)),
        exactly("nonces-repeated-of-a-million", NONCES - len(nonces), 0),
        exactly("failed-turns-while-rotating", failed, 0),
        exactly("values-left-with-the-old-key", left, 0),
    ]


def _opens(keyring: Keyring, sealed: bytes, place: tuple[str, str, str]) -> bool:
    try:
        keyring.open(sealed, *place)
    except Unsealable:
        return False
    return True


def _flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


async def _rotated_under_load() -> tuple[int, int]:
    failed = 0
    with tempfile.TemporaryDirectory(prefix="fc-crypto-") as folder:
        url = f"sqlite+aiosqlite:///{folder}/x.db"
        async with open_store(url, Path(folder) / "keys") as store:
            await _fill(store, 100)
            stop = asyncio.Event()

            async def turns() -> None:
                nonlocal failed
                number = 0
                while not stop.is_set():
                    number += 1
                    try:
                        await _talk(store, str(number % 100), f"answer {number}")
                    except Exception:
                        failed += 1
                    await asyncio.sleep(0.02)

            talking = asyncio.create_task(turns())
            for _ in range(3):
                await store.keys.rotate()
            stop.set()
            await talking
            await store.keys.rotate()
            return failed, await store.keys.left()


async def _talk(store: Store, chat: str, text: str) -> None:
    async with store.work() as work:
        kept = await work.conversations.load(Address(TELEGRAM, chat), NOW)
        work.transcript.say(kept, [Reply(text)], NOW)
        work.conversations.save(kept, kept.conversation, NOW)


def _report(words: str) -> NewReport:
    return NewReport("asb", (Answer("what", "What", words),), Place("Chelmsford", "chelmsford"))


async def _fill(store: Store, count: int) -> list[str]:
    """So many chats and reports; the references."""
    made = []
    for number in range(count):
        async with store.work() as work:
            kept = await work.conversations.load(Address(TELEGRAM, str(number)), NOW)
            work.transcript.say(kept, [Reply(f"hello {number}")], NOW)
            made.append(work.reports.keep(_report(f"words {number}"), kept.id, NOW)[0])
    return made


def restore_drill() -> Sequence[Figure]:
    """Back up during writes, lose the disk, restore; what was erased since stays erased."""
    return asyncio.run(_drill())


async def _drill() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory(prefix="fc-drill-") as made:
        folder = Path(made)
        file, keys, backup = folder / "x.db", folder / "keys", folder / "backup"
        url = f"sqlite+aiosqlite:///{file}"
        async with open_store(url, keys) as store:
            references = await _fill(store, 300)
            writing = asyncio.create_task(_fill(store, 50))
            manifest = await store.back_up(backup, NOW)
            await writing
            later = NOW + timedelta(hours=1)
            async with store.work() as work:
                await work.erasure.erase(references[0], "sue", later)
                chat = await work.conversations.load(Address(TELEGRAM, "1"), later)
                await work.conversations.forget(chat.id)
                await work.erasure.bury(CHAT, chat.id, later)
                stones = await work.erasure.buried()
        for path in folder.glob("x.db*"):
            path.write_bytes(os.urandom(1000))
            path.unlink()
        began = time.monotonic()
        await restore(url, keys, backup, stones, later)
        took = time.monotonic() - began
        async with open_store(url, keys) as store, store.work() as work:
            page = await work.queue.list(QueueFilter(), None)
            whole = await work.audit.verify() is None
            back = await work.reports.read(references[0]) is not None
            back |= bool(await work.transcript.read(Address(TELEGRAM, "1")))
            kept = await work.reports.read(references[5]) is not None
    return [
        exactly("reports-missing", manifest.counts["reports"] - 1 - page.total, 0),
        exactly("audit-trail-whole", int(whole), 1),
        exactly("reports-readable", int(kept), 1),
        exactly("erased-things-resurrected", int(back), 0),
        at_most("seconds-to-restore", took, 60),
    ]


def retention() -> Sequence[Figure]:
    """Twelve years in a moment: reviews come due, nothing is silently deleted, holds hold."""
    return asyncio.run(_twelve_years())


async def _twelve_years() -> Sequence[Figure]:
    limits = Retention()
    with tempfile.TemporaryDirectory(prefix="fc-retention-") as made:
        url = f"sqlite+aiosqlite:///{made}/x.db"
        async with open_store(url, Path(made) / "keys") as store:
            references = await _fill(store, 40)
            await _close(store, references)
            held, erased = references[0], references[1]
            async with store.work() as work:
                await work.erasure.hold(held, "sue", NOW)
            refused, due = 0, set()
            for year in range(1, 13):
                now = NOW + timedelta(days=365 * year)
                await purge(store, now, limits)
                async with store.work() as work:
                    due |= {
                        each.reference for each in await work.erasure.due(now - limits.reports, 99)
                    }
            try:
                async with store.work() as work:
                    await work.erasure.erase(held, "sue", now)
            except ValueError:
                refused = 1
            async with store.work() as work:
                await work.erasure.erase(erased, "sue", now)
            async with store.work() as work:
                page = await work.queue.list(QueueFilter(), None)
                gone = await work.reports.read(erased) is None
                buried = {stone.kind for stone in await work.erasure.buried()}
                chats = [await work.transcript.read(Address(TELEGRAM, str(n))) for n in range(40)]
                whole = await work.audit.verify() is None
    return [
        exactly("reviews-due-found", len(due), 40),
        exactly("reports-silently-deleted", 39 - page.total, 0),
        exactly("holds-respected", refused, 1),
        exactly("erased-unreadable", int(gone and buried == {REPORT}), 1),
        exactly("old-chats-left", sum(map(bool, chats)), 0),
        exactly("audit-trail-whole", int(whole), 1),
    ]


async def _close(store: Store, references: Sequence[str]) -> None:
    async with store.work() as work:
        sue = await work.staff.add("sue", "Sue", "a long password indeed", "supervisor", NOW)
    by = By(sue, may_see_restricted=True)
    for reference in references:
        async with store.work() as work:
            closed, advice = Status.CLOSED, Disposition.ADVICE_GIVEN
            await work.casework.change_status(reference, closed, advice, by, NOW, 0)


TRIALS: dict[str, Callable[[], Sequence[Figure]]] = {
    "audit": audit,
    "crypto": crypto,
    "restore-drill": restore_drill,
    "retention": retention,
}
