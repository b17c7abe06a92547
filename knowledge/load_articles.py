"""Reads articles: a Markdown text with its TOML front matter between two lines of +++."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.article import OUTDATED, SENSITIVITIES, UNVERIFIED, Article, Fact, Problem
from knowledge.source import Source, files_in, parse_toml, read_source, tables_of
from knowledge.table import Table, check_id, check_status
from knowledge.text import normalise, words

FENCE = "+++"


def load_articles(root: Path, problems: list[Problem]) -> Iterator[tuple[Source, Article]]:
    """Every readable article of `root`/articles; what is wrong is added to `problems`."""
    for path in files_in(root, "articles", ".md"):
        source = path if isinstance(path, Problem) else read_source(root, path)
        if isinstance(source, Problem):
            problems.append(source)
        elif article := _article(source, problems):
            yield source, article


def body_line(source: Source) -> int:
    """The line on which the body of an article starts."""
    return _fence(source.text.split("\n"), 1) + 2


def _fence(lines: list[str], start: int) -> int:
    """The index of the first line from `start` on that is a fence, or -1."""
    return next((i for i in range(start, len(lines)) if lines[i].rstrip() == FENCE), -1)


def _article(source: Source, problems: list[Problem]) -> Article | None:
    lines = source.text.split("\n")
    end = _fence(lines, 1)
    if lines[0].rstrip() != FENCE:
        problems.append(Problem(source.file, 1, f"the first line must be `{FENCE}`"))
        return None
    if end < 0:
        text = f"the keys must end with a line that is `{FENCE}`, and the answer follows below it"
        problems.append(Problem(source.file, 1, text))
        return None
    data = parse_toml(source, 2, end + 1)
    if isinstance(data, Problem):
        problems.append(data)
        return None
    table = Table(source, data, (), problems)
    article = Article(
        id=table.text("id", required=True),
        title=table.text("title", required=True),
        category=table.text("category", required=True),
        owner=table.text("owner", required=True),
        checked_on=table.day("checked_on"),
        review_by=table.day("review_by"),
        sensitive=table.flag("sensitive", required=True),
        urgent=table.text("urgent", required=True),
        source=table.text("source", required=True),
        form=table.text("form"),
        people_only=table.flag("people_only"),
        discloses=table.text("discloses"),
        council=table.flag("council"),
        media_warning=table.text("media_warning"),
        related=table.texts("related"),
        examples=table.texts("examples", required=True),
        not_for=table.texts("not_for"),
        facts=_facts(table, source, data, problems),
        body="\n".join(lines[end + 1 :]).strip(),
        file=source.file,
    )
    table.finish()
    _check(article, table)
    return article


def _facts(
    table: Table, source: Source, data: dict[str, Any], problems: list[Problem]
) -> tuple[Fact, ...]:
    table.known("facts")
    if not isinstance(data.get("facts", {}), dict):
        table.wrong("facts", "facts are tables: [facts.short-name] on a line of its own")
    return tuple(
        _fact(id, Table(source, values, ("facts", id), problems))
        for id, values in tables_of(data, "facts").items()
    )


def _fact(id: str, table: Table) -> Fact:
    fact = Fact(
        id=id,
        text=table.text("text", required=True),
        status=table.text("status", required=True),
        seen=table.text("seen"),
        sources=table.texts("sources", required=True),
        check=table.text("check"),
    )
    table.finish()
    check_status(table, fact.status, fact.seen)
    if fact.status in {UNVERIFIED, OUTDATED} and not fact.check:
        table.wrong("status", f"the fact `{id}` needs `check`: what must be checked, and with whom")
    return fact


def _check(article: Article, table: Table) -> None:
    check_id(table, article.id, article.file)
    for key in ("title", "category", "owner", "source"):
        if not getattr(article, key) and table.has(key):
            table.wrong(key, f"`{key}` is empty")
    if article.discloses and not (article.people_only and article.discloses in SENSITIVITIES):
        kinds = ", ".join(SENSITIVITIES)
        table.wrong("discloses", f"`discloses` is one of {kinds}, beside `people_only = true`")
    for example in article.examples:
        if not words(normalise(example)):
            table.wrong("examples", f"the example “{example}” has no words", needle=f'"{example}"')
    if not article.body:
        table.wrong("", "the answer itself is missing: write it below the second `+++`")
