"""The API's export: whole reports, one a line, for a system that takes them over."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.web.api_given import FullReport
from bot.web.api_operation import LINES, Call, Terms, operation
from bot.web.api_reports import full, wanted_of
from bot.web.api_taken import Filter
from storage.api_tokens import Scope
from storage.feed import Listed
from storage.scope import By
from storage.work import Store

EXPORTED = "report exported"
AT_ONCE = 50
"""Reports read in one transaction; nothing is sent meanwhile."""


class Export:
    """Hands out all reports that a filter finds and a token may see."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    @operation(Terms("GET", "/export", Scope.EXPORT, {200: FullReport}, query=Filter, media=LINES))
    async def export_reports(self, call: Call) -> web.StreamResponse:
        """Export reports whole, each as one line of JSON, those changed longest ago first.

        The export is an event of the audit trail, and so is each report in it. Where the
        connection breaks off before its proper end, the export is not whole: ask again with
        “changed_since”.
        """
        query: Filter = call.query
        by = call.token.by
        asked = query.model_dump(mode="json", exclude_none=True)
        async with self._store.work() as work:
            await work.audit.append(by.staff.username, "reports exported", "", asked, self._clock())
        response = web.StreamResponse()
        response.content_type = LINES
        await response.prepare(call.request)
        found = await self._found(query, None, by)
        while found:
            await response.write(await self._lines(found, by))
            found = await self._found(query, found[-1].mark, by)
        await response.write_eof()
        return response

    async def _found(
        self, query: Filter, after: tuple[datetime, str] | None, by: By
    ) -> tuple[Listed, ...]:
        async with self._store.work() as work:
            return await work.feed.page(wanted_of(query), after, AT_ONCE, by)

    async def _lines(self, found: tuple[Listed, ...], by: By) -> bytes:
        now = self._clock()
        async with self._store.work() as work:
            opened = [
                await work.casework.open(each.reference, by, now, what=EXPORTED) for each in found
            ]
        lines = (full(report).model_dump_json() + "\n" for report in opened if report is not None)
        return "".join(lines).encode()
