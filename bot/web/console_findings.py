"""What staff found out about a report: the force's numbers, other reports, how urgent it is."""

import re
from dataclasses import fields
from datetime import datetime

from aiohttp import web

from bot.web.console_door import FORM
from bot.web.console_form import Slip, reference_of, slip_of
from bot.web.console_report_page import Refused, ReportPage, version_of
from handlers.report import read_reference
from storage.findings import NumberKind, Reasons, Relation
from storage.scope import By
from storage.work import Work

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9/ .-]{2,31}")


class FindingForms:
    """Numbers, links and THRIVE."""

    def __init__(self, page: ReportPage) -> None:
        self._page = page

    async def number(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/numbers: an incident or a crime number."""
        form, reference = request[FORM], reference_of(request)
        kind = form.get("number-kind", "")
        number = " ".join(form.get("number", "").upper().split())
        if kind not in set(NumberKind) or not _NUMBER.fullmatch(number):
            slip = Slip("number", "Write the number as the force’s system shows it.")
            return await self._page.refuse(request, slip)

        async def act(work: Work, by: By, now: datetime) -> None:
            version = version_of(request)
            await work.findings.number(reference, NumberKind(kind), number, by, now, version)

        return await self._page.act(request, "number", act)

    async def link(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/links: this report belongs to another."""
        form, reference = request[FORM], reference_of(request)
        other, relation = read_reference(form.get("other", "")[:40]), form.get("relation", "")
        if other is None:
            slip = Slip("other", "That is not a reference. Check each letter.")
            return await self._page.refuse(request, slip)
        if relation not in set(Relation):
            slip = Slip("relation", "Choose how they belong together.")
            return await self._page.refuse(request, slip)

        async def act(work: Work, by: By, now: datetime) -> None:
            version = version_of(request)
            if await work.queue.version(other, by) is None:
                raise Refused(Slip("other", "There is no such report. Check the reference."))
            try:
                await work.findings.link(reference, other, Relation(relation), by, now, version)
            except ValueError as refusal:
                raise Refused(Slip("other", str(refusal))) from None

        return await self._page.act(request, "linked", act)

    async def unlink(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/links/{other}/delete."""
        reference, other = reference_of(request), read_reference(request.match_info["other"][:40])
        if other is None:
            raise web.HTTPNotFound

        async def act(work: Work, by: By, now: datetime) -> None:
            await work.findings.unlink(reference, other, by, now, version_of(request))

        return await self._page.act(request, "unlinked", act)

    async def grade(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/grade: THRIVE, each part in staff's own words."""
        form, reference = request[FORM], reference_of(request)
        grade = form.get("grade", "")
        parts = {part.name: form.get(part.name, "").strip() for part in fields(Reasons)}
        if grade not in self._page.shelf.library.desk.grades:
            return await self._page.refuse(request, Slip("grade", "Choose a grade."))
        if not any(parts.values()):
            slip = Slip("threat", "Say why: at least one of the six parts.")
            return await self._page.refuse(request, slip)
        too_long = (slip_of(name, text) for name, text in parts.items())
        if (slip_found := next(filter(None, too_long), None)) is not None:
            return await self._page.refuse(request, slip_found)

        async def act(work: Work, by: By, now: datetime) -> None:
            reasons = Reasons(**parts)
            await work.findings.grade(reference, grade, reasons, by, now, version_of(request))

        return await self._page.act(request, "graded", act)
