"""Reports from the resident's side."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.report import (
    ALPHABET,
    CODE_LENGTH,
    URGENT,
    Disposition,
    NewReport,
    SafeContact,
    Status,
    Update,
    read_reference,
    show_code,
)
from storage import reports
from storage.conversations import Address
from storage.errors import Rejected
from storage.scope import By
from storage.work import Store


async def test_a_kept_report_is_opened_by_its_code_however_typed(
    store: Store, here: Address, now: datetime, new_report: NewReport
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(here, now)
        report = replace(new_report, flags=frozenset({"hate", URGENT}))
        reference, code = work.reports.keep(report, chat.id, now)
    assert read_reference(reference) == reference
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(ALPHABET)
    async with store.work() as work:
        found = await work.reports.by_code(show_code(code).lower(), chat.id, now)
        assert found is not None
        assert (found.reference, found.kind, found.made_at) == (reference, "asb", now)
        assert (found.status, found.answers) == (Status.NEW, new_report.answers)
        assert found.flags == {"hate", URGENT}
        assert await work.reports.read(reference) == found
        assert await work.reports.wrong_codes(chat.id, now) == 0


async def test_a_reference_opens_nothing_and_wrong_codes_are_counted_by_conversation(
    store: Store, here: Address, page: Address, now: datetime, noise: Any
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(here, now)
        other = await work.conversations.load(page, now)
        for guess in (noise.reference, "A" * CODE_LENGTH, "", "\ud83d", "'; DROP TABLE reports"):
            assert await work.reports.by_code(guess, chat.id, now) is None
        assert await work.reports.by_code(noise.code, chat.id, now) is not None
        assert await work.reports.wrong_codes(chat.id, now) == 5
        assert await work.reports.wrong_codes(other.id, now) == 0
        assert await work.reports.wrong_codes(chat.id, now + timedelta(hours=2)) == 0
        await work.reports.by_code("", chat.id, now + timedelta(hours=2))
        assert await work.reports.wrong_codes(chat.id, now + timedelta(hours=2)) == 1


async def test_a_reference_that_is_taken_is_refused_by_its_key(
    store: Store,
    now: datetime,
    new_report: NewReport,
    noise: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reports, "new_reference", lambda: noise.reference)
    with pytest.raises(Rejected):
        async with store.work() as work:
            work.reports.keep(new_report, None, now)
    async with store.work() as work:
        kept = await work.reports.by_code(noise.code, "a chat", now)
    assert kept is not None
    assert kept.kind == "noise"


async def test_what_the_resident_adds_is_in_the_story(
    store: Store, now: datetime, new_report: NewReport
) -> None:
    later = now + timedelta(hours=1)
    async with store.work() as work:
        reference, _ = work.reports.keep(new_report, None, now)
        await work.reports.add(reference, "again last night", later)
        found = await work.reports.read(reference)
    assert found is not None
    assert found.updates == (Update(later, "resident", "again last night"),)
    assert (found.status, found.flags) == (Status.NEW, frozenset())


async def test_adding_to_a_closed_report_reopens_it_and_an_urgent_word_flags_it(
    store: Store, now: datetime, new_report: NewReport, supervisor: By
) -> None:
    async with store.work() as work:
        reference, _ = work.reports.keep(new_report, None, now)
        await work.casework.change_status(
            reference, Status.CLOSED, Disposition.ADVICE_GIVEN, supervisor, now, 0
        )
        await work.reports.add(reference, "he is back", now, urgent=True)
        found = await work.casework.open(reference, supervisor, now)
    assert found is not None
    assert (found.status, found.disposition) == (Status.REOPENED, None)
    assert found.flags == {URGENT}
    assert [(one.kind, one.before, one.after) for one in found.story if one.kind == "status"] == [
        ("status", Status.NEW, Status.CLOSED),
        ("status", Status.CLOSED, Status.REOPENED),
    ]


async def test_pictures_go_with_the_report_and_leave_the_draft(
    store: Store, here: Address, now: datetime, new_report: NewReport, supervisor: By, noise: Any
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(here, now)
        photo = await work.files.keep(b"picture", "image/jpeg", chat.id, now)
        assert await work.files.loose(chat.id) == 1
        reference, _ = work.reports.keep(replace(new_report, photos=(photo,)), chat.id, now)
        assert await work.files.loose(chat.id) == 0
        found = await work.casework.open(reference, supervisor, now)
    assert found is not None
    assert [kept.id for kept in found.photos] == [photo]


@pytest.mark.parametrize(
    ("contact", "follows"),
    [
        (SafeContact("here", True), True),
        (SafeContact("here", False), False),
        (SafeContact("phone", True), False),
        (SafeContact("none", True), False),
    ],
)
async def test_a_chat_follows_a_new_report_only_where_that_is_wanted_and_safe(
    store: Store,
    here: Address,
    now: datetime,
    new_report: NewReport,
    contact: SafeContact,
    follows: bool,
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(here, now)
        reference, _ = work.reports.keep(replace(new_report, contact=contact), chat.id, now)
        assert await work.reports.follows(reference, chat.id) is follows
        assert await work.reports.followers(reference) == ((chat.id,) if follows else ())


async def test_nothing_is_announced_where_it_is_not_safe_even_to_who_follows(
    store: Store, here: Address, now: datetime, new_report: NewReport
) -> None:
    unsafe = replace(new_report, contact=SafeContact("here", False))
    async with store.work() as work:
        chat = await work.conversations.load(here, now)
        reference, _ = work.reports.keep(unsafe, None, now)
        await work.reports.follow(reference, chat.id, True)
        assert await work.reports.followers(reference) == ()


async def test_following_begins_once_and_ends(
    store: Store, page: Address, now: datetime, new_report: NewReport, noise: Any
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(page, now)
        reference, _ = work.reports.keep(new_report, None, now)
        await work.reports.follow(reference, chat.id, True)
        await work.reports.follow(reference, chat.id, True)
        assert await work.reports.followers(reference) == (chat.id,)
        await work.reports.follow(reference, chat.id, False)
        assert await work.reports.followers(reference) == ()
        assert len(await work.reports.followers(noise.reference)) == 1


async def test_a_wish_for_erasure_is_there_for_staff_to_decide(
    store: Store, now: datetime, new_report: NewReport, supervisor: By
) -> None:
    async with store.work() as work:
        reference, _ = work.reports.keep(new_report, None, now)
        await work.reports.ask_erasure(reference, now)
        found = await work.casework.open(reference, supervisor, now)
    assert found is not None
    assert (found.erasure_asked_at, found.status) == (now, Status.NEW)
    assert [one.kind for one in found.story] == ["erasure"]


async def test_there_is_nothing_to_change_where_there_is_no_report(
    store: Store, now: datetime
) -> None:
    async with store.work() as work:
        assert await work.reports.read("FC-NO-NE") is None
        assert await work.reports.followers("FC-NO-NE") == ()
        with pytest.raises(LookupError):
            await work.reports.add("FC-NO-NE", "x", now)
        with pytest.raises(LookupError):
            await work.reports.ask_erasure("FC-NO-NE", now)
