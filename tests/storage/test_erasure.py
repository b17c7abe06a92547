"""Old reports are decided about by staff; what was erased stays erased, also after a restore."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from handlers.messages import Reply, Said
from handlers.report import Disposition, NewReport, Status
from storage.conversations import Address
from storage.erasure import (
    CHAT,
    Held,
    HoldReason,
    Tombstone,
    Waiting,
    read_tombstones,
    write_tombstones,
)
from storage.errors import Conflict
from storage.retention import Retention, purge
from storage.scope import By
from storage.work import Store


async def closed(store: Store, report: NewReport, by: By, at: datetime) -> str:
    """A report that was closed then."""
    async with store.work() as work:
        reference, _ = work.reports.keep(report, None, at)
        for version, status in enumerate((Status.IN_TRIAGE, Status.CLOSED)):
            advice = Disposition.ADVICE_GIVEN if status is Status.CLOSED else None
            await work.casework.change_status(reference, status, advice, by, at, version)
    return reference


async def test_a_closed_report_comes_up_when_its_time_has_come_and_is_never_deleted_by_age(
    store: Store, new_report: NewReport, supervisor: By, now: datetime
) -> None:
    life = Retention().reports
    reference = await closed(store, new_report, supervisor, now)
    much_later = now + life + timedelta(days=1)
    await purge(store, much_later, Retention())
    async with store.work() as work:
        assert await work.erasure.due(now, 9) == ()
        (due,) = await work.erasure.due(much_later - life, 9)
        assert (due.reference, due.held, due.asked_at) == (reference, False, None)
        await work.erasure.keep(reference, "sue", much_later)
        assert await work.erasure.due(much_later - life, 9) == ()
        again = await work.erasure.due(much_later + timedelta(days=1), 9)
        assert [each.reference for each in again] == [reference]


async def test_a_wish_for_erasure_comes_first_and_an_erased_report_is_gone(
    store: Store, new_report: NewReport, supervisor: By, here: Address, now: datetime
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(here, now)
        photo = await work.files.keep(b"picture", "image/png", chat.id, now)
        reference, code = work.reports.keep(new_report, chat.id, now)
        work.files.attach([photo], reference)
        await work.reports.ask_erasure(reference, now)
        (due,) = await work.erasure.due(now - timedelta(days=9999), 9)
        assert due.asked_at == now
        await work.erasure.erase(reference, "sue", now)
    async with store.work() as work:
        assert await work.reports.by_code(code, chat.id, now) is None
        with pytest.raises(LookupError):
            await work.files.read(photo)
        assert await work.audit.verify() is None
        assert [event.what for event in await work.audit.about(reference)] == ["report erased"]


async def test_a_report_under_legal_hold_is_not_erased(
    store: Store, noise: object, now: datetime
) -> None:
    reference = noise.reference  # type: ignore[attr-defined] # the World of conftest
    async with store.work() as work:
        await work.erasure.hold(reference, "sue", now)
    with pytest.raises(Held, match="legal hold"):
        async with store.work() as work:
            await work.erasure.erase(reference, "sue", now)
    async with store.work() as work:
        await work.erasure.hold(reference, "sue", now, on=False)
        await work.erasure.erase(reference, "sue", now)
        with pytest.raises(LookupError):
            await work.erasure.keep(reference, "sue", now)


async def test_a_decision_about_what_has_changed_is_refused(
    store: Store, noise: object, supervisor: By, now: datetime
) -> None:
    reference = noise.reference  # type: ignore[attr-defined] # the World of conftest
    before = now - Retention().reports
    async with store.work() as work:
        seen = await work.erasure.find(reference, before)
        assert seen is not None
        assert (seen.due, seen.held, seen.closed_at) == (False, False, None)
        reason = HoldReason.CLAIM
        await work.erasure.hold(reference, "sue", now, reason=reason, version=seen.version)
        held = await work.erasure.find(reference, before)
        assert held is not None
        assert (held.held_at, held.held_for, held.version) == (now, reason, seen.version + 1)
    for late in (
        lambda work: work.erasure.keep(reference, "ann", now, version=seen.version),
        lambda work: work.erasure.hold(reference, "ann", now, on=False, version=seen.version),
        lambda work: work.erasure.erase(reference, "ann", now, version=seen.version),
    ):
        with pytest.raises(Conflict):
            async with store.work() as work:
                await late(work)
    async with store.work() as work:
        opened = await work.casework.open(reference, supervisor, now)
        assert opened is not None
        assert (opened.held_at, opened.held_for) == (now, reason)
        decided = {event.who for event in await work.audit.about(reference)}
        assert decided == {"sue"}
        for decide in (work.erasure.keep, work.erasure.hold, work.erasure.erase):
            with pytest.raises(LookupError):
                await decide("FC-347-9ACA", "ann", now, version=0)


async def test_what_is_held_is_listed_last_and_counted_apart(
    store: Store, new_report: NewReport, supervisor: By, now: datetime
) -> None:
    life = Retention().reports
    held = await closed(store, new_report, supervisor, now)
    old = await closed(store, new_report, supervisor, now + timedelta(days=1))
    later = now + life + timedelta(days=3)
    async with store.work() as work:
        await work.erasure.hold(held, "sue", now)
        assert await work.erasure.waiting(now) == Waiting(0, 0)
        assert await work.erasure.waiting(later - life) == Waiting(1, 1)
        due = await work.erasure.due(later - life, 9)
        assert [each.reference for each in due] == [old, held]
        assert [each.since(life) for each in due] == [now + timedelta(days=1) + life, now + life]
        assert [each.closed_at for each in due] == [now + timedelta(days=1), now]
        assert [each.reference for each in await work.erasure.due(later - life, 9, 1)] == [held]


async def test_what_a_backup_brings_back_is_erased_again(
    store: Store, noise: object, here: Address, now: datetime
) -> None:
    later = now + timedelta(days=1)
    async with store.work() as work:
        old = await work.conversations.load(here, now)
        work.transcript.say(old, [Reply("before the erasure")], now)
        work.feedback.keep_unanswered("asked before the erasure", [], old.id, now)
        work.set_aside.keep(Said("could not be handled"), "KeyError", old.id, now)
        stones = [
            Tombstone(CHAT, old.id, later),
            Tombstone("report", noise.reference, later),  # type: ignore[attr-defined] # as above
        ]
        assert await work.erasure.erase_again(stones) == 5
        assert await work.set_aside.list(9) == []
        assert await work.transcript.read(here) == ()
        assert await work.reports.read(noise.reference) is None  # type: ignore[attr-defined] # as above
        left = await work.feedback.unanswered("sue", later, 9)
        assert "asked before the erasure" not in {question.text for question in left}
        assert await work.erasure.buried() == tuple(stones)


async def test_what_came_after_an_erasure_is_not_erased_with_it(
    store: Store, here: Address, now: datetime
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(here, now)
        after = now + timedelta(days=1)
        photo = await work.files.keep(b"of a new draft", "image/png", chat.id, after)
        assert await work.erasure.erase_again([Tombstone(CHAT, chat.id, now)]) == 1
        assert (await work.files.read(photo))[0] == b"of a new draft"


def test_tombstones_outlive_the_database_in_a_file(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "tombstones"
    assert read_tombstones(path) == ()
    stones = (Tombstone("chat", "a" * 32, now), Tombstone("report", "FC-ABC-DEFX", now))
    write_tombstones(path, stones)
    assert read_tombstones(path) == stones
    assert path.stat().st_mode & 0o077 == 0


async def test_a_dry_run_counts_the_same_and_erases_nothing(store: Store, now: datetime) -> None:
    later = now + timedelta(days=400)
    counted = await purge(store, later, Retention(), dry_run=True)
    assert counted["messages"] + counted["web chats"] > 0
    assert await purge(store, later, Retention(), dry_run=True) == counted
    assert (await purge(store, later, Retention()))["web chats"] == counted["web chats"]


async def test_old_audit_events_go_and_the_chain_stays_whole(store: Store, now: datetime) -> None:
    async with store.work() as work:
        for day in range(10):
            at = now + timedelta(days=day)
            await work.audit.append("sue", "looked", str(day), {}, at)
    async with store.work() as work:
        assert await work.audit.purge(now + timedelta(days=4)) >= 4
        assert await work.audit.verify() is None
        assert [event.about for event in await work.audit.latest(2)] == ["9", "8"]
        assert await work.audit.about("3") == ()
        assert await work.audit.purge(now) == 0
    async with store.work() as work:
        await work.audit.purge(now + timedelta(days=99))
        await work.audit.append("sue", "looked", "again", {}, now + timedelta(days=99))
        assert await work.audit.verify() is None
        assert len(await work.audit.latest(9)) == 1
