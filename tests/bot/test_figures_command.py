"""Historic counts: every wrong line is named, and the briefing's table comes out to the digit."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.commands.figures import import_order, lines_of
from bot.counted import read_sides, table_of
from bot.district_table import Side, compare, percent
from bot.historic import Names, read_counts
from bot.orders import Operator, Order
from handlers.days import Days, read_days
from knowledge.library import Library
from storage.work import Store
from tests.console_desk import keep

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "asb-2016.csv"
# As the briefing of 7 July 2016 has it: Mar-Apr 2015, Mar-Apr 2016, No of Incidents, % Change.
# Its rows come to less than its total; the last but one is what is between.
BRIEFING = """\
Thurrock 5904 5554 -350 -5.9
Basildon 6501 6120 -381 -5.9
Castle Point 2338 1910 -428 -18.3
Rochford 1733 1585 -148 -8.5
Southend-on-Sea 8068 7174 -894 -11.1
Braintree 3825 3361 -464 -12.1
Colchester 6072 5526 -546 -9
Chelmsford 4617 4178 -439 -9.5
Maldon 1160 1077 -83 -7.2
Tendring 4821 4612 -209 -4.3
Uttlesford 1381 1149 -232 -16.8
Epping Forest 3814 3554 -260 -6.8
Harlow 4347 3745 -602 -13.8
Brentwood 1996 1945 -51 -2.6
Unallocated 427 502 75 17.6
Total 57004 51992 -5012 -8.8
"""
HEADER = "from,to,district,kind,count\n"
LINE = "2015-03-01,2015-04-30,Harlow,asb,7"
NAMES = Names({"harlow": "harlow", "castlepoint": "castle-point"}, {"asb": "asb"})


@dataclass
class Desk:
    """Somebody at the command line."""

    operator: Operator
    library: Library

    async def bring_in(self, file: Path, source: str = "", *, replace: bool = False) -> str:
        order = import_order(self.library, file, source, replace=replace)
        return await self.operator.carry_out(order)

    async def table(self, first: str, second: str) -> list[str]:
        asked = {"first": first, "second": second, "kind": "asb"}
        said = await self.operator.carry_out(Order("figures table", asked))
        lines = lines_of(table_of(self.library, *read_sides(said)), "Antisocial behaviour")
        return [" ".join(line.split()) for line in lines]


@pytest.fixture
def desk(store: Store, library: Library, now: datetime) -> Desk:
    return Desk(Operator(store, lambda: now), library)


async def test_the_table_of_2016_comes_out_to_the_digit(desk: Desk) -> None:
    said = await desk.bring_in(EXAMPLE, "the briefing")
    assert said == "30 counts are imported, 108,996 together. Source: the briefing."
    printed = await desk.table("2015-03..2015-04", "2016-03-01..2016-04-30")
    rows, sources = printed[2:-2], printed[-2:]
    assert sorted(rows) == sorted(BRIEFING.splitlines())
    assert rows[-2:] == BRIEFING.splitlines()[-2:]
    assert sources[0].endswith("0 reports of ours, and what the briefing counted.")


async def test_a_second_import_counts_nothing_twice(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_text(f"{HEADER}{LINE}\n", encoding="utf-8-sig")
    await desk.bring_in(file)
    with pytest.raises(ValueError, match="add --replace") as again:
        await desk.bring_in(file)
    assert str(again.value).startswith("Line 2: counts.csv has a count for 2015-03-01..2015-04-30")
    file.write_text(f"{HEADER}{LINE}0\n", encoding="utf-8")
    await desk.bring_in(file, replace=True)
    april = LINE.replace("2015-03-01", "2015-04-01")
    file.write_text(f"{HEADER}{april}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="would be counted twice"):
        await desk.bring_in(file, replace=True)
    printed = await desk.table("2015-03..2015-04", "2015-04..2015-04")
    assert "Harlow 70 0 -70 -100" in printed
    assert "1 imported counts reach beyond these days and are left out" in printed[-1]


async def test_our_own_reports_are_counted_with_them(
    desk: Desk, store: Store, tmp_path: Path, now: datetime
) -> None:
    file = tmp_path / "counts.csv"
    file.write_text(f"{HEADER}{LINE}\n", encoding="utf-8")
    await desk.bring_in(file)
    async with store.work() as work:
        await keep(work, now)
        await keep(work, now, kind="theft")
    printed = await desk.table("2015-03..2015-04", f"{now:%Y-%m-%d}..{now:%Y-%m-%d}")
    assert "Chelmsford 0 1 1 –" in printed
    assert "Total 7 1 -6 -85.7" in printed


async def test_a_file_that_cannot_be_read_is_said_so(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        await desk.bring_in(tmp_path / "none.csv")
    (tmp_path / "old.csv").write_bytes("Größe".encode("latin-1"))
    with pytest.raises(ValueError, match="is not in UTF-8"):
        await desk.bring_in(tmp_path / "old.csv")
    with pytest.raises(ValueError, match="in 128 letters at most"):
        await desk.bring_in(tmp_path / "old.csv", "x" * 129)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2015-3-1,2015-04-30,Harlow,asb,7", "“2015-3-1” is no day. Write it like 2016-03-31."),
        ("2015-04-30,2015-03-01,Harlow,asb,7", "2015-03-01 comes before 2015-04-30. Swap"),
        ("2015-03-01,2015-04-30,Castlepont,asb,7", "Did you mean “castle-point”?"),
        ("2015-03-01,2015-04-30,Harlow,absb,7", "there is no kind “absb”. Did you mean “asb”?"),
        ('2015-03-01,2015-04-30,Harlow,asb,"5,904"', "“5,904” is no count. Write digits alone"),
        ("2015-03-01,2015-04-30,Harlow,asb,-7", "“-7” is no count"),
        ("2015-03-01,2015-04-30,Harlow", "has 3 of the 5 cells: from, to, district, kind, count."),
        (LINE, "the same days, district and kind as line 2. Keep one."),
    ],
)
def test_a_wrong_line_is_named_with_what_to_do(line: str, said: str) -> None:
    with pytest.raises(ValueError, match="Nothing was imported") as error:
        read_counts(f"{HEADER}{LINE}\n\n{line}\n", NAMES)
    assert "Line 4: " in str(error.value)
    assert said in str(error.value)


def test_a_file_needs_its_first_line_and_at_least_one_more() -> None:
    with pytest.raises(ValueError, match="Line 1 must be: from,to,district,kind,count"):
        read_counts(LINE, NAMES)
    with pytest.raises(ValueError, match="no counts below its first line"):
        read_counts(HEADER, NAMES)


def test_names_are_known_whatever_their_capitals_spaces_and_hyphens() -> None:
    text = (
        f"{HEADER}2015-03-01,2015-04-30,castle POINT,ASB,7\n{LINE.replace('Harlow', 'Unallocated')}"
    )
    assert [each.count.district for each in read_counts(text, NAMES)] == ["castle-point", ""]


def test_what_belongs_to_no_district_is_in_the_table_and_the_rows_add_up() -> None:
    days = Days(date(2026, 1, 1), date(2026, 1, 31))
    first = Side(days, {"harlow": 2, "": 1, "merged-away": 3}, ours=6)
    second = Side(days, {"outside": 5}, ours=5)
    table = compare({"harlow": "Harlow"}, "Outside Essex", first, second)
    assert [(line.name, line.first, line.second) for line in table.lines] == [
        ("Harlow", 2, 0),
        ("Outside Essex", 0, 5),
        ("Unallocated", 4, 0),
    ]
    assert (table.total.first, table.total.second, table.total.change) == (6, 5, "-16.7")


@pytest.mark.parametrize(
    ("difference", "of", "written"),
    [(-546, 6072, "-9"), (1, 2000, "0.1"), (-1, 2000, "-0.1"), (0, 7, "0"), (5, 0, "–")],
)
def test_per_cent_are_rounded_as_in_the_briefing(difference: int, of: int, written: str) -> None:
    assert percent(difference, of) == written


@pytest.mark.parametrize("text", ["", "2016-13..2016-14", "2016-04", "2016-02-30..2016-03-01"])
def test_what_is_no_period_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no period\. Write two days or two months"):
        read_days(text)


def test_a_year_before_the_29th_of_february_is_the_28th() -> None:
    days = read_days("2028-02..2028-02")
    assert str(days) == "2028-02-01..2028-02-29"
    assert str(days.year_before()) == "2027-02-01..2027-02-28"
    assert str(days.before()) == "2028-01-03..2028-01-31"
