"""Streets and registrations come out in one form, however somebody types them."""

import pytest

from knowledge.streets import registration, registrations_in, street_in


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("12 Mill Road, Chelmsford", "mill road"),
        ("the alley behind MILL RD.", "mill road"),
        ("outside the Co-op on Mill Road", "mill road"),
        ("St John's Road", "st johns road"),
        ("4 Church St, Witham", "church street"),
        ("near St Mary's church", ""),
        ("High Street", "high street"),
        ("on our street", ""),
        ("14 Broadway, Tilbury", "broadway"),
        ("", ""),
    ],
)
def test_the_street_is_read_out_of_an_answer(text: str, street: str) -> None:
    assert street_in(text) == street


def test_the_town_before_a_street_is_no_part_of_its_name() -> None:
    assert street_in("Braintree High Street", "Braintree") == "high street"
    assert street_in("Braintree Road, Witham", "Witham") == "braintree road"
    assert street_in("Braintree Road", "Braintree") == "braintree road"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a white van AB12 CDE drove off", ("ab12cde",)),
        ("reg was ab12cde, then AB12 CDE again", ("ab12cde",)),
        ("ABl2 CDE", ()),
        ("ABI2 CDE", ("ab12cde",)),
        ("the A12 the other day", ()),
        ("nothing", ()),
    ],
)
def test_registrations_are_found_in_any_text(text: str, found: tuple[str, ...]) -> None:
    assert registrations_in(text) == found


def test_older_shapes_count_only_where_the_text_is_about_a_vehicle() -> None:
    text = "A123 BCD, a red Astra"
    assert registrations_in(text) == ()
    assert registrations_in(text, about_vehicle=True) == (registration("A123BCD"),)
