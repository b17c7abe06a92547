"""Whom staff may tell: the council of each district by itself, and those of partners.toml."""

from pathlib import Path

from knowledge.article import Problem
from knowledge.districts import District
from knowledge.library import Library
from knowledge.partners import load_partners, partners_in

DISTRICTS = {
    id: District(id, name, f"{name} Council", "district", "", "", "", 0, 0, ())
    for id, name in (("maldon", "Maldon"), ("harlow", "Harlow"))
}


def test_a_report_is_offered_its_own_council_and_those_who_work_everywhere(
    library: Library,
) -> None:
    offered = {partner.id for partner in partners_in(library.partners, "maldon")}
    assert {"council-maldon", "community-safety-hub"} < offered
    assert "council-harlow" not in offered


def test_where_the_district_is_not_known_all_are_offered(library: Library) -> None:
    assert partners_in(library.partners, "") == tuple(library.partners.values())


def test_a_folder_without_the_file_has_the_councils(tmp_path: Path) -> None:
    problems: list[Problem] = []
    assert load_partners(tmp_path, DISTRICTS, problems).keys() == {
        "council-maldon",
        "council-harlow",
    }
    assert problems == []


def test_what_is_wrong_is_said_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "partners.toml").write_text(
        '[partner.hub]\nname = "Hub"\ndistricts = ["maldn"]\n\n[partner.council-x]\nabout = "x"\n',
        encoding="utf-8",
    )
    problems: list[Problem] = []
    load_partners(tmp_path, DISTRICTS, problems)
    said = {(problem.line, problem.text) for problem in problems}
    assert (3, "there is no district `maldn`: did you mean `maldon`?") in said
    assert (5, "`council-x` is taken: councils come from districts.toml") in said
    assert any("name" in text for _, text in said)
