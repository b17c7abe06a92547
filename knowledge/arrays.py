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

_SOME = 4
"""How many files of one kind are kept: the knowledge served, and a few that are tried beside it."""


def read_arrays(file: Path) -> Arrays | None:
    """The arrays of a file by name; None where there is none, or it is not whole."""
    try:
        with file.open("rb") as source, np.load(source, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile):
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


def fetch(file: Path) -> Arrays | None:
    """What the file holds, as `read_arrays`, and it counts as used just now."""
    arrays = read_arrays(file)
    if arrays is not None:
        with suppress(OSError):  # where it may only be read, nothing is put either
            file.touch()
    return arrays


def put_among(file: Path, arrays: Arrays) -> None:
    """Put them beside the files of that kind used last; a folder that cannot be written is let be.

    The kind is what stands before the first dash of the name. Some are kept, not one, so that two
    knowledge bases which are tried in turn do not push each other out.
    """
    if not put_arrays(file, arrays):
        return
    kind, _, _ = file.name.partition("-")
    with suppress(OSError):  # another process tidies too
        used = {old: old.stat().st_mtime_ns for old in file.parent.glob(f"{kind}-*.npz")}
        for old in sorted(set(used) - {file}, key=used.__getitem__)[: -(_SOME - 1)]:
            old.unlink()


def lines(names: Sequence[str]) -> NDArray[np.uint8]:
    """Texts without line breaks as an array."""
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def from_lines(kept: NDArray[np.generic]) -> list[str]:
    """The texts of such an array."""
    text = kept.tobytes().decode()
    return text.split("\n") if text else []
