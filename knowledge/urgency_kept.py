"""What the messages taught, made ready: recalled from its file, or learned and kept."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from knowledge.arrays import Arrays, fetch, put_among
from knowledge.encoder import MODEL, Encoder
from knowledge.urgency_frames import LOUD, SAFETY_NET, Frames
from knowledge.urgency_hunch import Hunch, learn_hunch
from knowledge.urgency_language import Letters, learn_letters
from knowledge.urgency_learn import DOUBTFUL, Learned, learn
from knowledge.urgency_messages import ENGLISH, MIXED, Message
from knowledge.urgency_signs import Signs
from knowledge.urgency_spelling import Reader, Reading
from knowledge.vectors import remembering

_HERE = Path(__file__).parent
_VECTORS = "urgency"


class _Packed(Protocol):
    def pack(self) -> Arrays:
        """As arrays, for a file."""


_Taught = TypeVar("_Taught", bound=_Packed)


class Lessons:
    """Messages with the words they are read by, and the folder that keeps what came of them.

    `frames` are those the reader was made for. What was learned is looked for in `cache`, where it
    is kept, and in `beside`; without either everything is learned anew.
    """

    def __init__(
        self,
        messages: tuple[Message, ...],
        frames: Frames,
        reader: Reader,
        cache: Path | None,
        beside: Path | None = None,
    ) -> None:
        self._messages, self._frames, self._reader = messages, frames, reader
        self._cache = cache
        self._read: Sequence[Reading] = ()
        self._folders = tuple(dict.fromkeys(folder for folder in (cache, beside) if folder))
        self._digest = _digest_of(messages, frames) if self._folders else ""

    def learned(self) -> Learned:
        """What they teach about signs: at once, or in some twenty seconds."""

        def taught() -> Learned:
            return learn(self._messages, self._readings(), Signs(self._frames.list_of))

        return self._ready("urgency", Learned.unpack, taught)

    def letters(self) -> Letters:
        """What they teach about languages: at once, or in a second."""

        def taught() -> Letters:
            return learn_letters(self._messages, self._readings())

        return self._ready("letters", Letters.unpack, taught)

    def has_hunch(self) -> bool:
        """Whether the hunch is there at once."""
        return any((folder / self._name("hunch")).exists() for folder in self._folders)

    def hunch(self, encoder: Encoder, spoken: Callable[[str], str]) -> Hunch:
        """What they teach about meanings: at once, or in the two milliseconds each takes to encode.

        `spoken` mends a text the way it is mended before it is encoded.
        """

        def taught() -> Hunch:
            english = [message for message in self._messages if message.language == ENGLISH]
            folder = self._cache / _VECTORS if self._cache else None
            texts = [spoken(message.text) or message.text for message in english]
            vectors = remembering(encoder, folder)(texts)
            loud = np.array([message.level in LOUD for message in english])
            pull = np.array([DOUBTFUL if it.level == SAFETY_NET else 1.0 for it in english])
            return learn_hunch(vectors, loud, pull)

        return self._ready("hunch", Hunch.unpack, taught)

    def _readings(self) -> Sequence[Reading]:
        if not self._read:
            read = self._reader.read
            self._read = [
                read(message.text, mend=message.language in {ENGLISH, MIXED})
                for message in self._messages
            ]
        return self._read

    def _ready(
        self, kind: str, unpack: Callable[[Arrays], _Taught], taught: Callable[[], _Taught]
    ) -> _Taught:
        for folder in self._folders:
            kept = fetch(folder / self._name(kind))
            if kept is not None:
                with suppress(ValueError, KeyError):
                    return unpack(kept)
        found = taught()
        if self._cache is not None:
            put_among(self._cache / self._name(kind), found.pack())
        return found

    def _name(self, kind: str) -> str:
        return f"{kind}-{self._digest}.npz"


def _digest_of(messages: Sequence[Message], frames: Frames) -> str:
    """The same for the same messages and words, as this version of the program learns them."""
    spelling = frames.spelling
    tables = [sorted(table.items()) for table in (spelling.short, spelling.letters)]
    words = [sorted(words) for words in (spelling.light, spelling.glue, spelling.real)]
    names = sorted(frame.name for frame in frames.frames)
    said = (np.__version__, MODEL, messages, tables, words, sorted(frames.list_of.items()), names)
    digest = hashlib.sha256(repr(said).encode("utf-8", "surrogatepass"))
    for path in sorted(_HERE.glob("urgency*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]
