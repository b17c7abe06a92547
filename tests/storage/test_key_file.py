"""The key file and the database: made together, refused apart."""

import logging
import stat
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from storage.errors import CannotOpen
from storage.key_file import make_keys, read_keys
from storage.work import Store, open_store

OpenAgain = Callable[[], AbstractAsyncContextManager[Store]]


def test_a_new_key_file_is_for_its_owner_only_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "keys"
    made = make_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert read_keys(path).open(made.seal(b"x", "a", "b", "c"), "a", "b", "c") == b"x"


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys")
    with pytest.raises(CannotOpen, match="cannot be made"):
        make_keys(tmp_path / "keys")


def test_the_first_seal_line_seals(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    before = make_keys(old)
    make_keys(new)
    newest = next(line for line in new.read_text().splitlines() if line.startswith("seal "))
    old.write_text(newest + "\n" + old.read_text())
    after = read_keys(old)
    assert after.seal(b"x", "a", "b", "c")[1:5].hex() == newest.split()[1]
    assert after.open(before.seal(b"x", "a", "b", "c"), "a", "b", "c") == b"x"


def test_others_being_able_to_read_it_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "keys"
    make_keys(path)
    assert not caplog.records
    path.chmod(0o640)
    with caplog.at_level(logging.WARNING):
        read_keys(path)
    assert "chmod 600" in caplog.text


@pytest.mark.parametrize(
    "content", ["", "lasting\n", "seal zz AAAA\n", "lasting " + "A" * 43 + "=\n", "\x00\n", "é"]
)
def test_a_damaged_key_file_is_one_clear_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CannotOpen, match=r"^The key file .* (is damaged|cannot be read)"):
        read_keys(path)


async def test_another_databases_keys_are_refused_and_change_nothing(
    tmp_path: Path, open_again: OpenAgain, file: Path, key_file: Path
) -> None:
    # The store fixture has it open; a copy stands for the database at the next start.
    copy = tmp_path / "copy.db"
    async with open_store(f"sqlite+aiosqlite:///{copy}", key_file):
        pass
    before = copy.read_bytes()
    make_keys(tmp_path / "others")
    with pytest.raises(CannotOpen, match="does not belong to this database"):
        async with open_store(f"sqlite+aiosqlite:///{copy}", tmp_path / "others"):
            pass
    assert copy.read_bytes() == before
    async with open_store(f"sqlite+aiosqlite:///{copy}", key_file):
        pass


async def test_keys_with_another_lasting_line_are_refused(tmp_path: Path, key_file: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}"
    async with open_store(url, key_file):
        pass
    make_keys(tmp_path / "others")
    lasting, _ = _lines(tmp_path / "others")
    _, seal = _lines(key_file)
    (tmp_path / "mixed").write_text(f"{lasting}\n{seal}\n")
    with pytest.raises(CannotOpen, match="does not belong"):
        async with open_store(url, tmp_path / "mixed"):
            pass


async def test_a_missing_key_file_is_refused_and_not_made_anew(
    tmp_path: Path, key_file: Path
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}"
    async with open_store(url, key_file):
        pass
    with pytest.raises(CannotOpen, match="is missing"):
        async with open_store(url, tmp_path / "nowhere"):
            pass
    assert not (tmp_path / "nowhere").exists()


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if not line.startswith("#")]
