"""Names of towns and villages in a free text: found, told from streets, corrected, understood."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from knowledge.text import normalise

VILLAGE, TOWN, STREETLIKE = 3, 2, 1
"""How much a name says where others stand beside it.

Addresses end in a post town that is often in the next district ("Ardleigh, Colchester"), so a
village counts for more; and any town may have a Baker Street.
"""

SHORTEST_CORRECTED = 5
"""Letters of a name from which a slip of the pen is forgiven."""
_TWO_SLIPS_FROM = 9
_WORDS_CORRECTED = 60
"""Of a text; enough for any answer to "where", and a bound on what a long story costs."""
_WORDS_IN_A_NAME = 4
"""As typed: the few longer names are corrected only where words were run together."""

_TOKEN = re.compile(r"[^\W_]+|[,;]")
_BREAKS = frozenset(",;")
_SAME = {"saint": "st", "gt": "great", "lt": "little", "nth": "north", "sth": "south"}
STREETS = frozenset(
    "road rd street lane ln avenue ave drive close crescent cres way terrace gardens gdns grove "
    "mews row walk rise broadway roundabout bypass".split()
)
_NO_STREET = frozenset(("to", "by"))
_CUES = frozenset(
    "in at near nr by from to of around outside inside through towards behind opposite".split()
)
# Sounds that are mixed up at the beginning of a name.
_FIRST = str.maketrans("kqjz", "ccgs")


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name, and what it may mean."""

    name: str
    districts: tuple[str, ...] = ()
    """Ids of the districts that have such a place; none where it lies outside."""
    force: str = ""
    """The force of a place outside."""
    mostly: str = ""
    """The district that is nearly always meant, of several."""
    rank: int = VILLAGE
    with_cue: bool = False
    """Also an ordinary word: taken only after "in" and the like, or standing by itself."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the names in a text come to: one district, several, or none for outside."""

    name: str
    """Empty where different names point to different districts."""
    districts: tuple[str, ...]
    force: str = ""
    sure: bool = True
    """False after a correction, and where something else in the text points elsewhere."""


@dataclass(frozen=True, slots=True)
class _Mention:
    place: PlaceName
    start: int
    end: int
    exact: bool = True


class Gazetteer:
    """Finds place names. `ordinary` are words one slip away from a name that are not corrected."""

    def __init__(self, names: Iterable[PlaceName], ordinary: Collection[str] = ()) -> None:
        self._places = {key_of(place.name): place for place in names}
        also_words = {key for key, place in self._places.items() if place.with_cue}
        self._ordinary = also_words.union(ordinary)
        self._longest: dict[str, int] = {}
        self._slips: dict[str, int] = {}
        # What a slip may have been meant for, by first letter, words and length as it may be typed.
        self._alike: dict[tuple[str, int, int], list[tuple[str, str]]] = {}
        for key, place in self._places.items():
            words = key.split(" ")
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))
            joined = "".join(words)
            if len(joined) >= SHORTEST_CORRECTED and not place.with_cue:
                self._slips[key] = 2 if len(joined) >= _TWO_SLIPS_FROM else 1
                self._add_alike(key, key, len(words))
                if len(words) > 1:
                    self._add_alike(joined, key, 1)

    def named(self, said: str) -> Named | None:
        """What the place names of a normalised text come to, or None where it has none.

        The longest name at a place in the text counts; a name that is part of a street's does not.
        Where no name is plain, the nearest one is taken (optimal string alignment distance).
        """
        tokens = _tokens(said)
        mentions = list(self._exact(tokens))
        plain = [mention for mention in mentions if not _is_street(tokens, mention)]
        if all(len(mention.place.districts) > 1 for mention in plain):
            settled = [mention for mention in mentions if mention not in plain]
            corrected = self._corrected(tokens, settled)
            if corrected:
                plain = [other for other in plain if not _overlap(other, corrected)]
                plain.append(corrected)
        return _meant(plain)

    def _exact(self, tokens: Sequence[str]) -> Iterator[_Mention]:
        taken = 0
        for start, token in enumerate(tokens):
            longest = self._longest.get(token)
            if longest and start >= taken and (mention := self._exact_at(tokens, start, longest)):
                yield mention
                taken = mention.end

    def _exact_at(self, tokens: Sequence[str], start: int, longest: int) -> _Mention | None:
        for end in range(min(start + longest, len(tokens)), start, -1):
            place = self._places.get(" ".join(tokens[start:end]))
            if place and (not place.with_cue or _has_cue(tokens, start, end)):
                return _Mention(place, start, end)
        return None

    def _corrected(self, tokens: Sequence[str], settled: Sequence[_Mention]) -> _Mention | None:
        """The longest name that stands in the text with a slip or two; of equals the nearest."""
        best: tuple[int, int] = (0, 0)
        found = None
        count = min(len(tokens), _WORDS_CORRECTED)
        for start in range(count):
            for end in range(start + 1, min(start + _WORDS_IN_A_NAME, count) + 1):
                near = self._nearest(tokens[start:end])
                if near is None or (rank := (len(near[0]), -near[1])) <= best:
                    continue
                mention = _Mention(self._places[near[0]], start, end, exact=False)
                if not _is_street(tokens, mention) and not any(
                    _overlap(mention, other) for other in settled
                ):
                    best, found = rank, mention
        return found

    def _nearest(self, window: Sequence[str]) -> tuple[str, int] | None:
        """The name nearest to these words, and by how many slips; None where none is near.

        Names may be run together; of several words each short one must be right.
        """
        text = " ".join(window)
        alike = self._alike.get((_first(text), len(window), len(text)), ())
        if not alike or not _BREAKS.isdisjoint(window) or self._ordinary.issuperset(window):
            return None
        best = None
        for written, name in alike:
            allowed = self._slips[name]
            slips = OSA.distance(text, written, score_cutoff=allowed)
            if slips > allowed or (best is not None and slips >= best[1]):
                continue
            if len(window) == 1 or _word_by_word(window, written.split(" ")):
                best = (name, slips)
        return best

    def _add_alike(self, written: str, name: str, words: int) -> None:
        slips = self._slips[name]
        for length in range(len(written) - slips, len(written) + slips + 1):
            self._alike.setdefault((_first(written), words, length), []).append((written, name))


