"""What is asked of a password, with and without a list of stolen ones."""

import hashlib
from pathlib import Path

import pytest

from bot.password_rule import PasswordRule, is_listed, looks_sorted

STOLEN = [f"stolen {number}" for number in range(300)]


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()  # noqa: S324 - as the list has it


@pytest.fixture
def breached(tmp_path: Path) -> Path:
    """A list as Have I Been Pwned gives it."""
    file = tmp_path / "pwned.txt"
    lines = sorted(f"{sha1(one)}:{place * 37}" for place, one in enumerate(STOLEN))
    file.write_bytes("\r\n".join(lines).encode())
    return file


def test_every_stolen_one_is_found_and_no_other(breached: Path) -> None:
    assert all(is_listed(breached, password) for password in STOLEN)
    assert not any(is_listed(breached, f"fresh {number}") for number in range(300))


def test_what_is_no_such_list_is_told_by_its_beginning(breached: Path, tmp_path: Path) -> None:
    assert looks_sorted(breached)
    lines = breached.read_bytes().split(b"\r\n")
    (tmp_path / "unsorted").write_bytes(b"\n".join(reversed(lines)))
    (tmp_path / "words").write_text("password\nqwerty\n")
    for name in ("unsorted", "words", "missing"):
        assert not looks_sorted(tmp_path / name), name


def test_an_empty_list_holds_none(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert not is_listed(tmp_path / "empty", "anything")


def test_a_stolen_one_is_refused_however_good_it_looks(tmp_path: Path) -> None:
    good = "marsh kettle tumble 41"
    assert PasswordRule().problem(good) == ""
    file = tmp_path / "pwned.txt"
    file.write_text(f"{sha1(good)}:1\n")
    assert "stolen" in PasswordRule(file).problem(good)


@pytest.mark.parametrize(
    "password",
    ["qwertyuiop123", "111111111111111", "robin-handler", "chelmsford2026", "Password123456!"],
)
def test_what_somebody_would_try_first_is_refused(password: str) -> None:
    names = ("robin", "Robin Handler", "Chelmsford")
    assert "easy to guess" in PasswordRule().problem(password, names)


def test_there_is_no_rule_about_kinds_of_characters() -> None:
    assert PasswordRule().problem("willow anchor thirteen geese") == ""
