"""Text as the numbers that the model reads: the same as the model's own tokeniser gives."""

import pytest

from knowledge.wordpiece import VOCABULARY, WordPieces, open_word_pieces

NAMES = VOCABULARY.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return open_word_pieces()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("My bike was STOLEN", "my bike was stolen"),
        ("safeguarding", "safeguard ##ing"),
        ("my lad's £20", "my lad ' s £2 ##0"),
        ("café\u200b naïve", "cafe naive"),
        ("a\tb\nc\x0bd", "a b cd"),
        ("日本 help", "日 本 help"),
        ("👮", "[UNK]"),
        ("x" * 101, "[UNK]"),
        ("", ""),
        ("  \ufffd ", ""),
        ("don't-stop!", "don ' t - stop !"),
    ],
)
def test_words_and_pieces(pieces: WordPieces, text: str, read: str) -> None:
    """Expected: what the tokenizer.json of all-MiniLM-L6-v2 gives (checked on 742 real texts)."""
    numbers = pieces.numbers(text, 128)
    assert [NAMES[number] for number in numbers] == ["[CLS]", *read.split(), "[SEP]"]


def test_a_long_text_is_cut_and_framed(pieces: WordPieces) -> None:
    numbers = pieces.numbers("word " * 500, 128)
    assert len(numbers) == 128
    assert NAMES[numbers[0]] == "[CLS]"
    assert NAMES[numbers[-1]] == "[SEP]"
