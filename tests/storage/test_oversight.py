"""What supervisors keep, and the search of the audit trail, on both databases."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from handlers.days import Days, monday_of
from handlers.report import RESTRICTED, URGENT, Disposition, NewReport, Status
from storage.audit_search import Wanted
from storage.historic import HistoricCount, Overlaps
from storage.leave import LeaveKind
from storage.quality import A_WEEK, Closed, Criterion, Mark, Reviewed, draw
from storage.scope import By
from storage.tables import quality_reviews, reports
from storage.teams import HasReports, Team
from storage.work import Store, Work

MARCH = Days(date(2026, 3, 1), date(2026, 3, 31))


async def trail(work: Work, what: str) -> list[tuple[str, str]]:
    return [(e.who, e.about) for e in await work.audit.latest(20) if e.what == what]


async def close(work: Work, report: NewReport, by: By, at: datetime) -> str:
    reference, _ = work.reports.keep(report, None, at - timedelta(hours=1))
    await work.casework.change_status(reference, Status.CLOSED, Disposition.MISUSE, by, at, 0)
    return reference


class TestTeams:
    async def test_a_team_has_districts_and_members(
        self, store: Store, now: datetime, handler: By, supervisor: By
    ) -> None:
        async with store.work() as work:
            await work.teams.add("Noise", "sue", now)
            id = await work.teams.add("South & Castle Point", "sue", now)
            team = Team(id, "South", frozenset({"southend"}), frozenset({handler.staff.id}))
            await work.teams.change(team, "sue", now)
        async with store.work() as work:
            assert id == "south-castle-point"
            assert await work.teams.list() == (Team("noise", "Noise"), team)
            assert [one.username for one in await work.teams.people()] == ["hana", "sue"]
            assert await trail(work, "team changed") == [("sue", id)]

    @pytest.mark.parametrize(
        ("name", "said"),
        [("", "1 to 128"), ("x" * 129, "1 to 128"), ("Noise", "already"), ("noise!", "an id like")],
    )
    async def test_a_name_that_cannot_be_is_said_so(
        self, store: Store, now: datetime, name: str, said: str
    ) -> None:
        async with store.work() as work:
            await work.teams.add("Noise", "sue", now)
            with pytest.raises(ValueError, match=said):
                await work.teams.add(name, "sue", now)

    async def test_a_team_goes_only_without_open_reports(
        self, store: Store, now: datetime, noise: Any
    ) -> None:
        async with store.work() as work:
            id = await work.teams.add("North", "sue", now)
            given = update(reports).where(reports.c.reference == noise.reference)
            await work.rows.execute(given.values(team=id))
            with pytest.raises(HasReports) as refused:
                await work.teams.remove(id, "sue", now)
            assert refused.value.count == 1
            await work.rows.execute(given.values(team=""))
            await work.teams.remove(id, "sue", now)
            assert await work.teams.list() == ()
            with pytest.raises(LookupError):
                await work.teams.remove(id, "sue", now)


async def test_leave_is_listed_until_it_has_ended(
    store: Store, now: datetime, handler: By, supervisor: By
) -> None:
    async with store.work() as work:
        await work.leave.add(handler.staff, MARCH, LeaveKind.AWAY, "sue", now)
        await work.leave.add(
            supervisor.staff, Days(MARCH.last, MARCH.last), LeaveKind.TRAINING, "sue", now
        )
        ahead = await work.leave.ahead(MARCH.last)
        assert [(one.name, one.kind) for one in ahead] == [
            ("Hana Handler", LeaveKind.AWAY),
            ("Sue Pervisor", LeaveKind.TRAINING),
        ]
        assert await work.leave.ahead(MARCH.last + timedelta(days=1)) == ()
        await work.leave.remove(ahead[0].id, "sue", now)
        assert [one.name for one in await work.leave.ahead(MARCH.first)] == ["Sue Pervisor"]
        assert await trail(work, "leave removed") == [("sue", "hana")]
        with pytest.raises(LookupError):
            await work.leave.remove(ahead[0].id, "sue", now)
        assert await work.leave.purge(MARCH.last) == 0
        assert await work.leave.purge(MARCH.last + timedelta(days=1)) == 1


async def test_a_workload_is_what_somebody_has_open(
    store: Store, now: datetime, new_report: NewReport, handler: By, supervisor: By
) -> None:
    async with store.work() as work:
        for flags in ({URGENT}, set(), {RESTRICTED}):
            report = replace(new_report, flags=frozenset(flags))
            reference, _ = work.reports.keep(report, None, now)
            await work.filing.assign(reference, handler.staff, supervisor, now, 0)
        await work.rows.execute(
            update(reports).where(reports.c.urgent.is_(True)).values(due_at=now - timedelta(days=1))
        )
        for by, count in ((supervisor, 3), (handler, 2)):
            hana, sue = await work.workload.of_everybody(by, now)
            assert (hana.username, hana.open, hana.urgent, hana.overdue) == ("hana", count, 1, 1)
            assert (sue.username, sue.open, sue.oldest_at) == ("sue", 0, None)
        assert hana.oldest_at == now


class TestHistoric:
    async def test_counts_of_a_period_are_those_that_lie_wholly_in_it(
        self, store: Store, now: datetime
    ) -> None:
        counts = [
            HistoricCount(MARCH, "harlow", "asb", 5),
            HistoricCount(MARCH, "", "asb", 2),
            HistoricCount(MARCH, "harlow", "theft", 7),
        ]
        async with store.work() as work:
            await work.historic.keep(counts, "a briefing", "sue", now, replace=False)
            known = await work.historic.of(MARCH, "asb")
            assert (known.districts, known.sources, known.cut) == (
                {"harlow": 5, "": 2},
                ("a briefing",),
                0,
            )
            assert (await work.historic.of(MARCH)).districts == {"harlow": 12, "": 2}
            half = await work.historic.of(Days(MARCH.first, date(2026, 3, 15)), "asb")
            assert (half.districts, half.cut) == ({}, 2)
            assert await trail(work, "historic counts imported") == [("sue", "")]

    async def test_days_are_never_counted_twice(self, store: Store, now: datetime) -> None:
        first = [HistoricCount(MARCH, "harlow", "asb", 5)]
        again = [HistoricCount(MARCH, "maldon", "asb", 1), HistoricCount(MARCH, "harlow", "asb", 6)]
        async with store.work() as work:
            await work.historic.keep(first, "one", "sue", now, replace=False)
        with pytest.raises(Overlaps) as refused:
            async with store.work() as work:
                await work.historic.keep(again, "two", "sue", now, replace=False)
        assert (refused.value.number, refused.value.source) == (1, "one")
        async with store.work() as work:
            assert (await work.historic.of(MARCH)).districts == {"harlow": 5}
            await work.historic.keep(again, "two", "sue", now, replace=True)
            assert (await work.historic.of(MARCH)).districts == {"harlow": 6, "maldon": 1}


class TestQuality:
    async def test_a_sample_is_the_same_each_time_and_has_none_of_ones_own(
        self, store: Store, now: datetime, new_report: NewReport, handler: By, supervisor: By
    ) -> None:
        monday = monday_of(now.date())
        hidden = replace(new_report, flags=frozenset({RESTRICTED}))
        async with store.work() as work:
            theirs = [await close(work, new_report, handler, now) for _ in range(3)]
            own = await close(work, new_report, supervisor, now)
            restricted = await close(work, hidden, supervisor, now)
            await close(work, new_report, handler, now - timedelta(days=14))
            for_sue = await work.quality.sample(monday, supervisor)
            for_hana = await work.quality.sample(monday, handler)
            assert for_sue == await work.quality.sample(monday, supervisor)
        assert {one.reference for one in for_sue} == set(theirs)
        assert {one.closer for one in for_sue} == {handler.staff.id}
        assert [one.reference for one in for_hana] == [own], "the restricted one is not for her"
        assert restricted not in {one.reference for one in for_sue}

    async def test_a_review_is_kept_sealed_and_once(
        self, store: Store, now: datetime, new_report: NewReport, handler: By, supervisor: By
    ) -> None:
        monday = monday_of(now.date())
        marks = dict.fromkeys(Criterion, Mark.YES) | {Criterion.REPLY: Mark.NO}
        async with store.work() as work:
            reference = await close(work, new_report, handler, now)
            await work.quality.keep(reference, monday, marks, "CANARY", supervisor, now)
            with pytest.raises(Reviewed):
                await work.quality.keep(reference, monday, marks, "", supervisor, now)
            review = (await work.quality.reviews(monday))[reference]
            assert (review.marks, review.note, review.reviewer) == (marks, "CANARY", "Sue Pervisor")
            found = await work.quality.found(monday)
            assert Counter(
                {(one.criterion, one.mark): one.count for one in found}
            ) == dict.fromkeys(marks.items(), 1)
            assert await work.quality.found(monday + timedelta(days=1)) == ()
            kept = (await work.rows.execute(select(quality_reviews.c.note))).scalar_one()
            assert b"CANARY" not in kept
            reviewed = await trail(work, "report reviewed for quality")
            assert reviewed == [("sue", reference)]

    def test_who_closed_few_is_drawn_as_often_as_who_closed_many(self, now: datetime) -> None:
        closed = [
            Closed(f"FC-{number}", "asb", "", now, closer=1 if number < 40 else 2)
            for number in range(43)
        ]
        drawn = draw(closed, date(2026, 3, 2))
        assert Counter(one.closer for one in drawn) == {1: A_WEEK - 3, 2: 3}
        assert drawn == draw([*reversed(closed)], date(2026, 3, 2))
        assert drawn != draw(closed, date(2026, 3, 9))


class TestAuditSearch:
    @pytest.fixture
    async def filled(self, store: Store, now: datetime) -> Store:
        """Six events of a test, a day apart, among those of others."""
        async with store.work() as work:
            for number in range(6):
                who, about = ("ann", "bob")[number % 2], f"FC-{number % 3}"
                at = now + timedelta(days=number)
                await work.audit.append(who, f"test {number % 3}", about, {}, at)
        return store

    @pytest.mark.parametrize(
        ("wanted", "days"),
        [
            (Wanted(who="ann"), [4, 2, 0]),
            (Wanted(what="test 1"), [4, 1]),
            (Wanted(about="FC-2", who="bob"), [5]),
            (Wanted(who="ann", what="test 1", about="FC-1"), [4]),
            (Wanted(who="nobody"), []),
        ],
    )
    async def test_events_are_found_newest_first(
        self, filled: Store, now: datetime, wanted: Wanted, days: list[int]
    ) -> None:
        async with filled.work() as work:
            found = await work.audit_search.find(wanted, 10)
        assert [(event.at - now).days for event in found] == days

    async def test_a_time_and_a_page_narrow_them(self, filled: Store, now: datetime) -> None:
        def after(days: int) -> datetime:
            return now + timedelta(days=days)

        async with filled.work() as work:
            search = work.audit_search
            between = await search.find(Wanted(start=after(1), end=after(4)), 10)
            assert [(event.at - now).days for event in between] == [3, 2, 1]
            first = await search.find(Wanted(who="bob"), 2)
            rest = await search.find(Wanted(who="bob"), 2, before=first[-1].seq)
            assert [(event.at - now).days for event in (*first, *rest)] == [5, 3, 1]
            assert await search.find(Wanted(start=after(9)), 10) == ()
            assert len(await search.find(Wanted(end=after(9), who="ann"), 10)) == 3

    async def test_all_that_was_ever_done_is_known(self, filled: Store) -> None:
        async with filled.work() as work:
            kinds = await work.audit_search.kinds()
            events = await work.audit.latest(100)
        assert list(kinds) == sorted({event.what for event in events})
        assert {"test 0", "test 1", "test 2", "account added"} <= set(kinds)
