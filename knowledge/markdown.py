"""Markdown as a flat row of visible text, each stretch with the tags that stand around it."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

_SCHEMES = ("https://", "mailto:", "tel:")
_TAGS = {
    "strong_open": "b",
    "em_open": "i",
    "heading_open": "b",
    "blockquote_open": "blockquote",
}

# Controls, lone surrogates and the characters that turn the direction of all that follows:
# they show nothing, and can only garble the words around them.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class _WebRenderer(RendererHTML):
    """Line breaks that were typed as text stay line breaks."""

    def text(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """One run of text, escaped."""
        return html.escape(tokens[idx].content).replace("\n", "<br />\n")


class _Parser(MarkdownIt):
    """CommonMark without raw HTML and images, where a line break is a line break."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "breaks": True}, renderer_cls=_WebRenderer)
        self.disable("image")

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name markdown-it calls
        """Only addresses that cannot run anything in the page."""
        return url.lower().startswith(_SCHEMES)


_PARSER = _Parser()


def parse(markdown: str) -> list[Token]:
    """The tokens of `markdown`, without characters that cannot be seen."""
    return _PARSER.parse(UNSEEN.sub("", markdown))


def render(tokens: Sequence[Token]) -> str:
    """The tokens as safe HTML for a page."""
    rendered: str = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return rendered


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of visible text and the Telegram tags around it, outermost first."""

    text: str
    tags: tuple[str, ...]


def flatten(markdown: str, *, addresses: bool = False) -> list[Run]:
    """The visible text as runs; with `addresses`, those of links are written out."""
    flat = _Flattener(addresses=addresses)
    for token in every(parse(markdown)):
        flat.take(token)
    return flat.runs


class _Flattener:
    """Walks the tokens once, without recursion: deep nesting must not be able to stop it."""

    def __init__(self, *, addresses: bool) -> None:
        self.runs: list[Run] = []
        self._addresses = addresses
        self._tags: list[str] = []
        self._lists: list[int] = []
        self._links: list[tuple[str, int]] = []
        self._gap = ""

    def take(self, token: Token) -> None:
        """Add one token of the flat stream, blocks and inlines alike."""
        match token.type:
            case "text":
                self._add(token.content)
            case "softbreak" | "hardbreak":
                self._add("\n")
            case "code_inline":
                self._add_code(token.content, "code")
            case "fence" | "code_block":
                self._add_code(token.content.rstrip("\n"), "pre")
                self._end_block()
            case "hr":
                self._add("———")
                self._end_block()
            case "paragraph_close":
                self._end_block()
            case _:
                self._take_nested(token)

    def _take_nested(self, token: Token) -> None:
        match token.type:
            case "link_open":
                self._open_link(str(token.attrGet("href")))
            case "link_close":
                self._close_link()
            case "bullet_list_open" | "ordered_list_open":
                self._open_list(token)
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._end_block()
            case "list_item_open":
                self._open_item()
            case "list_item_close":  # an empty item has no paragraph that ends it
                self._end_block()
            case _ if token.type in _TAGS:
                self._tags.append(_TAGS[token.type])
            case _ if token.type.removesuffix("_close") + "_open" in _TAGS:
                self._tags.pop()
                if token.block:
                    self._end_block()

    def _add(self, text: str, tags: tuple[str, ...] | None = None) -> None:
        if not text:
            return
        # A tag inside itself means nothing more, and Telegram allows no quote in a quote.
        tags = tuple(dict.fromkeys(tag for tag in self._tags if tag)) if tags is None else tags
        if self._gap and self.runs:
            shared = common_tags(self.runs[-1].tags, tags)
            self.runs.append(Run(self._gap, tuple(tag for tag in shared if tag == "blockquote")))
        self._gap = ""
        self.runs.append(Run(text, tags))

    def _add_code(self, text: str, tag: str) -> None:
        # Telegram allows nothing around code; inside a link the link is worth more.
        self._add(text, None if self._links else (tag,))

    def _end_block(self) -> None:
        self._gap = "\n" if self._lists else "\n\n"

    def _open_link(self, address: str) -> None:
        self._links.append((address, len(self.runs)))
        # Telegram links to websites only; others stand there as text.
        shown_as_link = address.lower().startswith("https://")
        self._tags.append(f'a href="{html.escape(address)}"' if shown_as_link else "")

    def _close_link(self) -> None:
        self._tags.pop()
        address, start = self._links.pop()
        label = "".join(run.text for run in self.runs[start:])
        bare = address.removeprefix("mailto:").removeprefix("tel:")
        if (self._addresses or bare != address) and bare not in label:
            self._add(f" ({bare})")

    def _open_list(self, token: Token) -> None:
        if self._lists:
            self._gap = "\n"
        start = token.attrGet("start")
        ordered = token.type == "ordered_list_open"
        self._lists.append(int(1 if start is None else start) if ordered else -1)

    def _open_item(self) -> None:
        indent = "   " * (len(self._lists) - 1)
        number = self._lists[-1]
        self._add(indent + ("• " if number < 0 else f"{number}. "))
        if number >= 0:
            self._lists[-1] += 1


def common_tags(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """The outer tags that both have."""
    shared = 0
    while shared < min(len(some), len(others)) and some[shared] == others[shared]:
        shared += 1
    return some[:shared]


def every(tokens: Iterable[Token]) -> Iterable[Token]:
    """Blocks and inlines in the order they are read."""
    for token in tokens:
        yield token
        yield from token.children or ()
