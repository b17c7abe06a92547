"""What was said in the chat that a report came from, as far as it is still kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from aiohttp import web

from bot.web.console_form import by_of, reference_of
from bot.web.console_frame import Frame, who
from bot.web.console_live_chat import spoken
from storage.redaction import Redaction, redacted
from storage.transcript import Line
from storage.work import Store


def _blacked_out(line: Line, passages: tuple[Redaction, ...]) -> Line:
    """The line without what was blacked out in the report."""
    if line.text is not None:
        return replace(line, text=redacted(line.text, passages))
    if line.reply is None:
        return line
    return replace(line, reply=replace(line.reply, text=redacted(line.reply.text, passages)))


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
            lines=tuple(spoken(_blacked_out(line, report.redactions), names) for line in lines),
        )
