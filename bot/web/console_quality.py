"""Quality: ten closed reports a week are looked at again, and what is found shows over time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from aiohttp import web

from bot.shelf import Shelf
from bot.web.charts import Chart, Series, lines
from bot.web.console_door import FORM
from bot.web.console_form import Filled, Slip, by_of, first_time, reference_of, slip_of
from bot.web.console_frame import Frame, who
from bot.web.console_text import district_name, kind_name
from bot.web.figures_days import in_words, read_day
from handlers.days import london_day, monday_of
from storage.quality import (
    A_WEEK,
    Closed,
    Criterion,
    Found,
    Mark,
    Quality,
    Review,
    Reviewed,
    week_of,
)
from storage.scope import By
from storage.work import Store

PATH = "/quality"
WEEKS = 12
"""How many weeks back a sample can be chosen, and results are shown for."""

ASKED: Mapping[Criterion, str] = {
    Criterion.GRADE: "Is the grade right?",
    Criterion.CONTACT: "Was what the resident said about safe contact kept to?",
    Criterion.REPLY: "Is what we wrote to the resident clear?",
    Criterion.DISPOSITION: "Does the disposition fit what was done?",
    Criterion.REDACTION: "Is everything blacked out that should be, and nothing else?",
}
"""What is asked about each report."""
ANSWERS: Mapping[Mark, str] = {
    Mark.YES: "Yes",
    Mark.NO: "No",
    Mark.DOES_NOT_APPLY: "Does not apply",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFilled(Filled):
    """The form of a review."""

    marks: Mapping[str, str] = field(default_factory=dict)
    """Criterion to mark, as they were chosen."""


@dataclass(frozen=True, slots=True)
class Row:
    """A report of the sample."""

    closed: Closed
    kind: str
    district: str
    review: Review | None


class QualityPages:
    """The sample of a week, the review of one report, and the results."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /quality: last week's sample, or an earlier week's."""
        by, week = by_of(who(request)), self._week(request.query.get("week", ""))
        weeks = self._weeks()
        async with self._store.work() as work:
            rows = await self._rows(work.quality, week, by)
            found = await work.quality.found(weeks[-1])
        return self._frame.page(
            request,
            "quality.html",
            rows=rows,
            week=week,
            words=in_words(week_of(week)),
            weeks=[(each, in_words(week_of(each))) for each in weeks],
            charts=tuple(_charts(found, [*reversed(weeks)])),
            most=A_WEEK,
        )

    async def open(self, request: web.Request) -> web.Response:
        """GET /quality/{reference}: the questions, or what was answered."""
        week = self._week(request.query.get("week", ""))
        return await self._page(request, week, ReviewFilled(csrf=who(request).csrf))

    async def save(self, request: web.Request) -> web.Response:
        """POST /quality/{reference}."""
        form, reference = request[FORM], reference_of(request)
        by, now, week = by_of(who(request)), self._clock(), self._week(form.get("week", ""))
        marks = {criterion.value: form.get(criterion, "") for criterion in Criterion}
        note = form.get("note", "").strip()
        slips = [
            Slip(name, f"Answer: {ASKED[Criterion(name)]}")
            for name, mark in marks.items()
            if mark not in set(Mark)
        ]
        if (slip := slip_of("note", note)) is not None:
            slips.append(slip)
        filled = ReviewFilled(csrf=who(request).csrf, note=note, marks=marks, problems=tuple(slips))
        if slips:
            return await self._page(request, week, filled, status=422)
        given = {Criterion(name): Mark(mark) for name, mark in marks.items()}
        try:
            async with self._store.work() as work:
                if reference not in {one.reference for one in await work.quality.sample(week, by)}:
                    raise web.HTTPNotFound
                if await first_time(work, form, by, now):
                    await work.quality.keep(reference, week, given, note, by, now)
        except Reviewed:
            return await self._page(request, week, filled, status=409)
        raise web.HTTPSeeOther(f"{PATH}?week={week}")

    async def _page(
        self, request: web.Request, week: date, filled: ReviewFilled, status: int = 200
    ) -> web.Response:
        reference = reference_of(request)
        async with self._store.work() as work:
            rows = await self._rows(work.quality, week, by_of(who(request)))
        row = next((row for row in rows if row.closed.reference == reference), None)
        if row is None:
            raise web.HTTPNotFound
        return self._frame.page(
            request,
            "quality_review.html",
            status=status,
            row=row,
            week=week,
            asked=ASKED,
            answers=ANSWERS,
            form=filled,
            late=status == 409,
        )

    async def _rows(self, quality: Quality, week: date, by: By) -> tuple[Row, ...]:
        reviews, library = await quality.reviews(week), self._shelf.library
        return tuple(
            Row(
                one,
                kind_name(library, one.kind),
                district_name(library, one.district),
                reviews.get(one.reference),
            )
            for one in await quality.sample(week, by)
        )

    def _week(self, text: str) -> date:
        """The Monday that an address names; last week's for none that can be chosen."""
        weeks = self._weeks()
        return next((week for week in weeks if week == read_day(text)), weeks[0])

    def _weeks(self) -> list[date]:
        """The Mondays of the weeks that are over, the latest first."""
        monday = monday_of(london_day(self._clock()))
        return [monday - timedelta(weeks=number) for number in range(1, WEEKS + 1)]


def _charts(found: Sequence[Found], weeks: Sequence[date]) -> Iterable[Chart]:
    """For each question how many in a hundred answers were yes, week by week; none without any."""
    if not found:
        return
    counts = {(one.week, one.criterion, one.mark): one.count for one in found}
    names = [f"{week.day} {week:%b}" for week in weeks]
    for criterion, title in ASKED.items():
        rows = [[counts.get((week, criterion, mark), 0) for mark in Mark] for week in weeks]
        shares = tuple(100 * yes / (yes + no) if yes + no else None for yes, no, _ in rows)
        id = f"quality-{criterion}"
        yield Chart(
            id,
            title,
            lines(id, title, names, Series("Yes in a hundred", shares), top=100),
            ("Week of", *ANSWERS.values()),
            tuple((name, *row) for name, row in zip(names, rows, strict=True)),
            "How many in a hundred were yes, of those to which it applies.",
        )
