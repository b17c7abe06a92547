"""What comms read tells nobody's name, number or address, as far as its form betrays it."""

import pytest

from knowledge.personal import without_personal_data


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mail me at jo.bloggs+x@example.co.uk ok", "mail me at [email] ok"),
        ("ring 07700 900123 after six", "ring [number] after six"),
        ("my number is +44 (0)7700 900 123", "my number is [number]"),
        ("someone at cm2 6da is doing it", "someone at [postcode] is doing it"),
        ("a white van AB12 CDE keeps coming", "a white van [plate] keeps coming"),
        ("about FC-ABC-DEFX please", "about [reference] please"),
        ("born 12/03/1987", "born [date]"),
        ("see https://example.com/me?x=1 there", "see [link] there"),
        ("at 12 Acacia Avenue last night", "at [address] last night"),
        ("flat 3, 41b high street", "[address]"),
        ("my name is Jo Bloggs and", "my name is [name] and"),
        ("Mr Smith next door", "Mr [name] next door"),
    ],
)
def test_it_is_taken_out(said: str, kept: str) -> None:
    assert without_personal_data(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "do drones need a badge",
        "can i call 101 at night",
        "is there a fee of 45 pounds",
        "a car called in by the council",
        "what is section 59",
        "is the A12 closed",
    ],
)
def test_ordinary_questions_stay_as_they_are(said: str) -> None:
    assert without_personal_data(said) == said
