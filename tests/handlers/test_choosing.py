"""A button can be typed: its number, its label, yes or no."""

import pytest

from handlers.choosing import choose, loosely
from handlers.messages import Choice

ASKED = (Choice("q:danger:yes", "Yes"), Choice("q:danger:no", "No"))
MENU = (Choice("menu:report", "Make a report"), Choice("menu:follow", "Follow my report"))


@pytest.mark.parametrize("typed", ["1", "yes", "Yes.", " YEAH ", "yep!"])
def test_yes_in_many_ways_presses_yes(typed: str) -> None:
    assert choose(typed, ASKED) == ASKED[0]


@pytest.mark.parametrize("typed", ["2", "no", "Nope", "nah"])
def test_no_in_many_ways_presses_no(typed: str) -> None:
    assert choose(typed, ASKED) == ASKED[1]


def test_a_label_is_recognised_whatever_its_capitals_and_marks() -> None:
    assert choose("follow my report!", MENU) == MENU[1]


@pytest.mark.parametrize("typed", ["3", "0", "-1", "1.5", "", "report", "yes"])
def test_what_is_no_button_is_left_as_text(typed: str) -> None:
    assert choose(typed, MENU) is None


def test_a_digit_of_another_script_is_harmless() -> None:
    assert choose("²", MENU) is None


STILL = (
    Choice("q:still:yes", "Yes, most days"),
    Choice("q:still:sometimes", "Yes, now and then"),
    Choice("q:still:no", "No, it happened once"),
    Choice("q:still:unsure", "I do not know"),
)
DANGER = (Choice("q:danger:yes", "Yes"), Choice("q:danger:no", "No"))


@pytest.mark.parametrize(
    ("typed", "offered", "meant"),
    [
        ("just the once", STILL, "q:still:no"),
        ("dunno mate", STILL, "q:still:unsure"),
        ("yes every few days", STILL, "q:still:yes"),
        ("nope", STILL, "q:still:no"),
        ("no its over now", DANGER, "q:danger:no"),
        ("yes", STILL, None),
        ("not sure", DANGER, None),
        ("it was a man in a hat", STILL, None),
        ("no " * 9, DANGER, None),
        ("", DANGER, None),
    ],
)
def test_a_few_own_words_mean_the_one_button_they_can(
    typed: str, offered: tuple[Choice, ...], meant: str | None
) -> None:
    found = loosely(typed, offered)
    assert (found and found.id) == meant
