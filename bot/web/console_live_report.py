"""A report made of a live chat by its handler, who types what the resident told them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web

from bot.live_chats import LiveChats, Lost
from bot.service import Counter
from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_form import LONGEST, Filled, Slip, by_of, first_time, id_of, slip_of
from bot.web.console_frame import LIVE, Frame, SignedIn, who
from bot.web.console_live_chat import conversation_of
from handlers.report import RESTRICTED, URGENT, Answer, NewReport, Place, SafeContact, hide_codes
from knowledge.article import Form
from knowledge.library import Library
from storage.conversations import Address
from storage.live_desk import Opened
from storage.transcript import Line
from storage.work import Store

WAYS = {
    "here": "In this chat",
    "phone": "By phone",
    "email": "By e-mail",
    "none": "Not at all",
}
"""How a resident may be reached."""
_REACHED_BY = {"phone": "Phone number", "email": "E-mail address"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFilled(Filled):
    """The form, as it was filled in."""

    kind: str = ""
    what: str = ""
    where: str = ""
    district: str = ""
    name: str = ""
    how: str = "here"
    reach: str = ""
    safe: str = ""
    urgent: bool = False
    restricted: bool = False


class LiveReportPages:
    """The form that makes a report of a live chat."""

    def __init__(
        self,
        store: Store,
        counter: Counter,
        chats: LiveChats,
        shelf: Shelf,
        clock: Callable[[], datetime],
        frame: Frame,
    ) -> None:
        self._store, self._counter, self._chats = store, counter, chats
        self._shelf, self._clock, self._frame = shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /live/{id}/report: with what the resident wrote already filled in."""
        signed_in = who(request)
        async with self._store.work() as work:
            kept = await conversation_of(work, id_of(request), signed_in)
            chat = await work.live_desk.open(
                id_of(request), signed_in.staff, self._clock(), by_itself=False
            )
            lines = await work.transcript.of(kept.id)
        said = _said(lines, chat)
        filled = ReportFilled(
            csrf=signed_in.csrf,
            what=_fitting(said),
            urgent=chat is not None and chat.chat.alarmed_at is not None,
        )
        return self._page(request, filled)

    async def make(self, request: web.Request) -> web.Response:
        """POST /live/{id}/report: kept as any report is; the resident gets the receipt."""
        id, form, signed_in = id_of(request), request[FORM], who(request)
        filled = _read(form, signed_in)
        slips = _slips(filled, self._shelf.library)
        if slips:
            async with self._store.work() as work:
                await conversation_of(work, id, signed_in)
            return self._page(request, replace(filled, problems=slips), status=422)
        report = _report(filled, self._shelf.library)
        told: tuple[Address, ...] = ()
        try:
            async with self._store.work() as work:
                if await first_time(work, form, by_of(signed_in), self._clock()):
                    _, address = await self._chats.report(work, id, signed_in.staff, report)
                    told = (address,)
        except Lost:
            return self._frame.page(request, "live_lost.html", status=409, written=filled.what)
        self._counter.told(told)
        raise web.HTTPSeeOther(f"{LIVE}/{id}?done=report")

    def _page(
        self, request: web.Request, filled: ReportFilled, *, status: int = 200
    ) -> web.Response:
        library = self._shelf.library
        return self._frame.page(
            request,
            "live_report.html",
            status=status,
            id=id_of(request),
            form=filled,
            kinds=tuple((one.id, one.title) for one in _kinds(library)),
            districts=tuple((id, one.name) for id, one in library.places.districts.items()),
            ways=tuple(WAYS.items()),
        )


def _kinds(library: Library) -> tuple[Form, ...]:
    """The kinds of report that are taken at all."""
    taken = (form for form in library.forms.values() if not form.instead)
    return tuple(sorted(taken, key=lambda form: form.order))


def _said(lines: Sequence[Line], opened: Opened | None) -> list[str]:
    """What the resident wrote since they asked for a person; what came before, if that is all."""
    asked_at = opened.chat.asked_at if opened else None
    since = [line.text for line in lines if line.text and asked_at and line.at > asked_at]
    earlier = [line.text for line in lines if line.text]
    return since or earlier or list(opened.said if opened else ())


def _fitting(said: list[str]) -> str:
    """What was said, as much of its end as a field takes."""
    text = "\n".join(map(hide_codes, said))
    return text if len(text) <= LONGEST else text[-LONGEST:].partition("\n")[2]


def _read(form: Mapping[str, str], signed_in: SignedIn) -> ReportFilled:
    def given(name: str) -> str:
        return form.get(name, "").strip()

    return ReportFilled(
        csrf=signed_in.csrf,
        kind=given("kind"),
        what=given("what"),
        where=given("where"),
        district=given("district"),
        name=given("name"),
        how=given("how"),
        reach=given("reach"),
        safe=given("safe"),
        urgent="urgent" in form,
        restricted="restricted" in form,
    )


def _slips(filled: ReportFilled, library: Library) -> tuple[Slip, ...]:
    """What is to be put right, in the order of the form."""
    unreached = filled.how in _REACHED_BY and not filled.reach
    district = filled.district
    found = (
        None
        if filled.kind in {form.id for form in _kinds(library)}
        else Slip("kind", "Choose what the report is about."),
        slip_of("what", filled.what, "Write what happened."),
        slip_of("where", filled.where, "Write where it happened, or that it is not known."),
        Slip("district", "Choose a district of the list, or none.")
        if district and district not in library.places.districts
        else None,
        slip_of("name", filled.name),
        None if filled.how in WAYS else Slip("how", "Choose how they may be reached."),
        slip_of("reach", filled.reach, "Write the number or address." if unreached else ""),
        None
        if filled.safe in {"yes", "no"}
        else Slip("safe", "Ask them whether a notice is safe, and choose."),
    )
    return tuple(slip for slip in found if slip is not None)


def _report(filled: ReportFilled, library: Library) -> NewReport:
    """The report as a resident would have made it, by the names of the forms' own questions."""
    district = library.places.districts.get(filled.district)
    where = f"{filled.where} ({district.name})" if district else filled.where
    answers = [Answer("what", "What happens", filled.what), Answer("where", "Where", where)]
    if filled.name:
        answers.append(Answer("name", "Name", filled.name))
    answers.append(Answer("contact", "How to reach them", WAYS[filled.how], filled.how))
    if filled.how in _REACHED_BY:
        answers.append(Answer(filled.how, _REACHED_BY[filled.how], filled.reach))
    safe = "Yes" if filled.safe == "yes" else "No"
    answers.append(Answer("safe", "A notice is safe", safe, filled.safe))
    answers.append(Answer("taken", "Taken down", "by a handler in a live chat"))
    wanted = ((URGENT, filled.urgent), (RESTRICTED, filled.restricted))
    flags = {flag for flag, chosen in wanted if chosen} | set(library.forms[filled.kind].flags)
    return NewReport(
        kind=filled.kind,
        answers=tuple(answers),
        place=Place(filled.where, filled.district),
        flags=frozenset(flags),
        contact=SafeContact(filled.how, filled.safe == "yes"),
    )
