"""Renders pages: templates, wording, the force's colours, and addresses of static files."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
)
from markupsafe import Markup

from bot.web.theme import theme
from knowledge.article import Force
from knowledge.library import Library
from knowledge.markup import to_plain, to_web

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"


class Pages:
    """Renders the templates of bot/web/templates; everything put into them is escaped.

    Templates are given `say(key)` (wording as HTML), `words(key)` (wording as plain text),
    `static(name)` and `theme()` (addresses), `force` (names), and `exit_url`. `compiled` is a
    folder of our own where compiled templates are kept for the next start.
    """

    def __init__(self, library: Callable[[], Library], compiled: Path | None = None) -> None:
        self._library = library
        self._said: dict[tuple[str, str], str] = {}
        self._said_by = ""
        self._static = {file.name: _short_hash(file.read_bytes()) for file in STATIC.iterdir()}
        self._environment = _environment(compiled)
        self._environment.globals.update(
            say=self.say, words=self.words, static=self._static_url, theme=self._theme_url
        )

    def html(self, template: str, **values: Any) -> str:
        """A template rendered with `values`."""
        force = self._library().force
        return self._environment.get_template(template).render(
            force=force.names, exit_url=exit_url(force), **values
        )

    def page(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """The same as an answer to a request."""
        return web.Response(
            text=self.html(template, **values), status=status, content_type="text/html"
        )

    def say(self, key: str, **values: Any) -> Markup:
        """Wording as paragraphs of HTML; its headings follow a page's h1."""
        return Markup(self._as("html", key, values))  # noqa: S704 - page_html has escaped it

    def words(self, key: str, **values: Any) -> str:
        """Wording as one plain text, for titles, labels and attributes."""
        return self._as("text", key, values)

    def add_routes(self, app: web.Application) -> None:
        """Serve the static files under /static, and the force's colours as /theme.css."""
        app.router.add_static("/static", STATIC)
        app.router.add_get("/theme.css", self._theme)

    def _as(self, kind: str, key: str, values: Mapping[str, Any]) -> str:
        """Wording as "html" or "text"; remembered where it is the same for everybody."""
        library = self._library()
        if self._said_by != library.content_hash:
            self._said, self._said_by = {}, library.content_hash
        found = None if values else self._said.get((kind, key))
        if found is None:
            said = library.say(key, **values)
            found = page_html(said) if kind == "html" else to_plain(said)
            if not values:
                self._said[kind, key] = found
        return found

    def _static_url(self, name: str) -> str:
        """The address of a static file, which changes with its content; KeyError if none."""
        return f"/static/{name}?v={self._static[name]}"

    def _theme_url(self) -> str:
        return f"/theme.css?v={_short_hash(theme(self._library().force.colours).encode())}"

    async def _theme(self, _: web.Request) -> web.Response:
        return web.Response(text=theme(self._library().force.colours), content_type="text/css")


def page_html(markdown: str) -> Markup:
    """Markdown as HTML whose headings are h2, for a page rather than for a line of a chat."""
    html = to_web(markdown).replace('<h3 class="govuk-heading-s">', '<h2 class="govuk-heading-m">')
    return Markup(html.replace("</h3>", "</h2>"))  # noqa: S704 - to_web escapes whatever it is given


def exit_url(force: Force) -> str:
    """Where "Leave this site" goes; nowhere but to an https page."""
    address = urlsplit(force.exit_url)
    return force.exit_url if address.scheme == "https" and address.netloc else Force({}).exit_url


def _short_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _environment(compiled: Path | None) -> Environment:
    return Environment(
        bytecode_cache=FileSystemBytecodeCache(str(compiled)) if compiled else None,
        loader=ChoiceLoader(
            [
                FileSystemLoader(TEMPLATES),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        undefined=ChainableUndefined,  # the macros of govuk-frontend-jinja ask for absent options
    )
