"""Pages to read: about, help, privacy, accessibility, and the way to give feedback."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web
from markupsafe import Markup

from bot.settings import Retention
from bot.web.door import Door
from bot.web.pages import Pages, page_html
from bot.web.session import new_session
from knowledge.library import Library

PRIVACY_ARTICLE = "privacy-and-data"
PLAIN = ("about", "help", "accessibility")


class Reading:
    """Shows wording as pages, by the keys `page_<name>.title` and `page_<name>.body`."""

    def __init__(
        self,
        pages: Pages,
        door: Door,
        library: Callable[[], Library],
        clock: Callable[[], datetime],
        retention: Retention,
    ) -> None:
        self._pages, self._door, self._library, self._clock = pages, door, library, clock
        self._retention = retention

    def add_routes(self, app: web.Application) -> None:
        """Put the pages into the application."""
        for name in PLAIN:
            app.router.add_get(f"/{name}", partial(self._plain, name))
        app.router.add_get("/privacy", self._privacy)
        app.router.add_get("/feedback", self._feedback)

    async def _plain(self, name: str, _: web.Request) -> web.Response:
        return self._page(name, self._pages.say(f"page_{name}.body"))

    async def _privacy(self, _: web.Request) -> web.Response:
        """What the counter answers to a question about privacy, and then all the rest."""
        library = self._library()
        said = Markup()
        if PRIVACY_ARTICLE in library.articles:
            said = page_html(library.answer(PRIVACY_ARTICLE, self._clock().date()))
        rest = self._pages.say(
            "page_privacy.body",
            alarm_days=self._retention.alarms,
            question_days=self._retention.unanswered,
            feedback_days=self._retention.feedback,
            draft_days=self._retention.drafts,
            chat_hours=self._retention.web_chats_hours,
        )
        return self._page("privacy", said + rest)

    async def _feedback(self, request: web.Request) -> web.Response:
        """One button that leads to the feedback question in the chat."""
        session = self._door.sessions.of(request) or new_session()
        response = self._page(
            "feedback",
            self._pages.say("page_feedback.body"),
            choice="menu:feedback",
            form=self._door.keys(session),
        )
        self._door.sessions.give(response, session)
        return response

    def _page(self, name: str, body: Markup, **values: Any) -> web.Response:
        return self._pages.page("page.html", current=name, body=body, **values)
