"""The file that keeps what was learned, so that the same knowledge is not learned twice."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.arrays import Arrays, fetch, from_lines, lines, put_among
from knowledge.confidence import Calibration
from knowledge.encoder import MODEL, WIDTH
from knowledge.features import Features, Rows, Vocabulary, function_words, senses
from knowledge.floats import Floats, Halves, Ints
from knowledge.head import Head, Material
from knowledge.learned import Learned
from knowledge.meaning import Meaning
from knowledge.memory import digest_of
from knowledge.slopes import Slopes, Table

_NAMES = ("words", "letters", "groups")


def place(folder: Path, material: Material, *, encoded: bool = False) -> Path:
    """The file in the folder for this material as this version of the program learns it."""
    said = [material.texts, material.entries.tolist(), material.examples, material.classes]
    model = MODEL if encoded else ""
    kind = "encoded" if encoded else "matcher"
    return folder / f"{kind}-{digest_of((model, said), '*.py', 'data/*')}.npz"


def recall(file: Path, material: Material) -> Learned | None:
    """What the file holds; None where there is none, or it is not whole."""
    kept = fetch(file)
    try:
        return _unpack(kept, material) if kept is not None else None
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def keep(file: Path, learned: Learned) -> None:
    """Put it beside what was used last; a folder that cannot be written is let be."""
    put_among(file, _pack(learned))


def _pack(learned: Learned) -> Arrays:
    names, seen, texts = learned.features.vocabulary
    return {
        **{block: lines(columns) for block, columns in zip(_NAMES, names, strict=True)},
        "seen": seen,
        "texts": np.array(texts),
        "counted": lines(list(learned.counts)),
        "counts": np.array(list(learned.counts.values()), np.int32),
        "paired": lines([f"{one} {other}" for one, other in learned.pairs]),
        "pairs": np.array(list(learned.pairs.values()), np.int32),
        "values": learned.rows.values,
        "columns": learned.rows.columns,
        "starts": learned.rows.starts,
        "usual": np.array(learned.usual),
        **_pack_head("words_", learned.head),
        **(_pack_meaning(learned.meaning) if learned.meaning else {}),
    }


def _pack_head(prefix: str, head: Head) -> Arrays:
    meaning = head.slopes.meaning
    return {
        **_pack_table(f"{prefix}slopes", head.slopes.words),
        **(_pack_table(f"{prefix}meaning", meaning) if meaning is not None else {}),
        f"{prefix}right": np.array(head.right.weights),
        f"{prefix}ours": np.array(head.ours.weights),
        f"{prefix}sharpness": np.array(head.sharpness),
        f"{prefix}places": head.places,
        f"{prefix}places_alone": head.places_alone,
        f"{prefix}rivals": head.rivals,
    }


def _pack_table(name: str, table: Table) -> Arrays:
    return {name: table.steps, f"{name}_size": table.size}


def _pack_meaning(meaning: Meaning) -> Arrays:
    head = _pack_head("both_", meaning.head)
    return {
        "centre": meaning.centre,
        "vectors": meaning.vectors,
        "weight": np.array(meaning.weight),
        **head,
    }


def _unpack(kept: Arrays, material: Material) -> Learned:
    """The arrays as what they were; ValueError, KeyError or IndexError where they do not agree."""
    words, letters, groups = (from_lines(kept[block]) for block in _NAMES)
    vocabulary = Vocabulary((words, letters, groups), _ints(kept["seen"]), int(kept["texts"]))
    width = len(words) + len(letters) + len(groups)
    counted = from_lines(kept["counted"])
    if kept["seen"].shape != (width,):
        raise ValueError("kept for another knowledge base")
    return Learned(
        counts=dict(zip(counted, kept["counts"].tolist(), strict=True)),
        pairs={
            (one, other): count
            for (one, _, other), count in zip(
                (pair.partition(" ") for pair in from_lines(kept["paired"])),
                kept["pairs"].tolist(),
                strict=True,
            )
        },
        features=Features(vocabulary, function_words(), senses()),
        rows=_unpack_rows(kept, material, width),
        usual=float(kept["usual"]),
        head=_unpack_head("words_", kept, material, width),
        meaning=_unpack_meaning(kept, material, width),
    )


def _unpack_rows(kept: Arrays, material: Material, width: int) -> Rows:
    values, columns, starts = _floats(kept["values"]), _ints(kept["columns"]), _ints(kept["starts"])
    texts, filled = len(material.texts), len(values)
    shapes = values.shape, columns.shape, starts.shape, int(starts[0]), int(starts[-1])
    inside = bool((columns >= 0).all() and (columns < width).all() and (np.diff(starts) >= 0).all())
    if shapes != ((filled,), (filled,), (texts + 1,), 0, filled) or not inside:
        raise ValueError("kept for another knowledge base")
    return Rows(values, columns, starts, width)


def _unpack_head(prefix: str, kept: Arrays, material: Material, width: int) -> Head:
    places, columns = kept[f"{prefix}places"], material.classes + 1
    if places.shape != (material.examples,):
        raise ValueError("kept for another knowledge base")
    meaning = f"{prefix}meaning"
    return Head(
        slopes=Slopes(
            _unpack_table(f"{prefix}slopes", kept, width, columns),
            _unpack_table(meaning, kept, WIDTH, columns) if meaning in kept else None,
        ),
        right=Calibration(tuple(kept[f"{prefix}right"].tolist())),
        ours=Calibration(tuple(kept[f"{prefix}ours"].tolist())),
        sharpness=float(kept[f"{prefix}sharpness"]),
        places=_ints(places),
        places_alone=_ints(kept[f"{prefix}places_alone"]),
        rivals=_ints(kept[f"{prefix}rivals"]),
    )


def _unpack_table(name: str, kept: Arrays, rows: int, columns: int) -> Table:
    steps, size = kept[name], kept[f"{name}_size"]
    shapes = steps.shape, size.shape
    if shapes != ((rows, columns), (columns,)) or steps.dtype != np.int16:
        raise ValueError("kept for another knowledge base")
    return Table(steps.astype(np.int16, copy=False), _floats(size))


def _unpack_meaning(kept: Arrays, material: Material, width: int) -> Meaning | None:
    if "vectors" not in kept:
        return None
    vectors = _halves(kept["vectors"])
    if vectors.shape != (len(material.texts), WIDTH) or "both_meaning" not in kept:
        raise ValueError("kept for another knowledge base")
    return Meaning(
        centre=_floats(kept["centre"]),
        vectors=vectors,
        weight=float(kept["weight"]),
        head=_unpack_head("both_", kept, material, width),
    )


def _halves(values: NDArray[np.generic]) -> Halves:
    return values.astype(np.float16, copy=False)


def _floats(values: NDArray[np.generic]) -> Floats:
    return values.astype(np.float32, copy=False)


def _ints(values: NDArray[np.generic]) -> Ints:
    return values.astype(np.int32, copy=False)
