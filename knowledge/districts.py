"""Reads districts.toml: the districts, their councils, and what the names of places may mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.article import Problem
from knowledge.place_names import STREETLIKE, STREETS, TOWN, VILLAGE, PlaceName, key_of
from knowledge.source import Source, read_toml, tables_of
from knowledge.table import ID, Table, did_you_mean

DISTRICTS = "districts.toml"
KINDS = ("borough", "district", "city", "unitary")


@dataclass(frozen=True, slots=True)
class District:
    """A district of the county: an area with a council, and a share of the force's work."""

    id: str
    name: str
    council: str
    kind: str
    """One of KINDS."""
    lpa: str = ""
    """The local policing area; empty where there is none to name."""
    website: str = ""
    """The council's https address; empty where nobody has checked one."""
    team: str = ""
    """The neighbourhood policing team; empty where not confirmed."""
    asb_2015: int = 0
    """Antisocial behaviour incidents, first year of the force's briefing of July 2016."""
    asb_2016: int = 0
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gazette:
    """What districts.toml came to."""

    districts: Mapping[str, District]
    names: tuple[PlaceName, ...] = ()
    ordinary: tuple[str, ...] = ()
    """Words that look like a misspelt place name and are none."""


def read_districts(folder: Path, problems: list[Problem]) -> Gazette:
    """districts.toml of a content folder; what is wrong is left out and added to `problems`."""
    read = read_toml(folder, folder / DISTRICTS)
    if isinstance(read, Problem):
        problems.append(read)
        return Gazette({})
    source, data = read
    table = Table(source, data, (), problems)
    table.known("district", "outside", "reading")
    districts = {
        id: _district(id, Table(source, values, ("district", id), problems))
        for id, values in tables_of(data, "district").items()
    }
    if not districts:
        table.wrong("", "there is no district: each is a table [district.short-name]")
    reading = Table(source, data.get("reading", {}), ("reading",), problems)
    names = _Names(source, problems, reading)
    names.add_districts(districts)
    names.add_ambiguous(table.tables("ambiguous"), districts)
    names.add_outside(Table(source, data.get("outside", {}), ("outside",), problems), data)
    names.finish()
    ordinary = reading.texts("ordinary_words")
    reading.finish()
    table.finish()
    return Gazette(districts, names.all(), ordinary)


def _district(id: str, table: Table) -> District:
    district = District(
        id=id,
        name=table.text("name", required=True),
        council=table.text("council", required=True),
        kind=table.text("kind", required=True),
        lpa=table.text("lpa"),
        website=table.text("website"),
        team=table.text("team"),
        asb_2015=table.whole("asb_2015", 0),
        asb_2016=table.whole("asb_2016", 0),
        places=table.texts("places"),
    )
    table.finish()
    if not ID.fullmatch(id):
        table.wrong("", f"the name `{id}` must be small letters, digits and dashes")
    if district.kind and district.kind not in KINDS:
        table.wrong("kind", f"unknown kind `{district.kind}`; one of: {', '.join(KINDS)}")
    if district.website and not district.website.startswith("https://"):
        table.wrong("website", "a website must begin with https://")
    return district


@dataclass(frozen=True, slots=True)
class _Clash:
    """What is wrong with a name in the places of a district."""

    text: str
    name: str
    district: str


class _Names:
    """Gathers place names by the key they are compared by, and complains of those that clash."""

    def __init__(self, source: Source, problems: list[Problem], reading: Table) -> None:
        self._source = source
        self._problems = problems
        self._reading = reading
        self._places: dict[str, PlaceName] = {}
        self._clashes: dict[str, _Clash] = {}
        self._towns = {key_of(name) for name in reading.texts("post_towns")}
        self._with_cue = {key_of(name) for name in reading.texts("also_words")}

    def add_districts(self, districts: Mapping[str, District]) -> None:
        """The places of each district, and the districts' own names."""
        for id, district in districts.items():
            for name in district.places:
                rank = STREETLIKE if key_of(name).split(" ")[-1] in STREETS else VILLAGE
                self._add(name, id, rank)
        for id, district in districts.items():
            if key_of(district.name) not in self._places:
                self._add(district.name, id, TOWN)

    def add_ambiguous(self, tables: tuple[Table, ...], districts: Mapping[str, District]) -> None:
        """Names that several places have; they settle what would clash."""
        for table in tables:
            name = table.text("name", required=True)
            ids = table.texts("districts", required=True)
            mostly, force = table.text("mostly"), table.text("force")
            table.finish()
            for id in {*ids} - districts.keys():
                text = f"“{name}” names an unknown district `{id}`{did_you_mean(id, districts)}"
                table.wrong("", text, needle=f'"{name}"')
            if mostly and mostly not in ids:
                text = f"“{name}” is mostly `{mostly}`, so that must be among its districts"
                table.wrong("", text, needle=f'"{name}"')
            ids = tuple(id for id in ids if id in districts)
            if ids and (key := key_of(name)):
                self._clashes.pop(key, None)
                self._places[key] = self._made(name, ids, VILLAGE, force, mostly)

    def add_outside(self, table: Table, data: Mapping[str, Any]) -> None:
        """Names of places outside, by the force they belong to."""
        for force in tables_of(data, "outside"):
            for name in table.texts(force):
                key = key_of(name)
                if self._places.get(key, PlaceName("")).districts:
                    text = f"“{name}” stands under [outside] and in a district: add it to "
                    table.wrong(force, text + "[[ambiguous]], with its `force`", needle=f'"{name}"')
                elif key:
                    self._places[key] = self._made(name, (), VILLAGE, force)
        table.finish()

    def finish(self) -> None:
        """Note every clash, and every name of [reading] that is no place."""
        for clash in self._clashes.values():
            line = self._source.line_of_key("district", clash.district, "places")
            line = self._source.line_of(f'"{clash.name}"', line)
            self._problems.append(Problem(self._source.file, line, clash.text))
        for key, names in (("post_towns", self._towns), ("also_words", self._with_cue)):
            for name in sorted(names - self._places.keys()):
                text = f"“{name}” is no place of this file"
                self._reading.wrong(key, text, error=False)

    def all(self) -> tuple[PlaceName, ...]:
        """Every name once."""
        return tuple(self._places.values())

    def _add(self, name: str, district: str, rank: int) -> None:
        key = key_of(name)
        if not key:
            self._clashes[name] = _Clash(f"“{name}” is no name of a place", name, district)
        elif key in self._places and self._places[key].districts != (district,):
            there = self._places[key].districts[0]
            text = f"“{name}” stands in `{there}` and in `{district}`: add it to [[ambiguous]]"
            self._clashes[key] = _Clash(text, name, district)
        else:
            self._places[key] = self._made(name, (district,), rank)

    def _made(
        self, name: str, districts: tuple[str, ...], rank: int, force: str = "", mostly: str = ""
    ) -> PlaceName:
        key = key_of(name)
        if key in self._towns:
            rank = TOWN
        return PlaceName(name, districts, force, mostly, rank, with_cue=key in self._with_cue)
