"""What was said in the chat that a report came from, as far as it is still kept."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.web.console_form import by_of, reference_of
from bot.web.console_frame import Frame, who
from bot.web.console_live_chat import spoken
from storage.work import Store


class ConversationPage:
    """The chat beside the report; that it was opened is recorded."""

    def __init__(self, store: Store, clock: Callable[[], datetime], frame: Frame) -> None:
        self._store, self._clock, self._frame = store, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /reports/{reference}/conversation."""
        reference, by, now = reference_of(request), by_of(who(request)), self._clock()
        async with self._store.work() as work:
            report = await work.casework.open(reference, by, now)
            if report is not None:
                username = by.staff.username
                await work.audit.append(username, "conversation viewed", reference, {}, now)
                names = await work.staff.names()
                id = report.conversation_id
                lines = await work.transcript.of(id) if id else ()
        if report is None:
            raise web.HTTPNotFound
        return self._frame.page(
            request,
            "conversation.html",
            reference=reference,
            channel=report.channel,
            lines=tuple(spoken(line, names) for line in lines),
        )
