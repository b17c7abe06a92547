"""The map of permissions as people read it: complete, and the same in the documents."""

from pathlib import Path
from typing import get_args

import pytest

from bot.cli import main
from bot.settings import Role
from bot.web.permission_table import as_table
from bot.web.permissions import Permission
from storage.staff import ROLES

SECURITY = Path(__file__).parents[3] / "docs" / "security.md"


def test_it_names_every_permission() -> None:
    assert len(as_table().splitlines()) == len(Permission) + 2


def test_the_settings_know_the_same_roles() -> None:
    assert get_args(Role) == ROLES


def test_the_document_shows_it_as_it_is() -> None:
    """Put the output of `front-counter staff permissions` there when the map changes."""
    assert as_table() in SECURITY.read_text(encoding="utf-8")


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["staff", "permissions"]) == 0
    assert as_table() in capsys.readouterr().out
