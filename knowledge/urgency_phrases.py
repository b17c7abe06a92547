"""The phrases that frames are written in: words, {word lists}, choices and gaps.

{stranger} .. (in|inside) my {room}

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

from knowledge.urgency_spelling import Spelling, plain_words

_PART = re.compile(r"\{[^{}]*\}\??|\([^()]*\)\??|\.\.\.?(?=\s|$)|\^|\$|[^\s(){}]+")
_GAPS = {"..": 3, "...": 7}
_MOST_CHOICES = 5000
_VOWELS = "aeiou"

Words = tuple[str, ...]


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


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """One way of saying something; equal only to itself."""

    slots: tuple[Slot, ...]
    begins: bool = False
    """Only at the beginning of a sentence."""
    ends: bool = False
    """Only at the end of a sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Sayings:
    """Several ways of saying one thing; equal only to itself, as it keys where that was said."""

    phrases: tuple[Phrase, ...] = ()


class Lexicon:
    """The word lists of words.toml, each resolved to the word sequences it stands for."""

    def __init__(self, lists: Mapping[str, Iterable[str]], spelling: Spelling) -> None:
        self._lists = {name: tuple(entries) for name, entries in lists.items()}
        self._spelling = spelling
        self._resolved: dict[str, frozenset[Words]] = {}
        self._choices_of: dict[str, Choices] = {}
        self._written: dict[str, frozenset[Words]] = {}
        for name in self._lists:
            self._resolve(name, ())

    def list_of(self) -> dict[str, str]:
        """For each word that stands alone in a list the name of the first such list."""
        found: dict[str, str] = {}
        for name in self._lists:
            for sequence in sorted(self._resolved[name]):
                if len(sequence) == 1:
                    found.setdefault(sequence[0], name)
        return found

    def parse(self, source: str) -> tuple[Phrase, ...]:
        """The phrase, once for each way of leaving out what may be left out.

        Raises ValueError, in words for the person who edits the file, where it is not a phrase.
        """
        if _PART.sub("", source).strip():
            raise ValueError(f"cannot read the phrase '{source}': check its brackets")
        parts = _PART.findall(source)
        options = [("", part[:-1]) if part.endswith("?") else (part,) for part in parts]
        return tuple(self._phrase(source, chosen) for chosen in itertools.product(*options))

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
        if len(terms) == 1:
            return terms[0]
        if math.prod(map(len, terms)) > _MOST_CHOICES:
            raise ValueError(f"'{entry}' is too many choices at once: use '..' between them")
        return frozenset(
            tuple(itertools.chain.from_iterable(way)) for way in itertools.product(*terms)
        )

    def _term(self, term: str, inside: tuple[str, ...]) -> frozenset[Words]:
        if term.startswith("{"):
            return self._resolve(term[1:-1], inside)
        if term not in self._written:
            choices = frozenset(plain_words(written, self._spelling) for written in _forms(term))
            if () in choices:
                raise ValueError(f"'{term}' is not a word")
            self._written[term] = choices
        return self._written[term]

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


def _forms(term: str) -> Iterable[str]:
    if term.endswith("+"):
        return _verb(term[:-1])
    stem, *endings = term.split("/")
    return (stem, *(stem + ending for ending in endings))


def _verb(base: str) -> tuple[str, ...]:
    """The regular forms of a verb; a final consonant is doubled as well as kept."""
    if base.endswith("e"):
        stems: Words = (base[:-1],)
        past: Words = (base + "d",)
    elif base.endswith("y") and base[-2:-1] not in _VOWELS:
        stems = (base,)
        past = (base[:-1] + "ied",)
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
    return (base, third, *past, *(stem + "ing" for stem in stems))
