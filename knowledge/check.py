"""Checks a knowledge folder by the house rules: every problem at once, for the people who edit."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from knowledge.article import DATED, OUTDATED, UNVERIFIED, Problem
from knowledge.check_articles import check_article, check_length, is_https
from knowledge.check_examples import (
    check_examples,
    check_hard_neighbours,
    check_held_out,
    check_matching,
    check_neighbours,
)
from knowledge.check_forms import check_forms
from knowledge.check_lifelines import check_lifelines
from knowledge.check_numbers import check_numbers
from knowledge.encoder import Encoder
from knowledge.fill import placeholders
from knowledge.folder import Folder
from knowledge.load import SHIPPED, Reading, Taught, in_order, read, teach
from knowledge.load_languages import LANGUAGES
from knowledge.load_lists import CONTACTS, FORCE

_HTTP = re.compile("http://", re.IGNORECASE)
_CALL = "tel:999"
"""The one number that wording may make a link of, so that it can be tapped."""
_TARGET = re.compile(r"\]\(\s*<?([^)\s>]*)")
"""Where a Markdown link leads."""


def check(
    folder: Path,
    today: date,
    *,
    launch: bool = False,
    shipped: Path = SHIPPED,
    cache: Path | None = None,
    held_out: bool = True,
    encoder: Encoder | None = None,
) -> list[Problem]:
    """Everything wrong in a folder on `today`, by file and line; errors forbid serving it.

    With `launch`, also what must be confirmed before the counter goes live. `cache` is where the
    trained matcher may be kept. Without `held_out`, examples are not tried one by one as if they
    were not there: that finds no error, only warnings, and takes seconds. With an `encoder`, they
    are tried as residents' questions are, by what they mean too. Never raises for what lies in the
    folder.
    """
    reading = read(folder, shipped=shipped)
    problems = check_read(reading, today)
    taught = teach(reading, cache=cache, encoder=encoder)
    if taught:
        problems.extend(check_taught(reading, taught))
    if taught and held_out:
        problems.extend(check_hard_neighbours(reading.folder, taught.matcher))
        problems.extend(check_held_out(reading.folder, taught.matcher))
        problems.extend(check_neighbours(reading.folder, taught.matcher))
    if launch:
        problems.extend(_before_launch(reading.folder))
    return list(in_order(problems))


def check_read(reading: Reading, today: date) -> list[Problem]:
    """What is wrong in a folder that was read, by the house rules that need no learning."""
    problems = [*reading.problems, *_house_rules(reading.folder, today)]
    if not reading.has_errors:  # what cannot be read cannot be served: one mistake, one message
        filler = reading.folder.filler()
        for article in reading.folder.articles.values():
            problems.extend(check_length(article, reading.folder, filler))
    return problems


def check_taught(reading: Reading, taught: Taught) -> list[Problem]:
    """Every error in what was learned from a folder."""
    return [*check_matching(reading.folder, taught.matcher), *taught.failing]


def _house_rules(folder: Folder, today: date) -> Iterator[Problem]:
    for article in folder.articles.values():
        yield from check_article(article, folder, today)
    yield from check_numbers(folder)
    yield from check_lifelines(folder)
    yield from _check_links(folder)
    yield from check_forms(folder)
    yield from check_examples(folder)


def _check_links(folder: Folder) -> Iterator[Problem]:
    contacts, force = folder.home(CONTACTS), folder.home(FORCE)
    for contact in folder.contacts.values():
        if contact.link and not is_https(contact.link):
            line = contacts.line_of_key(contact.id, "link")
            yield Problem(CONTACTS, line, f"links must be https addresses, not `{contact.link}`")
    for name, value in folder.force.names.items():
        if value.startswith("http") and not is_https(value):
            line = force.line_of_key("names", name)
            yield Problem(FORCE, line, f"links must be https addresses, not `{value}`")
    if not is_https(folder.force.exit_url):
        line = force.line_of_key("exit_url")
        yield Problem(FORCE, line, f"links must be https, not `{folder.force.exit_url}`")
    for text in folder.texts():
        if text.article is None and (found := _HTTP.search(text.text)):
            yield text.problem("links must be https, not http", found[0])
        for found in _TARGET.finditer(text.text):
            target = found[1]
            if not (
                target.startswith("{") or is_https(target) or _HTTP.match(target) or target == _CALL
            ):
                words = (
                    f"links lead to https addresses or names such as {{article:call-101}}, "
                    f"not `{target}`"
                )
                yield text.problem(words, found[0])


def _before_launch(folder: Folder) -> Iterator[Problem]:
    """What was only seen on old pages and is shown, and drafts that still have to be checked."""
    for article in folder.articles.values():
        source = folder.home(f"article:{article.id}")
        for fact in article.facts:
            line = source.line_of_key("facts", fact.id)
            if fact.status == DATED:
                words = f"confirm before going live: “{fact.text}” (last seen: {fact.seen})"
                yield Problem(source.file, line, words, error=False)
            elif fact.status in {UNVERIFIED, OUTDATED}:
                words = f"not shown until it is checked: “{fact.text}” {fact.check}"
                yield Problem(source.file, line, words, error=False)
    for language in folder.languages.values():
        if not language.checked_by:
            words = f"not checked by anybody: the 999 guidance in {language.name}"
            line = folder.home(LANGUAGES).line_of(f'code = "{language.code}"')
            yield Problem(LANGUAGES, line, words, error=False)
    shown = {
        found.name
        for text in folder.texts()
        for found in placeholders(text.text)
        if found.kind not in {"", "article", "seen"}
    }
    source = folder.home(CONTACTS)
    for contact in folder.contacts.values():
        if contact.status == DATED and contact.id in shown:
            ways = ", ".join(filter(None, (contact.phone, contact.text, contact.email)))
            words = f"confirm before going live: {contact.name} {ways} (last seen: {contact.seen})"
            yield Problem(CONTACTS, source.line_of_key(contact.id), words, error=False)
