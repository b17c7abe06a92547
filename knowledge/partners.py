"""Whom staff may tell of a report outside the force: the council of its district, and others."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.article import Problem
from knowledge.districts import District
from knowledge.source import Source, read_toml, tables_of
from knowledge.table import ID, Table, did_you_mean

PARTNERS = "partners.toml"
_COUNCIL = "council-"
_COUNCILS_DO = "Noise, dumped rubbish, abandoned vehicles and other matters of the council"


@dataclass(frozen=True, slots=True)
class Partner:
    """One of those the force works with."""

    id: str
    name: str
    about: str = ""
    """What they are told of."""
    districts: tuple[str, ...] = ()
    """Ids of the districts they work in; none for all."""


def load_partners(
    root: Path, districts: Mapping[str, District], problems: list[Problem]
) -> dict[str, Partner]:
    """The council of every district, and partners.toml where the folder has it, by their ids."""
    partners = {
        f"{_COUNCIL}{id}": Partner(f"{_COUNCIL}{id}", each.council, _COUNCILS_DO, (id,))
        for id, each in districts.items()
    }
    if not (root / PARTNERS).exists():
        return partners
    read = read_toml(root, root / PARTNERS)
    if isinstance(read, Problem):
        problems.append(read)
        return partners
    source, data = read
    table = Table(source, data, (), problems)
    table.known("partner")
    table.finish()
    named = {
        id: _partner(id, Table(source, values, ("partner", id), problems), districts)
        for id, values in tables_of(data, "partner").items()
    }
    _complain_of_councils(source, named, problems)
    return partners | named


def partners_in(partners: Mapping[str, Partner], district: str) -> tuple[Partner, ...]:
    """Those who work in a district; where it is not known, all of them."""
    known = any(district in each.districts for each in partners.values())
    return tuple(
        each
        for each in partners.values()
        if not known or not each.districts or district in each.districts
    )


def _partner(id: str, table: Table, districts: Mapping[str, District]) -> Partner:
    partner = Partner(
        id=id,
        name=table.text("name", required=True),
        about=table.text("about"),
        districts=table.texts("districts"),
    )
    table.finish()
    if not ID.fullmatch(id):
        table.wrong("", f"the name `{id}` must be small letters, digits and dashes")
    for unknown in {*partner.districts} - districts.keys():
        hint = did_you_mean(unknown, districts)
        table.wrong("districts", f"there is no district `{unknown}`{hint}", needle=unknown)
    return partner


def _complain_of_councils(
    source: Source, named: Mapping[str, Partner], problems: list[Problem]
) -> None:
    for id in named:
        if id.startswith(_COUNCIL):
            text = f"`{id}` is taken: councils come from districts.toml"
            problems.append(Problem(source.file, source.line_of_key("partner", id), text))
