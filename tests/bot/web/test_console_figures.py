"""Figures in the console: what the pages say is what a recount of the rows comes to."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.web.csv_out import safe
from bot.web.figures_days import read_chosen
from bot.web.figures_hotspots import hotspots
from bot.web.figures_steps import by_clock, by_weekday, steps_of
from bot.web.figures_text import against, took
from handlers.days import Days
from handlers.report import RESTRICTED, Disposition, Place, Status
from knowledge.library import Library
from storage.figures import Group
from storage.historic import HistoricCount
from storage.tables import reports
from tests.bot.test_growth import listening, scans
from tests.console_desk import Desk, Seen, keep, open_desk

FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\tx", "\rx", '=HYPERLINK("http://x")']


@pytest.fixture
async def desk(staffed: Path, library: Library, now: datetime) -> AsyncIterator[Desk]:
    async with open_desk(staffed, library, now) as opened:
        yield opened


def rows_of(seen: Seen) -> list[list[str]]:
    assert seen.body.startswith(b"\xef\xbb\xbf"), "a spreadsheet would not see that it is UTF-8"
    return [*csv.reader(io.StringIO(seen.body.decode("utf-8-sig")))]


async def tile(desk: Desk, name: str, path: str = "/figures", role: str = "supervisor") -> str:
    """What a tile of the dashboard says: its value and, where it has one, what was before."""
    seen = await (await desk.colleague(role)).get(path.replace("/figures", "/figures.csv", 1))
    row = next(row for row in rows_of(seen) if row[:1] == [name])
    return " | ".join(cell for cell in row[1:] if cell)


class TestTheDashboard:
    async def test_it_says_what_a_recount_of_the_rows_comes_to(self, desk: Desk) -> None:
        now = desk.clock.now
        made = [now - timedelta(days=days, hours=1) for days in (0, 1, 5, 20, 27, 30, 40, 90)]
        async with desk.store.work() as work:
            references = [await keep(work, at) for at in made]
            hidden = await keep(work, now, flags=frozenset({RESTRICTED}))
            by = desk.by("supervisor")
            for number, reference in enumerate(references[:3]):
                await work.casework.open(reference, by, made[number] + timedelta(minutes=10))
                await work.casework.message(reference, "x", by, made[number] + timedelta(hours=1))
            opened = await work.casework.open(references[0], by, now)
            assert opened is not None
            await work.casework.change_status(
                references[0], Status.CLOSED, Disposition.MISUSE, by, now, opened.version
            )
        assert await tile(desk, "New") == "6 | 2 before, up 200%"
        assert await tile(desk, "New", role="admin") == "5 | 2 before, up 150%"
        assert await tile(desk, "Open") == str(len([*references, hidden]) - 1)
        assert await tile(desk, "Closed") == "1 | 0 before"
        assert await tile(desk, "Time to first view") == "10 min | – before"
        assert await tile(desk, "Time to first reply") == "1 h | – before"
        assert await tile(desk, "Time to close") == "1 h | – before"
        assert await tile(desk, "New", "/figures?period=today") == "2 | 1 before, up 100%"
        assert await tile(desk, "New", "/figures?period=year") == "9 | 0 before"

    async def test_it_says_what_is_overdue_and_what_nobody_has(self, desk: Desk) -> None:
        first, second = await desk.report(), await desk.report()
        async with desk.store.work() as work:
            late = desk.clock.now - timedelta(minutes=1)
            await work.rows.execute(
                update(reports).where(reports.c.reference == first).values(due_at=late)
            )
            by = desk.by("handler")
            await work.filing.assign(second, by.staff, by, desk.clock.now, 0)
        assert await tile(desk, "Overdue") == "1"
        assert await tile(desk, "With nobody") == "1"

    async def test_every_chart_has_its_numbers_beneath_and_no_style(self, desk: Desk) -> None:
        await desk.report()
        page = await (await desk.colleague("supervisor")).get("/figures")
        for title in ("New reports by day", "New reports by hour of the day", "By kind"):
            assert title.casefold() in page.text.casefold()
        assert page.html.count('<svg class="chart"') == page.html.count("The numbers<span")
        assert "style=" not in page.html
        assert "Antisocial behaviour 1" in page.text

    async def test_who_may_not_see_restricted_reports_is_told_so(self, desk: Desk) -> None:
        admin = await (await desk.colleague("admin")).get("/figures")
        assert "Restricted reports are not open to you" in admin.text
        supervisor = await (await desk.colleague("supervisor")).get("/figures")
        assert "Restricted reports" not in supervisor.text

    async def test_own_days_that_cannot_be_read_come_back_with_what_to_do(self, desk: Desk) -> None:
        supervisor = await desk.colleague("supervisor")
        page = await supervisor.get("/figures?period=own&from=2026-11-31&to=2026-11-02")
        assert page.status == 422
        assert "Give the first day, such as 2026-03-01." in page.text
        assert 'value="2026-11-31"' in page.html
        swapped = await supervisor.get("/figures?period=own&from=2026-11-03&to=2026-11-02")
        assert "The last day comes before the first. Swap them." in swapped.text
        assert (await supervisor.get("/figures?period=nonsense")).status == 200

    @pytest.mark.parametrize("role", ["handler", "comms"])
    async def test_it_is_for_who_answers_for_the_desk(self, desk: Desk, role: str) -> None:
        colleague = await desk.colleague(role)
        for path in ("/figures", "/figures.csv", "/figures/times", "/figures/districts.csv"):
            assert (await colleague.get(path)).status == 403

    async def test_taking_figures_away_is_recorded_and_looking_is_not(self, desk: Desk) -> None:
        supervisor = await desk.colleague("supervisor")
        await supervisor.get("/figures")
        for page in ("/figures.csv", "/figures/times.csv", "/figures/districts.csv"):
            answer = await supervisor.get(page)
            assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
            assert "attachment" in answer.headers["Content-Disposition"]
        assert await desk.events("figures exported") == [("supervisor", "figures exported", "")] * 3

    async def test_no_page_looks_through_a_table(self, desk: Desk, staffed: Path) -> None:
        await desk.report()
        supervisor = await desk.colleague("supervisor")
        with listening() as executed:
            for path in (
                "/figures",
                "/figures/times?by=hour",
                "/figures/districts?kind=asb",
                "/audit?who=handler&what=signed+in&about=x&from=2026-01-01&to=2026-12-31",
                "/quality",
            ):
                assert (await supervisor.get(path)).status == 200
        slow = [sql for sql in scans(staffed / "counter.db", executed) if "team" not in sql]
        assert slow == [], "teams are few, and read whole"


class TestTimes:
    async def test_waits_stand_under_the_kind_the_district_and_the_hour(self, desk: Desk) -> None:
        async with desk.store.work() as work:
            for minutes, kind in ((10, "asb"), (20, "asb"), (90, "theft")):
                reference = await keep(work, desk.clock.now - timedelta(hours=3), kind=kind)
                then = desk.clock.now - timedelta(hours=3) + timedelta(minutes=minutes)
                await work.casework.open(reference, desk.by("supervisor"), then)
        supervisor = await desk.colleague("supervisor")
        by_kind = {row[0]: row[1:4] for row in rows_of(await supervisor.get("/figures/times.csv"))}
        assert by_kind["Antisocial behaviour"] == ["2", "10 min", "20 min"]
        assert by_kind["Theft or burglary"] == ["1", "1 h 30 min", "1 h 30 min"]
        assert by_kind["All"] == ["3", "20 min", "1 h 30 min"]
        for group, name in (("district", "Chelmsford"), ("team", "No team"), ("hour", "06:00")):
            page = await supervisor.get(f"/figures/times?by={group}")
            assert f"{name} 3 20 min 1 h 30 min" in page.text


class TestDistricts:
    async def test_imported_counts_and_our_own_stand_side_by_side(self, desk: Desk) -> None:
        days = Days(date(2026, 3, 1), date(2026, 3, 31))
        async with desk.store.work() as work:
            counts = [HistoricCount(days, "", "asb", 3), HistoricCount(days, "harlow", "asb", 8)]
            await work.historic.keep(counts, "the briefing", "x", desk.clock.now, replace=False)
            await keep(work, desk.clock.now)
            await keep(work, desk.clock.now, place=Place("?"))
            await keep(work, desk.clock.now, kind="theft", place=Place("?", district="outside"))
        supervisor = await desk.colleague("supervisor")
        path = "/figures/districts?against=own&from2=2026-03-01&to2=2026-03-31"
        page = await supervisor.get(path)
        for row in ("Chelmsford 0 1 1 –", "Harlow 8 0 -8 -100", "Outside Essex 0 1 1 –"):
            assert row in page.text
        assert "Unallocated 3 1 -2 -66.7 Total 11 3 -8 -72.7" in page.text
        assert "0 reports of ours, and what “the briefing” counted" in page.text
        assert "National Statistics" in page.text
        asb = rows_of(await supervisor.get(path.replace("districts?", "districts.csv?kind=asb&")))
        assert asb[-1] == ["Total", "11", "2", "-9", "-81.8"]

    async def test_a_rise_is_listed_with_the_way_to_its_reports(self, desk: Desk) -> None:
        async with desk.store.work() as work:
            for _ in range(6):
                await keep(work, desk.clock.now)
        page = await (await desk.colleague("supervisor")).get("/figures/districts")
        assert "Antisocial behaviour in Chelmsford : 6, 0 before" in page.text
        assert page.links("/?view") == ["/?view=all&district=chelmsford&kind=asb"]

    def test_a_hotspot_needs_more_than_chance(self) -> None:
        def group(district: str, count: int) -> Group:
            return Group("asb", district, "", count)

        before = [group("harlow", 100), group("maldon", 2), group("southend", 1)]
        now = [group("harlow", 120), group("maldon", 12), group("southend", 4), group("", 50)]
        assert [one.district for one in hotspots(before, now)] == ["maldon"]


class TestFiles:
    @pytest.mark.parametrize("cell", FORMULAS)
    def test_what_a_spreadsheet_would_obey_is_made_text(self, cell: str) -> None:
        assert safe(cell) == f"'{cell}"

    @pytest.mark.parametrize("cell", [-5, "-18.3", "Harlow", "", "–", "a=b"])
    def test_numbers_and_words_stay_what_they_are(self, cell: str | int) -> None:
        assert safe(cell) == str(cell)

    async def test_a_team_with_a_nasty_name_does_no_harm_in_a_file(self, desk: Desk) -> None:
        reference = await desk.report()
        async with desk.store.work() as work:
            id = await work.teams.add('=HYPERLINK("http://x")', "supervisor", desk.clock.now)
            await work.rows.execute(
                update(reports).where(reports.c.reference == reference).values(team=id)
            )
        seen = await (await desk.colleague("supervisor")).get("/figures.csv")
        assert ['\'=HYPERLINK("http://x")', "1"] in rows_of(seen)


class TestDays:
    def test_days_typed_into_the_form_count_whatever_the_period_says(self) -> None:
        shown = {"period": "28", "shown": "2026-11-01..2026-11-28"}
        same = read_chosen({**shown, "from": "2026-11-01", "to": "2026-11-28"}, date(2026, 11, 28))
        assert (same.period, same.days.count) == ("28", 28)
        typed = read_chosen({**shown, "from": "2026-11-02", "to": "2026-11-03"}, date(2026, 11, 28))
        assert str(typed.days) == "2026-11-02..2026-11-03"
        assert typed.path("/figures") == "/figures?period=own&from=2026-11-02&to=2026-11-03"

    @pytest.mark.parametrize(("count", "each", "steps"), [(28, "day", 28), (91, "week", 13)])
    def test_steps_fit_the_length(self, count: int, each: str, steps: int) -> None:
        found = steps_of(Days(date(2026, 1, 5), date(2026, 1, 4) + timedelta(days=count)))
        assert (found.each, len(found.parts)) == (each, steps)
        assert sum(part.count for part in found.parts) == count

    def test_months_are_those_of_the_calendar(self) -> None:
        found = steps_of(Days(date(2026, 1, 15), date(2026, 12, 3)))
        assert (found.each, len(found.parts), found.names[-1]) == ("month", 12, "Dec 26")
        assert str(found.parts[1]) == "2026-02-01..2026-02-28"

    def test_hours_are_those_of_the_clock_in_london(self) -> None:
        summer = {datetime.fromisoformat("2026-07-05T23:00+00:00"): 2}
        assert by_clock(summer)[0] == 2
        assert by_weekday(summer) == (2, 0, 0, 0, 0, 0, 0)

    @pytest.mark.parametrize(
        ("seconds", "words"),
        [(20, "under a minute"), (90, "2 min"), (3600, "1 h"), (9000, "2 h 30 min"),
         (4 * 86400 + 43200, "4.5 days")],
    )  # fmt: skip
    def test_how_long_is_said_in_words(self, seconds: int, words: str) -> None:
        assert took(timedelta(seconds=seconds)) == words

    def test_what_was_before_is_said_in_words(self) -> None:
        assert against(90, 120) == "120 before, down 25%"
        assert against(0, 0) == "0 before as well"
