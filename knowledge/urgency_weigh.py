"""Weighs a reading by what the messages taught: how near danger is, and of which kind."""

from bisect import bisect_left
from itertools import accumulate

import numpy as np

from knowledge.urgency_frames import CRISIS
from knowledge.urgency_learned import Learned
from knowledge.urgency_reading import Reading
from knowledge.urgency_signs import Signs, letters_of, shortened, thinned

_REMEMBERED = 20_000
_CLEAR = 0.2
"""By how much a kind must be nearer than the next: of 60 emergencies that the messages alone
raised 54 were of it then, of 60 below that 24."""
_EDGE, _BETWEEN, _STRIDE = 40, 60, 10
"""Words of a long message's beginning and end, and of what is loudest between them."""


class Weigher:
    """Scores readings in plain Python: some tens of microseconds for a message of usual length."""

    def __init__(self, learned: Learned, signs: Signs) -> None:
        self._learned, self._signs = learned, signs
        weights: list[float] = learned.weights.tolist()
        self._weights = dict(zip(learned.names, weights, strict=True))
        self._by_letters: dict[str, float] = {}

    def score(self, reading: Reading) -> float:
        """From calm, below nothing, to danger, above: the log of the odds, as far as learned."""
        weight = self._weights.get
        total = sum(weight(sign, 0.0) for sign in set(self._signs.of_words(reading)))
        total += sum(map(self._of_letters, set(shortened(reading.words))))
        return float(total * thinned(len(reading.words)) + self._learned.intercept)

    def gist(self, reading: Reading) -> Reading:
        """What is judged of a very long message: its beginning, its end, and the loudest between.

        So many letters cannot be weighed in full while somebody waits for 999.
        """
        words, count = reading.words, len(reading.words)
        if count <= 2 * _EDGE + _BETWEEN:
            return reading
        sums = [0.0, *accumulate(map(self._loudness, words))]
        starts = range(_EDGE, count - _EDGE - _BETWEEN + 1, _STRIDE)
        loudest = max(starts, key=lambda start: sums[start + _BETWEEN] - sums[start])
        parts = ((0, _EDGE), (loudest, loudest + _BETWEEN), (count - _EDGE, count))
        places = [(part, place) for part, ends in enumerate(parts) for place in range(*ends)]
        kept = tuple(words[place] for _, place in places)
        # Numbered anew, so that nothing is read across what was left out.
        sentences = tuple(reading.sentences[place] + part * count for part, place in places)
        return Reading(kept, sentences, reading.foreign, kept, sentences)

    def _loudness(self, word: str) -> float:
        weight = self._weights.get(word)
        # Of a word that nobody knows the letters tell little, and to take it apart takes long. What
        # is calm beside a cry does not make it any calmer.
        return 0.0 if weight is None else max(0.0, weight + self._of_letters(word))

    def kind(self, reading: Reading) -> str:
        """Which of the kinds of danger it is most like; empty where two are about as near.

        What is said to it may be wrong for the other: better nothing than "step away from them" to
        somebody who is afraid. A crisis stays one: Samaritans are named, and 999 as well.
        """
        signs = self._signs.of(reading)
        # They are sorted; a table of their places would be needed for nothing else.
        names = self._learned.names
        places = [bisect_left(names, sign) for sign in signs if sign in self._weights]
        likeness = self._learned.likeness[places].sum(0, np.float32)
        second, first = np.argsort(likeness)[-2:] if len(likeness) > 1 else (0, 0)
        nearest = self._learned.categories[int(first)]
        clear = first == second or likeness[first] - likeness[second] >= _CLEAR
        return nearest if clear or nearest == CRISIS else ""

    def telling(self, reading: Reading, most: int = 8) -> tuple[tuple[str, float], ...]:
        """The signs that count most, for either side, and what each adds to the score."""
        thin = thinned(len(reading.words))
        weighed = {
            sign: self._weights[sign] * times * thin
            for sign, times in self._signs.of(reading).items()
            if sign in self._weights
        }
        heaviest = sorted(weighed, key=lambda sign: (-abs(weighed[sign]), sign))
        return tuple((sign, weighed[sign]) for sign in heaviest[:most])

    def _of_letters(self, word: str) -> float:
        known = self._by_letters.get(word)
        if known is None:
            weight = self._weights.get
            known = sum(weight(run, 0.0) for run in letters_of(word))
            if len(self._by_letters) < _REMEMBERED:
                self._by_letters[word] = known
        return known
