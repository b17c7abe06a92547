"""The vectors of examples, kept from one start to the next, so that only new ones are encoded."""

import tempfile
import zipfile
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from knowledge.encoder import MODEL, WIDTH, Encoder
from knowledge.features import Floats

_FILE = f"vectors-{MODEL[:16]}.npz"
_KEY = 16


def remembering(encoder: Encoder, cache: Path | None) -> Callable[[Sequence[str]], Floats]:
    """Encodes texts but for those that are kept, and keeps all of them in the folder `cache`."""

    def encode(texts: Sequence[str]) -> Floats:
        folders = [folder for folder in (encoder.kept, cache) if folder is not None]
        known: dict[bytes, Floats] = {}
        for folder in folders:
            known |= _recall(folder / _FILE)
        keys = [_key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        known |= dict(zip(new, encoder.vectors(list(new.values())), strict=True))
        vectors = np.array([known[key] for key in keys], np.float32).reshape(-1, WIDTH)
        if cache is not None and (new or not (cache / _FILE).exists()):
            _keep(cache / _FILE, keys, vectors)
        return vectors

    return encode


def _key(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[:_KEY]


def _recall(file: Path) -> dict[bytes, Floats]:
    """What the file holds; nothing where there is none, or it is not whole."""
    try:
        with file.open("rb") as source, np.load(source, allow_pickle=False) as kept:
            keys, vectors = kept["keys"].tobytes(), kept["vectors"].astype(np.float32)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    if vectors.shape != (len(keys) // _KEY, WIDTH):
        return {}
    return {keys[n * _KEY : (n + 1) * _KEY]: row for n, row in enumerate(vectors)}


def _keep(file: Path, keys: Sequence[bytes], vectors: Floats) -> None:
    """Put them in place of what was there; a folder that cannot be written is let be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="vectors-", dir=file.parent) as folder:
            part = Path(folder) / "part.npz"
            named = np.frombuffer(b"".join(keys), np.uint8)
            np.savez(part, allow_pickle=False, keys=named, vectors=vectors)
            part.replace(file)
    except OSError:
        return
