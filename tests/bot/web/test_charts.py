"""Charts: well-formed pictures without script or style, which say what they show."""

from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from bot.web.charts import Bar, Series, band, bars, columns, lines
from bot.web.charts_map import CLASSES, Area, choropleth, classes
from knowledge.library import Library

NASTY = '<script>"&'
BARS = [Bar(NASTY, 12), Bar("Theft", 3), Bar("Hate", 0)]
NAMES = ("1 Nov", "2 Nov", "3 Nov")
NEW = Series("New", (4, None, 12.5))


def read(svg: Markup) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - we wrote it ourselves


@pytest.mark.parametrize(
    "svg",
    [
        columns("c", NASTY, BARS),
        bars("b", NASTY, BARS),
        lines("l", NASTY, NAMES, NEW, Series(NASTY, (1, 2, 3))),
        band("d", NASTY, NAMES, Series("Median", (1, 2, None)), Series("90th", (2, 3, None))),
        lines("none", NASTY, (), Series("New", ()), None),
        bars("no-bars", NASTY, ()),
        columns("zero", NASTY, [Bar("a", 0)]),
    ],
)
def test_a_chart_is_one_image_with_a_name_and_a_description(svg: Markup) -> None:
    image = read(svg)
    id = image.attrib["id"]
    assert (image.attrib["role"], image.attrib["aria-labelledby"]) == (
        "img",
        f"{id}-title {id}-desc",
    )
    title, described = image[0], image[1]
    assert (title.tag, title.text, title.attrib["id"]) == ("title", NASTY, f"{id}-title")
    assert described.attrib["id"] == f"{id}-desc"
    assert described.text
    used = {name for part in image.iter() for name in part.attrib}
    assert not used & {"style", "fill", "onclick", "href"}, "the policy forbids it, or CSS does it"
    assert "nan" not in svg


def test_a_description_says_the_most_and_the_least() -> None:
    assert read(columns("c", "x", BARS))[1].text == f"Most: {NASTY}, 12. Least: Hate, 0."
    assert read(lines("l", "x", NAMES, NEW, None))[1].text == "New: 4 at 1 Nov, 12.5 at 3 Nov."


def test_a_bar_twice_as_high_is_twice_as_long() -> None:
    long, short = read(bars("b", "x", [Bar("a", 10), Bar("b", 5)])).findall("rect")
    assert float(long.attrib["width"]) == 2 * float(short.attrib["width"])


@pytest.mark.parametrize(
    ("most", "marks"),
    [
        (0, ["0", "1"]),
        (3, ["0", "1", "2", "3"]),
        (12, ["0", "5", "10", "15"]),
        (100, ["0", "20", "40", "60", "80", "100"]),
        (5904, ["0", "2,000", "4,000", "6,000"]),
    ],
)
def test_the_scale_has_round_marks(most: int, marks: list[str]) -> None:
    texts = [text.text for text in read(columns("c", "x", [Bar("", most)])).findall("text")]
    assert [text for text in texts if text] == marks


def test_a_line_is_broken_where_there_is_nothing() -> None:
    drawn = read(lines("l", "x", NAMES, NEW, None))
    assert [part.tag for part in drawn if part.get("class", "").startswith("chart-line")] == [
        "circle",
        "circle",
    ]


def test_the_map_has_every_district_with_its_name_and_number(library: Library) -> None:
    areas = [
        Area(one.id, one.name, number)
        for number, one in enumerate(library.places.districts.values())
    ]
    drawn, legend = choropleth("map", "ASB", areas, library.places.outlines)
    image = read(drawn)
    assert len(image.findall("path")) == len(areas) == 14
    written = {text.text for text in image.iter("text")}
    assert {area.name for area in areas} <= written
    assert {str(area.value) for area in areas} <= written
    assert len(legend) == CLASSES
    assert len(drawn) < 30_000


def test_names_on_the_map_do_not_cover_each_other(library: Library) -> None:
    districts = library.places.districts.values()
    drawn, _ = choropleth(
        "map", "x", [Area(one.id, one.name, 7000) for one in districts], library.places.outlines
    )
    boxes = []
    for name in read(drawn).findall("g"):
        first, number = name.findall("text")
        x, top, bottom = (float(first.attrib[k]) for k in ("x", "y")), 0.0, 0.0
        left, y = x
        top, bottom = y - 12, float(number.attrib["y"])
        half = len(first.text or "") * 3.5
        boxes.append((left - half, left + half, top, bottom))
    for number, (a, b, c, d) in enumerate(boxes):
        for left, right, top, bottom in boxes[number + 1 :]:
            assert right <= a or b <= left or bottom <= c or d <= top


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], []),
        ([3, 3, 3], [(3, 3)]),
        ([1, 2], [(1, 1), (2, 2)]),
        ([1, 1, 1, 1, 1, 9], [(1, 1), (9, 9)]),
        (range(10), [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]),
    ],
)
def test_classes_are_of_about_the_same_size_and_keep_equals_together(
    values: list[int], found: list[tuple[int, int]]
) -> None:
    assert [(one.least, one.most) for one in classes(values)] == found
