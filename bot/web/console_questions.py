"""What residents ask and nobody answers, and what they think of the answers they got."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.question_groups import ENOUGH, Group, groups_of
from bot.shelf import Shelf
from bot.unanswered import Question
from bot.web.console_door import FORM
from bot.web.console_form import by_of, first_time
from bot.web.console_frame import Frame, new_once, who
from bot.web.permissions import Permission
from storage.feedback import Unanswered
from storage.work import Store

MOST = 300
"""Questions looked at for one page: they are read anew each time, which takes about a second."""
_OPINIONS = 100
_TEXTS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions that ask for the same."""

    askers: int
    nearest: tuple[str, ...]
    """Titles of the articles that came nearest."""
    texts: tuple[str, ...]


class QuestionsPage:
    """For comms what enough residents asked; for handlers the single ones, to pass on or not."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /questions; that somebody looked is recorded."""
        signed_in, library = who(request), self._shelf.library
        passes = signed_in.may(Permission.HAND_ON_QUESTION)
        async with self._store.work() as work:
            username = signed_in.staff.username
            found = await work.feedback.unanswered(username, self._clock(), MOST)
            opinions = await work.feedback.opinions(_OPINIONS)
        groups = await asyncio.to_thread(groups_of, _questions(found), library)
        shown = tuple(self._asked(group) for group in groups if group.seen_by_comms)
        waiting = [q for group in groups if not group.seen_by_comms for q in group.questions]
        return self._frame.page(
            request,
            "questions.html",
            groups=shown,
            waiting=waiting if passes else (),
            count=len(waiting),
            enough=ENOUGH,
            opinions=tuple((one, self._title(one.article)) for one in opinions if one.comment),
            csrf=signed_in.csrf,
            once=new_once(),
            passed="passed" in request.query,
        )

    async def pass_on(self, request: web.Request) -> web.Response:
        """POST /questions/{id}/pass: comms see it from now on."""
        form, by, now = request[FORM], by_of(who(request)), self._clock()
        try:
            async with self._store.work() as work:
                if await first_time(work, form, by, now):
                    id = request.match_info["id"][:32]
                    await work.feedback.pass_unanswered(id, by.staff.username, now)
        except LookupError:
            raise web.HTTPNotFound from None
        raise web.HTTPSeeOther("/questions?passed")

    def _asked(self, group: Group) -> Asked:
        titles = tuple(self._title(id) for id in group.nearest())
        return Asked(group.askers, titles, tuple(group.texts_for_comms()[:_TEXTS]))

    def _title(self, article: str) -> str:
        known = self._shelf.library.articles.get(article)
        return known.title if known else article


def _questions(found: Sequence[Unanswered]) -> tuple[Question, ...]:
    return tuple(
        Question(q.id, f"{q.at:%Y-%m-%d}", q.text, q.nearest, q.asker, q.passed) for q in found
    )
