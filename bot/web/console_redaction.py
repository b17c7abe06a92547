"""Blacking out a passage of a report, showing it again, and locking a picture away."""

from datetime import datetime

from aiohttp import web

from bot.web.console_door import FORM
from bot.web.console_form import Slip, reference_of, slip_of
from bot.web.console_report_page import Refused, ReportPage, version_of
from storage.redaction import Why
from storage.scope import By
from storage.work import Work

_SHORTEST = 2


class RedactionForms:
    """Passages and pictures that must not be seen any more."""

    def __init__(self, page: ReportPage) -> None:
        self._page = page

    async def redact(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/redactions: the passage as it stands in the report."""
        form, reference = request[FORM], reference_of(request)
        passage, why = form.get("passage", "").strip(), form.get("redact-why", "")
        slip = slip_of("passage", passage, "Copy the passage that is to be blacked out.")
        if slip is None and len(passage) < _SHORTEST:
            slip = Slip("passage", "One letter is too little: it stands everywhere.")
        if slip is None and why not in set(Why):
            slip = Slip("redact-why", "Choose why it is blacked out.")
        if slip is not None:
            return await self._page.refuse(request, slip)

        async def act(work: Work, by: By, now: datetime) -> None:
            if not await work.redactions.stands(reference, passage, by):
                text = "These words do not stand in the report. Copy them exactly."
                raise Refused(Slip("passage", text))
            version = version_of(request)
            await work.redactions.redact(reference, passage, Why(why), by, now, version)

        return await self._page.act(request, "redacted", act)

    async def lift(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/redactions/{id}/lift."""
        reference, id = reference_of(request), request.match_info["id"][:32]

        async def act(work: Work, by: By, now: datetime) -> None:
            await work.redactions.lift(reference, id, by, now, version_of(request))

        return await self._page.act(request, "shown", act)

    async def quarantine(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/photos/{id}/quarantine: nothing that could be shown is left."""
        reference, id = reference_of(request), request.match_info["id"][:32]

        async def act(work: Work, by: By, now: datetime) -> None:
            await work.redactions.quarantine(reference, id, by, now, version_of(request))

        return await self._page.act(request, "quarantined", act)
