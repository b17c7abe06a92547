"""The file that keeps what was learned, so that the same knowledge is not learned twice."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from knowledge.confidence import Calibration
from knowledge.features import Features, Floats, Ints, Vocabulary, function_words, senses
from knowledge.learned import Learned, Material

_HERE = Path(__file__).parent
_NAMES = ("words", "letters", "groups")


def place(folder: Path, material: Material) -> Path:
    """The file in the folder for this material as this version of the program learns it."""
    said = [material.texts, material.entries.tolist(), material.examples, material.classes]
    digest = hashlib.sha256(json.dumps([np.__version__, said]).encode())
    for file in sorted([*_HERE.glob("*.py"), *(_HERE / "data").iterdir()]):
        digest.update(file.read_bytes())
    return folder / f"matcher-{digest.hexdigest()[:32]}.npz"


def recall(file: Path, material: Material) -> Learned | None:
    """What the file holds; None where there is none, or it is not whole."""
    try:
        with file.open("rb") as source, np.load(source, allow_pickle=False) as kept:
            return _unpack({name: kept[name] for name in kept.files}, material)
    except (OSError, ValueError, KeyError, EOFError, IndexError, zipfile.BadZipFile):
        return None


def keep(file: Path, learned: Learned) -> None:
    """Put what was learned in place of older files; a folder that cannot be written is let be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="matcher-", dir=file.parent) as folder:
            part = Path(folder) / "part.npz"
            np.savez(part, allow_pickle=False, **_pack(learned))
            part.replace(file)
        for old in set(file.parent.glob("matcher-*.npz")) - {file}:
            old.unlink(missing_ok=True)
    except OSError:
        return


def _pack(learned: Learned) -> dict[str, NDArray[np.generic]]:
    names, seen, texts = learned.features.vocabulary
    return {
        **{block: _lines(columns) for block, columns in zip(_NAMES, names, strict=True)},
        "seen": seen,
        "texts": np.array(texts),
        "counted": _lines(list(learned.counts)),
        "counts": np.array(list(learned.counts.values()), np.int32),
        "values": learned.rows.data,
        "columns": learned.rows.indices,
        "starts": learned.rows.indptr,
        "dual": learned.dual,
        "calibration": np.array(learned.calibration.weights),
        "usual": np.array(learned.usual),
        "sharpness": np.array(learned.sharpness),
        "places": learned.places,
        "places_alone": learned.places_alone,
    }


def _unpack(kept: dict[str, NDArray[np.generic]], material: Material) -> Learned:
    """The arrays as what they were; ValueError, KeyError or IndexError where they do not agree."""
    words, letters, groups = (_split(kept[block]) for block in _NAMES)
    vocabulary = Vocabulary((words, letters, groups), _ints(kept["seen"]), int(kept["texts"]))
    width = len(words) + len(letters) + len(groups)
    a, b, c, intercept = kept["calibration"].tolist()
    counted = _split(kept["counted"])
    shapes = (len(material.texts), material.classes + 1), (material.examples,), (width,)
    if shapes != (kept["dual"].shape, kept["places"].shape, kept["seen"].shape):
        raise ValueError("kept for another knowledge base")
    return Learned(
        counts=dict(zip(counted, kept["counts"].tolist(), strict=True)),
        features=Features(vocabulary, function_words(), senses()),
        rows=csr_array(
            (_floats(kept["values"]), _ints(kept["columns"]), _ints(kept["starts"])),
            shape=(len(material.texts), width),
        ),
        dual=_floats(kept["dual"]),
        calibration=Calibration((a, b, c, intercept)),
        usual=float(kept["usual"]),
        sharpness=float(kept["sharpness"]),
        places=_ints(kept["places"]),
        places_alone=_ints(kept["places_alone"]),
    )


def _floats(values: NDArray[np.generic]) -> Floats:
    return values.astype(np.float32, copy=False)


def _ints(values: NDArray[np.generic]) -> Ints:
    return values.astype(np.int32, copy=False)


def _lines(names: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def _split(lines: NDArray[np.generic]) -> list[str]:
    text = lines.tobytes().decode()
    return text.split("\n") if text else []
