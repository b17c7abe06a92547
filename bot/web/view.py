"""The chat page as HTML: whole, or the lines and problems that a script puts into it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web
from markupsafe import Markup

from bot.reflex import CARD, HELD, NOT_RECORDED
from bot.web.door import Door
from bot.web.errors import Problem, refused, wants_json
from bot.web.lines import Shown, last_of, shown, welcome
from bot.web.pages import Pages, page_html
from handlers.conversation import Conversation
from handlers.messages import Opened
from handlers.respond import respond
from knowledge.library import Library
from storage.transcript import Line

MOST_LINES = 100
"""Lines shown of a very long chat."""


class View:
    """Renders conversations; asks nobody and keeps nothing."""

    def __init__(
        self,
        pages: Pages,
        door: Door,
        library: Callable[[], Library],
        clock: Callable[[], datetime],
    ) -> None:
        self._pages, self._door = pages, door
        self._library, self._clock = library, clock

    def page(self, session: str, lines: Sequence[Line]) -> web.Response:
        """The chat page; where nothing is kept yet it shows the welcome, and keeps nothing."""
        return self._chat(session, self._lines(lines), 200)

    def fragment(self, session: str, lines: Sequence[Line]) -> str:
        """Lines alone, as HTML."""
        keys = self._door.keys(session)
        return self._pages.html("line.html", lines=shown(lines), form=keys)

    def taken(self, session: str, lines: Sequence[Line], after: int) -> web.Response:
        """The answer to our script: the lines after that id, and the oldest that is still kept."""
        news = [line for line in lines if line.id > after]
        oldest = min((line.id for line in lines), default=0)
        return web.json_response(
            {"kept": True, "lines": self.fragment(session, news), "oldest": oldest}
        )

    def refused(
        self,
        request: web.Request,
        session: str,
        problem: Problem,
        status: int,
        *,
        text: str = "",
        lines: Sequence[Line] | None = None,
        held: bool = False,
    ) -> web.Response:
        """What was sent was not taken: why, with the text still in the box.

        `lines` is the transcript, where it could be read; what is `held` need not be sent again.
        """
        if wants_json(request):
            token = self._door.tokens.token(session)
            response = refused(self._pages, problem, status, token, held=held)
        else:
            there = () if lines is None else self._lines(lines)
            response = self._chat(
                session, there, status, problem=problem, text=text, away=lines is None
            )
        if status in {429, 503}:
            response.headers["Retry-After"] = "60"
        self._door.sessions.give(response, session)
        return response

    def problem(
        self, name: str, *, card: bool = False, text: str = "", field: str = "", **values: object
    ) -> Problem:
        """The problem of the wording keys `web.<name>` and `web.<name>_text`."""
        html = self._pages.say(f"web.{name}_text", **values)
        return self._described(name, html, card=card, text=text, field=field)

    def not_recorded(self, *, card: bool, text: str) -> Problem:
        """Nothing could be kept: the constant sentence, whatever became of the knowledge files."""
        return self._described("not_recorded", page_html(NOT_RECORDED), card=card, text=text)

    def held(self, *, card: bool) -> Problem:
        """It is in the journal only; nothing stays in the box, since it need not be sent again."""
        return self._described("held", page_html(HELD), card=card, text="")

    def _described(
        self, name: str, html: Markup, *, card: bool, text: str, field: str = ""
    ) -> Problem:
        if text and not field:
            html += self._pages.say("web.in_the_box")
        return Problem(
            title=self._pages.words(f"web.{name}"),
            html=html,
            card=page_html(CARD) if card else None,
            field=field,
            link=self._pages.words("web.fix_it") if field else "",
        )

    def _chat(
        self,
        session: str,
        lines: Sequence[Shown],
        status: int,
        *,
        problem: Problem | None = None,
        text: str = "",
        away: bool = False,
    ) -> web.Response:
        return self._pages.page(
            "chat.html",
            status=status,
            lines=lines,
            last=last_of(lines),
            form=self._door.keys(session),
            problem=problem,
            text=text,
            away=away,
            unsent=self.problem("unsent"),
        )

    def _lines(self, lines: Sequence[Line]) -> tuple[Shown, ...]:
        if lines:
            return shown(lines[-MOST_LINES:])
        opened = respond(Opened(), Conversation(), self._library(), self._clock())
        return welcome(opened.replies)
