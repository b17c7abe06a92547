"""The phrases frames are written in: words, {word lists}, choices and gaps, and finding them.

    {somebody} .. (in|inside) my {room}

    word           this word; little words of the message (a, the, is: spelling.toml) are looked past
    word+          a regular verb in every form: stab+ is stab, stabs, stabbed, stabbing
    word/s         with and without the ending: knife/s
    {name}         any entry of that list in words.toml
    (a|b c|{name}) any of these
    x?             may be left out
    ..  ...        up to three, up to seven other words here, none of them "not" or "no"
    ^  $           here a sentence begins, ends
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from knowledge.urgency_spelling import Reading, Spelling, plain_words

_PART = re.compile(r"\{[^{}]*\}\??|\([^()]*\)\??|\.\.\.?(?=\s|$)|\^|\$|[^\s(){}]+")
_GAPS = {"..": 3, "...": 7}
_STRIDE = 8
"""Little words that are looked past in one gap."""
_MOST_CHOICES = 5000
_VOWELS = "aeiou"

Words = tuple[str, ...]
Span = tuple[int, int]
"""First word and the one after the last."""


class Choices:
    """Word sequences any of which will do; equal only to itself, as it keys what was found."""

    __slots__ = ("by_first",)

    def __init__(self, sequences: Iterable[Words]) -> None:
        self.by_first: dict[str, tuple[Words, ...]] = {}
        for sequence in sorted(sequences):
            self.by_first[sequence[0]] = (*self.by_first.get(sequence[0], ()), sequence)

    @property
    def words(self) -> Iterator[str]:
        """Every word in any of them."""
        return (
            word
            for sequences in self.by_first.values()
            for sequence in sequences
            for word in sequence
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """One part of a phrase: any of the choices, after at most `gap` other words."""

    choices: Choices
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way of saying something."""

    slots: tuple[Slot, ...]
    begins: bool = False
    """Only at the beginning of a sentence."""
    ends: bool = False
    """Only at the end of a sentence."""

    @property
    def words(self) -> frozenset[str]:
        """Every word in it."""
        return frozenset(word for slot in self.slots for word in slot.choices.words)


class Lexicon:
    """The word lists of words.toml, each resolved to the word sequences it stands for."""

    def __init__(self, lists: Mapping[str, Iterable[str]], spelling: Spelling) -> None:
        self._lists = {name: tuple(entries) for name, entries in lists.items()}
        self._spelling = spelling
        self._resolved: dict[str, frozenset[Words]] = {}
        self._choices_of: dict[str, Choices] = {}
        for name in self._lists:
            self._resolve(name, ())

    def parse(self, source: str) -> tuple[Phrase, ...]:
        """The phrase, once for each way of leaving out what may be left out.

        Raises ValueError, in words for the person who edits the file, where it is not a phrase.
        """
        if _PART.sub("", source).strip():
            raise ValueError(f"cannot read the phrase '{source}': check its brackets")
        parts = _PART.findall(source)
        options = [("", part[:-1]) if part.endswith("?") else (part,) for part in parts]
        phrases = (self._phrase(source, chosen) for chosen in itertools.product(*options))
        return tuple(dict.fromkeys(phrases))

    def _phrase(self, source: str, parts: Iterable[str]) -> Phrase:
        slots: list[Slot] = []
        begins = ends = False
        gap = 0
        for part in filter(None, parts):
            if part in _GAPS:
                gap = max(gap, _GAPS[part])
            elif part == "^":
                begins = True
            elif part == "$":
                ends = True
            else:
                slots.append(Slot(self._choices(part), gap if slots else 0))
                gap = 0
        if not slots:
            raise ValueError(f"the phrase '{source}' may be empty: leave some part without '?'")
        return Phrase(tuple(slots), begins, ends)

    def _choices(self, part: str) -> Choices:
        if part not in self._choices_of:
            entries = part[1:-1].split("|") if part.startswith("(") else [part]
            self._choices_of[part] = Choices(
                set().union(*(self._entry(entry.strip(), ()) for entry in entries))
            )
        return self._choices_of[part]

    def _entry(self, entry: str, inside: tuple[str, ...]) -> frozenset[Words]:
        """The word sequences an entry stands for: each way of writing each of its words."""
        terms = [self._term(term, inside) for term in entry.split()]
        if not terms:
            raise ValueError(f"'{entry}' has no word in it")
        if math.prod(map(len, terms)) > _MOST_CHOICES:
            raise ValueError(f"'{entry}' is too many choices at once: use '..' between them")
        return frozenset(
            tuple(itertools.chain.from_iterable(way)) for way in itertools.product(*terms)
        )

    def _term(self, term: str, inside: tuple[str, ...]) -> frozenset[Words]:
        if term.startswith("{"):
            return self._resolve(term[1:-1], inside)
        choices = frozenset(plain_words(written, self._spelling) for written in _forms(term))
        if () in choices:
            raise ValueError(f"'{term}' is not a word")
        return choices

    def _resolve(self, name: str, inside: tuple[str, ...]) -> frozenset[Words]:
        if name in self._resolved:
            return self._resolved[name]
        if name not in self._lists:
            raise ValueError(f"there is no word list named '{name}' in words.toml")
        if name in inside:
            raise ValueError(f"the word list '{name}' contains itself")
        entries = self._lists[name]
        choices = frozenset().union(*(self._entry(entry, (*inside, name)) for entry in entries))
        self._resolved[name] = choices
        return choices


