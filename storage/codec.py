"""Values of `handlers` as JSON and back, so that what was kept by older code can still be read.

Fields that are missing get their default; so a new field needs one, and one that is gone is passed
over. An option that is gone becomes the default.
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

import orjson

_Value = TypeVar("_Value")
_Builder: TypeAlias = Callable[[Any], Any]
"""Makes the value that plain JSON stands for; MISSING for an option that is gone."""

_KIND = "is"
"""Names the class of a value that may be one of several."""


def to_json(value: Any) -> bytes:
    """A frozen dataclass as compact JSON, in UTF-8 with lone surrogates passed through."""
    try:
        return orjson.dumps(value, _plain)
    except orjson.JSONEncodeError:
        # It refuses lone surrogates, which residents' devices do send now and then.
        return _ENCODER.encode(value).encode("utf-8", "surrogatepass")


def from_json(kind: type[_Value], data: bytes) -> _Value:
    """The dataclass `kind` that to_json wrote; raises ValueError where it is no such thing."""
    hint: Any = kind
    made: _Value = _built(hint, _read(data))
    return made


def one_to_json(value: Any) -> bytes:
    """A dataclass that may be one of several, with its name, for one_from_json."""
    return to_json({_KIND: type(value).__name__} | _plain(value))


def one_from_json(kinds: UnionType, data: bytes) -> Any:
    """The one of `kinds` that one_to_json wrote; raises ValueError where it is none of them."""
    plain = _read(data)
    for kind in get_args(kinds):
        if isinstance(plain, dict) and kind.__name__ == plain.get(_KIND):
            return _built(kind, plain)
    raise ValueError("none of the kinds that are known here")


def _built(kind: Any, plain: Any) -> Any:
    try:
        return _builder(kind)(plain)
    except TypeError:
        # Without its cause, which may quote what was written.
        raise ValueError(f"no {kind.__name__}") from None


def _read(data: bytes) -> Any:
    return json.loads(data.decode("utf-8", "surrogatepass"))


def _plain(value: Any) -> Any:
    """What JSON has no word for as something that it has."""
    match value:
        case frozenset():
            return sorted(value)
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case datetime():
            return value.isoformat()
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: getattr(value, field.name) for field in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} cannot be kept")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)


@cache
def _builder(hint: Any) -> _Builder:
    """What builds values of the type `hint`."""
    if get_origin(hint) is UnionType:
        build = _builder(_option(hint))
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
        parts = []
        for name, make, default in shape:
            part = make(plain[name]) if name in plain else default
            part = default if part is MISSING else part
            if part is MISSING:
                raise ValueError(f"a {kind.__name__} lacks its {name}")
            parts.append(part)
        return kind(*parts)

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


def _option(hint: UnionType) -> Any:
    """The type of what may also be None."""
    (option,) = (each for each in get_args(hint) if each is not NoneType)
    return option


def _default(field: Field[Any]) -> Any:
    """What the field holds where nobody says; MISSING where somebody must."""
    if field.default_factory is not MISSING:
        # Values are frozen, so that one default does for all.
        return field.default_factory()
    return field.default
