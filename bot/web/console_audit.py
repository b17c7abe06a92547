"""The audit trail: found by who, what, about and when, checked, and taken away as a file."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from aiohttp import web

from bot.web.console_form import Slip, number
from bot.web.console_frame import Frame, who
from bot.web.csv_out import csv_file
from bot.web.figures_days import read_day
from handlers.days import midnight
from handlers.report import read_reference
from storage.audit import AuditEvent
from storage.audit_search import Wanted
from storage.staff import read_username
from storage.work import Store, Work

PATH = "/audit"
PER_PAGE = 100
MOST_SAVED = 50_000
"""Events in one file; what is older is in a file of its own."""
_LONGEST = 64
_WORDS = ("search", "opening")
"""In the detail of an event, ids of words that are kept elsewhere, sealed."""
_FIELDS = ("who", "what", "about", "from", "to")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for, as they typed it."""

    who: str = ""
    what: str = ""
    about: str = ""
    start: str = ""
    end: str = ""
    before: int | None = None
    """Only events with lower numbers: a page further on."""
    problems: tuple[Slip, ...] = ()

    def path(self, page: str = PATH, **more: str) -> str:
        """The address that asks for this: ids, fixed words and days."""
        asked = {"who": self.who, "what": self.what, "about": self.about}
        asked |= {"from": self.start, "to": self.end}
        given = {name: value for name, value in (asked | more).items() if value}
        return f"{page}?{urlencode(given)}" if given else page

    @property
    def filtered(self) -> bool:
        """Whether it asks for less than everything."""
        return self.path() != PATH

    def wanted(self) -> Wanted:
        """The same for storage."""
        start, last = read_day(self.start), read_day(self.end)
        return Wanted(
            # What can be nobody's name finds nothing, rather than everything.
            who=(read_username(self.who) or self.who) if self.who else "",
            what=self.what,
            about=read_reference(self.about) or self.about,
            start=midnight(start) if start else None,
            end=midnight(last + timedelta(days=1)) if last else None,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """An event as the page shows it."""

    seq: int
    at: datetime
    who: str
    what: str
    about: str
    detail: str
    words: str
    """The id of the words that it names and does not hold; empty for most events."""


class AuditPage:
    """The events that were looked for, and whether the chain of all of them is whole."""

    def __init__(self, store: Store, clock: Callable[[], datetime], frame: Frame) -> None:
        self._store, self._clock, self._frame = store, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /audit; looking here is an event as well."""
        asked = read_asked(request.query)
        async with self._store.work() as work:
            await self._note(work, request, "audit trail viewed", asked)
            events = await work.audit_search.find(asked.wanted(), PER_PAGE + 1, asked.before)
            kinds = await work.audit_search.kinds()
        lines = tuple(map(_line, events[:PER_PAGE]))
        older = asked.path(before=str(lines[-1].seq)) if len(events) > PER_PAGE else ""
        return self._page(request, asked, events=lines, kinds=kinds, older=older)

    async def check(self, request: web.Request) -> web.Response:
        """GET /audit/check: every event anew, which takes long where there are many."""
        async with self._store.work() as work:
            await self._note(work, request, "audit trail checked", Asked())
            broken_at = await work.audit.verify()
        return self._frame.page(request, "audit_check.html", broken_at=broken_at)

    async def words(self, request: web.Request) -> web.Response:
        """GET /audit/words/{id}: what an event names and does not hold; looking is an event too.

        What was searched for, or the reason somebody gave for opening a closed report.
        """
        id = request.match_info["id"]
        async with self._store.work() as work:
            terms, reason = await work.searches.terms(id), await work.glass.why(id)
            if terms is None and reason is None:
                raise web.HTTPNotFound
            what = "search terms read" if reason is None else "reason read"
            username = who(request).staff.username
            await work.audit.append(username, what, "", {"of": id}, self._clock())
        return self._frame.page(request, "audit_words.html", terms=terms, reason=reason)

    async def save(self, request: web.Request) -> web.Response:
        """GET /audit.csv: the same events as a file; that it was taken away is recorded."""
        asked = read_asked(request.query)
        async with self._store.work() as work:
            await self._note(work, request, "audit trail exported", asked)
            events = await work.audit_search.find(asked.wanted(), MOST_SAVED, asked.before)
        head = ("number", "at", "who", "what", "about", "detail")
        rows = (
            (event.seq, event.at.isoformat(), event.who, event.what, event.about, event.detail)
            for event in events
        )
        return csv_file("audit-trail", (head, *rows))

    async def _note(self, work: Work, request: web.Request, what: str, asked: Asked) -> None:
        """Record the search: its terms where they are of ours, or else that there were some."""
        wanted = asked.wanted()
        terms: dict[str, str | bool] = {"who": read_username(wanted.who) or bool(wanted.who)}
        terms["what"] = bool(wanted.what)
        terms["about"] = read_reference(wanted.about) or bool(wanted.about)
        terms |= {"from": asked.start, "to": asked.end} if not asked.problems else {}
        given = {name: term for name, term in terms.items() if term}
        await work.audit.append(who(request).staff.username, what, "", given, self._clock())

    def _page(self, request: web.Request, asked: Asked, **values: object) -> web.Response:
        status = 422 if asked.problems else 200
        return self._frame.page(request, "audit.html", status=status, asked=asked, **values)


def read_asked(query: Mapping[str, str]) -> Asked:
    """What an address asks for; days that cannot be read are said."""
    given = {name: query.get(name, "")[:_LONGEST].strip() for name in _FIELDS}
    before = number(query.get("before", ""))
    slips = tuple(
        Slip(name, "Write the day like 2026-03-31.")
        for name in ("from", "to")
        if given[name] and read_day(given[name]) is None
    )
    return Asked(
        who=given["who"],
        what=given["what"],
        about=given["about"],
        start=given["from"],
        end=given["to"],
        before=before if before >= 0 else None,
        problems=slips,
    )


def _line(event: AuditEvent) -> Line:
    told = json.loads(event.detail)
    detail = "; ".join(f"{name}: {value}" for name, value in told.items() if value is not None)
    words = next((str(told[name]) for name in _WORDS if told.get(name)), "")
    return Line(event.seq, event.at, event.who, event.what, event.about, detail, words)
