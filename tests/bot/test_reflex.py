"""What stands in for the assessor, should it fail: better than nothing, and only that."""

import pytest

from bot.reflex import CARD, stands_in


@pytest.mark.parametrize(
    "text",
    [
        "help",
        "help me!",
        "999",
        "he has a knife",
        "my nan isnt breathing, NOT BREATHING",
        "i cant breathe",
    ],
)
def test_the_plainest_cries_are_heard(text: str) -> None:
    assert stands_in(text)


@pytest.mark.parametrize(
    "text", ["", "when are you open", "help with my account please", "i lost my cat"]
)
def test_everyday_questions_are_not(text: str) -> None:
    assert not stands_in(text)


def test_a_cry_at_the_end_of_a_long_text_is_heard() -> None:
    assert stands_in("la " * 9_000 + "he has a gun")
    assert not stands_in("la " * 9_000)


def test_the_card_names_999_first_and_can_be_tapped() -> None:
    assert CARD.startswith("**[Call 999 now](tel:999)**")
    for part in ("Nobody has been sent", "**55**", "18000", "999 BSL"):
        assert part in CARD
