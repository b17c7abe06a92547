"""Pages for who answers for the console: the audit trail, and the state of the knowledge files."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_frame import Frame, who
from handlers.local_time import LONDON
from knowledge.article import Article
from storage.audit import AuditEvent
from storage.work import Store

LATEST = 100
AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Due:
    """An article to be reviewed."""

    title: str
    owner: str
    date: str
    late: bool
    file: str


@dataclass(frozen=True, slots=True)
class Line:
    """An event as the page shows it."""

    seq: int
    at: datetime
    who: str
    what: str
    about: str
    detail: str


class AuditPage:
    """The last events, and whether the chain of all of them is whole."""

    def __init__(self, store: Store, clock: Callable[[], datetime], frame: Frame) -> None:
        self._store, self._clock, self._frame = store, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /audit; looking here is an event as well."""
        async with self._store.work() as work:
            username = who(request).staff.username
            await work.audit.append(username, "audit trail viewed", "", {}, self._clock())
            broken_at = await work.audit.verify()
            events = await work.audit.latest(LATEST)
        lines = tuple(_line(event) for event in events)
        return self._frame.page(request, "audit.html", events=lines, broken_at=broken_at)


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


def _line(event: AuditEvent) -> Line:
    pairs = json.loads(event.detail).items()
    detail = "; ".join(f"{name}: {value}" for name, value in pairs if value is not None)
    return Line(event.seq, event.at, event.who, event.what, event.about, detail)


def _is_due(article: Article, today: date) -> bool:
    return article.review_by <= today + AHEAD
