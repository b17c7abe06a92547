"""Slips and slang are mended, and what is right is left alone."""

from collections import Counter

import pytest

from knowledge.spelling import Speller, general_words, slang, stems
from knowledge.text import normalise, words

OWN = Counter(
    "someone stole my bike from the station emergency emergency neighbours neighbours police "
    "noise noise car car park park fireworks burglary burglary report report".split()
)


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(OWN, general_words(), slang())


def mended(speller: Speller, text: str) -> str:
    return " ".join(speller.correct(words(normalise(text))))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("emergancy", "emergency"),
        ("nieghbours", "neighbours"),
        ("neihbours", "neighbours"),
        ("burglery", "burglary"),
        ("firewroks", "fireworks"),
        ("polide", "police"),
        ("noiise", "noise"),
        ("neigbors", "neighbours"),
        ("fierwroks", "fireworks"),
        ("emergencyyyyy", "emergency"),
    ],
)
def test_a_slip_is_mended(speller: Speller, typed: str, meant: str) -> None:
    assert mended(speller, typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sum1", "someone"),
        ("b4", "before"),
        ("feds", "police"),
        ("ppl", "people"),
        ("the old bill", "the police"),
        ("e-scooters", "escooters"),
        ("anti-social", "antisocial"),
    ],
)
def test_slang_is_spelt_out(speller: Speller, typed: str, meant: str) -> None:
    assert mended(speller, typed) == meant


@pytest.mark.parametrize("word", ["weather", "passports", "score", "walked", "clacton", "doris"])
def test_a_good_word_that_the_knowledge_lacks_is_left_alone(speller: Speller, word: str) -> None:
    assert mended(speller, word) == word


@pytest.mark.parametrize("word", ["a", "zx", "cra", "ab12", "42", "x" * 500, "привет", "हिन्दी"])
def test_what_is_no_english_word_is_left_alone(speller: Speller, word: str) -> None:
    assert speller.correct([word]) == [word]


def test_our_own_words_come_before_general_english() -> None:
    assert Speller({"cadet": 5}, {"caret"}, {}).correct(["cadft"]) == ["cadet"]
    assert Speller({}, {"caret"}, {}).correct(["carft"]) == ["caret"]


def test_two_words_typed_as_one_are_taken_apart(speller: Speller) -> None:
    assert mended(speller, "carpark") == "car park"
    assert mended(speller, "parkhopper") == "parkhopper"


def test_a_slip_inside_the_knowledge_counts_as_the_word_it_sounds_like() -> None:
    speller = Speller({"emergancy": 1, "emergency": 4}, (), {})
    assert speller.correct(["emergancy"]) == ["emergency"]


def test_what_was_typed_can_be_told_from_what_was_understood(speller: Speller) -> None:
    pieces = list(speller.explain(["old", "bill", "stole", "polide"]))
    assert pieces == [
        (("old", "bill"), ("police",)),
        (("stole",), ("stole",)),
        (("polide",), ("police",)),
    ]


def test_slang_may_stand_at_the_very_end(speller: Speller) -> None:
    assert speller.correct(["the", "old"]) == ["the", "old"]


@pytest.mark.parametrize(
    ("word", "stem"),
    [("robbed", "rob"), ("stories", "story"), ("baking", "bake"), ("cars", "car")],
)
def test_regular_endings_are_understood(word: str, stem: str) -> None:
    assert stem in stems(word)


def test_every_line_of_the_data_can_be_met_in_a_message() -> None:
    for typed, meant in slang().items():
        assert words(normalise(" ".join(typed))) == list(typed)
        assert words(normalise(" ".join(meant))) == list(meant)
        assert 1 <= len(typed) <= 3
    for word in general_words():
        assert words(normalise(word)) == [word]


def test_no_slang_stands_for_other_slang() -> None:
    table = slang()
    assert [typed for typed, meant in table.items() if meant in table] == []


def test_the_tables_are_large_enough_to_be_of_use() -> None:
    assert len(slang()) >= 150
    assert len(general_words()) >= 3_000
