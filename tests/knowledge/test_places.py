"""Places: what residents type or share, and the district it comes to."""

import json
import math
import shutil
from pathlib import Path

import pytest

from knowledge.places import Found, Places, load_places

CONTENT = Path(__file__).parents[2] / "knowledge" / "content"


@pytest.fixture(scope="module")
def places() -> Places:
    found, problems = load_places(CONTENT)
    assert problems == []
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(CONTENT / "districts.toml", tmp_path)
    shutil.copytree(CONTENT / "places", tmp_path / "places")
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_county_has_fourteen_districts_with_a_council_each(places: Places) -> None:
    assert len(places.districts) == 14
    assert places.districts["castle-point"].council == "Castle Point Borough Council"
    assert all(district.council and district.places for district in places.districts.values())


@pytest.mark.parametrize(
    "typed", ["CM1 1QH", "cm1 1qh", "cm11qh", "CM1-1QH", "at cm1  1qh, I think"]
)
def test_a_postcode_is_read_however_it_is_spaced(places: Places, typed: str) -> None:
    found = Found("district", "chelmsford", place="CM1 1QH", by="postcode")
    assert places.find(typed) == found


@pytest.mark.parametrize(("typed", "meant"), [("C01 1AA", "CO1 1AA"), ("CO1 lAA", "CO1 1AA")])
def test_an_o_for_a_zero_and_an_l_for_a_one_are_forgiven_in_postcodes(
    places: Places, typed: str, meant: str
) -> None:
    assert places.find(typed).place == meant


def test_a_postcode_on_the_other_side_of_a_border_has_the_district_of_its_own(
    places: Places,
) -> None:
    table = json.loads((CONTENT / "places" / "postcodes.json").read_text(encoding="utf-8"))
    checked = 0
    for sector, by_district in table["exceptions"].items():
        for district, endings in by_district.items():
            for ending in endings.split():
                found = places.find(sector + ending)
                assert (found.kind, found.district) == (
                    "district" if district else "outside",
                    district,
                )
                checked += 1
    assert checked == 3633


def test_every_sector_has_its_usual_district(places: Places) -> None:
    table = json.loads((CONTENT / "places" / "postcodes.json").read_text(encoding="utf-8"))
    for sector, usual in table["sectors"].items():
        taken = " ".join(table["exceptions"].get(sector, {}).values()).split()
        ending = next(a + b for a in "AB" for b in "ABDEFG" if a + b not in taken)
        assert places.find(sector + ending).district == usual


@pytest.mark.parametrize("typed", ["SW1A 1AA", "M1 1AE", "RM14 1XX", "CB1 2AB"])
def test_a_postcode_elsewhere_is_outside(places: Places, typed: str) -> None:
    assert places.find(typed).kind == "outside"


def test_a_place_beside_an_outside_postcode_says_which_force(places: Places) -> None:
    assert places.find("Haverhill CB9 0AA").force == "Suffolk Constabulary"
    assert places.find("CB9 0AA").force == ""


@pytest.mark.parametrize("typed", ["ZZ1 1ZZ", "CM2 1XX", "CM1 0AA"])
def test_a_postcode_that_does_not_exist_is_unknown(places: Places, typed: str) -> None:
    assert places.find(typed).kind == "unknown"


def test_a_place_name_helps_where_the_postcode_does_not_exist(places: Places) -> None:
    assert places.find("Moulsham, CM2 1XX").district == "chelmsford"


@pytest.mark.parametrize(
    ("typed", "kind", "districts"),
    [
        ("SS1", "district", ["southend-on-sea"]),
        ("cm2", "district", ["chelmsford"]),
        ("CM3", "ambiguous", ["chelmsford", "maldon", "braintree", "uttlesford"]),
        ("CM23", "ambiguous", ["uttlesford"]),
        ("EN8", "outside", []),
        ("BS3", "outside", []),
        ("M11", "unknown", []),
        ("A12", "unknown", []),
    ],
)
def test_half_a_postcode_counts_only_where_it_nearly_all_lies_in_one_district(
    places: Places, typed: str, kind: str, districts: list[str]
) -> None:
    found = places.find(typed)
    assert found.kind == kind
    assert list(found.candidates or filter(None, [found.district])) == districts


def test_half_a_postcode_is_sure_only_where_all_of_it_lies_there(places: Places) -> None:
    assert places.find("CM2").sure
    assert not places.find("CM1").sure


