"""The page of what came up in all reports, and the form that says two of them are not the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_form import by_of, first_time, reference_of
from bot.web.console_frame import Frame, who
from bot.web.console_text import district_name, kind_name
from handlers.report import read_reference
from handlers.traits import KeyKind
from knowledge.library import Library
from knowledge.unusual import Counts
from storage.patterns import Pattern, What
from storage.work import Store


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that came up."""

    what: str
    district: str
    reason: str
    latest: tuple[str, ...]
    path: str
    """Where the queue shows them; empty where it has no such filter."""


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one sort."""

    id: str
    heading: str
    intro: str
    none: str
    column: str
    """What the first column holds."""
    rows: tuple[Row, ...]


class NoticePages:
    """What was noticed, over all reports."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /notices."""
        async with self._store.work() as work:
            found = await work.patterns.list()
        library = self._shelf.library
        sections = tuple(_section(what, found, library) for what in _SECTIONS)
        looked = max((one.found_at for one in found), default=None)
        return self._frame.page(request, "noticed.html", sections=sections, looked=looked)

    async def not_same(self, request: web.Request) -> web.Response:
        """POST /reports/{reference}/unlike: two reports are not the same, or may be after all."""
        form, reference = request[FORM], reference_of(request)
        other = read_reference(form.get("other", "")[:40])
        if other is None or other == reference:
            raise web.HTTPNotFound
        by, now, so = by_of(who(request)), self._clock(), form.get("so", "yes") == "yes"
        try:
            async with self._store.work() as work:
                if await first_time(work, form, by, now):
                    await work.notices.not_same(reference, other, by, now, so=so)
        except LookupError:
            raise web.HTTPNotFound from None
        done = "unlike" if so else "like"
        raise web.HTTPSeeOther(f"/reports/{reference}?done={done}#noticed")


_SECTIONS = {
    What.SERIES: (
        "Emerging series",
        "More reports of a kind in a district than its own usual number, and more than chance.",
        "No kind of report stands out in any district.",
        "Kind",
    ),
    What.HOTSPOT: (
        "Hotspots",
        "Places with more reports than is usual for them, and more than chance.",
        "No place stands out.",
        "Place",
    ),
    What.PLACE: (
        "Places that come up again",
        "Three or more reports at a place in 90 days.",
        "No place has come up three times.",
        "Place",
    ),
    What.REPORTER: (
        "Reporters who come up again",
        "Three or more reports in 12 months with one phone number or e-mail address. Somebody may "
        "be a repeat victim, and may need more help.",
        "Nobody has reported three times.",
        "Told by",
    ),
}


def _section(what: What, found: tuple[Pattern, ...], library: Library) -> Section:
    heading, intro, none, column = _SECTIONS[what]
    rows = tuple(_row(one, library) for one in found if one.count.what is what)
    return Section(what, heading, intro, none, column, rows)


def _row(found: Pattern, library: Library) -> Row:
    count = found.count
    return Row(
        what=_what(found, library),
        district="" if count.what is What.REPORTER else district_name(library, count.district),
        reason=reason_of(count.counts),
        latest=found.latest,
        path=_queue_path(count.kind, count.district) if count.what is What.SERIES else "",
    )


def reason_of(counts: Counts) -> str:
    """The numbers, in words: 9 in 14 days; 2.1 are usual (54 in the 364 days before)."""
    said = f"{counts.recent:,} in {counts.days} days"
    if not counts.before_days:
        return said
    usual = f"{counts.usual:.1f}".removesuffix(".0")
    return f"{said}; {usual} usual ({counts.before:,} in the {counts.before_days} days before)"


def _what(found: Pattern, library: Library) -> str:
    count = found.count
    if count.what is What.SERIES:
        return kind_name(library, count.kind)
    if count.what is What.REPORTER:
        return "Phone number" if count.key_kind == KeyKind.PHONE else "E-mail address"
    return found.label or "A place"


def _queue_path(kind: str, district: str) -> str:
    return f"/?{urlencode({'status': 'all', 'district': district, 'kind': kind})}"
