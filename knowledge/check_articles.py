"""House rules for one article at a time: 999 where it is needed, sources, length, review date."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from knowledge.article import Article, Problem
from knowledge.fill import Filler
from knowledge.folder import Folder
from knowledge.library import serve
from knowledge.load_articles import body_line
from knowledge.markup import TELEGRAM_LIMIT, telegram_length, utf16_length
from knowledge.source import Source
from knowledge.table import did_you_mean

NEEDS_999 = (
    "emergency-and-contact",
    "report-a-crime",
    "antisocial-behaviour",
    "domestic-and-sexual-abuse",
    "children-and-vulnerable",
    "hate-and-harassment",
    "drugs-and-weapons",
    "roads-and-vehicles",
    "rural-and-animals",
)
"""Categories whose residents may be in danger while they read: every article leads with 999."""
CATEGORIES = (
    *NEEDS_999,
    "about-this-service",
    "fraud-and-online",
    "information-and-rights",
    "join-and-volunteer",
    "local-policing",
    "not-a-police-matter",
    "safety-advice",
    "services-and-licensing",
    "victims-and-cases",
)
EXAMPLES = 12
"""The fewest example questions that let an article be found."""
LONGEST_REVIEW = timedelta(days=400)
_SURELY_SHORT = TELEGRAM_LIMIT * 3 // 4
"""UTF-16 units of Markdown below which the visible text cannot reach the limit."""

_NINES = re.compile(r"\b999\b")
_ADDRESS = re.compile(
    r"\b(?:https?://|www\.)[^\s)>\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>|!\[", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6} |^ {0,3}(?:=+|-+)[ ]*$|^\|", re.MULTILINE)


def check_article(article: Article, folder: Folder, today: date) -> Iterator[Problem]:
    """Every house rule that needs no other article."""
    source = folder.home(f"article:{article.id}")
    rules = (_keys, _danger, _dates, _addresses, _body)
    for rule in rules:
        yield from rule(article, source, today)


def check_length(article: Article, folder: Folder, filler: Filler) -> Iterator[Problem]:
    """An answer must fit one Telegram message, as served in time and as served too late.

    Needs every name in the article and the wording of answers to exist.
    """
    source = folder.home(f"article:{article.id}")
    days = (article.review_by, article.review_by + timedelta(days=1))
    served = [serve(article, day, filler) for day in days]
    if max(map(utf16_length, served)) < _SURELY_SHORT:
        return
    longest = max(map(telegram_length, served))
    if longest > TELEGRAM_LIMIT:
        words = f"the answer has {longest} characters as it is shown; at most {TELEGRAM_LIMIT} fit"
        yield Problem(source.file, body_line(source), words)


def _keys(article: Article, source: Source, today: date) -> Iterator[Problem]:
    def at(key: str, words: str, *, error: bool = True) -> Problem:
        return Problem(source.file, source.line_of_key(key), words, error)

    if article.category and article.category not in CATEGORIES:
        near = did_you_mean(article.category, CATEGORIES) or f"; one of: {', '.join(CATEGORIES)}"
        yield at("category", f"unknown category `{article.category}`{near}")
    if article.form and article.people_only:
        words = "an article for people only (`people_only`) must not lead to a form (`form`)"
        yield at("form", words)
    if len(article.examples) < EXAMPLES:
        words = f"only {len(article.examples)} examples: write at least {EXAMPLES}, each different"
        yield at("examples", words)
    if "*" in article.urgent or "\n" in article.urgent:
        yield at("urgent", "`urgent` is one line without `*`: it is shown in bold as it is")
    if not article.related:
        yield at("related", "`related` names no other article to go on to", error=False)


def _danger(article: Article, source: Source, today: date) -> Iterator[Problem]:
    named = _NINES.search(article.urgent) or "{phone:emergency}" in article.urgent
    if article.category in NEEDS_999 and not named:
        words = f"`urgent` must say when to call 999: articles in {article.category} need it"
        yield Problem(source.file, source.line_of_key("urgent"), words)


def _dates(article: Article, source: Source, today: date) -> Iterator[Problem]:
    if date.min in {article.checked_on, article.review_by}:
        return
    line = source.line_of_key("review_by")
    if article.review_by <= article.checked_on:
        yield Problem(source.file, line, "`review_by` must be later than `checked_on`")
    elif article.review_by > article.checked_on + LONGEST_REVIEW:
        words = "`review_by` is more than a year after `checked_on`"
        yield Problem(source.file, line, words, error=False)
    if article.checked_on > today:
        line_checked = source.line_of_key("checked_on")
        words = "`checked_on` is in the future"
        yield Problem(source.file, line_checked, words, error=False)
    if article.review_by < today:
        words = f"the review is overdue since {article.review_by}: phone numbers are left out"
        yield Problem(source.file, line, words, error=False)


def _addresses(article: Article, source: Source, today: date) -> Iterator[Problem]:
    if article.source and not is_https(article.source):
        words = f"`source` must be an https address, not `{article.source}`"
        yield Problem(source.file, source.line_of_key("source"), words)
    for fact in article.facts:
        for address in fact.sources:
            if not is_https(address):
                line = source.line_of(address, source.line_of_key("facts", fact.id, "sources"))
                yield Problem(source.file, line, f"sources are https addresses, not `{address}`")
    for found in _ADDRESS.finditer(article.body):
        line = source.line_of(found[0], body_line(source))
        if found[0].lower().startswith("http://"):
            yield Problem(source.file, line, f"links must be https, not `{found[0]}`")
        else:
            words = f"`{found[0]}` is typed: put it in contacts.toml and name it, {{link:…}}"
            yield Problem(source.file, line, words, error=False)


def is_https(address: str) -> bool:
    """Whether an address is a whole https one."""
    return bool(re.fullmatch(r"https://[\w-]+(?:\.[\w-]+)+(?:[:/?#]\S*)?", address))


def _body(article: Article, source: Source, today: date) -> Iterator[Problem]:
    if found := _MARKUP.search(article.body):
        line = source.line_of(found[0], body_line(source))
        yield Problem(source.file, line, f"HTML and images are not shown: `{found[0]}`")
    if found := _HEADING.search(article.body):
        words = "answers have no headings, tables or lines: paragraphs and lists only"
        heading = found[0].strip()
        yield Problem(source.file, source.line_of(heading, body_line(source)), words, error=False)
