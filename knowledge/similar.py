"""Which reports look like the same problem: near in place and time, alike in words and meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import cos, hypot, radians
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.english import stems
from knowledge.features import function_words
from knowledge.floats import Floats
from knowledge.text import normalise, words

LIKELY = 0.60
"""Likeness from which two reports are shown as perhaps the same; `benchmarks similar` measures."""
MOST_WORDS = 80
"""Words of a report that are compared; what comes later seldom tells two reports apart."""

_ALIKE = 84
"""Two words are one with a slip of the pen from here (0 to 100, RapidFuzz's ratio)."""
_FEWEST = 5
"""Words over which a share is counted at least, so that a short text is not like every other."""
_TEXT, _PLACE, _TIME, _KIND = 0.45, 0.35, 0.12, 0.08
"""What each counts; together one."""
_UNRELATED, _SAME_MEANING = 0.25, 0.80
"""Cosines of sentence vectors below and above which nothing more is learned."""
_DESCRIBED_ALIKE = 80
"""Two places are described alike from here (0 to 100, RapidFuzz's token_set_ratio)."""
_NEAREST, _NEAR = 50.0, 250.0
"""Metres: Signalen takes reports within 50 for neighbours; the other is a few minutes' walk."""
_HALF_LIFE = timedelta(days=10)
_LONGEST = timedelta(days=90)
"""Reports further apart are never the same problem: what comes up again is a repeat."""
_SCALE = 127.0
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Traits:
    """What a report is compared by: of what happened and where, never of who is suspected."""

    words: tuple[str, ...] = ()
    """The telling words of what happened, each once; made by `telling_words`."""
    place: tuple[str, ...] = ()
    """The telling words of where."""
    postcode: str = ""
    street: str = ""
    spot: str = ""
    """A town, village or well-known place."""
    latitude: float | None = None
    longitude: float | None = None
    vector: bytes = b""
    """What it means, packed by `pack`; empty where that is not known."""


@dataclass(frozen=True, slots=True)
class Case:
    """A report as it is compared."""

    traits: Traits
    kind: str
    district: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two reports are, from 0 to 1, and why, in words for staff."""

    score: float
    reason: str


class _Near(NamedTuple):
    """How near two places are, from 0 to 1, and in words."""

    share: float
    said: str = ""


_APART = _Near(0.0)


def telling_words(text: str) -> tuple[str, ...]:
    """The words of a text that say what it is about, without regular endings, each once."""
    light = _light()
    found = (word for word in words(normalise(text)) if word not in light)
    return tuple(dict.fromkeys(map(_stem, found)))[:MOST_WORDS]


def pack(vector: Floats) -> bytes:
    """A vector of length one as a byte a number: a quarter of the room, and as good to compare."""
    packed: bytes = np.rint(np.clip(vector, -1, 1) * _SCALE).astype(np.int8).tobytes()
    return packed


def likely(case: Case, others: Sequence[Case], least: float = LIKELY) -> list[tuple[int, Likeness]]:
    """The places in `others` of what may be the same as `case`, the likeliest first."""
    meanings = _meanings(case.traits.vector, [other.traits.vector for other in others])
    found = []
    for number, (other, meaning) in enumerate(zip(others, meanings, strict=True)):
        near = _nearness(case, other)
        rest = _PLACE * near.share + _TIME * _soon(case, other) + _KIND * (case.kind == other.kind)
        # Most are told apart by place and time alone; only the rest are read.
        if near is not _APART and rest + _TEXT >= least:
            share = _shared(case.traits.words, other.traits.words)
            score = rest + _TEXT * _text_likeness(share, meaning)
            if score >= least:
                found.append(
                    (number, Likeness(score, _reason(case, other, near.said, share, meaning)))
                )
    return sorted(found, key=lambda each: -each[1].score)


def _nearness(a: Case, b: Case) -> _Near:
    """How near the places of two reports are; _APART where the two surely differ."""
    if abs(a.at - b.at) > _LONGEST:
        return _APART
    metres = _metres(a.traits, b.traits)
    if metres is not None:
        return _by_position(metres)
    if a.district and b.district and a.district != b.district:
        return _APART
    if a.traits.postcode and a.traits.postcode == b.traits.postcode:
        return _Near(1.0, "same postcode")
    if a.traits.street and b.traits.street:
        if a.traits.street != b.traits.street:
            return _APART
        # There is a High Street everywhere.
        return _Near(0.9 if a.district and b.district else 0.4, "same street")
    return _by_description(a.traits, b.traits)


def _by_position(metres: float) -> _Near:
    if metres <= _NEAREST:
        return _Near(1.0, "same spot")
    return _Near(0.8, f"{round(metres, -1):.0f} m apart") if metres <= _NEAR else _APART


def _by_description(a: Traits, b: Traits) -> _Near:
    """How alike two places are in the words for them, where nothing exact is known."""
    fewest = min(len(a.place), len(b.place))
    alike = fuzz.token_set_ratio(" ".join(a.place), " ".join(b.place))
    if fewest > 1 and alike >= _DESCRIBED_ALIKE:
        return _Near(0.85, "place described alike")
    if not a.spot or not b.spot:
        return _Near(0.2)
    if a.spot != b.spot:
        return _Near(0.1)
    # A whole town is no place: the words have to make up for it. Where nothing but the town was
    # named, that is as much as there is to be alike in.
    return _Near(0.55 if fewest == 1 else 0.35, f"both in {a.spot}")


def _metres(a: Traits, b: Traits) -> float | None:
    """How far apart two positions are; None where one is not known."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    north = (a.latitude - b.latitude) * _METRES_A_DEGREE
    east = (a.longitude - b.longitude) * _METRES_A_DEGREE * cos(radians(a.latitude))
    return hypot(north, east)


def _soon(a: Case, b: Case) -> float:
    """How near in time: 1 at once, and half of it for each half-life."""
    return float(0.5 ** (abs(a.at - b.at) / _HALF_LIFE))


def _shared(a: Sequence[str], b: Sequence[str]) -> float:
    """The share of the shorter text's words that the other has too, slips of the pen forgiven."""
    if not a or not b:
        return 0.0
    common = set(a) & set(b)
    left = [[word for word in side if word not in common] for side in (a, b)]
    count = float(len(common))
    if all(left):
        table = process.cdist(*left, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.uint8)
        count += float(min(table.any(0).sum(), table.any(1).sum()))
    return count / max(_FEWEST, min(len(a), len(b)))


def _text_likeness(share: float, meaning: float | None) -> float:
    """Words and meaning together: each may make up for some of the other."""
    worded = min(1.0, share / 0.7)
    if meaning is None:
        return worded
    meant = min(1.0, max(0.0, (meaning - _UNRELATED) / (_SAME_MEANING - _UNRELATED)))
    return 0.6 * meant + 0.4 * worded


def _meanings(vector: bytes, others: Sequence[bytes]) -> list[float | None]:
    """The cosine of each with the first; None where one of the two is not known."""
    if not vector:
        return [None] * len(others)
    known = [number for number, other in enumerate(others) if len(other) == len(vector)]
    cosines: list[float | None] = [None] * len(others)
    if known:
        rows = np.frombuffer(b"".join(others[number] for number in known), np.int8)
        table = rows.reshape(len(known), -1).astype(np.float32)
        mine = np.frombuffer(vector, np.int8).astype(np.float32)
        lengths = np.linalg.norm(table, axis=1) * np.linalg.norm(mine)
        for number, cosine in zip(known, table @ mine / np.maximum(lengths, 1e-9), strict=True):
            cosines[number] = float(cosine)
    return cosines


def _reason(a: Case, b: Case, where: str, share: float, meaning: float | None) -> str:
    parts = [where, _apart(abs(a.at - b.at)), _in_words(share)]
    if meaning is not None and meaning >= 0.6 and share < 0.5:
        parts.append("much the same in other words")
    if a.kind != b.kind:
        parts.append("reported under another kind")
    return ", ".join(part for part in parts if part)


def _apart(gone: timedelta) -> str:
    hours = round(gone.total_seconds() / 3600)
    if hours < 1:
        return "within the hour"
    if hours < 24:
        return "1 hour apart" if hours == 1 else f"{hours} hours apart"
    days = round(hours / 24)
    return "1 day apart" if days == 1 else f"{days} days apart"


def _in_words(share: float) -> str:
    for least, said in (
        (0.9, "nearly all words alike"),
        (0.7, "3 in 4 words alike"),
        (0.6, "2 in 3 words alike"),
        (0.45, "half the words alike"),
        (0.3, "1 in 3 words alike"),
    ):
        if share >= least:
            return said
    return ""


@lru_cache(1)
def _light() -> frozenset[str]:
    return function_words()


@lru_cache(20_000)
def _stem(word: str) -> str:
    return min(stems(word), key=len, default=word)