@pytest.mark.parametrize(
    ("typed", "district"),
    [
        ("outside the Co-op on Kings Road, clacton", "tendring"),
        ("near the pier in southend on sea", "southend-on-sea"),
        ("BURNHAM ON CROUCH", "maldon"),
        ("Tolleshunt D’Arcy", "maldon"),
        ("St. Osyth beach", "tendring"),
        ("Gt Baddow", "chelmsford"),
        ("the bus stop in Stanford Rivers", "epping-forest"),
        ("Southend Airport", "southend-on-sea"),
        ("Canvey", "castle-point"),
        ("Laindon", "basildon"),
        ("somewhere in castle point", "castle-point"),
    ],
)
def test_the_longest_place_name_in_a_free_answer_gives_the_district(
    places: Places, typed: str, district: str
) -> None:
    found = places.find(typed)
    assert (found.kind, found.district, found.by, found.sure) == (
        "district",
        district,
        "place",
        True,
    )


@pytest.mark.parametrize(
    ("typed", "district", "name"),
    [
        ("waltham abby", "epping-forest", "Waltham Abbey"),
        ("by the shops in Chelmsfrod", "chelmsford", "Chelmsford"),
        ("clackton", "tendring", "Clacton"),
        ("Brightlinsea", "tendring", "Brightlingsea"),
        ("canveyisland", "castle-point", "Canvey Island"),
        ("rayliegh", "rochford", "Rayleigh"),
    ],
)
def test_a_slip_of_the_pen_is_corrected_and_said_to_be_unsure(
    places: Places, typed: str, district: str, name: str
) -> None:
    found = places.find(typed)
    assert (found.district, found.place, found.sure) == (district, name, False)


@pytest.mark.parametrize(
    "typed",
    [
        "there was a stabbing at the crossing",
        "he keeps blocking my drive",
        "messing about in the park",
        "they play hockey by the chapel",
        "a dog is barking",
        "all the stock was stolen",
        "I do not know where",
        "in the high street",
        "Essex",
        "",
        "🙂",
        "\x00",
    ],
)
def test_ordinary_words_are_no_place(places: Places, typed: str) -> None:
    assert places.find(typed) == Found("unknown")


@pytest.mark.parametrize("typed", ["Stock", "in Stock", "the pub, Stock, near Billericay"])
def test_a_village_named_like_a_word_is_found_where_it_stands_as_a_place(
    places: Places, typed: str
) -> None:
    assert places.find(typed).district == "chelmsford"


def test_the_name_of_a_street_is_not_the_town_it_leads_to(places: Places) -> None:
    assert places.find("Southend Road, Grays").district == "thurrock"
    assert places.find("Leigh Road, Wickford").district == "basildon"
    assert places.find("Maldon Road").kind == "unknown"
    assert places.find("Harlow close to the station").district == "harlow"
    assert places.find("Maldon High Street").district == "maldon"


def test_a_village_counts_for_more_than_its_post_town(places: Places) -> None:
    assert places.find("Ardleigh, Colchester").district == "tendring"
    assert places.find("Takeley, Bishop's Stortford").district == "uttlesford"
    assert places.find("Baker Street, Chelmsford").district == "chelmsford"


def test_a_name_that_several_places_have_is_asked_about(places: Places) -> None:
    found = places.find("Debden")
    assert found.kind == "ambiguous"
    assert found.candidates == ("epping-forest", "uttlesford")
    assert found.place == "Debden"


def test_what_stands_beside_a_doubtful_name_decides(places: Places) -> None:
    assert places.find("Debden, Loughton").district == "epping-forest"
    assert places.find("Debden near Saffron Walden").district == "uttlesford"
    assert places.find("Debden, Uttlesford").district == "uttlesford"
    assert places.find("Debden IG10").district == "epping-forest"
    assert places.find("Debden CB11 3JZ").district == "uttlesford"


def test_a_name_that_nearly_always_means_one_place_is_not_asked_about(places: Places) -> None:
    found = places.find("Tilbury")
    assert (found.kind, found.district, found.sure) == ("district", "thurrock", False)


def test_two_towns_in_one_answer_are_asked_about(places: Places) -> None:
    found = places.find("on the A127 between Basildon and Southend")
    assert found.kind == "ambiguous"
    assert found.candidates == ("basildon", "southend-on-sea")
    assert found.place == ""


def test_a_place_of_another_force_is_outside_and_names_it(places: Places) -> None:
    found = places.find("Romford")
    assert found == Found("outside", force="Metropolitan Police", place="Romford", by="place")
    assert places.find("Bishops Stortford").force == "Hertfordshire Constabulary"


def test_a_place_inside_counts_for_more_than_one_outside(places: Places) -> None:
    found = places.find("I live in Romford, it happened in Brentwood")
    assert (found.district, found.sure) == ("brentwood", False)


def test_every_listed_place_is_found_by_its_own_name(places: Places) -> None:
    for id, district in places.districts.items():
        for name in district.places:
            found = places.find(f"in {name}")
            assert id in (found.district, *found.candidates), name


def test_a_position_gives_its_district(places: Places) -> None:
    assert places.at(51.7356, 0.4685) == Found("district", "chelmsford", by="location")
    assert places.at(51.5161, 0.5800).district == "castle-point"


