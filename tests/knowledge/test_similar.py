"""Two reports are alike where place, time, words and meaning say so, and staff are told why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from benchmarks.similar import PAIRS, read_pairs
from knowledge.library import Library
from knowledge.similar import LIKELY, Case, Traits, likely, pack, telling_words

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
BIKES = "Lads on motorbikes race along the alley every evening"


def case(
    text: str = BIKES, *, days: float = 0, kind: str = "asb", district: str = "chelmsford",
    **traits: object,
) -> Case:  # fmt: skip
    where: dict[str, object] = traits or {"street": "mill road"}
    said = Traits(words=telling_words(text), **where)  # type: ignore[arg-type] # of a test
    return Case(said, kind, district, NOW + days * DAY)


def likeness(one: Case, other: Case) -> float:
    found = likely(one, [other], least=0.0)
    return found[0][1].score if found else 0.0


def test_the_same_words_at_the_same_place_are_likely_the_same_and_it_says_why() -> None:
    other = case("Motorbikes racing down the alley again this evening, lads", days=2)
    ((place, found),) = likely(case(), [other])
    assert place == 0
    assert found.score > LIKELY
    assert found.reason == "same street, 2 days apart, 3 in 4 words alike"


@pytest.mark.parametrize(
    "other",
    [
        case(street="elm road"),
        case(district="harlow"),
        case("Parcel stolen from the doorstep of my neighbour"),
        case(days=100),
    ],
    ids=["another street", "another district", "something else", "long ago"],
)
def test_one_thing_that_differs_wholly_is_enough(other: Case) -> None:
    assert likely(case(), [other]) == []


def test_the_same_high_street_of_nowhere_is_no_place() -> None:
    here, nowhere = case(street="high street"), case(street="high street", district="")
    assert likeness(here, nowhere) < likeness(here, here)


def test_positions_count_by_the_metres_between_them() -> None:
    here = case(latitude=51.7343, longitude=0.4691)
    near, far = case(latitude=51.7345, longitude=0.4693), case(latitude=51.7443, longitude=0.4691)
    ((_, found),) = likely(here, [near])
    assert found.reason.startswith("same spot, within the hour")
    assert likely(here, [far]) == []


def test_a_border_between_districts_does_not_part_two_reports_of_one_spot() -> None:
    here = case(latitude=51.7343, longitude=0.4691)
    assert likely(here, [replace(here, district="maldon")])


def test_slips_of_the_pen_are_forgiven() -> None:
    assert likely(case(), [case("Lads on motorbiks race allong the ally every evning")])


def test_meaning_makes_up_for_other_words() -> None:
    one = np.zeros(384, np.float32)
    one[0] = 1
    turned = one.copy()
    turned[:2] = 0.9, 0.435
    other = case("Youths tear up and down on scramblers", street="mill road")
    meant = [
        replace(each, traits=replace(each.traits, vector=pack(vector)))
        for each, vector in ((case(), one), (other, turned))
    ]
    assert likely(case(), [other]) == []
    ((_, found),) = likely(*meant[:1], meant[1:])
    assert "much the same in other words" in found.reason


def test_the_likeliest_comes_first() -> None:
    others = [case(days=9), case("Bread"), case(days=1)]
    assert [place for place, _ in likely(case(), others)] == [2, 0]


@pytest.mark.parametrize("text", ["", "the and of it", "🎉", "x" * 20_000, "\ud800"])
def test_any_text_can_be_compared(text: str) -> None:
    assert 0 <= likeness(case(text), case(text)) <= 1


def test_the_labelled_pairs_are_told_apart_by_words_alone(library: Library) -> None:
    """With the encoder it is better: `python -m benchmarks similar`."""
    pairs = read_pairs(PAIRS, library)
    shown = [pair for pair in pairs if pair.score >= LIKELY]
    assert len(pairs) > 60
    assert sum(pair.same for pair in shown) / len(shown) > 0.9
    assert len(shown) > sum(pair.same for pair in pairs) / 3
