"""Sealing: what opens, and everything that must not."""

import pytest

from storage.seal import Keyring, SealKey, Unsealable

OLD, NEW = SealKey(b"old.", b"o" * 32), SealKey(b"new.", b"n" * 32)
LASTING = b"l" * 32
PLACE = ("reports", "FC-1", "body")


@pytest.fixture
def keyring() -> Keyring:
    return Keyring([NEW, OLD], LASTING)


def test_what_is_sealed_opens_in_its_own_place(keyring: Keyring) -> None:
    assert keyring.open(keyring.seal(b"secret", *PLACE), *PLACE) == b"secret"


def test_lone_surrogates_survive(keyring: Keyring) -> None:
    text = "half an emoji \ud83d, NUL \x00"
    assert keyring.open_text(keyring.seal_text(text, *PLACE), *PLACE) == text


@pytest.mark.parametrize(
    "elsewhere",
    [("files", "FC-1", "body"), ("reports", "FC-2", "body"), ("reports", "FC-1", "state")],
)
def test_a_value_moved_to_another_place_does_not_open(
    keyring: Keyring, elsewhere: tuple[str, str, str]
) -> None:
    sealed = keyring.seal(b"secret", *PLACE)
    with pytest.raises(Unsealable, match="changed or moved"):
        keyring.open(sealed, *elsewhere)


def test_no_byte_of_a_sealed_value_may_change(keyring: Keyring) -> None:
    sealed = keyring.seal(b"secret", *PLACE)
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(Unsealable):
            keyring.open(changed, *PLACE)


@pytest.mark.parametrize("length", [0, 1, 5, 17, 20])
def test_a_cut_value_does_not_open(keyring: Keyring, length: int) -> None:
    with pytest.raises(Unsealable):
        keyring.open(keyring.seal(b"secret", *PLACE)[:length], *PLACE)


def test_the_newest_key_seals_and_older_ones_still_open(keyring: Keyring) -> None:
    assert keyring.open(Keyring([OLD], LASTING).seal(b"then", *PLACE), *PLACE) == b"then"
    with pytest.raises(Unsealable, match="not in the key file"):
        Keyring([OLD], LASTING).open(keyring.seal(b"now", *PLACE), *PLACE)


def test_the_same_text_never_looks_the_same(keyring: Keyring) -> None:
    assert keyring.seal(b"secret", *PLACE) != keyring.seal(b"secret", *PLACE)


def test_a_blind_index_finds_a_value_again_after_rotation_and_tells_kinds_apart() -> None:
    before, after = Keyring([OLD], LASTING), Keyring([NEW, OLD], LASTING)
    assert before.blind_index("code", "ABC") == after.blind_index("code", "ABC")
    assert before.blind_index("code", "ABC") != before.blind_index("phone", "ABC")
    assert before.blind_index("code", "ABC") != before.blind_index("code", "ABD")
    assert before.blind_index("code", "ABC") != Keyring([OLD], b"x" * 32).blind_index("code", "ABC")


def test_keys_do_not_show_in_what_is_printed() -> None:
    assert "oooo" not in repr(OLD)