def _meant(mentions: Sequence[_Mention]) -> Named | None:
    """What several names come to together."""
    inside = [mention for mention in mentions if mention.place.districts]
    if not inside:
        return _outside(mentions)
    rank = max(mention.place.rank for mention in inside)
    top = [mention for mention in inside if mention.place.rank == rank]
    plain = {m.place.districts[0] for m in inside if len(m.place.districts) == 1}
    districts: dict[str, None] = {}
    for mention in top:
        districts |= dict.fromkeys(_narrowed(mention.place, plain))
    names = {mention.place.name for mention in top}
    agreed = plain <= districts.keys() and len(inside) == len(mentions)
    return Named(
        name=top[0].place.name if len(districts) == 1 or len(names) == 1 else "",
        districts=tuple(districts),
        sure=len(districts) == 1 and agreed and any(_is_plain(mention) for mention in inside),
    )


def _is_plain(mention: _Mention) -> bool:
    """Whether the name alone, as it was typed, leaves no doubt about the district."""
    place = mention.place
    return mention.exact and len(place.districts) == 1 and not place.force


def _narrowed(place: PlaceName, plain: Collection[str]) -> tuple[str, ...]:
    """The districts a name may mean, beside names whose district is plain."""
    beside = tuple(id for id in place.districts if id in plain)
    if len(place.districts) == 1 or len(beside) == 1:
        return beside or place.districts
    return (place.mostly,) if place.mostly else place.districts


def _outside(mentions: Sequence[_Mention]) -> Named | None:
    if not mentions:
        return None
    forces = {mention.place.force for mention in mentions}
    first = mentions[0]
    force = first.place.force if len(forces) == 1 else ""
    return Named(first.place.name, (), force, sure=first.exact and len(forces) == 1)


def key_of(name: str) -> str:
    """A place name as it is compared: two that share a key are one name."""
    return " ".join(_tokens(normalise(name)))


def _tokens(said: str) -> list[str]:
    return [_SAME.get(token, token) for token in _TOKEN.findall(said)]


def _first(text: str) -> str:
    return text[0].translate(_FIRST)


def _word_by_word(typed: Sequence[str], words: Sequence[str]) -> bool:
    """Whether each typed word may stand for its word: short ones and first letters are right."""
    return all(
        one == other or (len(other) >= SHORTEST_CORRECTED and _first(one) == _first(other))
        for one, other in zip(typed, words, strict=True)
    )


def _is_street(tokens: Sequence[str], mention: _Mention) -> bool:
    """Whether the name is only the beginning of a street's, such as "Maldon" of "Maldon Road"."""
    after = tokens[mention.end : mention.end + 2]
    # "Harlow close to the station" is no close of that name.
    return bool(after) and after[0] in STREETS and after[-1] not in _NO_STREET


def _has_cue(tokens: Sequence[str], start: int, end: int) -> bool:
    before = tokens[start - 1] if start else ","
    after = tokens[end] if end < len(tokens) else ","
    return before in _CUES or after == "village" or (before in _BREAKS and after in _BREAKS)


def _overlap(one: _Mention, other: _Mention) -> bool:
    return one.start < other.end and other.start < one.end
