"""References that can be read out, access codes, and the table of statuses."""

import itertools

import pytest

from handlers.report import (
    ALPHABET,
    TRANSITIONS,
    Disposition,
    NotAllowed,
    Status,
    check_change,
    read_code,
    read_reference,
    reference_of,
    show_code,
)

REFERENCE = reference_of("ACDEFG")


def test_a_reference_is_read_however_it_is_typed() -> None:
    letters = REFERENCE.replace("-", "")
    for typed in (REFERENCE, REFERENCE.lower(), letters, letters[2:], " ".join(letters)):
        assert read_reference(typed) == REFERENCE


def test_one_wrong_character_in_a_reference_is_always_noticed() -> None:
    body = REFERENCE.replace("-", "")[2:]
    for place, wrong in itertools.product(range(len(body)), ALPHABET):
        if wrong != body[place]:
            assert read_reference(body[:place] + wrong + body[place + 1 :]) is None


def test_two_neighbours_swapped_in_a_reference_are_always_noticed() -> None:
    body = REFERENCE.replace("-", "")[2:]
    for place in range(len(body) - 1):
        swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
        assert swapped == body or read_reference(swapped) is None


def test_a_reference_that_begins_with_the_letters_of_the_prefix_is_read() -> None:
    reference = reference_of("FCACDE")
    assert read_reference(reference) == reference
    assert read_reference(reference.removeprefix("FC-")) == reference


def test_no_character_of_a_reference_looks_or_sounds_like_another() -> None:
    assert not set(ALPHABET) & set("0O1IL2Z5S8BUV")


def test_an_access_code_is_read_with_its_spaces_and_refused_without_a_letter() -> None:
    code = "ACDEFGHJKMNPQRTW"
    assert read_code(show_code(code).lower()) == code
    assert read_code(code[:-1]) is None
    assert read_code("O" + code[1:]) is None


def test_a_report_cannot_be_closed_without_a_disposition() -> None:
    with pytest.raises(NotAllowed, match="disposition"):
        check_change(Status.IN_PROGRESS, Status.CLOSED, None)
    check_change(Status.IN_PROGRESS, Status.CLOSED, Disposition.ADVICE_GIVEN)


def test_a_change_outside_the_table_names_what_is_allowed() -> None:
    with pytest.raises(NotAllowed, match="reopened"):
        check_change(Status.CLOSED, Status.IN_PROGRESS, None)


def test_every_status_can_be_reached_and_left() -> None:
    assert set(TRANSITIONS) == set(Status)
    reached = {to for targets in TRANSITIONS.values() for to in targets}
    assert reached == set(Status) - {Status.NEW}
