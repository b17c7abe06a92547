"""The API's documentation as rows for a page, read from its OpenAPI document."""

from collections.abc import Mapping
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


def table_of(document: Mapping[str, Any]) -> tuple[Shown, ...]:
    """The operations of the document, in its order."""
    return tuple(
        _shown(document, path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )


def _shown(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Shown:
    taken = [_parameter(each) for each in operation["parameters"]]
    body = operation.get("requestBody", {}).get("content", {})
    for media in body.values():
        taken.extend(_fields(_resolved(document, media["schema"])))
    return Shown(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        scope=operation["security"][0]["token"][0],
        summary=operation["summary"],
        description=operation["description"],
        taken=tuple(taken),
        answers=tuple(_answer(*each) for each in operation["responses"].items()),
    )


def _parameter(parameter: Mapping[str, Any]) -> Row:
    where = {"path": "path", "query": "query", "header": "header"}[parameter["in"]]
    needed = ", needed" if parameter["required"] else ""
    return Row(parameter["name"], where + needed, parameter["description"])


def _fields(schema: Mapping[str, Any]) -> list[Row]:
    needed = schema.get("required", ())
    return [
        Row(name, "body, needed" if name in needed else "body", about.get("description", ""))
        for name, about in schema["properties"].items()
    ]


def _answer(status: str, answer: Mapping[str, Any]) -> Row:
    return Row(status, " or ".join(answer["content"]), answer["description"])


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schema
    if "$ref" in schema:
        found = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found
