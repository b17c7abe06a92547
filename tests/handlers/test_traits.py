"""Out of a report are read its place, reporter, vehicles and telling words; never who did it."""

from handlers.report import Answer, Place
from handlers.traits import KeyKind, Read, keys_of_search, read_report, square_keys
from knowledge.library import Library

ANSWERS = (
    Answer("what", "What happened", "Lads race motorbikes, one is AB12 CDE"),
    Answer("who", "People", "Tall, ginger hair, called Dave"),
    Answer("vehicle", "Vehicle", "A123 BCD red Astra"),
    Answer("name", "Name", "Margaret  HALE"),
    Answer("phone", "Phone", "+44 7700 900123"),
    Answer("email", "E-mail", "skip it", "skip"),
)
PLACE = Place("12 Mill Road, Chelmsford CM1 1QH", "chelmsford", latitude=51.7343, longitude=0.4691)


def of(library: Library, *added: str, answers: tuple[Answer, ...] = ANSWERS) -> Read:
    return read_report(answers, PLACE, added, library)


def test_each_thing_it_may_be_found_by_is_a_key(library: Library) -> None:
    assert of(library).keys == (
        square_keys(51.7343, 0.4691)[0],
        (KeyKind.POSTCODE, "cm11qh"),
        (KeyKind.STREET, "mill road"),
        (KeyKind.PHONE, "07700900123"),
        (KeyKind.NAME, "margaret hale"),
        (KeyKind.VEHICLE, "a123bcd"),
        (KeyKind.VEHICLE, "ab12cde"),
    )


def test_who_is_suspected_is_in_nothing_that_is_compared(library: Library) -> None:
    traits = of(library).traits
    assert "motorbik" in " ".join(traits.words)
    assert not {"ginger", "dave", "tall", "margaret"} & {*traits.words, *traits.place}


def test_a_search_finds_the_key_however_it_is_typed(library: Library) -> None:
    keys = set(of(library).keys)
    for what, text in (
        ("vehicle", "AB12CDE"),
        ("vehicle", "a123 bcd"),
        ("reporter", "07700 900 123"),
        ("reporter", "margaret hale"),
        ("place", "cm1 1qh"),
        ("place", "Mill Rd"),
    ):
        assert keys & set(keys_of_search(what, text, library)), text
    assert not keys & set(keys_of_search("place", "Elm Road", library))


def test_what_the_resident_adds_later_is_read_for_danger_too(library: Library) -> None:
    assert of(library).urgent_words == ""
    assert "knife" in of(library, "They are back, one of them has a knife").urgent_words


def test_the_square_of_a_position_has_eight_around_it() -> None:
    first, *around = square_keys(51.7343, 0.4691)
    assert len({first, *around}) == 9
    assert first in square_keys(51.7343 + 0.001, 0.4691)[1:]


def test_an_empty_report_has_no_keys(library: Library) -> None:
    assert read_report((), Place(""), (), library).keys == ()
