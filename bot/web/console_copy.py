"""A report as text in the order in which the force's own system asks for it, ready to copy."""

from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_form import by_of, reference_of
from bot.web.console_frame import Frame, who
from bot.web.console_text import district_name, kind_name, local
from handlers.report import Answer
from storage.casework import StaffReport
from storage.story import Kind
from storage.work import Store


class CopyPage:
    """The page to copy from; that it was opened is recorded as an export."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /reports/{reference}/copy."""
        by, reference, now = by_of(who(request)), reference_of(request), self._clock()
        async with self._store.work() as work:
            report = await work.casework.open(reference, by, now)
            if report is not None:
                await work.audit.append(by.staff.username, "report copied", reference, {}, now)
        if report is None:
            raise web.HTTPNotFound
        library = self._shelf.library
        heads = (
            ("Reference", reference),
            ("Kind", kind_name(library, report.kind)),
            ("Received", local(report.made_at)),
            ("District", district_name(library, report.district)),
        )
        lines = [f"{name}: {value}" for name, value in heads]
        lines += [
            f"{one.summary}: {one.value}" for one in in_order(report, library.desk.copy_order)
        ]
        added = (one for one in report.story if one.kind is Kind.ADDED)
        lines += [f"Added on {local(one.at)}: {one.text}" for one in added]
        text = "\n".join(lines)
        return self._frame.page(request, "copy.html", reference=reference, text=text)


def in_order(report: StaffReport, order: Sequence[str]) -> tuple[Answer, ...]:
    """The answers, those that `order` names first and in its order, then the others."""
    places = {question: place for place, question in enumerate(order)}
    return tuple(sorted(report.answers, key=lambda one: places.get(one.question, len(places))))
