"""Open311 (GeoReport v2) for partners: what may be reported to us, and never a report."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from aiohttp import web

from bot.web.guard import Limits, Whereabouts
from knowledge.article import Form, Question
from knowledge.library import Library
from knowledge.markup import to_plain

PREFIX = "/open311/v2"
PER_ADDRESS = (5.0, 100)
"""Questions a second in the long run, and at once."""
_FRESH = "public, max-age=300"
_NO_REQUESTS = (
    "Reports to the police are never published here, and none are taken here. This lists what may "
    "be reported; residents report it on our own page."
)
_SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"

_DATATYPES: Mapping[str, str] = {
    "danger": "singlevaluelist",
    "choice": "singlevaluelist",
    "text": "text",
    "place": "string",
    "reference": "string",
    "number": "number",
    "phone": "string",
    "email": "string",
}
"""Kinds of question to GeoReport's types; pictures are no attribute there."""


class Open311:
    """Answers in JSON and in XML, as the end of the address says."""

    def __init__(
        self,
        library: Callable[[], Library],
        whereabouts: Whereabouts,
        public_url: str,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._library, self._whereabouts = library, whereabouts
        self._public_url = public_url.rstrip("/")
        self._limits = Limits(*PER_ADDRESS, seconds)

    def add_routes(self, app: web.Application) -> None:
        """Put the addresses into the application."""
        ending = "{format:json|xml}"
        app.router.add_get(f"{PREFIX}/discovery.{ending}", self._discovery)
        app.router.add_get(f"{PREFIX}/services.{ending}", self._services)
        app.router.add_get(f"{PREFIX}/services/{{code}}.{ending}", self._service)
        for path in ("requests", "requests/{id}"):
            app.router.add_route("*", f"{PREFIX}/{path}.{ending}", self._requests)

    async def _discovery(self, request: web.Request) -> web.Response:
        self._slow_down(request)
        endpoint = {
            "specification": _SPECIFICATION,
            "url": f"{self._public_url or request.url.origin()}{PREFIX}",
            "changeset": self._library().content_hash[:12],
            "type": "production",
            "formats": ["application/json", "text/xml"],
        }
        names = self._library().force.names
        said = {
            "changeset": self._library().content_hash[:12],
            "contact": f"{names.get('force', '')}: {_NO_REQUESTS}",
            "key_service": "No key is needed.",
            "endpoints": [endpoint],
        }
        return _answer(request, "discovery", said)

    async def _services(self, request: web.Request) -> web.Response:
        self._slow_down(request)
        library = self._library()
        return _answer(request, "services", [_listed(library, form) for form in _taken(library)])

    async def _service(self, request: web.Request) -> web.Response:
        self._slow_down(request)
        library, code = self._library(), request.match_info["code"]
        form = next((form for form in _taken(library) if form.id == code), None)
        if form is None:
            return _error(request, 404, "There is no service of that code. See services.json.")
        return _answer(request, "service_definition", _defined(library, form))

    async def _requests(self, request: web.Request) -> web.Response:
        self._slow_down(request)
        return _error(request, 404, _NO_REQUESTS)

    def _slow_down(self, request: web.Request) -> None:
        """Raises 429 where too much is asked from one network."""
        if not self._limits.allow(self._whereabouts.of(request)):
            raise web.HTTPTooManyRequests(headers={"Retry-After": "10"})


def _taken(library: Library) -> Iterable[Form]:
    """The kinds of report that we take, as residents see them."""
    forms = sorted(library.forms.values(), key=lambda form: form.order)
    return (form for form in forms if not form.instead)


def _listed(library: Library, form: Form) -> dict[str, Any]:
    title, button = library.fill(form.title), library.fill(form.button)
    return {
        "service_code": form.id,
        "service_name": title,
        "description": to_plain(library.fill(form.intro)),
        "metadata": True,
        # Whoever reports on our page is given a reference; a partner is given none.
        "type": "blackbox",
        "keywords": ",".join(dict.fromkeys((title.casefold(), button.casefold()))),
        "group": library.force.names.get("force", ""),
    }


def _defined(library: Library, form: Form) -> dict[str, Any]:
    asked = [question for question in form.questions if question.kind in _DATATYPES]
    return {
        "service_code": form.id,
        "attributes": [
            _attribute(library, question, order) for order, question in enumerate(asked, start=1)
        ],
    }


def _attribute(library: Library, question: Question, order: int) -> dict[str, Any]:
    attribute: dict[str, Any] = {
        "variable": True,
        "code": question.id,
        "datatype": _DATATYPES[question.kind],
        "required": not question.optional and not question.only_if,
        "datatype_description": to_plain(library.fill(question.hint)),
        "order": order,
        "description": to_plain(library.fill(question.ask)),
    }
    if question.options:
        attribute["values"] = [
            {"key": option.id, "name": library.fill(option.label)} for option in question.options
        ]
    return attribute


def _answer(request: web.Request, root: str, said: Any, status: int = 200) -> web.Response:
    if request.match_info["format"] == "json":
        response = web.json_response(said, status=status)
    else:
        element = ElementTree.Element(root)
        _write(element, said)
        text = ElementTree.tostring(element, encoding="unicode", xml_declaration=False)
        text = f'<?xml version="1.0" encoding="utf-8"?>\n{text}'
        response = web.Response(text=text, status=status, content_type="text/xml")
    if status == 200:
        response.headers["Cache-Control"] = _FRESH
    return response


def _error(request: web.Request, status: int, said: str) -> web.Response:
    return _answer(request, "errors", [{"code": status, "description": said}], status)


_ITEMS: Mapping[str, str] = {
    "services": "service",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What the elements of a list are called in XML."""


def _write(element: ElementTree.Element, said: Any) -> None:
    """Put a value into an element of XML, as GeoReport spells it."""
    if isinstance(said, Mapping):
        for name, value in said.items():
            _write(ElementTree.SubElement(element, name), value)
    elif isinstance(said, Sequence) and not isinstance(said, str):
        for value in said:
            _write(ElementTree.SubElement(element, _ITEMS[element.tag]), value)
    else:
        element.text = str(said).lower() if isinstance(said, bool) else str(said)
