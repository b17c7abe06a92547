"""OpenAPI 3.1 of the API, made from its operations, so that it says what is served."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.web.api_given import ProblemDetails
from bot.web.api_operation import JSON, KEY, VERSION, Operation
from bot.web.api_problem import MEDIA
from bot.web.api_taken import REFERENCE

VERSION_OF_API = "1.0.0"
_ANY = (401, 403, 404, 429, 500, 503)
"""Problems that any operation may answer with."""
_REF = "#/components/schemas/"
_DESCRIPTION = (
    "For the force's own systems. Every request needs a token with the scope that the operation "
    "names; every read of a report, every change and every export is in the audit trail. Access "
    "codes, pictures and what residents wrote elsewhere than in a report are never in it."
)
_REFERENCE = {
    "name": "reference",
    "in": "path",
    "required": True,
    "description": "The report's reference, such as FC-ABC-DEFX.",
    "schema": {"type": "string", "pattern": f"^{REFERENCE}$"},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the report as it was read.",
    "schema": {"type": "string", "pattern": VERSION.pattern},
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A random name for this request: sent again with it, it is done only once. "
    "Remembered for two days.",
    "schema": {"type": "string", "pattern": KEY.pattern},
}
_ETAG = {
    "description": "The version of the report; send it back as If-Match.",
    "schema": {"type": "string"},
}
_PACE = {
    "RateLimit-Policy": {
        "description": "How often the token may ask.",
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "How often it still may now, and seconds until it may again.",
        "schema": {"type": "string"},
    },
}


def openapi(operations: Iterable[Operation], server: str) -> Mapping[str, Any]:
    """The document; `server` is the path that all others are below."""
    served = tuple(operations)
    models = _models(served)
    schemas, shared = models_json_schema(
        [(model, mode) for model, mode in models], ref_template=_REF + "{model}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for each in served:
        described = _operation(each, schemas)
        paths.setdefault(each.terms.path, {})[each.terms.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Front Counter",
            "version": VERSION_OF_API,
            "description": _DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": shared.get("$defs", {}),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token: fc_…"}
            },
        },
    }


def _models(operations: Iterable[Operation]) -> list[tuple[type[BaseModel], Any]]:
    """All models that are described, each with the side of it that is: what comes or goes."""
    found: dict[tuple[type[BaseModel], str], None] = {(ProblemDetails, "serialization"): None}
    for each in operations:
        taken = (each.terms.query, each.terms.body)
        found |= {(model, "validation"): None for model in taken if model is not None}
        found |= {(model, "serialization"): None for model in each.terms.answers.values()}
    return list(found)


def _operation(operation: Operation, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    terms = operation.terms
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description or operation.summary,
        "security": [{"token": [str(terms.scope)]}],
        "parameters": list(_parameters(operation)),
        "responses": {
            **{str(status): _answer(operation, status, schemas) for status in terms.answers},
            **{str(status): _problem(status, schemas) for status in _refusals(operation)},
        },
    }
    if terms.body is not None:
        schema = schemas[terms.body, "validation"]
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    return described


def _parameters(operation: Operation) -> Iterable[Mapping[str, Any]]:
    terms = operation.terms
    if "{reference}" in terms.path:
        yield _REFERENCE
    if terms.versioned and terms.body is not None:
        yield _IF_MATCH
    if terms.keyed:
        yield _IDEMPOTENCY
    if terms.query is not None:
        schema = terms.query.model_json_schema(ref_template=_REF + "{model}")
        for name, about in schema["properties"].items():
            yield _parameter(name, about)


def _parameter(name: str, about: Mapping[str, Any]) -> Mapping[str, Any]:
    """A parameter of the query, which can be left out but not be null."""
    schema = {
        key: value
        for key, value in about.items()
        if key not in {"title", "description", "default", "anyOf"}
    }
    kinds = [kind for kind in about.get("anyOf", ()) if kind.get("type") != "null"]
    for kind in kinds:
        schema |= kind
    if about.get("default") is not None:
        schema["default"] = about["default"]
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": about.get("description", ""),
        "schema": schema,
    }


def _refusals(operation: Operation) -> Iterable[int]:
    terms = operation.terms
    statuses = {*_ANY, *terms.refusals}
    if terms.query is not None:
        statuses.add(422)
    if terms.body is not None:
        statuses |= {400, 408, 413, 415, 422}
    return sorted(statuses)


def _answer(operation: Operation, status: int, schemas: Mapping[Any, Any]) -> Mapping[str, Any]:
    terms = operation.terms
    model = terms.answers[status]
    said = " ".join((model.__doc__ or "").split())
    if terms.media != JSON:
        # A stream has no schema of its own in OpenAPI 3.1: each of its lines has.
        name = schemas[model, "serialization"]["$ref"].removeprefix(_REF)
        said, schema = f"Lines, each of them a {name} as JSON.", {"type": "string"}
    else:
        schema = schemas[model, "serialization"]
    headers = _PACE | ({"ETag": _ETAG} if terms.versioned else {})
    return {
        "description": said,
        "headers": headers,
        "content": {terms.media: {"schema": schema}},
    }


def _problem(status: int, schemas: Mapping[Any, Any]) -> Mapping[str, Any]:
    return {
        "description": HTTPStatus(status).phrase,
        "content": {MEDIA: {"schema": schemas[ProblemDetails, "serialization"]}},
    }
