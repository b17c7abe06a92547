"""The force's colours: taken where people can read them."""

import pytest

from bot.web.theme import DEFAULTS, contrast, theme


def test_the_colours_of_the_force_are_used() -> None:
    sheet = theme({"brand": "#004d3d", "brand_text": "#fff", "accent": "#ffcc00"})
    assert "--govuk-brand-colour: #004d3d;" in sheet
    assert "--govuk-link-colour: #004d3d;" in sheet
    assert "--app-brand-text-colour: #fff;" in sheet
    assert "--govuk-focus-colour: #ffcc00;" in sheet


def test_without_colours_there_are_ours() -> None:
    assert f"--govuk-brand-colour: {DEFAULTS['brand']};" in theme({})


@pytest.mark.parametrize(
    "colour", ["red", "#12", "#ggg", "#fff;} body{display:none", "url(//evil)", "", "#1d2d5c\n"]
)
def test_what_is_no_colour_cannot_get_into_the_style_sheet(colour: str) -> None:
    assert theme({"brand": colour}) == theme({})


def test_nobody_is_given_links_or_buttons_they_cannot_read() -> None:
    sheet = theme({"brand": "#ffee00", "brand_text": "#ffffff", "surface": "#222222"})
    assert "--govuk-brand-colour: #ffee00;" in sheet
    assert "--app-brand-text-colour: #0b0c0c;" in sheet
    assert f"--govuk-link-colour: {DEFAULTS['brand']};" in sheet
    assert f"--app-action-colour: {DEFAULTS['brand']};" in sheet
    assert f"--govuk-surface-background-colour: {DEFAULTS['surface']};" in sheet


def test_contrast_is_reckoned_as_the_guidelines_say() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#abcdef", "#abcdef") == 1
