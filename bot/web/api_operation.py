"""An operation of the API: its route, what it takes, what it answers and which scope it needs.

One decorator says all of it; validation, the access check and OpenAPI are made from that.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.web.api_problem import Problem
from bot.web.bodies import read_body
from storage.api_requests import Once
from storage.api_tokens import ApiToken, Scope

JSON, LINES = "application/json", "application/x-ndjson"
VERSION = re.compile(r'^(?:W/)?"([0-9]{1,9})"$')
"""An ETag of ours, also one that a proxy has weakened."""
KEY = re.compile(r"^[A-Za-z0-9_.:-]{1,64}$")

TOKEN = web.RequestKey("token", ApiToken)
"""Whose token it is; set on every request that the API's door has let in."""

_MARK = "operation"
_UNKNOWN = "extra_forbidden"
"""What pydantic calls a name that no model has."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request, read and found to be in order."""

    request: web.Request
    token: ApiToken
    query: Any
    """An instance of the operation's model; None where it has none. The same of `body`."""
    body: Any
    raw: bytes = field(default=b"", repr=False)

    @property
    def version(self) -> int:
        """The version that the sender has read, by If-Match; raises 428 where it is not said."""
        said = self.request.headers.get("If-Match")
        if said is None:
            raise Problem(428, "Send the ETag of the report you have read as If-Match.")
        match = VERSION.fullmatch(said)
        if match is None:
            raise Problem(400, 'If-Match has to be one ETag as it was given, such as "3".')
        return int(match[1])

    @property
    def once(self) -> Once | None:
        """The key by which the sender knows the request again; None where there is none."""
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            return None
        if not KEY.fullmatch(key):
            raise Problem(400, "An Idempotency-Key is 1 to 64 of: A-Z a-z 0-9 _ . : -")
        asked = f"{self.request.method} {self.request.path}\n".encode() + self.raw
        return Once(self.token.id, key, asked)


Handling = Callable[[Call], Awaitable[web.StreamResponse]]
_Method = TypeVar("_Method", bound=Callable[[Any, Call], Awaitable[web.StreamResponse]])


@dataclass(frozen=True, slots=True)
class Terms:
    """What an operation takes, gives and needs."""

    method: str
    path: str
    scope: Scope
    answers: Mapping[int, type[BaseModel]]
    """What it answers where it did what was asked, by HTTP status."""
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    refusals: tuple[int, ...] = ()
    """Statuses of the problems it may answer, besides those that any may."""
    media: str = JSON
    versioned: bool = False
    """It gives an ETag where it reads, and needs If-Match where it changes."""
    keyed: bool = False
    """It takes an Idempotency-Key."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as it is served."""

    name: str
    summary: str
    description: str
    terms: Terms
    handle: Handling

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Read the request, refuse what is not in order, and do it."""
        terms = self.terms
        query = None if terms.query is None else _read_query(request, terms.query)
        raw = b"" if terms.body is None else await read_body(request, JSON)
        body = None if terms.body is None else _read_json(raw, terms.body)
        return await self.handle(Call(request, request[TOKEN], query, body, raw))


def operation(terms: Terms) -> Callable[[_Method], _Method]:
    """Say that a method of a part serves this; its docstring is what the documentation says."""

    def mark(function: _Method) -> _Method:
        setattr(function, _MARK, terms)
        return function

    return mark


def operations_of(*parts: object) -> Iterator[Operation]:
    """The operations of these parts, in the order in which they are written."""
    for part in parts:
        for name in vars(type(part)):
            handle = getattr(part, name)
            terms = getattr(handle, _MARK, None)
            if terms is not None:
                summary, _, rest = (handle.__doc__ or "").partition("\n")
                description = " ".join(rest.split())
                yield Operation(name, summary.rstrip("."), description, terms, handle)


def _read_query(request: web.Request, model: type[BaseModel]) -> BaseModel:
    given = request.query
    if len(set(given)) < len(given):
        raise Problem(422, "A parameter was given more than once.")
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        raise _invalid(error, "query") from None


def _read_json(raw: bytes, model: type[BaseModel]) -> BaseModel:
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        if any(each["type"] == "json_invalid" for each in error.errors(include_input=False)):
            raise Problem(400, "The body is not valid JSON.") from None
        raise _invalid(error, "body") from None


def _invalid(error: ValidationError, part: str) -> Problem:
    """What is wrong, field by field; never what was sent, which may be what somebody wrote."""
    known = error.errors(include_url=False, include_context=False, include_input=False)
    errors = [
        {
            "where": "/".join((part, *_place(each["loc"], each["type"]))),
            "detail": _detail(each["msg"], each["type"]),
        }
        for each in known
    ]
    return Problem(422, "Some of what was sent is not as it should be.", errors=errors)


def _place(place: tuple[int | str, ...], kind: str) -> list[str]:
    """Where it is; a name that we do not know may be anything, so it is not repeated."""
    known = place[:-1] if kind == _UNKNOWN else place
    return [str(part) for part in known]


def _detail(said: str, kind: str) -> str:
    """What is wrong there, as a sentence."""
    if kind == _UNKNOWN:
        return "There is something here that this operation does not take."
    sentence = said.removeprefix("Value error, ")
    return f"{sentence[:1].upper()}{sentence[1:]}."
