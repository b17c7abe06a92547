"""The map of permissions as a table, for people who ask who may do what."""

from bot.web.permissions import GRANTED, Permission, may
from storage.staff import ROLES


def as_table() -> str:
    """Permissions down, roles across, as Markdown that reads as well on a screen."""
    width = max(len(permission.value) for permission in Permission)
    lines = [
        _line("may", [*ROLES], width),
        _line("-" * width, ["-" * len(r) for r in ROLES], width),
    ]
    for permission in GRANTED:
        marks = ["yes" if may(role, permission) else "" for role in ROLES]
        lines.append(_line(permission.value, marks, width))
    return "\n".join(lines)


def _line(first: str, cells: list[str], width: int) -> str:
    padded = (cell.ljust(len(role)) for cell, role in zip(cells, ROLES, strict=True))
    return f"| {first.ljust(width)} | {' | '.join(padded)} |"
