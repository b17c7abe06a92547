"""What was mistyped is taken for the words that tell of danger, and other words are let be."""

import pytest

from knowledge.urgency_mend import Mender
from knowledge.urgency_spelling import Spelling

OURS = "i am being attacked he stabbed someone is drowning cant speak to stop breathing".split()


@pytest.fixture(scope="module")
def mender() -> Mender:
    return Mender(Spelling(), OURS, dict.fromkeys(OURS, 5))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("im bein gattacked", "im being attacked"),
        ("he tsabbed someone", "he tsabbed someone"),
        ("he stabbe dsomeone", "he stabbed someone"),
        ("stopb reathing", "stop breathing"),
        ("a nice dog", "a nice dog"),
        ("at the odeon", "at the odeon"),
        ("stop o f it", "stop of it"),
        ("an x ray", "an x ray"),
        ("x a", "x a"),
        ("chelmsford road", "chelmsford road"),
    ],
)
def test_a_letter_goes_back_over_the_space(mender: Mender, typed: str, meant: str) -> None:
    assert mender.spaces_moved_back(typed.split()) == meant.split()


def test_a_mark_is_no_word_to_take_a_letter_from(mender: Mender) -> None:
    assert mender.spaces_moved_back(["bein", "!", "gattacked"]) == ["bein", "!", "gattacked"]


def test_many_marks_use_up_no_patience(mender: Mender) -> None:
    pieces = ["!"] * 40 + ["bein", "gattacked"]
    assert mender.spaces_moved_back(pieces)[-2:] == ["being", "attacked"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("drownimg", "drowning"),
        ("drwonimg", "drowning"),
        ("braething", "breathing"),
        ("brethign", "breathing"),
        ("grwoning", "grwoning"),  # with two slips the first letter must be right
        ("disowned", "disowned"),  # as far from "drowning", but not by slips of the finger
        ("crowded", "crowded"),
        ("trombone", "trombone"),
    ],
)
def test_two_slips_are_forgiven_in_a_long_word_that_is_no_english(
    mender: Mender, typed: str, meant: str
) -> None:
    assert mender.meant(typed) == (meant,)
