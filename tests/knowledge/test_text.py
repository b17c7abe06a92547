"""Phrases and messages become comparable in one way."""

import time

import pytest

from knowledge.text import LONGEST, normalise, words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Don’t PANIC", "dont panic"),
        ("someone`s  in\tthe\nhouse", "someones in the house"),
        ("x´y", "xy"),
        ("he\u200bl\u00adp", "help"),
        ("\u202ehelp\u202c", "help"),
        ("he\x00lp \x7fme", "help me"),
        ("9️⃣9️⃣9️⃣", "999"),
        ("٩٩٩", "999"),
        ("ｈｅｌｐ", "help"),
        ("h̶e̶l̶p̶", "help"),
        ("naïve café Łódź", "naive cafe łodz"),
        ("STRASSE straße", "strasse strasse"),
        ("İstanbul", "istanbul"),
        ("A&E… – “quick”", 'a&e... - "quick"'),
        ("\ud800 broken", "broken"),
        ("\U000e0041\U000e0042 hi", "hi"),
        ("", ""),
    ],
)
def test_a_text_is_brought_to_its_plainest_form(typed: str, read: str) -> None:
    assert normalise(typed) == read


def test_normalising_twice_changes_nothing() -> None:
    for code in [*range(0x3000), *range(0x3000, 0x110000, 97)]:
        once = normalise(f"a{chr(code)}B")
        assert normalise(once) == once, hex(code)


def test_letters_of_other_scripts_stay() -> None:
    assert normalise("Помогите हिन्दी مساعدة") == "помогите हिन्दी مساعدة"


def test_the_end_of_a_very_long_text_is_read_too() -> None:
    read = normalise("bla " * 100_000 + "he has a knife")
    assert read.endswith("he has a knife")
    assert len(read) <= LONGEST


@pytest.mark.parametrize("piece", ["a b ", "\ufdfa", "\u200b", "é̶", "\n"])
def test_a_text_of_a_megabyte_costs_no_more_than_what_is_looked_at(piece: str) -> None:
    def cost(length: int) -> float:
        text = piece * (length // len(piece))
        return min(_seconds(text) for _ in range(5))

    assert cost(1_000_000) < 10 * cost(2 * LONGEST)


def _seconds(text: str) -> float:
    started = time.process_time()
    read = normalise(text)
    assert len(read) <= LONGEST
    return time.process_time() - started


def test_words_are_runs_of_letters_and_digits() -> None:
    assert words(normalise("Ring 101, don't_wait: A&E!")) == [
        "ring",
        "101",
        "dont",
        "wait",
        "a",
        "e",
    ]


def test_a_text_without_letters_has_no_words() -> None:
    assert words(normalise("?!… 🔥 _")) == []
