"""The invented year: believable, in an empty folder only."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot.clock import utc_now
from bot.commands.demo import fill
from bot.config import load_config
from bot.web.figures_gather import WAITS, gather
from handlers.days import Days, london_day
from handlers.report import Status
from storage.figures import Standing
from storage.queue import QueueFilter, QueueRow
from storage.reach import EVERYTHING, OTHER, Reach
from storage.scope import By
from storage.tables import alarms, report_grades, report_links, report_references, reports
from storage.waits import spread
from storage.work import Store, open_store

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.journey]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    """What a demo of two weeks holds; it could be made once only."""
    config, _ = load_config(data=tmp_path_factory.mktemp("demo") / "data")
    with redirect_stdout(StringIO()) as said, redirect_stderr(StringIO()) as wrong:
        assert [await fill(config, days=14, a_day=11) for _ in range(2)] == [0, 1]
    assert "demo-supervisor" in said.getvalue()
    assert "in use already" in wrong.getvalue()
    async with open_store(config.database_url, config.key_file) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def rows(store: Store) -> tuple[QueueRow, ...]:
    """All its reports, as the queue has them."""
    async with store.work() as work:
        page = await work.queue.list(QueueFilter(per_page=1000), None)
    assert page.total == len(page.rows)
    return page.rows


async def test_a_demo_has_reports_of_many_kinds_in_many_places_and_states(
    store: Store, rows: tuple[QueueRow, ...]
) -> None:
    assert len(rows) > 100
    assert len({row.kind for row in rows}) >= 6
    assert len({row.district for row in rows}) >= 10
    assert {Status.NEW, Status.IN_TRIAGE, Status.CLOSED} <= {row.status for row in rows}
    async with store.work() as work:
        assert await work.audit.verify() is None


async def test_a_demo_is_filed_as_a_desk_would(store: Store, rows: tuple[QueueRow, ...]) -> None:
    assert {"web", "telegram", "phone"} <= {row.channel for row in rows}
    assert all(row.due_at for row in rows)
    assert any(row.tags for row in rows)
    assert any(row.team for row in rows)
    assert len({row.assignee for row in rows}) >= 3
    async with store.work() as work:
        for table in (report_links, report_grades, report_references):
            count = select(func.count()).select_from(table)
            assert (await work.rows.scalars(count)).one() > 0, table.name
        assert await work.alarms.count() > await work.alarms.count_open() > 0
        assert await work.desk.shift_notes(1)
        assert await work.feedback.opinions(1)
        questions = await work.feedback.unanswered("demo-supervisor", utc_now(), 10)
    assert len(questions) >= 3


@pytest.mark.parametrize("cleared", [True, False])
async def test_the_figures_of_the_dashboard_are_a_straight_recount_of_the_rows(
    store: Store, *, cleared: bool
) -> None:
    now = utc_now()
    days = Days(london_day(now - timedelta(days=13)), london_day(now - timedelta(days=1)))
    by, supervisor = await somebody(store, cleared=cleared), await somebody(store, cleared=True)
    async with store.work() as work:
        (newest,) = (await work.queue.list(QueueFilter(per_page=1), None)).rows
        await work.casework.mark(newest.reference, [OTHER], supervisor, now)
    found = await gather(store, days, by)
    async with store.work() as work:
        standing = await work.figures.standing(by, now)
        everything = (await work.rows.execute(select(reports))).all()
        raised = (await work.rows.execute(select(alarms))).all()
    rows = [row for row in everything if cleared or not row.restricted]
    assert cleared == (len(rows) == len(everything))

    def within(moment: datetime | None) -> bool:
        return moment is not None and days.start <= moment < days.end

    open_now = [row for row in rows if row.status != Status.CLOSED]
    assert standing == Standing(
        open=len(open_now),
        urgent=sum(row.urgent for row in open_now),
        overdue=sum(row.due_at < now for row in open_now),
        unassigned=sum(row.assignee_id is None for row in open_now),
    )
    came, closed = [r for r in rows if within(r.made_at)], [r for r in rows if within(r.closed_at)]
    assert (found.new, found.done) == (len(came), len(closed))
    assert min(found.new, found.done) > 20
    for name in ("kind", "district", "team"):
        assert found.by(name) == Counter(getattr(row, name) for row in came)
    assert found.came_to == Counter(row.disposition for row in closed)
    assert found.open_before == sum(
        row.made_at < days.start and (row.closed_at is None or row.closed_at >= days.start)
        for row in rows
    )
    for what in WAITS:
        ended = [(row.made_at, getattr(row, f"{what}_at")) for row in rows]
        waits = [round((end - made).total_seconds()) for made, end in ended if within(end)]
        assert found.waits[what] == spread(waits)
    these = [row for row in raised if within(row.at)]
    assert found.alarms.raised == len(these)
    assert found.alarms.outcomes == Counter(row.outcome or "" for row in these)


async def somebody(store: Store, *, cleared: bool) -> By:
    """The demo's supervisor, who may read everything, or its handler."""
    name = "demo-supervisor" if cleared else "demo-handler"
    async with store.work() as work:
        known = await work.staff.password_of(name)
    assert known is not None
    reach = Reach(cleared=EVERYTHING if cleared else 0)
    return By(replace(known[0], reach=reach), may_see_restricted=cleared)
