"""The force's colours as one small style sheet, refused where people could not read them."""

import re
from collections.abc import Mapping

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
READABLE = 4.5
"""Least contrast of text against what it stands on (WCAG 2.2, success criterion 1.4.3)."""

DARK, LIGHT = "#0b0c0c", "#ffffff"
DEFAULTS: Mapping[str, str] = {
    "brand": "#1d2d5c",
    "brand_text": LIGHT,
    "accent": "#ffdd00",
    "surface": "#eef1f7",
    "border": "#8a96b5",
}
"""What stands where the force names no colour, or one that nobody could read."""


def theme(colours: Mapping[str, str]) -> str:
    """A style sheet of custom properties for `colours`, by the names of DEFAULTS.

    A colour that is no `#rgb` or `#rrggbb`, or whose contrast is too low, is left at its default.
    """
    known = {name: _valid(colours.get(name, ""), default) for name, default in DEFAULTS.items()}
    brand = known["brand"]
    accent = _at_least(READABLE, known["accent"], DARK, DEFAULTS["accent"])
    properties = {
        "--govuk-brand-colour": brand,
        "--app-brand-text-colour": _at_least(READABLE, known["brand_text"], brand, _ink_on(brand)),
        "--app-action-colour": _at_least(READABLE, brand, LIGHT, DEFAULTS["brand"]),
        "--govuk-focus-colour": accent,
        "--govuk-surface-background-colour": _at_least(
            READABLE, known["surface"], DARK, DEFAULTS["surface"]
        ),
        "--govuk-surface-border-colour": known["border"],
        "--govuk-link-colour": _at_least(READABLE, brand, LIGHT, DEFAULTS["brand"]),
    }
    lines = "".join(f"  {name}: {value};\n" for name, value in properties.items())
    return f":root {{\n{lines}}}\n"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _valid(colour: str, default: str) -> str:
    return colour if _COLOUR.fullmatch(colour) else default


def _at_least(ratio: float, colour: str, against: str, instead: str) -> str:
    return colour if contrast(colour, against) >= ratio else instead


def _ink_on(colour: str) -> str:
    """Black or white, whichever can be read better on `colour`."""
    return max(DARK, LIGHT, key=lambda ink: contrast(ink, colour))


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance")."""
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
