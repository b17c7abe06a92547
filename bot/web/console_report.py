"""The forms of a report's page: its status, notes on it, and messages to its resident."""

import re
from collections.abc import Sequence
from datetime import datetime

from aiohttp import web

from bot.service import Counter
from bot.web.console_door import FORM
from bot.web.console_form import Slip, reference_of, slip_of
from bot.web.console_frame import who
from bot.web.console_replies import answer_by
from bot.web.console_report_page import DONE, Refused, ReportFilled, ReportPage, back, version_of
from handlers.report import Disposition, Status
from storage.conversations import Address
from storage.scope import By
from storage.staff import Staff
from storage.work import Work

_MENTION = re.compile(r"(?<![\w.@-])@([a-z0-9][a-z0-9._-]*[a-z0-9]|[a-z0-9])", re.IGNORECASE)


class ReportForms:
    """The page of a report, its status, its notes and its messages."""

    def __init__(self, page: ReportPage, counter: Counter) -> None:
        self._page, self._counter = page, counter

    async def show(self, request: web.Request) -> web.Response:
        """GET /reports/{reference}."""
        done = DONE.get(request.query.get("done", ""), "")
        return await self._page.page(request, ReportFilled(csrf=who(request).csrf), done=done)

    async def change_status(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/status."""
        form, reference = request[FORM], reference_of(request)
        given, why = form.get("status", ""), form.get("why", "").strip()
        if given not in set(Status):
            slip: Slip | None = Slip("status", "Choose what the status is to be.")
        else:
            slip = slip_of("why", why)
        if slip is not None:
            return await self._page.refuse(request, slip)
        to = Status(given)
        named = form.get("disposition", "")
        disposition = Disposition(named) if named in set(Disposition) else None

        async def act(work: Work, by: By, now: datetime) -> None:
            await work.casework.change_status(
                reference, to, disposition, by, now, version_of(request), why=why
            )

        return await self._page.act(request, "status", act)

    async def write_note(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/notes; @names are found by those they name."""
        reference, text = reference_of(request), request[FORM].get("note", "").strip()
        if (slip := slip_of("note", text, "Write the note first.")) is not None:
            return await self._page.refuse(request, slip)

        async def act(work: Work, by: By, now: datetime) -> None:
            named, unknown = mentioned(text, await work.staff.colleagues())
            if unknown:
                raise Refused(Slip("note", f"Nobody here is called @{unknown[0]}. Check the name."))
            await work.casework.note(reference, text, by, now, named)

        return await self._page.act(request, "note", act)

    async def write_message(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/messages: kept and announced in one transaction."""
        form, reference = request[FORM], reference_of(request)
        text = form.get("message", "").strip()
        if (slip := slip_of("message", text, "Write the message first.")) is not None:
            return await self._page.refuse(request, slip)
        told: tuple[Address, ...] = ()
        announced = False

        async def act(work: Work, by: By, now: datetime) -> None:
            nonlocal told, announced
            until = answer_by(self._page.shelf.library, now) if form.get("ask") else None
            told = await self._counter.announce(work, reference)
            await work.casework.message(reference, text, by, now, answer_by=until)
            # Storage names none where it is not safe to announce anything.
            announced = bool(await work.reports.followers(reference))

        try:
            return await self._page.act(request, "waits", act)
        except web.HTTPSeeOther:
            self._counter.told(told)
            raise back(reference, "announced" if announced else "waits") from None


def mentioned(text: str, people: Sequence[Staff]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The ids of those whom a note names by @username, and names that are nobody's."""
    by_name = {one.username: one.id for one in people}
    names = dict.fromkeys(found.casefold() for found in _MENTION.findall(text))
    known = tuple(by_name[name] for name in names if name in by_name)
    return known, tuple(name for name in names if name not in by_name)
