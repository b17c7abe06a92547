"""Who has a report, and how it is filed: the small forms beside its words."""

from datetime import UTC, datetime, time

from aiohttp import web

from bot.web.console_door import FORM
from bot.web.console_form import Slip, number, reference_of
from bot.web.console_report_page import Refused, ReportPage, version_of
from bot.web.console_text import local
from handlers.local_time import LONDON
from storage.filing import PRIORITIES
from storage.scope import By
from storage.work import Work

ME, NOBODY = "me", "nobody"


class FilingForms:
    """Take on, give on, tag, put first, due later."""

    def __init__(self, page: ReportPage) -> None:
        self._page = page

    async def assign(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/assignee: to me, to a colleague, or to nobody."""
        reference, to = reference_of(request), request[FORM].get("to", "")

        async def act(work: Work, by: By, now: datetime) -> None:
            if to == NOBODY:
                person = None
            else:
                id = by.staff.id if to == ME else number(to)
                people = await work.staff.colleagues()
                person = next((one for one in people if one.id == id), None)
                if person is None:
                    raise Refused(Slip("to", "Choose who gets it."))
            await work.filing.assign(reference, person, by, now, version_of(request))

        return await self._page.act(request, "given", act)

    async def hand_on(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/team: to a team, or back from one."""
        reference, team = reference_of(request), request[FORM].get("team", "")

        async def act(work: Work, by: By, now: datetime) -> None:
            names = {one.id: one.name for one in await work.teams.list()}
            if team and team not in names:
                raise Refused(Slip("team", "Choose a team."))
            version = version_of(request)
            await work.filing.hand_on(reference, team, names.get(team, ""), by, now, version)

        return await self._page.act(request, "given", act)

    async def file(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/filing: tags, priority and due date together."""
        form, reference = request[FORM], reference_of(request)
        known = self._page.shelf.library.desk.tags
        tags = tuple(tag for tag in form.all("tag") if tag in known)
        priority = {str(key): key for key in PRIORITIES}.get(form.get("priority", ""))
        if priority is None:
            return await self._page.refuse(request, Slip("priority", "Choose a priority."))
        due_at = _moment(form.get("due-day", ""), form.get("due-time", ""))
        if due_at is None and (form.get("due-day") or form.get("due-time")):
            slip = Slip("due-day", "Write the day and the time when it is due.")
            return await self._page.refuse(request, slip)

        async def act(work: Work, by: By, now: datetime) -> None:
            # Each changes the version, so only the first is told which one was seen.
            await work.filing.tag(reference, tags, known, by, now, version_of(request))
            await work.filing.put(reference, priority, by, now)
            if due_at is not None:
                await work.filing.due(reference, due_at, local(due_at), by, now)

        return await self._page.act(request, "filed", act)


def _moment(day: str, clock: str) -> datetime | None:
    """A day and a time on the clock in London, in UTC; None where it is none."""
    try:
        there = datetime.combine(
            datetime.fromisoformat(day[:10]).date(), time.fromisoformat(clock[:5]), LONDON
        )
    except ValueError:
        return None
    return there.astimezone(UTC)
