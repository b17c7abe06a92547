"""How long a message takes to be matched, from 1,000 to 100,000 examples, and beside other ways."""

import multiprocessing
import os
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import Any

from benchmarks.script import shipped
from benchmarks.typos import with_typos
from bot.config import Config, beside_the_program, cache_of
from bot.understanding import encoder_here
from knowledge.encoder import WIDTH, Encoder, open_encoder
from knowledge.floats import Floats
from knowledge.load import SHIPPED, load
from knowledge.match import Matcher
from knowledge.wordpiece import WordPieces, open_word_pieces

SIZES = (1_000, 10_000, 100_000)
LONG = (32, 128)
"""Pieces of longer messages, measured apart; all others have at most `SHORT`."""
SHORT = 16
_WARM, _ASKED, _SLOW = 100, 400, 40
_DAY = 1_500
"""Messages that came before, where only words are read: each new word takes longer once."""
_SEED = 1836


@dataclass(frozen=True, slots=True)
class Timed:
    """What one engine took."""

    engine: str
    built: float
    """Seconds."""
    p50: float
    """Milliseconds a message, as `p99`."""
    p99: float
    megabytes: float
    """The most that the process ever held."""


def run(sizes: Sequence[int], say: Callable[[str], None] = print) -> list[tuple[int, Timed]]:
    """Measure every size in a process of its own, on one core, and print a table."""
    found = []
    say(f"{'examples':>8} {'engine':30} {'built s':>8} {'p50 ms':>8} {'p99 ms':>8} {'peak MB':>8}")
    for size in sizes:
        for engine in (_ours, _rapidfuzz, _bm25s):
            for timed in _apart(engine, size):
                found.append((size, timed))
                say(
                    f"{size:8} {timed.engine:30} {timed.built:8.2f} {timed.p50:8.3f} "
                    f"{timed.p99:8.3f} {timed.megabytes:8.0f}"
                )
    seconds, megabytes = _apart(_start, 0)
    say(f"The shipped content is ready from its cache in {seconds:.2f} s, with {megabytes:.0f} MB.")
    return found


