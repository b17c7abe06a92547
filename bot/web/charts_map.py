"""A map of the districts, coloured by number: every district has its name and number on it too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

from markupsafe import Markup

from bot.web.charts import picture
from knowledge.outlines import Outline, Point

CLASSES = 5
_WIDE = 720
_EDGE = 6
_LINE = 16
_LETTER = 7.5
_MOVES = (0, 12, -12, 24, -24, 36, -36, 48)


@dataclass(frozen=True, slots=True)
class Area:
    """A district with its number."""

    district: str
    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Class:
    """The districts of one colour: from the least to the most of their numbers."""

    number: int
    """From 0, the palest."""
    least: int
    most: int


def choropleth(
    id: str, title: str, areas: Sequence[Area], outlines: Mapping[str, Outline]
) -> tuple[Markup, tuple[Class, ...]]:
    """The map, and its legend; an empty map where there are no outlines to draw."""
    legend = classes([area.value for area in areas])
    drawn = [area for area in areas if area.district in outlines]
    if not drawn:
        return Markup(), legend
    sheet = _Sheet([outlines[area.district] for area in drawn])
    shapes = (
        Markup('<path class="chart-map chart-map--{}" d="{}"/>').format(
            next(each.number for each in legend if area.value <= each.most),
            sheet.path(outlines[area.district]),
        )
        for area in drawn
    )
    names = _names([(area, *sheet.at(outlines[area.district].label)) for area in drawn])
    most = max(areas, key=lambda area: area.value)
    least = min(areas, key=lambda area: area.value)
    said = f"Most: {most.name}, {most.value:,}. Least: {least.name}, {least.value:,}."
    # Names come after all shapes, or the next district would cover them.
    return picture(id, title, said, (_WIDE, sheet.high), (*shapes, *names)), legend


def spot(id: str, name: str, outline: Outline, place: Point | None) -> Markup:
    """One district, and a dot at a place in it: longitude and latitude, degrees; None for none."""
    sheet = _Sheet([outline])
    shapes = [Markup('<path class="chart-map chart-map--1" d="{}"/>').format(sheet.path(outline))]
    said = "The place is not known more closely than that."
    if place is not None:
        x, y = sheet.at(place)
        dot = '<circle class="chart-spot" cx="{:.0f}" cy="{:.0f}" r="14"/>'
        shapes.append(Markup(dot).format(x, y))  # noqa: S704 - the shape is ours, its numbers too
        said = f"The dot is at {place[1]:.4f}, {place[0]:.4f}."
    return picture(id, name, said, (_WIDE, sheet.high), shapes)


def classes(values: Sequence[int]) -> tuple[Class, ...]:
    """Values in CLASSES groups of about the same size; equal ones are in the same."""
    ordered = sorted(values)
    found: list[Class] = []
    begin = 0
    while begin < len(ordered):
        left = CLASSES - len(found)
        end = begin + max(1, round((len(ordered) - begin) / left)) if left > 1 else len(ordered)
        while end < len(ordered) and ordered[end] == ordered[end - 1]:
            end += 1
        found.append(Class(len(found), ordered[begin], ordered[end - 1]))
        begin = end
    return tuple(found)


class _Sheet:
    """The paper that outlines are drawn on: a county is small enough for a flat one."""

    def __init__(self, outlines: Iterable[Outline]) -> None:
        points = [p for each in outlines for polygon in each.polygons for r in polygon for p in r]
        longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
        self._west, self._north = min(longitudes), max(latitudes)
        shrunk = cos(radians((min(latitudes) + max(latitudes)) / 2))
        self._x = (_WIDE - 2 * _EDGE) / (max(longitudes) - self._west)
        self._y = self._x / shrunk
        self.high = round((self._north - min(latitudes)) * self._y) + 2 * _EDGE

    def at(self, point: Point) -> tuple[float, float]:
        return (
            _EDGE + (point[0] - self._west) * self._x,
            _EDGE + (self._north - point[1]) * self._y,
        )

    def path(self, outline: Outline) -> str:
        rings = (ring for polygon in outline.polygons for ring in polygon)
        return "".join(f"M{'L'.join(self._corner(point) for point in ring)}Z" for ring in rings)

    def _corner(self, point: Point) -> str:
        x, y = self.at(point)
        return f"{x:.0f} {y:.0f}"


def _names(places: Iterable[tuple[Area, float, float]]) -> Iterable[Markup]:
    """Each name with its number beneath, moved up or down where it would cover another."""
    taken: list[tuple[float, float, float]] = []
    for area, x, middle in places:
        half = max(len(area.name), len(f"{area.value:,}")) * _LETTER / 2
        free = (y for y in (middle + move for move in _MOVES) if not _covers(taken, x, y, half))
        y = next(free, middle)
        taken.append((x, y, half))
        yield Markup(
            '<g class="chart-name"><text class="chart-text chart-text--middle" '
            'x="{0:.0f}" y="{1:.0f}">{3}</text><text class="chart-text chart-text--middle" '
            'x="{0:.0f}" y="{2:.0f}">{4}</text></g>'
        ).format(x, y - 2, y - 2 + _LINE, area.name, f"{area.value:,}")


def _covers(taken: Iterable[tuple[float, float, float]], x: float, y: float, half: float) -> bool:
    return any(abs(y - b) < 2 * _LINE and abs(x - a) < half + wide for a, b, wide in taken)
