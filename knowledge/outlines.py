"""The outlines of districts: which one a position on the map lies in, or lies next to."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, inf, isfinite, radians
from typing import Any

from knowledge.article import Problem
from knowledge.source import Source

NEXT_TO_KM = 1.0
"""How far outside an outline a position still counts as its district's: outlines are rough."""
CLEAR_OF_EDGE_KM = 0.5
"""How far inside an outline a position must lie for its district to be sure."""

_KM_PER_DEGREE = 111.195
"""Of latitude, on a sphere of the earth's mean radius (6,371 km)."""

Point = tuple[float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of one district; degrees, longitude first, WGS 84."""

    label: Point
    """A point well inside, for writing its name."""
    polygons: tuple[tuple[Ring, ...], ...]
    """Each the closed outer ring, then those of its holes."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The district of a position, and whether that is beyond doubt."""

    district: str
    sure: bool


@dataclass(frozen=True, slots=True)
class _Flat:
    """An outline on a flat map, in kilometres."""

    district: str
    polygons: tuple[tuple[Ring, ...], ...]
    box: tuple[float, float, float, float]

    def near(self, x: float, y: float) -> bool:
        left, bottom, right, top = self.box
        return (
            left - NEXT_TO_KM <= x <= right + NEXT_TO_KM
            and bottom - NEXT_TO_KM <= y <= top + NEXT_TO_KM
        )

    def holds(self, x: float, y: float) -> bool:
        return any(_inside(polygon, x, y) for polygon in self.polygons)

    def km_to_edge(self, x: float, y: float) -> float:
        edges = (edge for polygon in self.polygons for edge in _edges(polygon))
        return min((_distance(edge, x, y) for edge in edges), default=inf)


class Outlines:
    """Answers which district a position lies in."""

    def __init__(self, outlines: Mapping[str, Outline]) -> None:
        labels = [outline.label[1] for outline in outlines.values()]
        latitude = sum(labels) / len(labels) if labels else 0.0
        # A county is small enough for a flat map: over 60 km north to south, widths err by 1 %.
        self._scale = (_KM_PER_DEGREE * cos(radians(latitude)), _KM_PER_DEGREE)
        self._flats = tuple(self._flat(id, outline) for id, outline in outlines.items())

    def at(self, latitude: float, longitude: float) -> Spot | None:
        """The district at a position (degrees, WGS 84), or the nearest within NEXT_TO_KM, or None.

        Point in polygon by the even-odd rule (Shimrat, Algorithm 112, CACM 1962).
        """
        if not (isfinite(latitude) and isfinite(longitude)):
            return None
        x, y = self._project((longitude, latitude))
        close = [flat for flat in self._flats if flat.near(x, y)]
        ranked = sorted(
            # Inside counts as nearer the deeper it is, so that overlaps go to the deeper one.
            ((-km if flat.holds(x, y) else km), flat.district)
            for flat in close
            for km in [flat.km_to_edge(x, y)]
        )
        if not ranked or ranked[0][0] > NEXT_TO_KM:
            return None
        depth, district = ranked[0]
        return Spot(district, sure=depth <= -CLEAR_OF_EDGE_KM)

    def _project(self, point: Point) -> Point:
        return point[0] * self._scale[0], point[1] * self._scale[1]

    def _flat(self, id: str, outline: Outline) -> _Flat:
        polygons = tuple(
            tuple(tuple(self._project(point) for point in ring) for ring in polygon)
            for polygon in outline.polygons
        )
        points = [point for polygon in polygons for ring in polygon for point in ring]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return _Flat(id, polygons, (min(xs), min(ys), max(xs), max(ys)))


def _edges(polygon: tuple[Ring, ...]) -> Iterator[tuple[Point, Point]]:
    for ring in polygon:
        yield from pairwise(ring)


def _inside(polygon: tuple[Ring, ...], x: float, y: float) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in _edges(polygon):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def _distance(edge: tuple[Point, Point], x: float, y: float) -> float:
    (x1, y1), (x2, y2) = edge
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    along = ((x - x1) * dx + (y - y1) * dy) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return hypot(x - x1 - along * dx, y - y1 - along * dy)


def read_outlines(
    source: Source, data: Mapping[str, Any], districts: Collection[str], problems: list[Problem]
) -> dict[str, Outline]:
    """outlines.json: by district a label point and polygons, each an outer ring and its holes."""
    outlines = {}
    for id, value in data.items():
        line = source.line_of(f'"{id}"')
        if id not in districts:
            text = f"the outline `{id}` belongs to no district of districts.toml"
            problems.append(Problem(source.file, line, text))
            continue
        try:
            polygons = tuple(
                tuple(_ring(ring) for ring in polygon) for polygon in value["polygons"]
            )
            outline = Outline(_point(value["label"]), polygons)
        except (IndexError, KeyError, TypeError, ValueError):
            outline = None
        if outline is None or not any(outline.polygons):
            text = f"the outline `{id}` needs a `label` and `polygons` of closed rings in degrees"
            problems.append(Problem(source.file, line, text))
        else:
            outlines[id] = outline
    return outlines


def _ring(points: Any) -> Ring:
    ring = tuple(_point(point) for point in points)
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError("a ring has at least three corners and ends where it begins")
    return ring


def _point(point: Any) -> Point:
    longitude, latitude = float(point[0]), float(point[1])
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError("a point is a longitude and a latitude in degrees")
    return longitude, latitude
