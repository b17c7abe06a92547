"""Doing one thing to many reports of the queue at once, and undoing it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.service import Counter
from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_form import by_of, first_time, number
from bot.web.console_frame import who
from bot.web.console_views import back_to, wanted_of
from bot.web.console_wanted import PER_PAGE
from handlers.report import NotAllowed, Status, read_reference
from storage.desk_book import Before
from storage.errors import Conflict
from storage.queue import QueueFilter, QueueRow
from storage.scope import By
from storage.staff import Staff
from storage.work import Store, Work

TAKE, NOBODY, TRIAGE, GIVE, TAG = "take", "nobody", "triage", "give", "tag"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One ticked report, and the version of it that was on the screen."""

    reference: str
    version: int


class BulkActions:
    """What the form around the queue sends."""

    def __init__(
        self, store: Store, counter: Counter, shelf: Shelf, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._counter, self._shelf, self._clock = store, counter, shelf, clock

    async def act(self, request: web.Request) -> web.Response:
        """POST /bulk: back to the same page of the queue, which offers to undo it."""
        form, by, now = request[FORM], by_of(who(request)), self._clock()
        chosen = _chosen(form.all("report"))
        what, _, which = form.get("what", "").partition(":")
        async with self._store.work() as work:
            people = await work.staff.colleagues()
            wanted = await wanted_of(work, request, self._shelf)
            if not chosen or what not in _ACTIONS:
                raise back_to(wanted, said="nothing-chosen")
            if not await first_time(work, form, by, now):
                raise back_to(wanted)
            action = _Action(work, by, now, _person(people, what, which, by), which)
            tags = self._shelf.library.desk.tags
            if (what == TAG and which not in tags) or (what == GIVE and action.person is None):
                raise back_to(wanted, said="nothing-chosen")
            done = await action.all(what, chosen)
            id = await work.desk.did(what, done, by, now) if done else ""
        self._counter.told()
        left = len(chosen) - len(done)
        raise back_to(wanted, undo=id, left=str(left or ""))

    async def undo(self, request: web.Request) -> web.Response:
        """POST /bulk/{id}/undo: each report back as it was, where nobody changed it since."""
        by, now = by_of(who(request)), self._clock()
        async with self._store.work() as work:
            people = await work.staff.colleagues()
            wanted = await wanted_of(work, request, self._shelf)
            done = await work.desk.action(request.match_info["id"][:32], by)
            if done is None:
                raise web.HTTPNotFound
            if not await work.desk.undo(done.id, by, now):
                raise back_to(wanted)
            left = 0
            for before in done.before:
                try:
                    await _undo(work, done.what, before, people, by, now)
                except (Conflict, LookupError, NotAllowed):
                    left += 1
        self._counter.told()
        raise back_to(wanted, said="undone", left=str(left or ""))


@dataclass(frozen=True, slots=True)
class _Action:
    """What is done to each of many, in one transaction."""

    work: Work
    by: By
    now: datetime
    person: Staff | None
    which: str

    async def all(self, what: str, chosen: Sequence[Chosen]) -> tuple[Before, ...]:
        """How those stood before to which it was done; what others changed is left alone."""
        wanted = QueueFilter(references=tuple(one.reference for one in chosen), per_page=PER_PAGE)
        rows = {row.reference: row for row in (await self.work.queue.list(wanted, self.by)).rows}
        done = []
        for one in sorted(chosen, key=lambda each: each.reference):
            row = rows.get(one.reference)
            if row is None or row.version != one.version:
                continue
            if self._is_so(what, row):
                continue
            try:
                await self._do(what, row)
            except (Conflict, LookupError, NotAllowed):
                continue
            done.append(Before(row.reference, row.version + 1, self._was(what, row)))
        return tuple(done)

    def _is_so(self, what: str, row: QueueRow) -> bool:
        """Whether there is nothing to do with it."""
        if what in {TAG, TRIAGE}:
            return self.which in row.tags
        return row.assignee_id == (self.person.id if self.person else None)

    def _was(self, what: str, row: QueueRow) -> Any:
        """What undoing it needs to know."""
        return {TAG: self.which, TRIAGE: row.status}.get(what, row.assignee_id)

    async def _do(self, what: str, row: QueueRow) -> None:
        reference, version = row.reference, row.version
        filing, by, now = self.work.filing, self.by, self.now
        if what == TAG:
            await filing.tag(reference, (self.which,), (self.which,), by, now, version)
        elif what == TRIAGE:
            triage = Status.IN_TRIAGE
            await self.work.casework.change_status(reference, triage, None, by, now, version)
        else:
            await filing.assign(reference, self.person, by, now, version)


async def _undo(
    work: Work, what: str, before: Before, people: Sequence[Staff], by: By, now: datetime
) -> None:
    """Set one back to what it was; a status goes back outside the usual table."""
    reference, version = before.reference, before.version
    if what == TAG:
        await work.filing.tag(reference, (), (before.was,), by, now, version)
    elif what == TRIAGE:
        await work.casework.undo_status(reference, Status(before.was), by, now, version)
    else:
        was = next((one for one in people if one.id == before.was), None)
        await work.filing.assign(reference, was, by, now, version)


_ACTIONS = (TAKE, NOBODY, TRIAGE, GIVE, TAG)


def _chosen(values: Sequence[str]) -> tuple[Chosen, ...]:
    found = []
    for value in values[:PER_PAGE]:
        reference, _, version = value.partition(":")
        known = read_reference(reference[:40])
        if known is not None:
            found.append(Chosen(known, number(version)))
    return tuple(found)


def _person(people: Sequence[Staff], what: str, which: str, by: By) -> Staff | None:
    """Who gets them; None for nobody."""
    id = by.staff.id if what == TAKE else number(which)
    return next((one for one in people if one.id == id), None)
