"""Fills what stands in braces in articles and wording: numbers, links, titles, names, values."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.article import DATED, Article, Contact

KINDS = ("phone", "text", "email", "link", "contact", "article", "seen")
"""What a name in braces may be: {phone:refuge}. Without a kind it is a name or a value: {force}."""
UNDATED = "undated"

WORDING = (
    "answer.seen",
    "answer.seen_undated",
    "answer.number_withheld",
    "answer.text_to",
    "answer.or",
)
"""The wording that filling needs."""

_BRACES = re.compile(r"\{(?:([a-z]+):)?([a-z0-9][a-z0-9_-]*)\}(\.?)")
_STRAY = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One name in braces; `kind` is one of KINDS, or empty for a force name or a value."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{{{self.kind}:{self.name}}}" if self.kind else f"{{{self.name}}}"


def placeholders(text: str) -> tuple[Placeholder, ...]:
    """Every name in braces, in order, whether anything of that name exists or not."""
    return tuple(Placeholder(found[1] or "", found[2]) for found in _BRACES.finditer(text))


def stray_brace(text: str) -> str:
    """A piece of `text` around a brace that belongs to no name in braces; empty where all do."""
    left = _BRACES.sub(lambda found: "\0" * len(found[0]), text)
    found = _STRAY.search(left)
    return text[found.start() : found.start() + 30].split("\n", 1)[0] if found else ""


def markdown_link(label: str, address: str) -> str:
    """A Markdown link whose address cannot end early."""
    return f"[{label}]({address.replace('(', '%28').replace(')', '%29').replace(' ', '%20')})"


@dataclass(frozen=True, slots=True)
class Filler:
    """Knows what every name in braces stands for; texts come out as Markdown."""

    contacts: Mapping[str, Contact]
    titles: Mapping[str, str]
    """Of articles, by id."""
    names: Mapping[str, str]
    """Of the force: {force}, {area} and the like."""
    wording: Mapping[str, str]

    def fill(
        self,
        text: str,
        values: Mapping[str, Any] | None = None,
        *,
        article: Article | None = None,
        withhold: bool = False,
    ) -> str:
        """`text` with everything in braces filled, in one pass: what is filled in stays as it is.

        `values` come as Markdown: `knowledge.markup.escape` what a resident wrote. `article` is
        whose facts {seen:…} means. With `withhold`, phone and text numbers of contacts that are
        not vital are left out and said to be. KeyError with the name for whatever is not known.
        """

        def filled(found: re.Match[str]) -> str:
            kind, name, stop = found[1] or "", found[2], found[3]
            said = self._one(kind, name, values or {}, article, withhold)
            # A contact may end in a note, which is a sentence already.
            return said if kind == "contact" and said.endswith(".") else said + stop

        return _BRACES.sub(filled, text)

    def _one(
        self,
        kind: str,
        name: str,
        values: Mapping[str, Any],
        article: Article | None,
        withhold: bool,
    ) -> str:
        if not kind:
            return str(values[name] if name in values else self.names[name])
        if kind == "article":
            return self.titles[name]
        if kind == "seen":
            return self._seen(name, article)
        if kind not in KINDS:
            raise KeyError(f"{kind}:{name}")
        contact = self.contacts[name]
        by_kind: dict[str, Callable[[], str]] = {
            "phone": lambda: self._number(contact, contact.phone, withhold),
            "text": lambda: self._number(contact, contact.text, withhold),
            "email": lambda: markdown_link(contact.email, f"mailto:{contact.email}"),
            "link": lambda: markdown_link(contact.name, contact.link),
            "contact": lambda: self._contact(contact, withhold),
        }
        return by_kind[kind]()

    def _seen(self, name: str, article: Article | None) -> str:
        fact = article.fact(name) if article else None
        if fact is None:
            raise KeyError(f"seen:{name}")
        return f"({self._remark(fact.seen)})"

    def _remark(self, seen: str) -> str:
        if seen in {"", UNDATED}:
            return self.wording["answer.seen_undated"]
        return self.fill(self.wording["answer.seen"], {"when": seen})

    def _number(self, contact: Contact, number: str, withhold: bool) -> str:
        if withhold and not contact.vital:
            return self.wording["answer.number_withheld"]
        return number

    def _contact(self, contact: Contact, withhold: bool) -> str:
        """Name, ways, hours and note: "Compass: 0330 333 7444 (24 hours a day; last seen 2022)"."""
        said = markdown_link(contact.name, contact.link) if contact.link else contact.name
        if ways := self._ways(contact, withhold):
            said += f": {ways}"
        about = [contact.hours] if contact.hours else []
        if contact.status == DATED:
            about.append(self._remark(contact.seen))
        if about:
            said += f" ({'; '.join(about)})"
        if contact.note:
            said += f". {contact.note}" if ways or contact.link else f", {contact.note}"
        return said

    def _ways(self, contact: Contact, withhold: bool) -> str:
        ways = []
        if contact.phone:
            ways.append(self._number(contact, contact.phone, withhold))
        if contact.text:
            number = self._number(contact, contact.text, withhold)
            withheld = number != contact.text
            text_to = self.wording["answer.text_to"]
            ways.append(number if withheld else self.fill(text_to, {"number": number}))
        if contact.email:
            ways.append(markdown_link(contact.email, f"mailto:{contact.email}"))
        return f" {self.wording['answer.or']} ".join(dict.fromkeys(ways))
