"""Values as JSON: whole there and back, and readable when the code has moved on."""

import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from handlers.conversation import Conversation
from handlers.draft import Draft
from handlers.messages import Reply
from handlers.report import Answer, NewReport, Place, SafeContact
from storage.codec import from_json, to_json

MOMENT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
EXAMPLES = {
    str: "Loud “music” 🎺 \ud83d",
    bool: True,
    float: -0.25,
    datetime: MOMENT,
    frozenset[str]: frozenset({"hate", "urgent"}),
    tuple[str, ...]: ("a", "b"),
}

LONE = b"\xed\xa0\xbd"
"""The lone surrogate of the example, as UTF-8 would have it if it were one of its characters."""


def example(hint: Any) -> Any:
    """A value of that type in which no field holds its default."""
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{field.name: _other(field, hints[field.name]) for field in fields(hint)})
    if get_origin(hint) is UnionType:
        return example(get_args(hint)[0])
    if get_origin(hint) is tuple and is_dataclass(get_args(hint)[0]):
        return (example(get_args(hint)[0]), example(get_args(hint)[0]))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return list(hint)[-1]
    return EXAMPLES[hint]


def _other(field: Any, hint: Any) -> Any:
    value = example(hint)
    return (not value) if value == field.default else value


@pytest.mark.parametrize(
    "kind", [Conversation, Draft, NewReport, Reply, Place, Answer, SafeContact]
)
def test_a_value_with_every_field_set_comes_back_whole(kind: type) -> None:
    value = example(kind)
    assert from_json(kind, to_json(value)) == value
    whole = from_json(kind, to_json(value).replace(LONE, b"?"))
    assert from_json(kind, to_json(whole)) == whole
    assert json.loads(to_json(value)).keys() == {field.name for field in fields(kind)}


def test_what_is_missing_has_its_default() -> None:
    assert from_json(Conversation, b"{}") == Conversation()
    assert from_json(Conversation, to_json(Conversation())) == Conversation()


@pytest.mark.parametrize("kind", [Conversation, NewReport])
def test_half_a_character_changes_nothing_of_how_all_else_is_written(kind: type) -> None:
    broken, whole = example(kind), from_json(kind, to_json(example(kind)).replace(LONE, b"?"))
    assert LONE in to_json(broken)
    assert json.loads(to_json(whole)) == json.loads(to_json(broken).replace(LONE, b"?"))


def test_fields_that_old_code_did_not_know_get_their_default() -> None:
    now = Conversation(asked="x", deaf=True, draft=Draft("asb", MOMENT, photos=("a",)))
    old = json.loads(to_json(now))
    del old["deaf"], old["draft"]["photos"]
    expected = Conversation(asked="x", draft=Draft("asb", MOMENT))
    assert from_json(Conversation, json.dumps(old).encode()) == expected


def test_fields_and_options_that_are_gone_are_passed_over() -> None:
    assert from_json(Conversation, b'{"step":"haggling","mood":"fine","asked":"x"}') == (
        Conversation(asked="x")
    )


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Paint:
    colour: Colour


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Reply, b"{}"),
        (Paint, b'{"colour":"blue"}'),
        (Conversation, b'{"asked":7}'),
        (Draft, b'{"form":"asb","started_at":"yesterday"}'),
        (Reply, b"\xff\xfe"),
        (Reply, b'{"text":'),
        (Conversation, b"5"),
        (Conversation, b'{"offered":null}'),
        (Conversation, b'{"recent":5}'),
        (Place, b'{"said":"here","latitude":[]}'),
    ],
)
def test_what_cannot_be_read_is_an_error_and_never_an_empty_value(kind: type, data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which one depends on what is wrong
        from_json(kind, data)
