"""The words that made a text read urgent are shown, and no more of it than that."""

import pytest

from knowledge.library import Library

CALM = "Last week somebody dumped a fridge by the gate."
DANGER = "He is kicking the door in right now"


@pytest.mark.parametrize("text", ["", CALM, "Is it free to ring 101?"])
def test_a_calm_text_has_none(library: Library, text: str) -> None:
    assert library.urgent_words(text) == ""


def test_they_are_the_residents_own_and_leave_the_calm_ones_out(library: Library) -> None:
    words = library.urgent_words(f"{CALM} {DANGER}! We do not know what to do.")
    assert words in DANGER
    assert 1 < len(words.split()) < len(DANGER.split())
    assert library.assess(words).level == "alarm"


def test_a_long_text_is_cut(library: Library) -> None:
    text = " ".join(["he has a knife and"] * 60)
    assert 0 < len(library.urgent_words(text)) <= 162
