"""Values of `handlers` as JSON and back, so that what was kept by older code can still be read.

Fields that hold their default are left out, and fields that are missing get it; so a new field
needs a default, and one that is gone is passed over. An option that is gone becomes the default.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

_Value = TypeVar("_Value")
_Builder: TypeAlias = Callable[[Any], Any]
"""Makes the value that plain JSON stands for; MISSING for an option that is gone."""

_KIND = "is"
"""Names the class of a value that may be one of several."""


def to_json(value: object) -> bytes:
    """A frozen dataclass as compact JSON, in UTF-8 with lone surrogates passed through."""
    return _ENCODER.encode(value).encode("utf-8", "surrogatepass")


def from_json(kind: type[_Value], data: bytes) -> _Value:
    """The dataclass `kind` that to_json wrote; raises ValueError where it is no such thing."""
    hint: Any = kind
    made: _Value = _builder(hint)(_read(data))
    return made


def one_to_json(value: object) -> bytes:
    """A dataclass that may be one of several, with its name, for one_from_json."""
    named = {_KIND: type(value).__name__} | _plain(value)
    return _ENCODER.encode(named).encode("utf-8", "surrogatepass")


def one_from_json(kinds: UnionType, data: bytes) -> Any:
    """The one of `kinds` that one_to_json wrote; raises ValueError where it is none of them."""
    plain = _read(data)
    for kind in get_args(kinds):
        if isinstance(plain, dict) and kind.__name__ == plain.get(_KIND):
            return _builder(kind)(plain)
    raise ValueError("none of the kinds that are known here")


def _read(data: bytes) -> Any:
    return json.loads(data.decode("utf-8", "surrogatepass"))


def _plain(value: object) -> Any:
    """`value` one level nearer to the types of JSON; the encoder asks again for what is in it."""
    if is_dataclass(value):
        kind: Any = type(value)
        pairs = ((name, getattr(value, name), default) for name, default in _defaults(kind))
        return {name: part for name, part, default in pairs if part != default}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} is not kept")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)


@cache
def _builder(hint: Any) -> _Builder:
    """What builds values of the type `hint`."""
    if get_origin(hint) is UnionType:
        (option,) = (each for each in get_args(hint) if each is not NoneType)
        build = _builder(option)
        return lambda plain: None if plain is None else build(plain)
    if is_dataclass(hint):
        return _dataclass_builder(hint)
    if get_origin(hint) in {tuple, frozenset}:
        make, (item, *_) = get_origin(hint), get_args(hint)
        each = _builder(item)
        return lambda plain: make([each(part) for part in plain])
    if hint in _LEAVES:
        return _LEAVES[hint]
    if issubclass(hint, StrEnum):
        options = {option.value: option for option in hint}
        return lambda plain: options.get(plain, MISSING)
    return _checker(hint)


def _dataclass_builder(kind: Any) -> _Builder:
    hints = get_type_hints(kind)
    shape = [(field.name, _builder(hints[field.name]), _default(field)) for field in fields(kind)]

    def build(plain: Mapping[str, Any]) -> Any:
        parts = {}
        for name, make, default in shape:
            part = make(plain[name]) if name in plain else MISSING
            part = default if part is MISSING else part
            if part is MISSING:
                raise ValueError(f"a {kind.__name__} lacks its {name}")
            parts[name] = part
        return kind(**parts)

    return build


def _checker(kind: type) -> _Builder:
    def check(plain: Any) -> Any:
        if not isinstance(plain, kind):
            raise ValueError(f"{kind.__name__} expected, {type(plain).__name__} found")
        return plain

    return check


_LEAVES: dict[Any, _Builder] = {
    datetime: datetime.fromisoformat,
    float: float,
    bytes: base64.b64decode,
}


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, _default(field)) for field in fields(kind))


def _default(field: Field[Any]) -> Any:
    """What the field holds where nobody says; MISSING where somebody must."""
    if field.default_factory is not MISSING:
        # Values are frozen, so that one default does for all.
        return field.default_factory()
    return field.default
