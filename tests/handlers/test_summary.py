"""What a partner is told of a report leaves out who reported it and who is said to have done it."""

from datetime import UTC, datetime

from handlers.report import Answer, Place
from handlers.summary import summary_of

ANSWERS = (
    Answer("what", "What happened", "Fires in the bins"),
    Answer("when", "When", "Left out", "skip"),
    Answer("who", "People", "Dave from number 9"),
    Answer("name", "Name", "Margaret Hale"),
    Answer("safe", "Safe to send", "No"),
)
AT = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)


def summary(*, with_identity: bool = False) -> str:
    place = Place("behind the mill", "maldon")
    return summary_of(
        "FC-ABC-DEFX", "Antisocial behaviour", "Maldon", AT, ANSWERS, place,
        with_identity=with_identity,
    )  # fmt: skip


def test_it_says_what_where_and_when_and_not_who() -> None:
    assert summary() == (
        "Police reference: FC-ABC-DEFX\n"
        "Antisocial behaviour, reported on 1 July 2026\n"
        "District: Maldon\n"
        "Where: behind the mill\n"
        "What happened: Fires in the bins\n"
        "Who reported it is not passed on."
    )


def test_who_reported_it_is_added_only_where_that_is_wanted() -> None:
    said = summary(with_identity=True)
    assert "Name: Margaret Hale" in said
    assert "Dave" not in said
    assert "not passed on" not in said
