"""What of a message may tell danger from calm, however it is put: the signs that are weighed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from knowledge.urgency_reading import Reading

Part = TypeVar("Part")

_ENDS = "."
_EDGE = "^"
_LETTERS = range(2, 6)
_APART = 4
"""Words that may stand between two that are a sign together, less one."""
_SPREAD = 0.4
_LEAST = 3
_MOST = 240
"""Words of a message that are weighed: its beginning and its end."""
_LONGEST = 60
"""Letters of a word that are looked at; no word has more."""
_REMEMBERED = 20_000


class Signs:
    """Takes readings apart; knows which list each word of the frames is in.

    Four kinds of sign: one to three words in a row as they were typed; runs of two to five letters
    in a word as it was mended; words in a row of which some stand for their list ("{person} has
    {weapon}"); and two words, or their lists, a little apart.
    """

    def __init__(self, list_of: Mapping[str, str]) -> None:
        self._list_of = {word: f"{{{name}}}" for word, name in list_of.items()}

    def of(self, reading: Reading) -> Counter[str]:
        """All signs of a message; letters count once for each word, and all else once."""
        signs = Counter(set(self.of_words(reading)))
        for word in set(shortened(reading.words)):
            signs.update(letters_of(word))
        return signs

    def of_words(self, reading: Reading) -> Iterator[str]:
        """Those that are more than letters of one word; some may come twice."""
        yield from _in_a_row([_EDGE, *shortened(reading.typed), _EDGE])
        list_of = self._list_of
        kinds = [list_of.get(word, word) for word in _with_ends(reading)]
        if any(map(list_of.__contains__, reading.words)):
            yield from (row for row in _in_a_row([_EDGE, *kinds, _EDGE]) if "{" in row)
        for further in range(2, 2 + _APART):
            for kind, other in zip(kinds, kinds[further:], strict=False):
                yield f"{kind}_{other}"


def letters_of(word: str) -> tuple[str, ...]:
    """The runs of letters in a word and its borders, each once; of a very long one's beginning."""
    return _runs(word[:_LONGEST])


@lru_cache(_REMEMBERED)
def _runs(word: str) -> tuple[str, ...]:
    bounded = f"<{word}>"
    runs = (
        bounded[start : start + size]
        for size in _LETTERS
        for start in range(len(bounded) - size + 1)
    )
    return tuple(dict.fromkeys(runs))


def thinned(words: int) -> float:
    """What the sum of the weights of a message of so many words is multiplied by.

    A longer message has more signs of either kind without being surer.
    """
    return float((min(words, _MOST) + _LEAST) ** -_SPREAD)


def shortened(words: Sequence[Part]) -> Sequence[Part]:
    """The beginning and the end of a long message, where what matters most is said."""
    return words if len(words) <= _MOST else (*words[: _MOST // 2], *words[-_MOST // 2 :])


def _with_ends(reading: Reading) -> Iterator[str]:
    words, sentences = shortened(reading.words), shortened(reading.sentences)
    before = sentences[0] if sentences else 0
    for word, sentence in zip(words, sentences, strict=True):
        if sentence != before:
            yield _ENDS
        before = sentence
        yield word


def _in_a_row(words: Sequence[str]) -> Iterator[str]:
    """Each word, each two and each three in a row."""
    yield from words
    after, beyond = words[1:], words[2:]
    for word, second in zip(words, after, strict=False):
        yield f"{word} {second}"
    for word, second, third in zip(words, after, beyond, strict=False):
        yield f"{word} {second} {third}"
