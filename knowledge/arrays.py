"""Files of numbers that may be missing or broken, and are never half written."""

import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Arrays: TypeAlias = Mapping[str, NDArray[np.generic]]


def read_arrays(file: Path) -> Arrays | None:
    """The arrays of a file by name; None where there is none, or it is not whole."""
    try:
        with file.open("rb") as source, np.load(source, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def put_arrays(file: Path, arrays: Arrays) -> bool:
    """Put them in place of what was there; False where the folder cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="learned-", dir=file.parent) as folder:
            part = Path(folder) / "part.npz"
            np.savez(part, allow_pickle=False, **arrays)
            part.replace(file)
    except OSError:
        return False
    return True


def put_alone(file: Path, arrays: Arrays) -> None:
    """Put them in place of older files of that kind; a folder that cannot be written is let be.

    The kind is what stands before the first dash of the name.
    """
    if not put_arrays(file, arrays):
        return
    kind, _, _ = file.name.partition("-")
    for old in set(file.parent.glob(f"{kind}-*.npz")) - {file}:
        with suppress(OSError):
            old.unlink()


def lines(names: Sequence[str]) -> NDArray[np.uint8]:
    """Texts without line breaks as an array."""
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def from_lines(kept: NDArray[np.generic]) -> list[str]:
    """The texts of such an array."""
    text = kept.tobytes().decode()
    return text.split("\n") if text else []
