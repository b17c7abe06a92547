"""Where what was worked out is kept, and looked for before it is worked out again."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from knowledge.arrays import Arrays, fetch, put_among


class Packed(Protocol):
    """What can be kept in a file."""

    def pack(self) -> Arrays:
        """As arrays, for a file."""


_HERE = Path(__file__).parent
_Kept = TypeVar("_Kept", bound=Packed)


class Memory:
    """A folder that keeps what was worked out, and one beside it that is only looked into.

    Without either, nothing is known and nothing kept.
    """

    def __init__(self, folder: Path | None = None, beside: Path | None = None) -> None:
        self._keeps = folder
        self._folders = tuple(dict.fromkeys(it for it in (folder, beside) if it))

    def __bool__(self) -> bool:
        """Whether anything can be known."""
        return bool(self._folders)

    @property
    def folder(self) -> Path | None:
        """The folder that keeps."""
        return self._keeps

    def knows(self, name: str) -> bool:
        """Whether anything is kept under the name, which then counts as used."""
        return any(fetch(folder / name) is not None for folder in self._folders)

    def ready(
        self, name: str, unpack: Callable[[Arrays], _Kept], work_out: Callable[[], _Kept]
    ) -> _Kept:
        """What is kept under the name; where it is not, or is broken, it is worked out and kept.

        `unpack` raises ValueError or KeyError for what it cannot read.
        """
        for folder in self._folders:
            kept = fetch(folder / name)
            if kept is not None:
                with suppress(ValueError, KeyError, TypeError):
                    return unpack(kept)
        found = work_out()
        self.keep(name, found.pack())
        return found

    def keep(self, name: str, arrays: Arrays) -> None:
        """Keep them under that name."""
        if self._keeps is not None:
            put_among(self._keeps / name, arrays)


def digest_of(said: object, *patterns: str) -> str:
    """A name for what this version of the program makes of `said`.

    `patterns` name the files of this package that have a part in it.
    """
    digest = hashlib.sha256(repr((np.__version__, said)).encode("utf-8", "surrogatepass"))
    files = {file for pattern in patterns for file in _HERE.glob(pattern) if file.is_file()}
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:32]
