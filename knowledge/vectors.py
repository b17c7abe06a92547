"""The vectors of examples, kept from one start to the next, so that only new ones are encoded."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from knowledge.arrays import put_arrays, read_arrays
from knowledge.encoder import MODEL, WIDTH, Encoder
from knowledge.floats import Floats

_FILE = f"vectors-{MODEL[:16]}-inner.npz"
"""Named after what makes them: the model, and the mean of the pieces inside the frame."""
_KEY = 16


def remembering(encoder: Encoder, cache: Path | None) -> Callable[[Sequence[str]], Floats]:
    """Encodes texts but for those that are kept, and keeps all of them in the folder `cache`.

    Others that it kept before stay there while they are fewer than twice as many.
    """

    def encode(texts: Sequence[str]) -> Floats:
        before = _recall(cache / _FILE) if cache is not None else {}
        known = (_recall(encoder.kept / _FILE) if encoder.kept is not None else {}) | before
        keys = [_key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        known |= dict(zip(new, encoder.vectors(list(new.values())), strict=True))
        vectors = np.array([known[key] for key in keys], np.float32).reshape(-1, WIDTH)
        if cache is not None and (new or not (cache / _FILE).exists()):
            others = list(before.keys() - set(keys))[: 2 * len(keys)]
            rows = [vectors, *(before[key].reshape(1, -1) for key in others)]
            _keep(cache / _FILE, [*keys, *others], np.concatenate(rows))
        return vectors

    return encode


def _key(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[:_KEY]


def _recall(file: Path) -> dict[bytes, Floats]:
    """What the file holds; nothing where it is not what we keep."""
    kept = read_arrays(file) or {}
    if not {"keys", "vectors"} <= kept.keys():
        return {}
    keys, vectors = kept["keys"].tobytes(), kept["vectors"].astype(np.float32)
    if vectors.shape != (len(keys) // _KEY, WIDTH):
        return {}
    return {keys[n * _KEY : (n + 1) * _KEY]: row for n, row in enumerate(vectors)}


def _keep(file: Path, keys: Sequence[bytes], vectors: Floats) -> None:
    put_arrays(file, {"keys": np.frombuffer(b"".join(keys), np.uint8), "vectors": vectors})
