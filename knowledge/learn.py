"""Learns what the matcher knows from the examples of the knowledge base.

Imported only where that is needed: what it is built on takes twenty megabytes and a fifth of a
second, and most starts find all of it learned before.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from knowledge.features import Features, function_words, senses
from knowledge.floats import Floats
from knowledge.head import Material
from knowledge.learn_head import Lengths, learn_head, pull_of
from knowledge.learned import Learned, Reader, typed
from knowledge.likeness import Likeness
from knowledge.meaning import Meaning, centred, spoken, weight_of

Encode: TypeAlias = Callable[[Sequence[str]], Floats]
"""Makes a vector of length one of each text, as `knowledge.encoder` does."""


def learn(material: Material, encode: Encode | None = None) -> Learned:
    """Read, weigh, fit and calibrate: about a second for 2,000 texts, and the time to encode."""
    meanings = senses()
    unread = [typed(text) for text in material.texts]
    counts = Counter(word for text in unread for word in text)
    pairs = Counter(pair for text in unread for pair in pairwise(text))
    often = {pair: count for pair, count in pairs.items() if count > 1}
    reader = Reader(counts, often, meanings)
    texts = [reader.mend(text) for text in unread]
    features, rows = Features.of(texts, function_words(), meanings)
    pull = pull_of(material, rows)
    telling = np.array([features.telling(text) for text in texts], np.float64)
    usual = max(float(telling[: material.examples].mean()) if material.examples else 1.0, 1.0)
    meaning = None
    if encode is not None and material.examples:
        centre, vectors = centred(encode([spoken(text) for text in texts]))
        weight = weight_of(material)
        head = learn_head(material, Likeness(rows, vectors, weight), pull)
        meaning = Meaning(centre, vectors.astype(np.float16), weight, head)
    return Learned(
        counts=counts,
        pairs=often,
        features=features,
        rows=rows,
        usual=usual,
        head=learn_head(material, Likeness(rows), pull, Lengths(telling, usual)),
        meaning=meaning,
    )
