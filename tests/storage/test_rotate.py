"""Key rotation: everything is sealed anew while the program goes on, and nothing is lost."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from handlers.messages import Reply
from storage.conversations import Address
from storage.errors import CannotOpen
from storage.key_file import read_key_list
from storage.rotate import sealed_columns
from storage.scope import By
from storage.shares import NewShare, ShareReason
from storage.unlock import unlock
from storage.work import Store
from tests.storage.conftest import World


async def everything(store: Store, noise: World, by: By, now: datetime) -> tuple[object, ...]:
    """What the noise says, read back from every sealed place of it."""
    async with store.work() as work:
        report = await work.casework.open(noise.reference, by, now)
        return (
            report and (report.answers, report.place, report.story),
            await work.transcript.read(noise.web),
            await work.transcript.read(noise.telegram),
            await work.conversations.find(noise.web),
            await work.files.read(noise.photo),
            await work.feedback.opinions(9),
            await work.feedback.unanswered("sue", now, 9),
            [await work.alarms.open(each.id, "sue", now) for each in await work.alarms.page(9)],
            await work.notices.beside(noise.reference, by, now),
            await work.patterns.list(),
            await work.shares.of(noise.reference, by),
        )


def test_every_sealed_column_is_known() -> None:
    names = {f"{spot.column.table.name}.{spot.column.name}" for spot in sealed_columns()}
    assert names == {
        "meta.value", "conversations.key", "conversations.state", "set_aside.event",
        "parked.draft", "messages.words", "reports.body", "report_events.words", "files.sha256",
        "file_chunks.data", "feedback.comment", "unanswered.words", "alarms.words",
        "alarms.note", "report_grades.reasons", "redactions.passage", "quarantined.sha256",
        "report_changes.words", "saved_views.name", "shift_notes.words",
        "hand_overs.said", "hand_overs.note",
        "webhooks.address", "webhooks.secret", "api_requests.answer",
        "report_traces.traits", "report_traces.urgent_words", "findings.label",
        "shares.words",
            "quality_reviews.note",
        "sessions.address", "second_factors.secret", "openings.reason", "searches.terms",
    }  # fmt: skip


async def test_all_is_sealed_anew_and_reads_the_same(
    store: Store, noise: World, supervisor: By, now: datetime
) -> None:
    async with store.work() as work:
        task = NewShare("hub", ShareReason.OTHER, "noise", False, now)
        await work.shares.add(noise.reference, task, supervisor, now)
    before = await everything(store, noise, supervisor, now)
    id, count = await store.keys.rotate()
    assert count > 12
    assert await store.keys.left() == 0
    assert store.keys.reload()[0] == id
    assert await everything(store, noise, supervisor, now) == before
    async with store.work() as work:
        assert await work.audit.verify() is None


async def test_the_old_key_is_not_needed_any_more_and_the_new_one_is(
    on_sqlite: Store, folder: Path, key_file: Path
) -> None:
    await on_sqlite.keys.rotate()
    new, old = read_key_list(key_file)
    text = await asyncio.to_thread(key_file.read_text)
    without_old = "\n".join(line for line in text.splitlines() if old.id.hex() not in line)
    without_new = "\n".join(line for line in text.splitlines() if new.id.hex() not in line)
    copy = folder / "other-keys"
    copy.touch(0o600)
    copy.write_text(without_old)
    on_sqlite.keys._keyring.renew(read_key_list(copy))
    async with on_sqlite.work() as work:
        assert await work.audit.verify() is None
    copy.write_text(without_new)
    with pytest.raises(CannotOpen):
        await unlock(on_sqlite._database, copy)


async def test_turns_go_on_meanwhile(store: Store, now: datetime) -> None:
    chats = [Address("telegram", f"chat {number}") for number in range(12)]

    async def talk(address: Address) -> None:
        for number in range(3):
            async with store.work() as work:
                kept = await work.conversations.load(address, now)
                work.transcript.say(kept, [Reply(f"answer {number}")], now)
                work.conversations.save(kept, kept.conversation, now)

    await asyncio.gather(store.keys.rotate(), *map(talk, chats))
    async with store.work() as work:
        for address in chats:
            said = [line.reply.text for line in await work.transcript.read(address) if line.reply]
            assert said == [f"answer {number}" for number in range(3)]
    await store.keys.rotate()
    assert await store.keys.left() == 0


async def test_a_prepared_key_opens_and_seals_only_when_its_time_has_come(
    store: Store, noise: World
) -> None:
    first = store.keys.reload()
    prepared = store.keys.prepare()
    assert store.keys.reload() == (*first, prepared)
    assert await store.keys.left() == 0
    assert store.keys.prepare() == prepared
    assert (await store.keys.rotate())[0] == prepared
    assert store.keys.reload() == (prepared, *first)