class Search:
    """One message, ready to be searched for phrases."""

    def __init__(
        self, reading: Reading, light: frozenset[str], barriers: frozenset[str]
    ) -> None:
        self.reading = reading
        self._light = light
        self._barriers = barriers
        self.places: dict[str, list[int]] = {}
        """Where each word stands."""
        for place, word in enumerate(reading.words):
            self.places.setdefault(word, []).append(place)
        self._seen: dict[Choices, tuple[Span, ...]] = {}

    def find(self, phrase: Phrase) -> list[Span]:
        """Where the phrase is said."""
        begun: dict[int, int] = {}
        for number, slot in enumerate(phrase.slots):
            spans = self._spans(slot.choices)
            if not spans:
                return []
            if number == 0:
                begun = {end: start for start, end in spans}
                if phrase.begins:
                    begun = {end: start for end, start in begun.items() if self.begins(start)}
            else:
                begun = self._continued(begun, spans, slot.gap)
            if not begun:
                return []
        return [(start, end) for end, start in begun.items() if not phrase.ends or self.ends(end)]

    def begins(self, start: int) -> bool:
        """Whether only little words stand before it in its sentence."""
        sentences, words = self.reading.sentences, self.reading.words
        place = start - 1
        while place >= 0 and sentences[place] == sentences[start]:
            if words[place] not in self._light:
                return False
            place -= 1
        return True

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
        for place in range(start - 1, max(-1, start - _STRIDE), -1):
            if sentences[place] != sentences[start]:
                return ""
            if words[place] not in self._light:
                return words[place]
        return ""

    def _continued(
        self, begun: Mapping[int, int], spans: Iterable[Span], gap: int
    ) -> dict[int, int]:
        """Of the phrases begun (end → start), those that go on with one of the spans."""
        longer: dict[int, int] = {}
        for start, end in spans:
            for place in self._reach(start, gap):
                if place in begun:
                    longer[end] = max(longer.get(end, 0), begun[place])
                    break
        return longer

    def _reach(self, start: int, gap: int) -> Iterator[int]:
        """Where the part before may end so that at most `gap` words lie between."""
        sentences, words = self.reading.sentences, self.reading.words
        yield start
        for place in range(start - 1, max(-1, start - gap - _STRIDE), -1):
            word = words[place]
            if sentences[place] != sentences[start] or word in self._barriers:
                return
            if word not in self._light:
                gap -= 1
            if gap < 0:
                return
            yield place

    def _spans(self, choices: Choices) -> tuple[Span, ...]:
        if choices not in self._seen:
            self._seen[choices] = tuple(sorted(self._scan(choices)))
        return self._seen[choices]

    def _scan(self, choices: Choices) -> Iterator[Span]:
        for first in choices.by_first.keys() & self.places.keys():
            for sequence in choices.by_first[first]:
                for start in self.places[first]:
                    end = self._end(sequence, start)
                    if end:
                        yield start, end

    def _end(self, sequence: Words, start: int) -> int:
        """Where the word sequence ends that begins there, little words looked past; 0 if it breaks."""
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


def _forms(term: str) -> Iterable[str]:
    if term.endswith("+"):
        return _verb(term[:-1])
    stem, *endings = term.split("/")
    return (stem, *(stem + ending for ending in endings))


def _verb(base: str) -> tuple[str, ...]:
    """The regular forms of a verb; a final consonant is doubled as well as kept."""
    if base.endswith("e"):
        stems, past = (base[:-1],), (base + "d",)
    elif base.endswith("y") and base[-2:-1] not in _VOWELS:
        stems, past = (base,), (base[:-1] + "ied",)
    else:
        doubled = (
            (base + base[-1],)
            if base[-1] not in "aeiouwxy" and base[-2:-1] in tuple(_VOWELS)
            else ()
        )
        stems = (base, *doubled)
        past = tuple(stem + "ed" for stem in stems)
    third = base[:-1] + "ies" if past[0].endswith("ied") and base.endswith("y") else base + "s"
    third = base + "es" if base.endswith(("s", "sh", "ch", "x", "z")) else third
    return (base, third, *past, *(stem + end for stem in stems for end in ("ing", "in")))
