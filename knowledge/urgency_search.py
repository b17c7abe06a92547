"""Finds phrases in a message, many at once, without walking through it for each."""

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter

from knowledge.urgency_phrases import Choices, Phrase, Sayings, Words
from knowledge.urgency_reading import Reading

Span = tuple[int, int]
"""First word and the one after the last."""


class Search:
    """One message, ready to be searched for phrases."""

    def __init__(self, reading: Reading, light: frozenset[str], barriers: frozenset[str]) -> None:
        self.reading = reading
        self.places: dict[str, list[int]] = {}
        """Where each word stands."""
        self._light = light
        self._seen: dict[Choices, list[Span]] = {}
        # For every place, so that a gap is measured without walking through it:
        self._counted = [0]  # the words before it that are not little words
        self._reached = [0]  # the first place with that many words before it, by their number
        self._walls = [0]  # the first place that a gap ending here may begin at
        wall = 0
        sentence = 0
        for place, word in enumerate(reading.words):
            self.places.setdefault(word, []).append(place)
            if reading.sentences[place] != sentence:
                sentence, wall = reading.sentences[place], place
                self._walls[place] = place
            if word in barriers:
                wall = place + 1
            self._walls.append(wall)
            if word not in light:
                self._reached.append(place + 1)
            self._counted.append(len(self._reached) - 1)

    def find(self, phrase: Phrase) -> list[Span]:
        """Where the phrase is said."""
        first, *rest = phrase.slots
        spans = self._spans(first.choices)
        if phrase.begins:
            spans = [span for span in spans if self.begins(span[0])]
        for slot in rest:
            if not spans:
                return []
            spans = self._continued(spans, self._spans(slot.choices), slot.gap)
        return [span for span in spans if self.ends(span[1])] if phrase.ends else spans

    def begins(self, start: int) -> bool:
        """Whether only little words stand before it in its sentence."""
        return not self.before(start)

    def ends(self, end: int) -> bool:
        """Whether only little words stand after it in its sentence."""
        sentences, words = self.reading.sentences, self.reading.words
        rest = itertools.takewhile(
            lambda place: sentences[place] == sentences[end - 1], range(end, len(words))
        )
        return all(words[place] in self._light for place in rest)

    def before(self, start: int) -> str:
        """The last word before it that is no little word, in the same sentence; empty if none."""
        sentences, words = self.reading.sentences, self.reading.words
        place = start - 1
        while place >= 0 and sentences[place] == sentences[start]:
            if words[place] not in self._light:
                return words[place]
            place -= 1
        return ""

    def _continued(self, begun: list[Span], spans: list[Span], gap: int) -> list[Span]:
        """What has begun, each as far as the nearest of the spans that goes on with it."""
        counted, reached, walls = self._counted, self._reached, self._walls
        begun = sorted(begun, key=itemgetter(1))
        ends = [end for _, end in begun]
        longer: dict[int, int] = {}
        for start, end in spans:
            nearest = bisect_right(ends, start) - 1
            earliest = max(walls[start], reached[max(0, counted[start] - gap)])
            if nearest >= 0 and ends[nearest] >= earliest:
                longer[end] = max(longer.get(end, 0), begun[nearest][0])
        return [(start, end) for end, start in longer.items()]

    def _spans(self, choices: Choices) -> list[Span]:
        if choices not in self._seen:
            self._seen[choices] = sorted(self._scan(choices))
        return self._seen[choices]

    def _scan(self, choices: Choices) -> Iterator[Span]:
        by_first, places = choices.by_first, self.places
        few, many = (places, by_first) if len(places) < len(by_first) else (by_first, places)
        for first in few:
            if first in many:
                for sequence in by_first[first]:
                    for start in places[first]:
                        end = start + 1 if len(sequence) == 1 else self._end(sequence, start)
                        if end:
                            yield start, end

    def _end(self, sequence: Words, start: int) -> int:
        """Where the words end that begin there, little words looked past; 0 if they do not."""
        sentences, words = self.reading.sentences, self.reading.words
        place = start + 1
        for wanted in sequence[1:]:
            while place < len(words) and words[place] != wanted and words[place] in self._light:
                place += 1
            if (
                place == len(words)
                or words[place] != wanted
                or sentences[place] != sentences[start]
            ):
                return 0
            place += 1
        return place


class PhraseBook:
    """Many sayings, found in a message without looking for each of their phrases.

    Every part of a phrase has a bit; a message sets those that may begin with its words, and only
    a phrase whose parts are all set is looked for.
    """

    def __init__(self, sayings: Iterable[Sayings]) -> None:
        owned = [(phrase, owner) for owner in sayings for phrase in owner.phrases]
        parts = {slot.choices: None for phrase, _ in owned for slot in phrase.slots}
        bits = {choices: 1 << number for number, choices in enumerate(parts)}
        # The parts that a word makes by itself, and those that it begins, by their second word.
        self._alone: dict[str, int] = {}
        self._begun: dict[str, dict[str, int]] = {}
        for choices, bit in bits.items():
            for word, sequences in choices.by_first.items():
                for sequence in sequences:
                    if len(sequence) == 1:
                        self._alone[word] = self._alone.get(word, 0) | bit
                    else:
                        seconds = self._begun.setdefault(word, {})
                        seconds[sequence[1]] = seconds.get(sequence[1], 0) | bit
        common = {
            choices: sum(self._alone.get(word, 0).bit_count() for word in choices.by_first)
            for choices in parts
        }
        # By the words of its rarest part, so that few phrases are even thought of.
        self._by_word: dict[str, list[tuple[int, Phrase, Sayings]]] = {}
        self._by_owner: dict[Sayings, list[tuple[int, Phrase]]] = {}
        for phrase, owner in owned:
            need = 0
            for slot in phrase.slots:
                need |= bits[slot.choices]
            self._by_owner.setdefault(owner, []).append((need, phrase))
            rarest = min((slot.choices for slot in phrase.slots), key=common.__getitem__)
            for word in rarest.by_first:
                self._by_word.setdefault(word, []).append((need, phrase, owner))

    def present(self, words: Iterable[str], places: Mapping[str, list[int]]) -> int:
        """The parts of phrases that may begin with one of `words` in a message with `places`."""
        alone, begun = self._alone, self._begun
        present = 0
        for word in words:
            present |= alone.get(word, 0)
            if (seconds := begun.get(word)) is not None:
                few, many = (places, seconds) if len(places) < len(seconds) else (seconds, places)
                for second in few:
                    if second in many:
                        present |= seconds[second]
        return present

    def find_all(self, search: Search) -> dict[Sayings, set[Span]]:
        """What is said, with where."""
        return self.find(search, self.present(search.places, search.places), search.places)

    def find(self, search: Search, present: int, among: Iterable[str]) -> dict[Sayings, set[Span]]:
        """What is said by the parts that are `present`, and by one that begins with `among`."""
        places = search.places
        wanted = present if among is places else self.present(among, places)
        found: dict[Sayings, set[Span]] = {}
        if not wanted:
            return found
        for word in places:
            for need, phrase, owner in self._by_word.get(word, ()):
                if need & present == need and need & wanted:
                    spans = search.find(phrase)
                    if spans:
                        found.setdefault(owner, set()).update(spans)
        return found

    def find_one(self, sayings: Sayings, search: Search, present: int) -> set[Span]:
        """Where one of them is said, by the parts that are `present`."""
        found: set[Span] = set()
        for need, phrase in self._by_owner.get(sayings, ()):
            if need & present == need:
                found.update(search.find(phrase))
        return found
