"""Where something happened: a postcode, a place name or a position, and the district it is in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from knowledge.article import Problem
from knowledge.districts import District, read_districts
from knowledge.outlines import Outline, Outlines, read_outlines
from knowledge.place_names import Gazetteer, Named
from knowledge.postcodes import Outcode, Postcodes, read_outcodes, read_sectors
from knowledge.source import Source, read_source
from knowledge.text import normalise

__all__ = ["District", "Found", "Outline", "Places", "load_places"]


@dataclass(frozen=True, slots=True)
class Found:
    """What a place in words, or a position, came to."""

    kind: str
    """"district", "ambiguous", "outside" or "unknown"."""
    district: str = ""
    candidates: tuple[str, ...] = ()
    """The districts it may be, where it is ambiguous; ids, the likeliest first."""
    force: str = ""
    """The force of a place outside; empty where not known."""
    place: str = ""
    """The place or postcode that was recognised, as we write it; empty for several."""
    by: str = ""
    """"postcode", "outcode", "place" or "location"."""
    sure: bool = True
    """False for a corrected spelling, a border, or words that point to several places."""


class Places:
    """All that is known of places; made by `load_places`.

    `outlines` are rough shapes by district, made from the positions of postcodes: good enough to
    draw a map, and to say on which side of a border somebody stands unless it is near.
    """

    def __init__(
        self,
        districts: Mapping[str, District],
        names: Gazetteer,
        postcodes: Postcodes,
        outlines: Mapping[str, Outline],
    ) -> None:
        self.districts = districts
        self.outlines = outlines
        self._names = names
        self._postcodes = postcodes
        self._map = Outlines(outlines)

    def find(self, text: str) -> Found:
        """The district that a free answer such as "outside the Co-op, Clacton" speaks of.

        A whole postcode decides; then the names of places; then half a postcode, which also
        decides between places of one name. Raises nothing, whatever is written.
        """
        said = normalise(text)
        named = self._names.named(said)
        postcode = self._postcodes.full(said)
        if postcode and postcode.district:
            return Found("district", postcode.district, place=postcode.code, by="postcode")
        if postcode and postcode.known:
            force = named.force if named else ""
            return Found("outside", force=force, place=postcode.code, by="postcode")
        outcode = None if postcode else self._postcodes.outcode(said)
        if named:
            return _by_name(named, outcode)
        if outcode:
            return _by_outcode(outcode)
        if postcode:
            return Found("unknown", place=postcode.code, by="postcode")
        return Found("unknown")

    def at(self, latitude: float, longitude: float) -> Found:
        """The district at a position (degrees, WGS 84); near a border it is not sure."""
        if not (isfinite(latitude) and isfinite(longitude)):
            return Found("unknown", by="location")
        spot = self._map.at(latitude, longitude)
        if spot is None:
            return Found("outside", by="location")
        return Found("district", spot.district, by="location", sure=spot.sure)


def _by_name(named: Named, outcode: Outcode | None) -> Found:
    """A place name, with what half a postcode beside it adds."""
    touched = outcode.districts if outcode else ()
    if not named.districts:
        if outcode and touched:
            return _by_outcode(outcode)
        return Found("outside", force=named.force, place=named.name, by="place", sure=named.sure)
    candidates = named.districts
    if len(candidates) > 1:
        candidates = tuple(id for id in candidates if id in touched) or candidates
    if len(candidates) > 1:
        return Found("ambiguous", candidates=candidates, place=named.name, by="place")
    sure = named.sure or len(named.districts) > 1
    return Found("district", candidates[0], place=named.name, by="place", sure=sure)


def _by_outcode(outcode: Outcode) -> Found:
    ids, code = outcode.districts, outcode.code
    if not outcode.decided:
        return Found("ambiguous", candidates=ids, place=code, by="outcode")
    if not ids:
        return Found("outside", place=code, by="outcode", sure=outcode.whole)
    return Found("district", ids[0], place=code, by="outcode", sure=outcode.whole)


def load_places(folder: Path) -> tuple[Places, list[Problem]]:
    """Districts, place names, postcodes and outlines of a content folder, and what is wrong there.

    Never raises: what cannot be read is left out and stands among the problems.
    """
    problems: list[Problem] = []
    gazette = read_districts(folder, problems)
    districts = gazette.districts
    sectors, exceptions = read_sectors(
        *_read_json(folder, "postcodes.json", problems), districts, problems
    )
    outcodes = read_outcodes(*_read_json(folder, "outcodes.json", problems), districts, problems)
    outlines = read_outlines(*_read_json(folder, "outlines.json", problems), districts, problems)
    places = Places(
        districts,
        Gazetteer(gazette.names, gazette.ordinary),
        Postcodes(sectors, exceptions, outcodes),
        outlines,
    )
    return places, problems


def _read_json(
    folder: Path, name: str, problems: list[Problem]
) -> tuple[Source, Mapping[str, Any]]:
    """A table of the folder `places`; an empty one where it cannot be read."""
    path = folder / "places" / name
    source = read_source(folder, path)
    if isinstance(source, Problem):
        problems.append(source)
        return Source(source.file, ""), {}
    try:
        data = json.loads(source.text)
    except json.JSONDecodeError as error:
        problems.append(Problem(source.file, error.lineno, f"this is not JSON: {error.msg}"))
        return source, {}
    except RecursionError:
        problems.append(Problem(source.file, 1, "the brackets are nested too deeply"))
        return source, {}
    if not isinstance(data, dict):
        problems.append(Problem(source.file, 1, "the file must hold one group in curly brackets"))
        return source, {}
    return source, data
