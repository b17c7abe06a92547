"""Values of `handlers` as JSON and back, so that what was kept by older code can still be read.

Fields that hold their default are left out, and fields that are missing get it; so a new field
needs a default, and one that is gone is passed over. An option that is gone becomes the default.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

_Value = TypeVar("_Value")


def to_json(value: object) -> bytes:
    """A frozen dataclass as compact JSON, in UTF-8 with lone surrogates passed through."""
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def from_json(kind: type[_Value], data: bytes) -> _Value:
    """The dataclass `kind` that to_json wrote; raises ValueError where it is no such thing."""
    made: _Value = _build(kind, json.loads(data.decode("utf-8", "surrogatepass")))
    return made


def _plain(value: object) -> Any:
    """`value` in the types of JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _plain(part) for field, part in pairs if part != _default(field)}
    if isinstance(value, frozenset):
        return sorted(map(_plain, value))
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _build(hint: Any, plain: Any) -> Any:
    """The value of the type `hint` that `plain` stands for; MISSING for an option that is gone."""
    if get_origin(hint) is UnionType:
        if plain is None:
            return None
        (hint,) = (option for option in get_args(hint) if option is not NoneType)
    if is_dataclass(hint):
        return _build_dataclass(hint, plain)
    if get_origin(hint) in {tuple, frozenset}:
        item, *_ = get_args(hint)
        return get_origin(hint)(_build(item, part) for part in plain)
    if hint is datetime:
        return datetime.fromisoformat(plain)
    if hint is float:
        return float(plain)
    if issubclass(hint, StrEnum):
        return hint(plain) if plain in set(hint) else MISSING
    if not isinstance(plain, hint):
        raise ValueError(f"{hint.__name__} expected, {type(plain).__name__} found")
    return plain


def _build_dataclass(kind: Any, plain: Mapping[str, Any]) -> Any:
    parts = {}
    for name, (field, hint) in _shape(kind).items():
        part = _build(hint, plain[name]) if name in plain else MISSING
        part = _default(field) if part is MISSING else part
        if part is MISSING:
            raise ValueError(f"a {kind.__name__} lacks its {name}")
        parts[name] = part
    return kind(**parts)


@cache
def _shape(kind: type) -> Mapping[str, tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return {field.name: (field, hints[field.name]) for field in fields(kind)}


def _default(field: Field[Any]) -> Any:
    """What the field holds where nobody says; MISSING where somebody must."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default
