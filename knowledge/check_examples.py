"""House rules for example questions: each belongs to one article, and finds it."""

from collections.abc import Iterator

from knowledge.article import Article, Problem
from knowledge.folder import Folder
from knowledge.match import Matcher
from knowledge.text import normalise, words


def check_examples(folder: Folder) -> Iterator[Problem]:
    """No question may stand twice, in whatever spelling of capitals, accents and punctuation."""
    homes: dict[str, Article] = {}
    for article in folder.articles.values():
        own: set[str] = set()
        for example in article.examples:
            plain = " ".join(words(normalise(example)))
            home = homes.setdefault(plain, article)
            if not plain:
                yield _at(folder, article, example, f"the example “{example}” has no words")
            elif home is not article:
                told = f"the example “{example}” belongs to {home.file} already"
                yield _at(folder, article, example, told)
            elif plain in own:
                told = f"the example “{example}” stands twice"
                yield _at(folder, article, example, told, error=False)
            own.add(plain)


def check_matching(folder: Folder, matcher: Matcher) -> Iterator[Problem]:
    """Each example must find its own article, and should find it even if it were not there."""
    lost = set()
    for article in folder.articles.values():
        for example in article.examples:
            ranked = matcher.match(example).ranked
            if ranked and ranked[0][0] != article.id:
                lost.add((article.id, example))
                told = f"the example “{example}” finds `{ranked[0][0]}`, not this article"
                yield _at(folder, article, example, told)
        for question in article.not_for:
            if matcher.match(question).article == article.id:
                told = f"“{question}” is not for this article and still finds it"
                yield _at(folder, article, question, told, error=False)
    for id, example in matcher.held_out():
        if (id, example) not in lost and id in folder.articles:
            told = f"without the example “{example}” nobody asking it would come here: add more"
            yield _at(folder, folder.articles[id], example, told, error=False)


def _at(
    folder: Folder, article: Article, example: str, told: str, *, error: bool = True
) -> Problem:
    source = folder.home(f"article:{article.id}")
    line = source.line_of(f'"{example}"', source.line_of_key("examples"))
    return Problem(source.file, line, told, error)
