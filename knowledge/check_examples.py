"""House rules for example questions: each belongs to one article, and finds it."""

from collections import defaultdict
from collections.abc import Iterator

from knowledge.article import Article, Problem
from knowledge.folder import Folder
from knowledge.match import Matcher
from knowledge.text import normalise, words

OFFERED = 3
HARD_TO_FIND = 2 / 3
"""Share of examples without a like among the others from which an article wants more of them."""
TAKEN = 1 / 4
"""Share of examples that one other article may take from an article before both are named."""
FEW = 4
"""So many taken examples are chance."""
ALONE = 2 / 3
"""Share of all articles that may come before an example's own before it is warned of."""
NAME = 3
"""Words of an example that may be a name, such as “section 59”: there is no other way to say it."""
_SHOWN = 3


def check_examples(folder: Folder) -> Iterator[Problem]:
    """No question may stand twice, in whatever spelling of capitals, accents and punctuation."""
    homes: dict[str, Article] = {}
    for article in folder.articles.values():
        own: set[str] = set()
        for example in article.examples:
            plain = " ".join(words(normalise(example)))
            home = homes.setdefault(plain, article)
            if home is not article:
                told = f"the example “{example}” belongs to {home.file} already"
                yield _at(folder, article, example, told)
            elif plain in own:
                told = f"the example “{example}” stands twice"
                yield _at(folder, article, example, told, error=False)
            own.add(plain)


def check_matching(folder: Folder, matcher: Matcher) -> Iterator[Problem]:
    """Each example must find its own article."""
    for id, example in matcher.own():
        found = matcher.match(example, matcher.meaning(example)).ranked[0][0]
        told = f"the example “{example}” finds `{found}`, not this article"
        yield _at(folder, folder.articles[id], example, told)


def check_hard_neighbours(folder: Folder, matcher: Matcher) -> Iterator[Problem]:
    """What an article says is not for it should not find it."""
    for article in folder.articles.values():
        for question in article.not_for:
            if matcher.match(question, matcher.meaning(question)).article == article.id:
                told = f"“{question}” is not for this article and still finds it"
                yield _at(folder, article, question, told, error=False)


def check_neighbours(folder: Folder, matcher: Matcher) -> Iterator[Problem]:
    """No two articles should be so alike that one takes the questions of the other."""
    lost: dict[tuple[str, str], list[str]] = defaultdict(list)
    for id, example, taker in matcher.taken():
        lost[id, taker].append(example)
    for (id, taker), examples in lost.items():
        article = folder.articles[id]
        if len(examples) > max(FEW, TAKEN * len(article.examples)):
            such = " or ".join(f"“{example}”" for example in examples[:_SHOWN])
            told = (
                f"mistaken for `{taker}`: without them it would get {len(examples)} of the "
                f"{len(article.examples)} examples here, such as {such}. Give each article words "
                f"of its own, or move those that belong there"
            )
            yield _at(folder, article, examples[0], told, error=False)


def check_held_out(folder: Folder, matcher: Matcher) -> Iterator[Problem]:
    """Examples should find their article even if they were not there."""
    # As many as a resident would be offered, unless there are hardly more articles than that.
    offered = max(1, min(OFFERED, len(folder.articles) // 4))
    by_article: dict[str, list[str]] = defaultdict(list)
    for id, example in matcher.held_out(among=offered):
        by_article[id].append(example)
    for article in folder.articles.values():
        lost = by_article[article.id]
        if len(lost) > HARD_TO_FIND * len(article.examples):
            such = " or ".join(f"“{example}”" for example in lost[:_SHOWN])
            told = (
                f"hard to find: {len(lost)} of {len(article.examples)} examples come here only "
                f"because they are examples, such as {such}: add other words for the same"
            )
            yield _at(folder, article, lost[0], told, error=False)
    far = max(OFFERED, int(ALONE * len(folder.articles)))
    for id, example in matcher.held_out(among=far, by_words_too=True):
        if len(example.split()) <= NAME:
            continue
        told = (
            f"the example “{example}” stands alone: without it, its words lead elsewhere. "
            "Add another in like words, or move it to its article"
        )
        yield _at(folder, folder.articles[id], example, told, error=False)


def _at(
    folder: Folder, article: Article, example: str, told: str, *, error: bool = True
) -> Problem:
    source = folder.home(f"article:{article.id}")
    line = source.line_of(f'"{example}"', source.line_of_key("examples"))
    return Problem(source.file, line, told, error)
