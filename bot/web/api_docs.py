"""The API's documentation as rows for a page, read from its OpenAPI document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """Something that is sent or answered."""

    name: str
    kind: str
    said: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An operation as the page shows it."""

    id: str
    method: str
    path: str
    scope: str
    summary: str
    description: str
    taken: tuple[Row, ...]
    answers: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Something with fields that the API takes or gives."""

    name: str
    said: str
    fields: tuple[Row, ...]


def table_of(document: Mapping[str, Any]) -> tuple[Shown, ...]:
    """The operations of the document, in its order."""
    return tuple(
        _shown(document, path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )


def models_of(document: Mapping[str, Any]) -> tuple[Model, ...]:
    """The models of the document that have fields, in its order."""
    schemas = document["components"]["schemas"]
    return tuple(
        Model(name, " ".join(schema.get("description", "").split()), tuple(_fields(schema)))
        for name, schema in schemas.items()
        if "properties" in schema
    )


def _shown(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Shown:
    return Shown(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        scope=operation["security"][0]["token"][0],
        summary=operation["summary"],
        description=operation["description"],
        taken=tuple(_taken(document, operation)),
        answers=tuple(_answer(*each) for each in operation["responses"].items()),
    )


def _taken(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Row]:
    for each in operation["parameters"]:
        needed = ", needed" if each["required"] else ""
        values = _values(document, each["schema"])
        said = f"{each['description']} One of: {values}." if values else each["description"]
        yield Row(each["name"], each["in"] + needed, said)
    for media, body in operation.get("requestBody", {}).get("content", {}).items():
        yield Row("body", media, f"A {_kind(body['schema'])}, see below.")


def _values(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The words that may be chosen from; empty where any may."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found = document["components"]["schemas"].get(name, schema)
    return ", ".join(str(value) for value in found.get("enum", ()))


def _fields(schema: Mapping[str, Any]) -> Iterator[Row]:
    for name, about in schema["properties"].items():
        yield Row(name, _kind(about), about.get("description", ""))


def _kind(schema: Mapping[str, Any]) -> str:
    """What kind of value it is, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return str(schema.get("format") or schema.get("type") or "any")


def _answer(status: str, answer: Mapping[str, Any]) -> Row:
    kinds = (f"{_kind(body['schema'])}, {media}" for media, body in answer["content"].items())
    return Row(status, " or ".join(kinds), answer["description"])
