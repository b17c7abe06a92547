"""The queue: found by what is plain, guarded by what is restricted, every look leaves a trace."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.report import (
    RESTRICTED,
    URGENT,
    Disposition,
    NewReport,
    NotAllowed,
    Status,
    Update,
)
from storage.errors import Conflict
from storage.queue import QueueFilter, Sort
from storage.scope import By
from storage.work import Store, Work

Keep = Callable[..., Awaitable[str]]


@pytest.fixture
def keep(store: Store, now: datetime, new_report: NewReport) -> Keep:
    """Keeps a report that differs in a few fields from the usual one, made minutes after now."""

    async def keep_one(*flags: str, minutes: int = 0, district: str = "", **fields: Any) -> str:
        place = replace(new_report.place, district=district or new_report.place.district)
        report = replace(new_report, flags=frozenset(flags), place=place, **fields)
        async with store.work() as work:
            return (work.reports.keep(report, None, now + timedelta(minutes=minutes)))[0]

    return keep_one


async def found(work: Work, by: By, **wanted: Any) -> list[str]:
    return [row.reference for row in (await work.queue.list(QueueFilter(**wanted), by)).rows]


async def trail(work: Work, reference: str) -> list[tuple[str, str]]:
    return [(event.who, event.what) for event in await work.audit.about(reference)]


async def test_open_urgent_reports_come_first_then_the_newest(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    old, new = await keep(minutes=1), await keep(minutes=9)
    urgent = await keep(URGENT, minutes=2)
    done = await keep(URGENT, minutes=3)
    async with store.work() as work:
        await work.casework.change_status(done, Status.CLOSED, Disposition.MISUSE, handler, now, 0)
        assert await found(work, handler) == [urgent, new, done, old, noise.reference]


@pytest.mark.parametrize("sort", Sort)
async def test_the_last_pages_are_counted_from_behind_and_go_on_in_the_same_order(
    store: Store, now: datetime, keep: Keep, handler: By, sort: Sort
) -> None:
    for number in range(7):
        await keep(*[URGENT] * (number % 3 == 0), minutes=number // 2)
    closed = await keep(URGENT, minutes=2)
    async with store.work() as work:
        await work.casework.change_status(
            closed, Status.CLOSED, Disposition.MISUSE, handler, now, 0
        )
        whole = await found(work, handler, sort=sort, per_page=100)
        pages = [await found(work, handler, sort=sort, page=n, per_page=2) for n in range(1, 7)]
    assert len(whole) == 9
    assert [reference for page in pages for reference in page] == whole
    assert [len(page) for page in pages] == [2, 2, 2, 2, 1, 0]


async def test_the_filter_narrows(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    one = await keep("hate", minutes=1)
    two = await keep(minutes=2, kind="theft", district="harlow")
    three = await keep("hate", minutes=3, district="harlow")
    async with store.work() as work:
        await work.casework.change_status(three, Status.IN_TRIAGE, None, handler, now, 0)
        await work.filing.assign(one, handler.staff, handler, now, 0)
        assert await found(work, handler, districts=("harlow",)) == [three, two]
        assert await found(work, handler, kind="theft") == [two]
        assert await found(work, handler, flag="hate") == [three, one]
        assert await found(work, handler, assignee=handler.staff.id) == [one]
        assert await found(work, handler, statuses=(Status.NEW,), kind="asb") == [one]
        page = await work.queue.list(QueueFilter(statuses=(Status.IN_TRIAGE,), kind="asb"), handler)
    assert ([row.reference for row in page.rows], page.total) == ([three], 1)
    (row,) = page.rows
    assert (row.kind, row.status, row.district) == ("asb", Status.IN_TRIAGE, "harlow")
    assert (row.flags, row.assignee, row.erasure_asked) == (frozenset({"hate"}), "", False)


async def test_the_views_count_open_ones_only(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    mine, urgent = await keep(minutes=1), await keep(URGENT, minutes=2)
    await keep(RESTRICTED, URGENT, minutes=3)
    done = await keep(URGENT, minutes=4)
    late = timedelta(days=1)
    async with store.work() as work:
        await work.filing.assign(mine, handler.staff, handler, now)
        await work.filing.due(urgent, now, "some day", handler, now)
        await work.casework.change_status(done, Status.CLOSED, Disposition.MISUSE, handler, now, 0)
        counts = await work.queue.counts(handler, now + late, ("chelmsford",))
        overdue = await found(work, handler, overdue_at=now + late)
    assert (counts.open, counts.mine, counts.unassigned) == (3, 1, 2)
    assert (counts.urgent, counts.overdue, counts.awaiting) == (1, 1, 0)
    assert counts.district == 2
    assert overdue == [urgent]


async def test_who_has_no_districts_has_no_view_of_them(
    store: Store, now: datetime, handler: By, noise: Any
) -> None:
    async with store.work() as work:
        assert (await work.queue.counts(handler, now)).district is None


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.NEWEST, "urgent high new old noise"),
        (Sort.OLDEST, "urgent high noise old new"),
        (Sort.DUE, "urgent old new high noise"),
        (Sort.CHANGED, "old high urgent new noise"),
    ],
)
async def test_the_order_is_as_wanted(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any, sort: Sort, order: str
) -> None:
    named = {"noise": noise.reference}
    for minutes, (name, flags) in enumerate(
        (("old", ()), ("high", ()), ("urgent", (URGENT,)), ("new", ())), start=1
    ):
        named[name] = await keep(*flags, minutes=minutes)
    async with store.work() as work:
        later = now + timedelta(hours=1)
        await work.filing.put(named["high"], 1, handler, later)
        soon = now + timedelta(seconds=1)
        await work.filing.due(named["new"], now + timedelta(days=2), "then", handler, soon)
        last = later + timedelta(hours=1)
        await work.filing.due(named["old"], now + timedelta(days=1), "then", handler, last)
        listed = await found(work, handler, sort=sort)
    names = {reference: name for name, reference in named.items()}
    assert [names[one] for one in listed] == order.split()


async def test_pages_follow_each_other(store: Store, keep: Keep, handler: By, noise: Any) -> None:
    made = [await keep(minutes=minutes) for minutes in range(1, 5)]
    async with store.work() as work:
        first = await work.queue.list(QueueFilter(page=1, per_page=3), handler)
        second = await work.queue.list(QueueFilter(page=2, per_page=3), handler)
    listed = [row.reference for row in first.rows + second.rows]
    assert listed == [*reversed(made), noise.reference]
    assert (first.total, second.total) == (5, 5)


async def test_what_is_restricted_does_not_exist_for_who_may_not_see_it(
    store: Store, now: datetime, keep: Keep, handler: By, noise: Any
) -> None:
    hidden = await keep(RESTRICTED)
    async with store.work() as work:
        page = await work.queue.list(QueueFilter(), handler)
        assert [row.reference for row in page.rows] == [noise.reference]
        assert page.total == 1
        assert await work.casework.open(hidden, handler, now) is None
        for attempt in (
            work.casework.note(hidden, "x", handler, now),
            work.casework.message(hidden, "x", handler, now),
            work.filing.assign(hidden, None, handler, now, 0),
            work.casework.change_status(hidden, Status.IN_TRIAGE, None, handler, now, 0),
            work.casework.photo(hidden, "x", handler, now),
        ):
            with pytest.raises(LookupError):
                await attempt
        assert await trail(work, hidden) == [("hana", "report view refused")]


async def test_a_supervisor_sees_restricted_reports_too(
    store: Store, now: datetime, keep: Keep, supervisor: By, noise: Any
) -> None:
    hidden = await keep(RESTRICTED, minutes=1)
    async with store.work() as work:
        assert await found(work, supervisor) == [hidden, noise.reference]
        assert await work.casework.open(hidden, supervisor, now) is not None


async def test_an_opened_report_holds_everything_that_was_said(
    store: Store, now: datetime, new_report: NewReport, handler: By, noise: Any
) -> None:
    report = replace(new_report, continues=noise.reference, flags=frozenset({"hate"}))
    async with store.work() as work:
        reference, _ = work.reports.keep(report, None, now)
        await work.reports.add(reference, "again", now)
        await work.casework.note(reference, "rang the council", handler, now)
        await work.casework.message(reference, "thank you", handler, now)
        await work.filing.assign(reference, handler.staff, handler, now, 2)
        opened = await work.casework.open(reference, handler, now)
        earlier = await work.casework.open(noise.reference, handler, now)
    assert opened is not None
    assert (opened.answers, opened.place) == (report.answers, report.place)
    assert (opened.contact, opened.flags) == (report.contact, report.flags)
    assert (opened.continues, opened.assignee) == (noise.reference, "Hana Handler")
    assert [(one.kind, one.by, one.text) for one in opened.story] == [
        ("added", "", "again"),
        ("note", "Hana Handler", "rang the council"),
        ("message", "Hana Handler", "thank you"),
        ("work", "Hana Handler", "took it on"),
    ]
    assert earlier is not None
    assert earlier.continued_by == (reference,)


async def test_the_resident_reads_messages_but_neither_notes_nor_names(
    store: Store, now: datetime, keep: Keep, handler: By
) -> None:
    reference = await keep()
    async with store.work() as work:
        await work.casework.note(reference, "between us", handler, now)
        await work.casework.message(reference, "thank you", handler, now)
        report = await work.reports.read(reference)
    assert report is not None
    assert report.updates == (Update(now, "staff", "thank you"),)


async def test_a_change_on_a_stale_version_is_a_conflict_and_changes_nothing(
    store: Store, now: datetime, keep: Keep, handler: By
) -> None:
    reference = await keep()
    async with store.work() as work:
        opened = await work.casework.open(reference, handler, now)
        assert opened is not None
        await work.reports.add(reference, "he has a knife now", now)
        with pytest.raises(Conflict):
            await work.casework.change_status(
                reference, Status.CLOSED, Disposition.MISUSE, handler, now, opened.version
            )
        with pytest.raises(Conflict):
            await work.filing.assign(reference, handler.staff, handler, now, opened.version)
        after = await work.casework.open(reference, handler, now)
    assert after is not None
    assert (after.status, after.assignee) == (Status.NEW, "")


async def test_the_table_of_transitions_holds(
    store: Store, now: datetime, keep: Keep, handler: By
) -> None:
    reference = await keep()
    async with store.work() as work:
        with pytest.raises(NotAllowed):
            await work.casework.change_status(reference, Status.FORWARDED, None, handler, now, 0)
        with pytest.raises(NotAllowed):
            await work.casework.change_status(reference, Status.CLOSED, None, handler, now, 0)
        await work.casework.change_status(
            reference, Status.IN_TRIAGE, Disposition.MISUSE, handler, now, 0
        )
        opened = await work.casework.open(reference, handler, now)
    assert opened is not None
    # A disposition says what came of a report, and nothing has yet.
    assert (opened.status, opened.disposition) == (Status.IN_TRIAGE, None)


async def test_every_look_and_change_is_one_event_without_words(
    store: Store, now: datetime, keep: Keep, handler: By
) -> None:
    reference = await keep()
    async with store.work() as work:
        await work.casework.open(reference, handler, now)
        await work.casework.change_status(reference, Status.IN_TRIAGE, None, handler, now, 0)
        await work.filing.assign(reference, handler.staff, handler, now, 1)
        await work.casework.note(reference, "CANARY", handler, now)
        await work.casework.message(reference, "CANARY", handler, now)
        events = await work.audit.about(reference)
        assert await work.audit.verify() is None
    assert [event.what for event in events] == [
        "report viewed",
        "status changed",
        "report assigned",
        "note added",
        "message sent",
    ]
    assert {event.who for event in events} == {"hana"}
    assert "CANARY" not in repr(events)


async def test_a_picture_is_shown_only_with_its_own_report(
    store: Store, now: datetime, new_report: NewReport, handler: By, noise: Any
) -> None:
    async with store.work() as work:
        chat = await work.conversations.load(noise.telegram, now)
        photo = await work.files.keep(b"picture", "image/jpeg", chat.id, now)
        reference, _ = work.reports.keep(replace(new_report, photos=(photo,)), None, now)
        shown = await work.casework.photo(reference, photo, handler, now)
        assert shown is not None
        assert shown[:2] == (b"picture", "image/jpeg")
        assert await work.casework.photo(noise.reference, photo, handler, now) is None
        assert await work.casework.photo(reference, noise.photo, handler, now) is None
        assert await trail(work, reference) == [("hana", "photo viewed")]
