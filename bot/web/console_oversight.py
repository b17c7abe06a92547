"""The state of the knowledge files, for who answers for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_frame import Frame
from handlers.local_time import LONDON
from knowledge.article import Article

AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Due:
    """An article to be reviewed."""

    title: str
    owner: str
    date: str
    late: bool
    file: str


class KnowledgePage:
    """What is wrong with the knowledge files, and what is due for review."""

    def __init__(self, shelf: Shelf, clock: Callable[[], datetime], frame: Frame) -> None:
        self._shelf, self._clock, self._frame = shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /knowledge."""
        library = self._shelf.library
        today = self._clock().astimezone(LONDON).date()
        due = [article for article in library.articles.values() if _is_due(article, today)]
        return self._frame.page(
            request,
            "knowledge.html",
            articles=len(library.articles),
            refused=self._shelf.refused,
            warnings=tuple(problem for problem in library.problems if not problem.error),
            due=tuple(
                Due(
                    title=article.title,
                    owner=article.owner,
                    date=library.day(article.review_by),
                    late=today > article.review_by,
                    file=article.file,
                )
                for article in sorted(due, key=lambda article: article.review_by)
            ),
        )


def _is_due(article: Article, today: date) -> bool:
    return article.review_by <= today + AHEAD
