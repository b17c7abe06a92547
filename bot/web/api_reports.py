"""The API's operations on reports: list them, read one, change it, add to it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from aiohttp import web
from pydantic import BaseModel

from bot.web.api_given import Changed, FullReport, GivenNumber, Noted, ReportList, Summary
from bot.web.api_operation import JSON, Call, Terms, operation
from bot.web.api_problem import Problem, missing
from bot.web.api_taken import Filter, ListQuery, NewNote, NewNumber, NewStatus
from handlers.report import NotAllowed, Status, read_reference
from storage.api_requests import Answered, KeyReused
from storage.api_tokens import Scope
from storage.casework import StaffReport
from storage.errors import Conflict, Rejected
from storage.feed import Listed, Wanted
from storage.findings import ForceNumber
from storage.work import Store, Work

READ = "report read by a system"
"""What the audit trail says of a report that was handed out here: nobody has looked at it yet."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_ONE = "/reports/{reference}"
_STALE = "The report has changed since you read it. Read it again, then decide again."


class Reports:
    """Reports, for systems of the force. What is not for a token does not exist for it."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], changed: Callable[[], None]
    ) -> None:
        self._store, self._clock, self._changed = store, clock, changed

    @operation(Terms("GET", "/reports", Scope.LIST, {200: ReportList}, query=ListQuery))
    async def list_reports(self, call: Call) -> web.Response:
        """List reports, those changed longest ago first.

        Follow “next” to the end; later, ask with “changed_since” for what has changed, a minute
        before the last “changed_at” you saw. No word that a resident wrote is in a list.
        Sensitive reports are in it for a token with reports:read-sensitive.
        """
        query: ListQuery = call.query
        by, now = call.token.by, self._clock()
        async with self._store.work() as work:
            found = await work.feed.page(wanted_of(query), _mark(query), query.limit + 1, by)
            shown = found[: query.limit]
            detail = {"count": len(shown)}
            await work.audit.append(by.staff.username, "reports listed", "", detail, now)
        more = _cursor(shown[-1]) if len(found) > query.limit else None
        given = [Summary.model_validate(each) for each in shown]
        return answer(ReportList(reports=given, next=more))

    @operation(Terms("GET", _ONE, Scope.READ, {200: FullReport}, refusals=(404,), versioned=True))
    async def read_report(self, call: Call) -> web.Response:
        """Read a report: everything its resident said, and its story.

        That is an event of the audit trail. One that is not there and a sensitive one that the
        token may not see answer the same, 404.
        """
        async with self._store.work() as work:
            report = await work.casework.open(
                _reference(call), call.token.by, self._clock(), what=READ
            )
        if report is None:
            raise missing()
        response = answer(full(report))
        response.headers["ETag"] = f'"{report.version}"'
        return response

    @operation(
        Terms(
            "PATCH",
            _ONE,
            Scope.WRITE,
            {200: Changed},
            body=NewStatus,
            refusals=(400, 404, 409, 412, 428),
            versioned=True,
        )
    )
    async def change_status(self, call: Call) -> web.Response:
        """Change the status of a report, along the allowed transitions.

        If-Match has to be the ETag of the report as you read it; 412 where it has changed since,
        and 409 where it cannot become that, with what it can.
        """
        wish: NewStatus = call.body
        reference, by, version = _reference(call), call.token.by, call.version
        try:
            async with self._store.work() as work:
                await work.casework.change_status(
                    reference, wish.status, wish.disposition, by, self._clock(), version
                )
        except LookupError:
            raise missing() from None
        except Conflict:
            raise Problem(412, _STALE) from None
        except NotAllowed as refusal:
            raise Problem(409, str(refusal)) from None
        self._changed()
        closed = wish.status is Status.CLOSED
        changed = Changed(
            reference=reference,
            status=wish.status,
            disposition=wish.disposition if closed else None,
            version=version + 1,
        )
        response = answer(changed)
        response.headers["ETag"] = f'"{changed.version}"'
        return response

    @operation(
        Terms(
            "POST",
            f"{_ONE}/references",
            Scope.WRITE,
            {201: GivenNumber, 200: GivenNumber},
            body=NewNumber,
            refusals=(400, 404, 409),
            keyed=True,
        )
    )
    async def add_reference(self, call: Call) -> web.Response:
        """Write down what a report is called on a system of the force.

        200 where that was known already.
        """
        wish: NewNumber = call.body
        number = ForceNumber(wish.kind, wish.number, self._clock())

        async def add(work: Work) -> Answered:
            added = await work.findings.number(
                _reference(call), wish.kind, wish.number, call.token.by, number.at
            )
            given = GivenNumber.model_validate(number)
            return Answered(201 if added else 200, given.model_dump_json())

        return await self._once(call, add)

    @operation(
        Terms(
            "POST",
            f"{_ONE}/notes",
            Scope.WRITE,
            {201: Noted},
            body=NewNote,
            refusals=(400, 404, 409),
            keyed=True,
        )
    )
    async def add_note(self, call: Call) -> web.Response:
        """Write a note that only staff read."""
        wish: NewNote = call.body
        reference, now = _reference(call), self._clock()

        async def add(work: Work) -> Answered:
            await work.casework.note(reference, wish.text, call.token.by, now)
            return Answered(201, Noted(reference=reference, at=now).model_dump_json())

        return await self._once(call, add)

    async def _once(self, call: Call, do: Callable[[Work], Awaitable[Answered]]) -> web.Response:
        """Do it; with an Idempotency-Key only the first time, and answer the same ever after."""
        once = call.once
        try:
            async with self._store.work() as work:
                done = None if once is None else await work.api_requests.answered(once)
                if done is None:
                    done = await do(work)
                    if once is not None:
                        await work.api_requests.remember(once, done, self._clock())
        except LookupError:
            raise missing() from None
        except KeyReused:
            said = "This Idempotency-Key was used for another request. Choose a new one."
            raise Problem(409, said) from None
        except Rejected:
            said = "The same request is being carried out at this moment. Ask again."
            raise Problem(409, said) from None
        self._changed()
        return web.Response(status=done.status, text=done.body, content_type=JSON)


def answer(given: BaseModel, status: int = 200) -> web.Response:
    """An answer as JSON."""
    return web.Response(status=status, text=given.model_dump_json(), content_type=JSON)


def full(report: StaffReport) -> FullReport:
    """A report as it is handed out."""
    return FullReport.model_validate(report)


def wanted_of(query: Filter) -> Wanted:
    """The filter as storage knows it."""
    return Wanted(
        status=query.status,
        kind=query.kind or "",
        district=query.district or "",
        urgent=query.urgent,
        changed_since=query.changed_since,
    )


def _reference(call: Call) -> str:
    reference = read_reference(call.request.match_info["reference"])
    if reference is None:
        raise missing()
    return reference


def _cursor(last: Listed) -> str:
    """Where the next page begins: a number of microseconds, and a reference."""
    at, reference = last.mark
    return f"{(at - _BEGINNING) // timedelta(microseconds=1)}-{reference}"


def _mark(query: ListQuery) -> tuple[datetime, str] | None:
    if query.cursor is None:
        return None
    microseconds, _, reference = query.cursor.partition("-")
    return _BEGINNING + timedelta(microseconds=int(microseconds)), reference
