"""Postcodes in what residents type: which district each lies in, as far as a table can know."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.article import Problem
from knowledge.source import Source

NEARLY_ALL = 0.95
"""Share of an outcode's postcodes from which it stands for one district."""
_TOO_FEW = 0.01
"""Share below which a district is not worth asking about."""

# The letters of an inward code never include C, I, K, M, O and V. Source: Royal Mail, Programmers'
# Guide to the Postcode Address File. In place of a digit people type O, I and L; for O a zero.
_FULL = re.compile(
    r"(?<![a-z0-9])([a-z][a-z0]?)([0-9][0-9a-z]?)[ .-]*([0-9oil])([abd-hjlnp-uw-z]{2})(?![a-z0-9])"
)
_OUTWARD = re.compile(r"(?<![a-z0-9])([a-z][a-z0]?)([0-9][0-9a-z]?)(?![a-z0-9])")
_DIGITS = str.maketrans("oil", "011")
_ORDINAL = re.compile(r"1st|2nd|3rd|[04-9]th")
# The 124 postcode areas. Source: Office for National Statistics, postcode directory user guide.
_AREAS = frozenset(
    "ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e "
    "ec eh en ex fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l la ld le ll "
    "ln ls lu m me mk ml n ne ng nn np nr nw ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm "
    "sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn wr ws wv yo ze".split()
)


@dataclass(frozen=True, slots=True)
class Postcode:
    """A whole postcode that stands in a text."""

    code: str
    """As it is written: CM1 1QH."""
    known: bool
    """False where there is no such postcode, or nobody could say where it lies."""
    district: str = ""
    """The id of its district; empty for outside or not known."""


@dataclass(frozen=True, slots=True)
class Outcode:
    """The first half of a postcode, standing alone."""

    code: str
    districts: tuple[str, ...]
    """The districts it lies in, the largest first; none for outside."""
    decided: bool = True
    """True where at least NEARLY_ALL of it is of one district, or outside."""
    whole: bool = True
    """False where the rest is elsewhere."""


class Postcodes:
    """Finds postcodes and looks them up.

    `sectors` names the usual district of each sector such as "CM1 1", "" for outside; `exceptions`
    the district of each whole postcode that differs. `outcodes` counts postcodes by district.
    """

    def __init__(
        self,
        sectors: Mapping[str, str],
        exceptions: Mapping[str, str],
        outcodes: Mapping[str, Mapping[str, int]],
    ) -> None:
        self._sectors = sectors
        self._exceptions = exceptions
        self._outcodes = outcodes

    def full(self, said: str) -> Postcode | None:
        """The whole postcode in a normalised text; of several, one in the county before others."""
        found = [code for match in _FULL.finditer(said) if (code := self._read(match))]
        return min(found, key=lambda code: (not code.district, not code.known), default=None)

    def outcode(self, said: str) -> Outcode | None:
        """The first half of a postcode in a normalised text, where it stands without the second.

        One that the table does not know, or of a single letter, is taken only as the whole text:
        a flat may be called E4, and the M11 is a motorway.
        """
        for match in _OUTWARD.finditer(said):
            alone = match[0] == said.strip(" .,")
            area, code = _area(match[1]), _outward(match[1], match[2])
            if code in self._outcodes and (alone or len(area) == 2):
                return self._shared(code)
            if alone and area in _AREAS and area != "m":
                return Outcode(code, ())
        return None

    def _read(self, match: re.Match[str]) -> Postcode | None:
        outward, digit = _outward(match[1], match[2]), match[3].translate(_DIGITS)
        sector = f"{outward} {digit}"
        code = sector + match[4].upper()
        usual = self._sectors.get(sector)
        if usual is not None:
            return Postcode(code, True, self._exceptions.get(code, usual))
        if digit != match[3] or _ORDINAL.fullmatch(match[3] + match[4]):
            return None
        if outward in self._outcodes:
            # No postcode of this sector is in the county: it lies outside, or there is none.
            counts = self._outcodes[outward]
            return Postcode(code, counts.get("", 0) > sum(counts.values()) / 2)
        return Postcode(code, _area(match[1]) in _AREAS)

    def _shared(self, code: str) -> Outcode:
        counts = self._outcodes[code]
        total = sum(counts.values())
        largest = max(counts, key=lambda district: counts[district])
        if counts[largest] >= NEARLY_ALL * total:
            return Outcode(code, (largest,) if largest else (), whole=len(counts) == 1)
        worth = [id for id, count in counts.items() if id and count >= _TOO_FEW * total]
        worth.sort(key=lambda district: -counts[district])
        return Outcode(code, tuple(worth), decided=False, whole=False)


def _area(letters: str) -> str:
    return letters.replace("0", "o")


def _outward(letters: str, digits: str) -> str:
    """CM1 of "cm" and "1" or "01"; a zero among the letters is an O."""
    number = digits[1:] if digits[0] == "0" and digits[1:].isdigit() else digits
    return (_area(letters) + number).upper()


def read_sectors(
    source: Source, data: Mapping[str, Any], districts: Collection[str], problems: list[Problem]
) -> tuple[dict[str, str], dict[str, str]]:
    """postcodes.json: the usual district of each sector, and the postcodes that differ."""
    sectors = {
        sector: district
        for sector, district in _entries(source, data, "sectors", problems)
        if _is_district(source, sector, district, districts, problems)
    }
    exceptions: dict[str, str] = {}
    for sector, by_district in _entries(source, data, "exceptions", problems):
        if not isinstance(by_district, dict) or sector not in sectors:
            text = (
                f"the exceptions of `{sector}` need a sector of that name and a group by district"
            )
            problems.append(Problem(source.file, source.line_of(f'"{sector}"'), text))
            continue
        for district, endings in by_district.items():
            if _is_district(source, sector, district, districts, problems):
                exceptions |= {sector + ending: district for ending in str(endings).split()}
    return sectors, exceptions


def read_outcodes(
    source: Source, data: Mapping[str, Any], districts: Collection[str], problems: list[Problem]
) -> dict[str, dict[str, int]]:
    """outcodes.json: how many postcodes of each outcode lie in which district."""
    outcodes: dict[str, dict[str, int]] = {}
    for outcode, counts in _entries(source, data, "outcodes", problems):
        if (
            not isinstance(counts, dict)
            or not counts
            or not all(isinstance(count, int) and count > 0 for count in counts.values())
        ):
            text = f"`{outcode}` needs a count of postcodes for each district"
            problems.append(Problem(source.file, source.line_of(f'"{outcode}"'), text))
        elif all(_is_district(source, outcode, id, districts, problems) for id in counts):
            outcodes[outcode] = counts
    return outcodes


def _entries(
    source: Source, data: Mapping[str, Any], key: str, problems: list[Problem]
) -> list[tuple[str, Any]]:
    entries = data.get(key)
    if isinstance(entries, dict):
        return list(entries.items())
    problems.append(Problem(source.file, 1, f"the group `{key}` is missing"))
    return []


def _is_district(
    source: Source, key: str, district: Any, districts: Collection[str], problems: list[Problem]
) -> bool:
    if district == "" or district in districts:
        return True
    text = f"`{key}` names the district `{district}`, which districts.toml does not have"
    problems.append(Problem(source.file, source.line_of(f'"{key}"'), text))
    return False
