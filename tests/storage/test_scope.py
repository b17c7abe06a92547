"""Which reports exist for whom: by district and kind, with conflicts and with broken glass."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers.report import RESTRICTED, NewReport, Place
from storage.audit import AuditEvent
from storage.queue import QueueFilter
from storage.reach import EVERYTHING, KINDS, Reach, bits_of, kinds_of, sensitive_of
from storage.scope import By
from storage.searches import SearchReason
from storage.work import Store, Work


async def keep(work: Work, now: datetime, district: str, *flags: str) -> str:
    report = NewReport("asb", (), Place("there", district=district), frozenset(flags))
    return work.reports.keep(report, None, now)[0]


async def seen(work: Work, by: By, now: datetime) -> set[str]:
    """What is in their queue; and what opens is the same."""
    page = await work.queue.list(QueueFilter(per_page=500), by)
    listed = {row.reference for row in page.rows}
    assert page.total == len(listed)
    everything = await work.queue.list(QueueFilter(per_page=500), None)
    opened = {
        row.reference
        for row in everything.rows
        if await work.casework.open(row.reference, by, now) is not None
    }
    assert opened == listed
    return listed


def reaching(by: By, **reach: object) -> By:
    staff = replace(by.staff, reach=Reach(**reach))  # type: ignore[arg-type] # a test's own words
    return replace(by, staff=staff, may_see_restricted=True)


async def test_districts_and_kinds_leave_what_is_for_them(
    store: Store, handler: By, now: datetime
) -> None:
    async with store.work() as work:
        harlow = await keep(work, now, "harlow")
        nowhere, outside = await keep(work, now, ""), await keep(work, now, "outside")
        child = await keep(work, now, "harlow", RESTRICTED, "children")
        both = await keep(work, now, "harlow", RESTRICTED, "children", "domestic-abuse")
        other = await keep(work, now, "basildon", RESTRICTED)
        theirs = await seen(work, reaching(handler, districts=("harlow",)), now)
        assert theirs == {harlow, nowhere, outside}
        cleared = reaching(handler, districts=("harlow",), cleared=bits_of(["children"]))
        assert await seen(work, cleared, now) == theirs | {child}
        for kinds, wanted in ((["other"], {other}), (KINDS, {child, both, other})):
            by = reaching(handler, cleared=bits_of(kinds))
            hidden = {child, both, other} - wanted
            found = await seen(work, by, now)
            assert wanted <= found
            assert not hidden & found


async def test_a_role_that_may_not_is_not_helped_by_clearances(
    store: Store, handler: By, now: datetime
) -> None:
    async with store.work() as work:
        hidden = await keep(work, now, "harlow", RESTRICTED)
        by = replace(reaching(handler, cleared=EVERYTHING), may_see_restricted=False)
        assert hidden not in await seen(work, by, now)


async def test_conflicts_close_and_broken_glass_opens_whatever_else_holds(
    store: Store, supervisor: By, now: datetime
) -> None:
    async with store.work() as work:
        mine, hidden = await keep(work, now, "harlow"), await keep(work, now, "harlow", RESTRICTED)
        me = reaching(supervisor, districts=("basildon",))
        assert not {mine, hidden} & await seen(work, me, now)
        assert await work.glass.break_glass(hidden, "Needed now", me.staff, now)
        await work.glass.declare(mine, supervisor, now)
        for minutes, opened in ((0, {hidden}), (59, {hidden}), (61, set[str]())):
            later = now + timedelta(minutes=minutes)
            fresh = await work.sessions.open(supervisor.staff, later)
            staff = await work.sessions.current(fresh, later)
            assert staff is not None
            assert staff.reach.opened == opened
            assert staff.reach.conflicts == {mine}
            by = By(replace(staff, reach=replace(staff.reach, cleared=0)), True)
            assert {mine, hidden} & await seen(work, by, later) == opened


@pytest.mark.parametrize("kinds", [(), KINDS, ("children",), ("domestic-abuse", "other")])
def test_kinds_are_bits_and_back(kinds: tuple[str, ...]) -> None:
    assert kinds_of(bits_of(kinds)) == kinds


def test_what_was_disclosed_and_has_no_name_is_sensitive_all_the_same() -> None:
    assert kinds_of(sensitive_of({RESTRICTED})) == ("other",)
    assert kinds_of(sensitive_of({RESTRICTED, "children"})) == ("children",)
    assert sensitive_of({"hate", "under-18", "safeguarding"}) == 0


async def test_a_search_is_kept_sealed_and_the_trail_holds_none_of_its_words(
    store: Store, handler: By, now: datetime
) -> None:
    async with store.work() as work:
        reason = SearchReason.CONTACT
        id = await work.searches.record(handler.staff, "person", "Margaret Hale", reason, now)
        (event,) = _named(await work.audit.latest(1), "searched")
        assert id in event.detail
        assert reason in event.detail
        assert "Hale" not in event.detail
        assert await work.searches.terms(id) == "Margaret Hale"
        assert await work.searches.purge(now) == 0
        assert await work.searches.purge(now + timedelta(days=1)) == 1
        assert await work.searches.terms(id) is None


def _named(events: tuple[AuditEvent, ...], what: str) -> list[AuditEvent]:
    return [event for event in events if event.what == what]
