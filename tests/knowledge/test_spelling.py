"""Slips and slang are mended, and what is right is left alone."""

from collections import Counter

import pytest

from knowledge.english import general_words, slang, stems, usual_words
from knowledge.spelling import Speller
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
        ("neigbours", "neighbours"),
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


@pytest.mark.parametrize("word", ["a", "ab12", "42", "x" * 500, "привет", "हिन्दी"])
def test_what_is_no_english_word_is_left_alone(speller: Speller, word: str) -> None:
    assert speller.correct([word]) == [word]


def test_our_own_words_come_before_general_english() -> None:
    assert Speller({"cadet": 5}, {"caret"}, {}).correct(["cadft"]) == ["cadet"]
    assert Speller({}, {"wibblox"}, {}).correct(["wibblpx"]) == ["wibblox"]


def test_two_words_typed_as_one_are_taken_apart(speller: Speller) -> None:
    assert mended(speller, "carpark") == "car park"
    assert mended(speller, "parkzzhoppl") == "parkzzhoppl"


def test_a_slip_inside_the_knowledge_counts_as_the_word_it_sounds_like() -> None:
    speller = Speller({"emergancy": 1, "emergency": 40, "the": 1_000}, (), {})
    assert speller.correct(["emergancy"]) == ["emergency"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("th epolice", "the police"),
        ("my bik estolen", "my bike stolen"),
        ("can yuo hlep", "can you help"),
        ("rnig teh polise", "ring the police"),
        ("someone stole m ybike", "someone stole my bike"),
    ],
)
def test_short_words_and_moved_spaces_are_mended(speller: Speller, typed: str, meant: str) -> None:
    assert mended(speller, typed) == meant


def test_the_words_beside_decide_between_equals() -> None:
    own = {"ring": 5, "king": 5, "the": 20, "bell": 5, "crown": 5}
    pairs = {("ring", "the"): 6, ("king", "the"): 0}
    assert Speller(own, (), {}, pairs).correct(["xing", "the", "bell"])[0] == "ring"
    assert Speller(own, (), {}, {("king", "the"): 6}).correct(["xing", "the"])[0] == "king"


def test_a_known_word_is_a_slip_only_where_much_speaks_for_another() -> None:
    own = {"can": 400, "i": 500, "you": 300, "the": 40_000}
    speller = Speller(own, (), {}, {("can", "i"): 60, ("can", "you"): 40})
    assert speller.correct(["dan", "i"]) == ["can", "i"]
    assert speller.correct(["a", "white", "van"]) == ["a", "white", "van"]


def test_the_most_usual_words_come_first() -> None:
    ranks = usual_words()
    assert ranks["the"] < 3
    assert ranks["the"] < ranks["police"] < ranks["constable"]


def test_what_was_typed_can_be_told_from_what_was_understood(speller: Speller) -> None:
    pieces = list(speller.explain(["old", "bill", "stole", "polide"]))
    assert pieces == [
        (("old", "bill"), ("police",)),
        (("stole",), ("stole",)),
        (("polide",), ("police",)),
    ]


def test_a_text_of_hundreds_of_strange_words_is_not_mended_to_its_end(speller: Speller) -> None:
    strange = [f"qxz{chr(97 + n % 26)}{chr(97 + n // 26)}jk" for n in range(300)]
    assert speller.correct(["polide", *strange, "polide"]) == ["police", *strange, "polide"]


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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "someone stole my bike",
        "somone stole my bkie from teh station",
        "the grant for trolleys and turns of gold",
        "the feds nicked it b4 tea",
        "th epolice were looooud and then  teh neighbours",
        "zxqv plokj " * 40,
    ],
)
def test_what_is_explained_is_what_is_corrected(speller: Speller, text: str) -> None:
    typed = words(normalise(text))
    assert speller.correct(typed) == [it for piece in speller.explain(typed) for it in piece.meant]
