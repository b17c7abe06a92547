"""What a sentence means as a vector, kept for the texts that are learned from."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge import encoder as module
from knowledge.encoder import WIDTH, Encoder, GivenUp, NoEncoder, open_encoder
from knowledge.floats import Floats
from knowledge.vectors import remembering


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder()


def likeness(encoder: Encoder, one: str, other: str) -> float:
    return float(encoder.vector(one) @ encoder.vector(other))


def test_what_means_the_same_is_near_without_a_common_word(encoder: Encoder) -> None:
    asked = "whos in charge of bobbies round our way"
    same = likeness(encoder, asked, "local police team")
    other = likeness(encoder, asked, "shotgun licence renewal")
    assert same > other + 0.2


@pytest.mark.parametrize("text", ["", "?", "\ud83d", "word " * 5000, "😀" * 300])
def test_any_text_has_a_vector_of_length_one(encoder: Encoder, text: str) -> None:
    vector = encoder.vector(text)
    assert vector.shape == (WIDTH,)
    assert float(vector @ vector) == pytest.approx(1, abs=1e-4)


def test_a_text_has_the_same_vector_in_any_company(encoder: Encoder) -> None:
    longer = "a much longer question about a stolen bike and who to tell of it"
    texts = [
        *(f"stolen {what}" for what in "bike car phone dog boat van cat bag key".split()),
        longer,
    ]
    alone = np.stack([encoder.vector(text) for text in texts])
    assert np.array_equal(encoder.vectors(texts), alone)
    assert encoder.vectors([]).shape == (0, WIDTH)


def test_what_is_learned_from_many_texts_can_be_given_up_and_a_question_is_still_read() -> None:
    encoder = open_encoder()
    with ThreadPoolExecutor(1) as pool:
        learning = pool.submit(encoder.vectors, [f"question {n}" for n in range(2_000)])
        encoder.give_up()
        with pytest.raises(GivenUp):
            learning.result()
    assert encoder.vector("stolen bike").shape == (WIDTH,)


class Counting(Encoder):
    """Remembers what it had to encode."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.kept: Path | None = None
        self.encoded: list[str] = []

    def vectors(self, texts: Sequence[str]) -> Floats:
        self.encoded += texts
        return self._encoder.vectors(texts)


def test_only_new_texts_are_encoded(encoder: Encoder, tmp_path: Path) -> None:
    """So that comms see a changed example within seconds."""
    counting = Counting(encoder)
    remembering(counting, tmp_path)(["stolen bike", "lost dog", "stolen bike"])
    again = remembering(counting, tmp_path)(["lost dog", "noisy party"])
    assert counting.encoded == ["stolen bike", "lost dog", "noisy party"]
    assert np.allclose(again, encoder.vectors(["lost dog", "noisy party"]))


def test_vectors_of_the_shipped_files_serve_another_folder(
    encoder: Encoder, tmp_path: Path
) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    counting = Counting(encoder)
    remembering(counting, shipped)(["stolen bike"])
    counting.kept = shipped
    remembering(counting, own)(["stolen bike", "our own question"])
    remembering(counting, own)(["our own question"])
    assert counting.encoded == ["stolen bike", "our own question"]


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04 nothing", b"\x00" * 400])
def test_a_broken_file_is_made_anew(encoder: Encoder, tmp_path: Path, broken: bytes) -> None:
    remembering(encoder, tmp_path)(["stolen bike"])
    (file,) = tmp_path.glob("vectors-*.npz")
    file.write_bytes(broken)
    assert np.allclose(
        remembering(encoder, tmp_path)(["stolen bike"]), encoder.vectors(["stolen bike"])
    )


def test_without_the_model_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PACKAGE", "no_such_package")
    with pytest.raises(NoEncoder, match="no_such_package is not installed"):
        open_encoder()


def test_another_model_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"something else")
    monkeypatch.setattr(module, "_model", lambda: tmp_path / "model.onnx")
    with pytest.raises(NoEncoder, match="another model"):
        open_encoder()