def test_every_outline_holds_its_own_label(places: Places) -> None:
    assert places.outlines.keys() == places.districts.keys()
    for id, outline in places.outlines.items():
        longitude, latitude = outline.label
        assert places.at(latitude, longitude).district == id


def test_a_position_near_the_edge_is_not_sure_and_one_beyond_it_is_outside(places: Places) -> None:
    # Walking out to sea from Clacton pier, south-east.
    steps = [places.at(51.7866 - 0.002 * step, 1.1547 + 0.002 * step) for step in range(16)]
    kinds = [(found.kind, found.sure) for found in steps]
    ashore, edge, afloat = ("district", True), ("district", False), ("outside", True)
    assert kinds == sorted(kinds, key=[ashore, edge, afloat].index)
    assert {edge, afloat} <= set(kinds)


@pytest.mark.parametrize(
    ("latitude", "longitude", "kind"),
    [
        (51.5768, 0.1783, "outside"),
        (0.0, 0.0, "outside"),
        (1e9, -1e9, "outside"),
        (math.nan, 0.5, "unknown"),
        (51.5, math.inf, "unknown"),
    ],
)
def test_a_position_elsewhere_or_nowhere_is_never_ours(
    places: Places, latitude: float, longitude: float, kind: str
) -> None:
    assert places.at(latitude, longitude) == Found(kind, by="location")


def test_an_empty_folder_gives_problems_and_places_that_know_nothing(tmp_path: Path) -> None:
    found, problems = load_places(tmp_path)
    assert {problem.file for problem in problems} >= {"districts.toml", "places/postcodes.json"}
    assert found.find("CM1 1QH, Chelmsford").kind in {"unknown", "outside"}
    assert found.at(51.7, 0.5).kind == "outside"


def test_a_name_in_two_districts_must_be_called_ambiguous(folder: Path) -> None:
    edit(folder / "districts.toml", '"Old Harlow"', '"Old Harlow", "Ingatestone"')
    _, problems = load_places(folder)
    (problem,) = problems
    line = (folder / "districts.toml").read_text(encoding="utf-8").split("\n")[problem.line - 1]
    assert "Ingatestone" in line
    assert "`brentwood` and in `harlow`" in problem.text


def test_a_name_both_inside_and_outside_must_be_called_ambiguous(folder: Path) -> None:
    edit(folder / "districts.toml", '"Romford"', '"Romford", "Ingatestone"')
    _, problems = load_places(folder)
    assert ["[outside] and in a district" in problem.text for problem in problems] == [True]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("districts.toml", 'kind = "city"', 'kind = "town"', "unknown kind `town`"),
        ("districts.toml", '"https://basildon', '"http://basildon', "https://"),
        ("districts.toml", 'districts = ["epping-forest",', 'districts = ["eping",', "`eping`"),
        ("districts.toml", 'mostly = "thurrock"', 'mostly = "harlow"', "must be among"),
        ("districts.toml", 'council = "Harlow', 'councl = "Harlow', "did you mean `council`"),
        ("districts.toml", '"Ardleigh"', '"–"', "no name of a place"),
        ("places/postcodes.json", '"CM1 1": "chelmsford"', '"CM1 1": "essex"', "`essex`"),
        ("places/postcodes.json", '"sectors"', '"sector"', "`sectors` is missing"),
        ("places/postcodes.json", '"sectors": {', '"sectors": [', "not JSON"),
        ("places/outcodes.json", '"CM2": {"chelmsford": 1812}', '"CM2": {}', "`CM2`"),
        ("places/outlines.json", '"label":[0.0901', '"label":["x"', "`harlow`"),
        ("places/outlines.json", '"label":[0.0901', '"label":[190', "`harlow`"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_the_rest_still_works(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    edit(folder / file, old, new)
    found, problems = load_places(folder)
    assert any(problem.file == file and said in problem.text for problem in problems)
    assert found.find("in Witham").district == "braintree"


def test_districts_that_cannot_be_read_at_all_are_a_problem_with_its_line(folder: Path) -> None:
    edit(folder / "districts.toml", "[reading]\n", "[reading\n")
    found, problems = load_places(folder)
    text = (folder / "districts.toml").read_text(encoding="utf-8")
    line = text.split("\n").index("[reading") + 1
    assert ("districts.toml", line) in {(problem.file, problem.line) for problem in problems}
    assert found.districts == {}


def test_a_word_list_that_names_no_place_is_only_warned_about(folder: Path) -> None:
    edit(folder / "districts.toml", 'also_words = [\n    "Ashen"', 'also_words = [\n    "Atlantis"')
    _, problems = load_places(folder)
    assert [problem.error for problem in problems] == [False]