def _apart(work: Callable[[int], Any], size: int) -> Any:
    """What a function returns in a new process, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (size,))


def _start(_: int) -> tuple[float, float]:
    """Seconds until the shipped content can be asked, and megabytes held by then."""
    began = time.perf_counter()
    loaded = load(SHIPPED, cache=cache_of(Config()), encoder=encoder_here())
    if loaded.library is None:
        raise RuntimeError("the knowledge files have errors")
    loaded.library.match("my bike is gone", loaded.library.meaning("my bike is gone"))
    return time.perf_counter() - began, _held()


def _ours(size: int) -> list[Timed]:
    _one_core()
    examples, asked = examples_of(size), messages()
    encoder = _Known(examples)
    began = time.perf_counter()
    matcher = Matcher(examples, encoder=encoder)
    built = time.perf_counter() - began
    encoder.known.clear()

    def with_meaning(text: str) -> object:
        return matcher.match(text, matcher.meaning(text))

    # Messages differ from row to row, their words less: a service has seen most words before.
    words_alone = {
        "ours, words alone, no slip": messages(slips=0, seed=_SEED + 2, before=_DAY),
        "ours, words alone, one slip": messages(before=_DAY),
    }
    timed = [
        Timed(name, built, *_each(matcher.match, texts, _DAY), _held())
        for name, texts in words_alone.items()
    ]
    strange = "ours, words alone, 400 strange words"
    timed.append(Timed(strange, built, *_each(matcher.match, _strange()), _held()))
    timed.append(Timed(f"ours, up to {SHORT} pieces", built, *_each(with_meaning, asked), _held()))
    reader = open_word_pieces()
    for pieces in LONG:
        long = [_longer(text, pieces, reader) for text in asked]
        took = _each(with_meaning, long)
        timed.append(Timed(f"ours, {pieces} pieces", built, *took, _held()))
    return timed


def _rapidfuzz(size: int) -> list[Timed]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only in this process

    _one_core()
    texts = [text for texts in examples_of(size).values() for text in texts]

    def ask(text: str) -> object:
        return process.extractOne(text, texts, scorer=fuzz.token_set_ratio)

    few = messages()[: _WARM + _SLOW] if size > SIZES[0] else messages()
    return [Timed("RapidFuzz, token_set_ratio", 0.0, *_each(ask, few), _held())]


def _bm25s(size: int) -> list[Timed]:
    import bm25s  # noqa: PLC0415 - only in this process

    _one_core()
    texts = [text.split() for texts in examples_of(size).values() for text in texts]
    began = time.perf_counter()
    index = bm25s.BM25()
    index.index(texts, show_progress=False)
    built = time.perf_counter() - began
    known = set(index.vocab_dict)

    def ask(text: str) -> object:
        words = [word for word in text.split() if word in known]
        return index.get_scores(words).argmax() if words else None

    return [Timed("bm25s", built, *_each(ask, messages()), _held())]


def examples_of(size: int) -> Mapping[str, Sequence[str]]:
    """So many examples of the shipped articles; beyond what there is, again with slips."""
    chance = Random(_SEED)  # noqa: S311 - slips, no secrets
    pairs = [
        (article.id, example)
        for article in shipped().articles.values()
        for example in article.examples
    ]
    chance.shuffle(pairs)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for number, (id, text) in enumerate(islice(cycle(pairs), size)):
        slips = number // len(pairs)
        found[id].append(with_typos(text, min(slips, 3), chance) if slips else text)
    return found


def messages(slips: int = 1, seed: int = _SEED + 1, before: int = _WARM) -> list[str]:
    """Short messages as residents might write them, with so many slips each, none twice.

    So many as are to come `before`, and those that are measured.
    """
    chance, pieces = Random(seed), open_word_pieces()  # noqa: S311 - slips, no secrets
    texts = [text for article in shipped().articles.values() for text in article.examples]
    short = [text for text in texts if len(pieces.numbers(text, SHORT + 3)) <= SHORT + 2]
    return [with_typos(text, slips, chance) for text in chance.sample(short, before + _ASKED)]


def _strange() -> list[str]:
    """The worst for the event loop, which matching by words holds: long texts of no known word."""
    chance = Random(_SEED + 3)  # noqa: S311 - noise, no secrets
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [
        " ".join("".join(chance.choices(letters, k=chance.randint(4, 9))) for _ in range(400))
        for _ in range(_WARM + _SLOW)
    ]


class _Known(Encoder):
    """The encoder, which is told the vectors of the examples: they change nothing in the time.

    The first of each entry's is encoded and stands for all, with a little noise.
    """

    def __init__(self, examples: Mapping[str, Sequence[str]]) -> None:
        real = open_encoder(beside_the_program())
        super().__init__(real._session, real._pieces)
        self.known: dict[str, Floats] = {}
        for texts in examples.values():
            self.known |= dict.fromkeys(texts, real.vector(texts[0]))

    def vectors(self, texts: Sequence[str]) -> Floats:
        import numpy as np  # noqa: PLC0415 - only in this process

        chance = np.random.default_rng(_SEED)
        noise = chance.normal(0, 0.02, (len(texts), WIDTH)).astype(np.float32)
        mean = np.mean(list(self.known.values()), axis=0)
        rows = np.stack([self.known.get(text, mean) for text in texts])
        return np.asarray(rows + noise, np.float32)


def _longer(text: str, pieces: int, reader: WordPieces) -> str:
    """The text said over and over until it has so many pieces."""
    words = list(islice(cycle(text.split()), pieces))
    while len(reader.numbers(" ".join(words), pieces + 3)) > pieces + 2:
        words.pop()
    return " ".join(words)


def _each(
    ask: Callable[[str], object], texts: Sequence[str], before: int = _WARM
) -> tuple[float, float]:
    """The median and the 99th percentile in milliseconds, each text asked once and new."""
    for text in texts[:before]:
        ask(text)
    took = sorted(_timed(ask, texts[before:]))
    return took[len(took) // 2], took[int(len(took) * 0.99)]


def _timed(ask: Callable[[str], object], texts: Sequence[str]) -> Iterator[float]:
    for text in texts:
        began = time.perf_counter()
        ask(text)
        yield (time.perf_counter() - began) * 1000


def _one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _held() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
