"""Taking a report on behalf of somebody on the phone or at the counter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.service import Counter
from bot.shelf import Shelf
from bot.web.bodies import Form
from bot.web.console_door import FORM
from bot.web.console_form import Filled, Slip, by_of, first_time, slip_of
from bot.web.console_frame import Frame, who
from bot.web.console_queue import kinds_of
from handlers.report import (
    HATE,
    SAFEGUARDING,
    UNDER_18,
    URGENT,
    Answer,
    NewReport,
    Place,
    SafeContact,
    show_code,
)
from handlers.working_time import WorkingTime
from knowledge.library import Library
from storage.work import Store

CHANNELS = {"phone": "On the phone", "counter": "At the front counter"}
FLAGS = {
    URGENT: "It is urgent",
    UNDER_18: "The caller is under 18",
    SAFEGUARDING: "Somebody in it is vulnerable",
    HATE: "It is because of who somebody is (hate)",
}
CONTACT = {
    "none": "They will look themselves, with the code",
    "phone": "Ring them",
    "email": "Write them an e-mail",
}
_QUESTIONS = (
    ("what", "What happened", True),
    ("when", "When", False),
    ("who", "Who did it, and what they looked like", False),
    ("vehicle", "Vehicle", False),
    ("name", "Caller’s name", False),
    ("phone", "Phone number", False),
    ("email", "E-mail address", False),
    ("contact-when", "When to ring, and when never", False),
)
"""The id of the question in the forms, its summary, and whether it takes many lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeFilled(Filled):
    """The form as it was filled in."""

    values: Form

    def value(self, name: str, usual: str = "") -> str:
        """What was filled in there."""
        return self.values.get(name, usual)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the caller has to be told."""

    reference: str
    code: str


class IntakePage:
    """One page with everything, since a caller does not wait for steps."""

    def __init__(
        self,
        store: Store,
        counter: Counter,
        shelf: Shelf,
        clock: Callable[[], datetime],
        frame: Frame,
    ) -> None:
        self._store, self._counter, self._shelf = store, counter, shelf
        self._clock, self._frame = clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /take."""
        return self._page(request, IntakeFilled(csrf=who(request).csrf, values=Form()))

    async def take(self, request: web.Request) -> web.Response:
        """POST /take: keeps it, and shows the reference and the code to read out, once."""
        form, by, now = request[FORM], by_of(who(request)), self._clock()
        library = self._shelf.library
        slips = tuple(_slips(form, library))
        if slips:
            filled = IntakeFilled(csrf=who(request).csrf, values=form, problems=slips)
            return self._page(request, filled, status=422)
        report, channel = report_of(form, library), form["channel"]
        due_at = WorkingTime(library.desk).due(report.kind, now, urgent=URGENT in report.flags)
        async with self._store.work() as work:
            if not await first_time(work, form, by, now):
                raise web.HTTPSeeOther("/")
            reference, code = work.reports.keep(report, None, now, channel=channel, due_at=due_at)
            await work.audit.append(
                by.staff.username, "report taken", reference, {"channel": channel}, now
            )
        self._counter.told()
        kept = Kept(reference, show_code(code))
        return self._frame.page(request, "taken.html", kept=kept)

    def _page(
        self, request: web.Request, filled: IntakeFilled, *, status: int = 200
    ) -> web.Response:
        return self._frame.page(
            request,
            "take.html",
            status=status,
            form=filled,
            kinds=kinds_of(self._shelf.library),
            channels=CHANNELS,
            flags=FLAGS,
            contact=CONTACT,
            questions=_QUESTIONS,
        )


def report_of(form: Form, library: Library) -> NewReport:
    """The report that a form without slips holds."""
    said = form.get("where", "").strip()
    found = library.places.find(said)
    district = "outside" if found.kind == "outside" else found.district
    answers = [
        Answer(id, summary, form.get(id, "").strip())
        for id, summary, _ in _QUESTIONS
        if form.get(id, "").strip()
    ]
    answers.insert(1, Answer("where", "Where", said))
    how = form.get("contact", "none")
    safe = how == "none" or form.get("safe") == "yes"
    return NewReport(
        kind=form["kind"],
        answers=tuple(answers),
        place=Place(said, district=district, force=found.force),
        flags=frozenset(flag for flag in form.all("flag") if flag in FLAGS),
        contact=SafeContact(how, safe, form.get("contact-when", "").strip()),
    )


def _slips(form: Form, library: Library) -> list[Slip]:
    slips = []
    if form.get("channel") not in CHANNELS:
        slips.append(Slip("channel", "Choose where they are."))
    if form.get("kind") not in kinds_of(library):
        slips.append(Slip("kind", "Choose what kind of report it is."))
    needed = {"what": "Write what happened.", "where": "Write where it was."}
    for name in ("where", *(id for id, _, _ in _QUESTIONS)):
        slip = slip_of(name, form.get(name, "").strip(), needed.get(name, ""))
        if slip is not None:
            slips.append(slip)
    how = form.get("contact", "")
    if how not in CONTACT:
        slips.append(Slip("contact", "Choose how they can be reached."))
    elif how != "none" and not form.get(how, "").strip():
        missing = {"phone": "phone number", "email": "e-mail address"}[how]
        slips.append(Slip(how, f"Write the {missing}, or choose another way."))
    if how in CONTACT and how != "none" and form.get("safe") not in {"yes", "no"}:
        slips.append(Slip("safe", "Ask whether it is safe to contact them."))
    return slips
